"""Amounts in messages and names of importers, as the importing user knows them. Tables for people are the reports'."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from allocator.core.resources import is_bytes

_BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")


def constrains_only(resource: str) -> bool:
    """Whether a resource bounds what fits without being something that tenants compete for."""
    return resource in ("pods", "ephemeral-storage") or resource.startswith("hugepages-")


def in_order(resources: Iterable[str]) -> tuple[str, ...]:
    """`resources` as people expect them: cpu and memory, then the others by name, those that only constrain last."""
    return tuple(sorted(resources, key=lambda name: (constrains_only(name), name not in ("cpu", "memory"), name)))


def exact(resource: str, amount: int) -> str:
    """`amount`, nothing lost, in the shortest Kubernetes form: `1500m`, `2`, `1Gi`, `1000`."""
    if not is_bytes(resource):
        return str(amount // 1000) if amount % 1000 == 0 else f"{amount}m"
    power = 0
    while amount and power < len(_BINARY) - 1 and amount % 1024 == 0:
        amount //= 1024
        power += 1
    return f"{amount}{_BINARY[power]}"


def about(resource: str, amount: int) -> str:
    """`amount` to about three digits: `2.49`, `11.1Gi`."""
    if not is_bytes(resource):
        return _rounded(amount, 1000)
    power = 0
    while power < len(_BINARY) - 1 and amount >= 1024 ** (power + 1):
        power += 1
    return f"{_rounded(amount, 1024**power)}{_BINARY[power]}"


def listed(amounts: Mapping[str, int]) -> str:
    """`cpu 2.49, memory 11.1Gi`; amounts of 0 are left out."""
    return ", ".join(f"{name} {about(name, amounts[name])}" for name in in_order(amounts) if amounts[name]) or "nothing"


def _rounded(amount: int, unit: int) -> str:
    hundredths = (amount * 100 + unit // 2) // unit
    whole, part = divmod(hundredths, 100)
    if whole >= 100:
        return str(whole + (part >= 50))
    if whole >= 10:
        tenths = (amount * 10 + unit // 2) // unit
        whole, part = divmod(tenths, 10)
        return f"{whole}.{part}" if part else str(whole)
    return f"{whole}.{part:02d}".rstrip("0").rstrip(".")
