"""The side of the workbench as lines: the policies with their numbers, the pool, fairness, and why in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from allocator.contention import pressures
from allocator.core.decision import Outcome
from allocator.core.text import sanitize
from allocator.explanation import Explanation
from allocator.reports import units
from allocator.reports.table import clip, padded, wrap
from allocator.results import Allocation, TenantResult
from allocator.tui.glyphs import Glyphs
from allocator.views import placing_view
from allocator.views.comparison_words import distinct_names
from allocator.views.explanation_changes import change_lines
from allocator.views.explanation_why import why_lines
from allocator.views.wording import wanted, weight_in_words

BAR = 10


def policy_line(names: Sequence[str], chosen: str, width: int, glyphs: Glyphs) -> str:
    """The policies with the digits that switch to them, the chosen one marked; as many as `width` holds around it."""
    parts = [
        f"{glyphs.cursor if name == chosen else ' '}{number if number < 10 else '-'} {clip(sanitize(name), 24)}"
        for number, name in enumerate(names, 1)
    ]
    first = 0
    at = names.index(chosen) if chosen in names else 0
    while first < at and sum(len(part) + 2 for part in parts[first : at + 1]) > width:
        first += 1
    return clip("  ".join(parts[first:]), width)


def pool_lines(allocation: Allocation, before: Allocation | None, width: int, glyphs: Glyphs) -> list[str]:
    """A bar a resource with what is granted and left, then fairness, and who changed since the policy before."""
    lines = [*_resources(allocation, width, glyphs), ""]
    for title, value, was in (
        ("Jain index", allocation.jain_index, before.jain_index if before else None),
        ("min-max", allocation.min_max_ratio, before.min_max_ratio if before else None),
    ):
        moved = f"  {_arrow(value, was, glyphs)} was {units.ratio(was)}" if before and value != was else ""
        lines.append(f"{title:<11} {units.ratio(value)}{moved}")
    if allocation.jain_index is None:
        lines.append("fewer than two tenants went short")
    zero = allocation.zero_grants
    names = units.names_in_words([clip(sanitize(name), 24) for name in zero], 3)
    lines += wrap(f"zero grants {len(zero):,}{f': {names}' if zero else ''}", width)
    never = sum(one.outcome is Outcome.INFEASIBLE for one in allocation.tenants)
    lines += [f"can never run {never:,}"] if never else []
    if before is not None:
        up, down = _moves(allocation, before)
        told = f"{glyphs.up} {up:,} more, {glyphs.down} {down:,} less than under {sanitize(before.label)}"
        lines += ["", *wrap(told if up or down else f"nobody got more or less than under {before.label}", width)]
    return lines


def _resources(allocation: Allocation, width: int, glyphs: Glyphs) -> Iterator[str]:
    scenario = allocation.scenario
    called = distinct_names(scenario.resources)
    wanted_of = {one.resource: one for one in pressures(scenario)}
    room = max(6, min(14, width - BAR - 22))
    for name in scenario.resources:
        pressure = wanted_of.get(name)
        if pressure is not None and not pressure.wanted and not pressure.unlimited and not allocation.granted[name]:
            continue
        used = allocation.utilisation[name]
        bar = units.bar(used, BAR, unicode=glyphs.unicode)
        left = units.amount(name, allocation.unallocated[name])
        yield clip(f"{padded(called[name], room)} {bar} {units.percent(used):>4}  {left} left", width)
        if pressure is not None and pressure.short:
            asked = "no limit" if pressure.unlimited else units.percent(pressure.ratio)
            yield clip(f"{'':<{room}} SHORT: {asked} of it wanted", width)


def node_lines(allocation: Allocation, width: int) -> list[str]:
    """What the nodes hold of it; nothing where there are none."""
    if len(allocation.scenario.nodes) < 2:
        return []
    return [line for sentence in placing_view.sentences(allocation) for line in wrap(sentence, width)]


def _arrow(value: float | None, was: float | None, glyphs: Glyphs) -> str:
    if value is None or was is None:
        return ""
    return glyphs.up if value > was else glyphs.down


def _moves(allocation: Allocation, before: Allocation) -> tuple[int, int]:
    up = down = 0
    for now, was in zip(allocation.tenants, before.tenants, strict=True):
        up += now.tasks_granted > was.tasks_granted
        down += now.tasks_granted < was.tasks_granted
    return up, down


def tenant_lines(one: TenantResult, width: int) -> list[str]:
    """One tenant at once: who, what it got of what it wanted, and the reason."""
    rank = f"weight {weight_in_words(one.tenant.weight)}, priority {one.tenant.priority}"
    lines = [*wrap(sanitize(one.name), width), f"{one.outcome.value}; {rank}"]
    called = distinct_names(one.granted)
    for name, granted in one.granted.items():
        wants = wanted(one, name)
        if wants != 0 or granted:
            of = "no limit" if wants is None else units.amount(name, wants)
            share = units.amount(name, one.fair_share[name])
            lines += wrap(f"{called[name]}: {units.amount(name, granted)} of {of} wanted, fair share {share}", width)
    return lines + wrap(sanitize(one.reason), width)


def explained_lines(explanation: Explanation, width: int, glyphs: Glyphs) -> list[str]:
    """What stopped it, who was served before it, and the least change; lines keep what they are set in by."""
    told = [*why_lines(explanation, 3), *change_lines(explanation, 4, 72, glyphs.unicode)]
    lines: list[str] = []
    for line in told:
        indent = "  " if line.startswith("  ") else ""
        first, *rest = wrap(" ".join(line.split()) if indent else line, width - len(indent)) or [""]
        lines += [indent + first, *(f"{indent}  {part}" for part in rest)]
    return [clip(line, width) for line in lines]
