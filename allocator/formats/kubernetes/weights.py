"""Where weights come from: a file, a label, or the quotas. Every weight is an exact decimal above 0."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from allocator.core.errors import Fault, SnapshotError
from allocator.formats.kubernetes.dump import Dump
from allocator.formats.kubernetes.tenants import Claimant
from allocator.formats.sources import opened, shown

_WEIGHT = re.compile(r"\d{1,9}(\.\d{1,9})?|\.\d{1,9}", re.ASCII)
_LARGEST_FILE = 16 << 20
_FINEST = 1000  # thousandths of a percent are finer than any quota is meant


@dataclass
class Weights:
    """Weights by tenant; whoever is not there has weight 1."""

    by_tenant: dict[str, Fraction] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)
    """Tenant, and what is wrong with its weight."""
    unknown: list[str] = field(default_factory=list)
    """Names in the file that are no tenant of the dump."""


def weights_from_file(path: str, claimants: Sequence[Claimant]) -> Weights:
    """Weights out of a file of lines `tenant,weight` or `tenant weight`; `#` begins a comment, a header may be there.

    Raises:
        SnapshotError: Lines that are neither, or name a tenant twice; all of them at once.
    """
    known = {one.name for one in claimants}
    found = Weights()
    faults = []
    for number, line in enumerate(_lines(path), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#") or (number == 1 and _is_header(stripped)):
            continue
        name, weight = _split(stripped)
        value = _weight(weight)
        if not name or value is None:
            faults.append(
                Fault(shown(path), "", f"found {stripped[:60]!r}, expected a tenant and a weight above 0", number)
            )
        elif name in found.by_tenant:
            faults.append(Fault(shown(path), name, "this tenant has a weight already", number))
        else:
            found.by_tenant[name] = value
    if faults:
        raise SnapshotError(faults[:20])
    found.unknown = [name for name in found.by_tenant if name not in known]
    return found


def weights_from_label(claimants: Iterable[Claimant], dump: Dump, key: str) -> Weights:
    """Weights out of a label: of the tenant's namespaces, or else of its pods. The largest where they differ."""
    found = Weights()
    for one in claimants:
        of_namespaces = [dump.namespaces[name].weight for name in one.namespaces if name in dump.namespaces]
        texts = list(dict.fromkeys(value for value in of_namespaces if value is not None)) or list(one.weight_labels)
        values = [value for text in texts if (value := _weight(text)) is not None]
        if len(values) < len(texts):
            found.problems.append((one.name, f"the label {key} is no number above 0"))
        if len(set(values)) > 1:
            found.problems.append((one.name, f"the label {key} has {len(set(values))} values; the largest counts"))
        if values:
            found.by_tenant[one.name] = max(values)
    return found


def weights_from_quotas(
    quotas: Mapping[str, Mapping[str, int]], capacity: Mapping[str, int], shared: Iterable[str]
) -> Weights:
    """Weights out of quotas: the largest share of the capacity, in percent, that the quota is."""
    measured = [name for name in shared if capacity.get(name)]
    found = Weights()
    for tenant, quota in quotas.items():
        shares = [Fraction(quota[name], capacity[name]) for name in measured if name in quota]
        if shares and max(shares) > 0:
            found.by_tenant[tenant] = Fraction(max(round(max(shares) * 100 * _FINEST), 1), _FINEST)
    return found


def _lines(path: str) -> list[str]:
    with opened(path) as source:
        parts: list[str] = []
        size = 0
        while part := source.read():
            size += len(part)
            if size > _LARGEST_FILE:
                raise SnapshotError([Fault(shown(path), "", "a file of weights of more than 16 MiB")])
            parts.append(part)
    return "".join(parts).splitlines()


def _split(line: str) -> tuple[str, str]:
    name, comma, weight = line.rpartition(",")
    if comma:
        return name.strip().strip('"'), weight.strip().strip('"')
    words = line.rsplit(None, 1)
    return (words[0].strip(), words[1]) if len(words) == 2 else ("", line)


def _is_header(line: str) -> bool:
    return _weight(_split(line)[1]) is None and "weight" in line.lower()


def _weight(text: str) -> Fraction | None:
    value = Fraction(text) if _WEIGHT.fullmatch(text) else None
    return value if value else None
