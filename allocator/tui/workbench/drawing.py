"""The side of the workbench as lines of pieces: the pool, fairness, who changed, and why a tenant got what it got."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.contention import pressures
from allocator.core.decision import Outcome
from allocator.core.text import sanitize
from allocator.explanation import Explanation
from allocator.reports import units
from allocator.reports.table import clip, columns_of, padded, wrap
from allocator.results import Allocation, TenantResult
from allocator.tui.glyphs import Glyphs
from allocator.tui.saying import Line, said
from allocator.views import placing_view
from allocator.views.comparison_words import distinct_names
from allocator.views.explanation_changes import change_lines
from allocator.views.explanation_why import why_lines
from allocator.views.wording import wanted, weight_in_words

_OUTCOMES = {Outcome.GRANTED: "good", Outcome.REFUSED: "bad", Outcome.INFEASIBLE: "bad"}
_FEW = 4
"""Resources up to which each has two lines."""
_SENTENCE = 20
"""Columns from which what is said stands beside a bar, not below it."""


def pool_lines(allocation: Allocation, before: Allocation | None, width: int, glyphs: Glyphs) -> list[Line]:
    """A bar a resource with what is granted and left, then fairness, and who changed since the policy before."""
    lines = [*_resources(allocation, width, glyphs), []]
    for title, value, was in (
        ("Jain index", allocation.jain_index, before.jain_index if before else None),
        ("min-max", allocation.min_max_ratio, before.min_max_ratio if before else None),
    ):
        moved = f"  {_arrow(value, was, glyphs)} was {units.ratio(was)}" if before and value != was else ""
        lines.append([(f"{title:<12}", "dim"), (units.ratio(value), "strong"), (moved, "mark")])
    if allocation.jain_index is None:
        lines += said(wrap("fewer than two tenants went short", width), "dim")
    zero = allocation.zero_grants
    names = units.names_in_words([clip(sanitize(name), 24) for name in zero], 3)
    first, *rest = wrap(f"{len(zero):,}{f': {names}' if zero else ''}", width - 12)
    style = "bad" if zero else "strong"
    lines += [[("zero grants ", "dim"), (first, style)], *([(" " * 12 + more, style)] for more in rest)]
    never = sum(one.outcome is Outcome.INFEASIBLE for one in allocation.tenants)
    lines += [[("can never run ", "dim"), (f"{never:,}", "bad")]] if never else []
    if before is not None:
        up, down = _moves(allocation, before)
        told = f"{glyphs.up} {up:,} more, {glyphs.down} {down:,} less than under {sanitize(before.label)}"
        none = f"nobody got more or less than under {sanitize(before.label)}"
        lines += [[], *said(wrap(told if up or down else none, width), "mark")]
    return lines


def pool_in_short(allocation: Allocation) -> str:
    """The pool and fairness in a few words, for where its panel is closed."""
    called = distinct_names(allocation.scenario.resources)
    used = [
        f"{called[name]} {units.percent(ratio)}"
        for name, ratio in allocation.utilisation.items()
        if allocation.granted[name] or allocation.scenario.capacity.get(name)
    ]
    return f"{', '.join(used)}; Jain {units.ratio(allocation.jain_index)}; zero grants {len(allocation.zero_grants):,}"


def _resources(allocation: Allocation, width: int, glyphs: Glyphs) -> Iterator[Line]:
    scenario = allocation.scenario
    called = distinct_names(scenario.resources)
    wanted_of = {one.resource: one for one in pressures(scenario)}
    room = min(14, max((columns_of(name) for name in called.values()), default=0))
    shown = [
        name
        for name in scenario.resources
        if allocation.granted[name] or (one := wanted_of.get(name)) is None or one.wanted or one.unlimited
    ] or list(scenario.resources)
    for name in shown:
        pressure, used = wanted_of.get(name), allocation.utilisation[name]
        left = units.amount(name, allocation.unallocated[name])
        of = f"{units.amount(name, allocation.granted[name])} of {units.amount(name, scenario.capacity.get(name, 0))}"
        few = len(shown) <= _FEW
        wide = max(6, min(30, width - room - 6)) if few else 10
        bar = units.bar(used, wide, unicode=glyphs.unicode)
        line: Line = [(f"{padded(called[name], room)} ", ""), (bar, "bar"), (f" {units.percent(used):>4}", "strong")]
        short = ""
        if pressure is not None and pressure.short:
            short = "; wanted without limit" if pressure.unlimited else f"; {units.percent(pressure.ratio)} wanted"
        if few:
            yield line
            yield from said(
                [" " * (room + 1) + more for more in wrap(f"{of}, {left} left{short}", width - room - 1)], "dim"
            )
        else:
            yield [*line, (clip(f"  {left} left{short}", max(1, width - room - 16)), "dim")]


def node_lines(allocation: Allocation, width: int) -> list[Line]:
    """What the nodes hold of it; nothing where there are none."""
    if len(allocation.scenario.nodes) < 2:
        return []
    lines = [line for sentence in placing_view.sentences(allocation) for line in wrap(sentence, width)]
    return said(lines, "dim")


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


def tenant_in_short(one: TenantResult) -> str:
    """One tenant and its reason, for where its panel is closed."""
    return f"{clip(sanitize(one.name), 20)}: {one.outcome.value}; {sanitize(one.reason)}"


def tenant_lines(one: TenantResult, width: int, glyphs: Glyphs) -> list[Line]:
    """One tenant at once: who, what it got of what it wanted, and the reason."""
    rank = f"weight {weight_in_words(one.tenant.weight)}, priority {one.tenant.priority}"
    lines = said(wrap(sanitize(one.name), width), "strong")
    lines += said(wrap(f"{one.outcome.value}; {rank}", width), _OUTCOMES.get(one.outcome, "dim"))
    called = distinct_names(one.granted)
    shown = [name for name, granted in one.granted.items() if wanted(one, name) != 0 or granted]
    room = min(14, max((columns_of(called[name]) for name in shown), default=0))
    for name in shown:
        wants, granted = wanted(one, name), one.granted[name]
        of = "; it wants without limit; its" if wants is None else f" of {units.amount(name, wants)} wanted,"
        told = f"{units.amount(name, granted)}{of} fair share {units.amount(name, one.fair_share[name])}"
        bar = units.bar(granted / wants if wants else None, 6, unicode=glyphs.unicode)
        beside = width - room - 8 >= _SENTENCE
        first, *rest = wrap(told, width - room - 8) if beside else ["", *wrap(told, width - 2)]
        lines.append([(f"{padded(called[name], room)} ", ""), (bar, "bar"), (f" {first}".rstrip(), "")])
        lines += said([" " * (room + 8 if beside else 2) + more for more in rest], "")
    return [*lines, *said(wrap(sanitize(one.reason), width), "")]


def explained_lines(explanation: Explanation, width: int, glyphs: Glyphs) -> list[str]:
    """What stopped it, who was served before it, and the least change; lines keep what they are set in by."""
    if explanation.stop is None:
        return []  # the reason has said it
    told = [*why_lines(explanation, 3), *change_lines(explanation, 4, 72, glyphs.unicode)]
    lines: list[str] = []
    for line in told:
        indent = "  " if line.startswith("  ") else ""
        first, *rest = wrap(_in_a_row(line) if indent else line, width - len(indent)) or [""]
        lines += [indent + first, *(f"{indent}  {part}" for part in rest)]
    return [clip(line, width) for line in lines]


def _in_a_row(line: str) -> str:
    """The columns of a line as a sentence: `weight 1 → 2: paid by ops 2 cpu`, `web: 3, served at share 0.3 of cpu`."""
    first, *rest = [part.strip() for part in line.strip().split("  ") if part.strip()]
    return f"{first}: {', '.join(rest)}" if rest else first
