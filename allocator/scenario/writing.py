"""A `Scenario` as TOML that a person can read and edit, and that loads to the same scenario again.

Owns the layout and the suffixes. Every key and every value is spelled by tomli_w; this module only puts them in line,
since tomli_w gives each small table, `{ cpu = 1 }`, a section of its own. Never touches a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import tomli_w

from allocator.core.model import Node, PolicySettings, PolicyUse, Scenario, Tenant, Work
from allocator.core.resources import Quantities, is_bytes
from allocator.core.scaling import pooled
from allocator.core.text import escape, sanitize
from allocator.scenario.values import FEW_BYTES

_SUFFIXES = {
    **{f"{letter}i": 1024**power for power, letter in enumerate("KMGTPE", start=1)},
    **{letter: 1000**power for power, letter in enumerate("kMGTPE", start=1)},
}


def dumps(scenario: Scenario, *, header: Sequence[str] = ()) -> str:
    """The TOML text of `scenario`; `loads` of it gives an equal one, with the order of everything kept.

    Args:
        scenario: Where it has nodes, their sum must be its capacity. Lone surrogates in names, which no file can
            hold, become U+FFFD.
        header: Lines for a comment on top.

    Raises:
        ValueError: The capacity is not the sum of the nodes.
    """
    if scenario.nodes and dict(scenario.capacity) != pooled(scenario.nodes):
        raise ValueError("the capacity of the scenario is not the sum of its nodes")
    lines = [f"# {sanitize(line)}".rstrip() for line in header]
    if scenario.title:
        lines += _section("", [("title", scenario.title)], lines)
    if not scenario.nodes:
        lines += _section("[capacity]", _amounts(scenario.capacity).items(), lines)
    for node, count in _runs(scenario.nodes):
        lines += _section("[[nodes]]", _node(node, count), lines)
    policy = list(_policy(scenario.policy))
    if policy:
        lines += _section("[policy]", policy, lines)
    for name, options in scenario.policy.options.items():
        lines += _section(f"[policy.options.{_key(name)}]", options.items(), lines)
    for tenant in scenario.tenants:
        lines += _section("[[tenants]]", _tenant(tenant), lines)
        if tenant.work and not _is_single(tenant):
            for work in tenant.work:
                lines += _section("[[tenants.work]]", _work(work), lines)
    text = "\n".join(lines) + "\n"
    # Names from clusters may hold what drives a terminal; escaped, the file can be shown and still reads back the same.
    return escape(text.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))


def _section(head: str, pairs: Any, before: list[str]) -> list[str]:
    """The lines of one table: an empty one unless it is the first, its head, its keys."""
    lines = [""] if before else []
    return lines + ([head] if head else []) + [_pair(key, value) for key, value in pairs]


def _pair(key: str, value: object) -> str:
    return f"{_key(key)} = {_inline(value)}"


def _key(key: str) -> str:
    return tomli_w.dumps({key: 0}).removesuffix(" = 0\n")


def _inline(value: object) -> str:
    """`value` on one line."""
    if isinstance(value, Mapping):
        pairs = ", ".join(_pair(key, item) for key, item in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_inline(item) for item in value)}]"
    return tomli_w.dumps({"_": value}).removeprefix("_ = ").removesuffix("\n")


def _runs(nodes: tuple[Node, ...]) -> Iterator[tuple[Node, int | None]]:
    """Each node with None; equal ones named base-1 to base-n in a row as one named base, with n."""
    position = 0
    while position < len(nodes):
        first = nodes[position]
        base = first.name.removesuffix("-1")
        length = 1
        if base and base != first.name:
            while nodes[position + length : position + length + 1] == (
                Node(f"{base}-{length + 1}", first.capacity, first.pool),
            ):
                length += 1
        yield (Node(base, first.capacity, first.pool), length) if length > 1 else (first, None)
        position += length


def _node(node: Node, count: int | None) -> Iterator[tuple[str, object]]:
    yield "name", node.name
    if count is not None:
        yield "count", count
    yield "capacity", _amounts(node.capacity)
    if node.pool:
        yield "pool", node.pool


def _policy(policy: PolicySettings) -> Iterator[tuple[str, object]]:
    if policy.use != PolicyUse("drf"):
        yield "use", _use(policy.use)
    if policy.compare:
        yield "compare", [_use(use) for use in policy.compare]
    if policy.on_misfit != "skip":
        yield "on_misfit", policy.on_misfit
    if policy.share_of is not None:
        yield "share_of", policy.share_of


def _use(use: PolicyUse) -> object:
    if not use.label and not use.options:
        return use.name
    table: dict[str, object] = {"use": use.name}
    if use.label:
        table["as"] = use.label
    if use.options:
        table["options"] = use.options
    return table


def _is_single(tenant: Tenant) -> bool:
    """Whether the tenant's own table can say its work."""
    return len(tenant.work) == 1 and not tenant.work[0].name and tenant.work[0].priority is None


def _tenant(tenant: Tenant) -> Iterator[tuple[str, object]]:
    yield "name", tenant.name
    if tenant.weight != 1:
        yield "weight", _exact(tenant.weight)
    if tenant.priority != 100:
        yield "priority", tenant.priority
    if tenant.guarantee:
        yield "guarantee", _amounts(tenant.guarantee)
    if tenant.limit:
        yield "limit", _amounts(tenant.limit)
    if _is_single(tenant):
        yield from _work(tenant.work[0])
    elif not tenant.work:
        yield "work", []


def _work(work: Work) -> Iterator[tuple[str, object]]:
    if work.name:
        yield "name", work.name
    yield "demand", _amounts(work.demand)
    if work.tasks != 1 or not work.divisible:
        yield "tasks", "unlimited" if work.tasks is None else work.tasks
        if work.divisible:
            yield "divisible", True
    if work.held is not None:
        yield "held", _exact(work.held)
    if work.priority is not None:
        yield "priority", work.priority


def _amounts(quantities: Quantities) -> dict[str, int | str]:
    return {name: _amount(name, amount) for name, amount in quantities.items()}


def _amount(resource: str, amount: int) -> int | str:
    """`amount` as people write it, exactly: 18Gi, 500m, 4."""
    if not is_bytes(resource):
        return amount // 1000 if amount % 1000 == 0 else f"{amount}m"
    fitting = [(amount // size, suffix) for suffix, size in _SUFFIXES.items() if amount and amount % size == 0]
    if fitting:
        # 16G rather than 15625000Ki: whichever has the shorter number.
        number, suffix = min(fitting)
        return f"{number}{suffix}"
    # Text says that bytes are meant.
    return str(amount) if 0 < amount < FEW_BYTES else amount


def _exact(number: Fraction) -> int | Decimal | str:
    """`number` as an integer, a decimal, or where it has no end as a decimal, as the text 1/3."""
    if number.denominator == 1:
        return number.numerator
    with localcontext() as context:
        context.prec = 50
        decimal = Decimal(number.numerator) / Decimal(number.denominator)
    return decimal if Fraction(decimal) == number else f"{number.numerator}/{number.denominator}"
