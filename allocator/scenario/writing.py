"""A `Scenario` as TOML that a person can read and edit, and that loads to the same scenario again.

Owns the layout of all but the tables about time, which are `time_writing`'s. Never touches a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from allocator.core.model import Node, PolicySettings, PolicyUse, Scenario, Tenant, Work
from allocator.core.scaling import pooled
from allocator.core.text import escape, sanitize
from allocator.scenario import time_writing
from allocator.scenario.layout import section, spelled
from allocator.scenario.spelling import amounts, exact


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
        lines += section("", [("title", scenario.title)], lines)
    # A trace may bring the nodes along.
    if not scenario.nodes and (scenario.capacity or not scenario.trace):
        lines += section("[capacity]", amounts(scenario.capacity).items(), lines)
    for node, count in _runs(scenario.nodes):
        lines += section("[[nodes]]", _node(node, count), lines)
    policy = list(_policy(scenario.policy))
    if policy:
        lines += section("[policy]", policy, lines)
    for name, options in scenario.policy.options.items():
        lines += section(f"[policy.options.{spelled(name)}]", options.items(), lines)
    for tenant in scenario.tenants:
        lines += section("[[tenants]]", _tenant(tenant, scenario.timed), lines)
        if tenant.work and not _is_single(tenant):
            for work in tenant.work:
                lines += section("[[tenants.work]]", _work(work), lines)
    for head, pairs in time_writing.tables(scenario):
        lines += section(head, pairs, lines)
    text = "\n".join(lines) + "\n"
    # Names from clusters may hold what drives a terminal; escaped, the file can be shown and still reads back the same.
    return escape(text.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))


def _runs(nodes: tuple[Node, ...]) -> Iterator[tuple[Node, int | None]]:
    """Each node with None; equal ones named base-1 to base-n in a row as one named base, with n."""
    position = 0
    while position < len(nodes):
        first = nodes[position]
        base = first.name.removesuffix("-1")
        length = 1
        if base and base != first.name:
            while nodes[position + length : position + length + 1] == (replace(first, name=f"{base}-{length + 1}"),):
                length += 1
        yield (replace(first, name=base), length) if length > 1 else (first, None)
        position += length


def _node(node: Node, count: int | None) -> Iterator[tuple[str, object]]:
    yield "name", node.name
    if count is not None:
        yield "count", count
    yield "capacity", amounts(node.capacity)
    if node.pool:
        yield "pool", node.pool
    if node.load:
        yield "load", amounts(node.load)


def _policy(policy: PolicySettings) -> Iterator[tuple[str, object]]:
    if policy.use != PolicyUse("drf"):
        yield "use", _use(policy.use)
    if policy.compare:
        yield "compare", [_use(use) for use in policy.compare]
    if policy.on_misfit != "skip":
        yield "on_misfit", policy.on_misfit
    if policy.share_of is not None:
        yield "share_of", list(policy.share_of)


def _use(use: PolicyUse) -> object:
    if not use.label and not use.options:
        return use.name
    table: dict[str, object] = {"use": use.name}
    if use.label:
        table["as"] = use.label
    if use.options:
        table["options"] = use.options
    return table


def tenant_table(tenant: Tenant) -> dict[str, Any]:
    """`tenant` as the table that a file has of it, with all that is left at its default left out."""
    table = dict(_tenant(tenant, timed=False))
    if tenant.work and not _is_single(tenant):
        table["work"] = [dict(_work(work)) for work in tenant.work]
    return table


def policy_table(policy: PolicySettings) -> dict[str, Any]:
    """The `[policy]` table, its options included."""
    return dict(_policy(policy)) | ({"options": dict(policy.options)} if policy.options else {})


def _is_single(tenant: Tenant) -> bool:
    """Whether the tenant's own table can say its work."""
    return len(tenant.work) == 1 and not tenant.work[0].name and tenant.work[0].priority is None


def _tenant(tenant: Tenant, timed: bool) -> Iterator[tuple[str, object]]:
    yield "name", tenant.name
    if tenant.weight != 1:
        yield "weight", exact(tenant.weight)
    if tenant.priority != 100:
        yield "priority", tenant.priority
    if tenant.guarantee:
        yield "guarantee", amounts(tenant.guarantee)
    if tenant.limit:
        yield "limit", amounts(tenant.limit)
    if _is_single(tenant):
        yield from _work(tenant.work[0])
    elif not tenant.work and not timed:
        yield "work", []


def _work(work: Work) -> Iterator[tuple[str, object]]:
    if work.name:
        yield "name", work.name
    yield "demand", amounts(work.demand)
    if work.tasks != 1 or not work.divisible:
        yield "tasks", "unlimited" if work.tasks is None else work.tasks
        if work.divisible:
            yield "divisible", True
    if work.held is not None:
        yield "held", exact(work.held)
    if work.priority is not None:
        yield "priority", work.priority
    if work.pools:
        yield "pools", list(work.pools)
