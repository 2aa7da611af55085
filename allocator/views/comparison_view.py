"""A comparison for people: the verdict first, then who loses and gains and why, then the metrics, policies across.

Form only: what is compared, and who gains, is `comparison`'s. Names pass through `sanitize` on the way.
"""

from __future__ import annotations

from collections.abc import Sequence

from allocator.comparison import Comparison, Verdict
from allocator.contention import Pressure, pressures
from allocator.core.decision import Outcome
from allocator.core.text import sanitize
from allocator.reports import units
from allocator.reports.table import Column, Table, escape_markdown, wrap
from allocator.views.comparison_changes import change_lines, change_table
from allocator.views.comparison_grids import Side, grants, legend, metrics, satisfactions, sides
from allocator.views.comparison_rows import csv as csv
from allocator.views.comparison_words import distinct_names

_MOST_RESOURCES = 6


def text(
    comparison: Comparison,
    width: int,
    *,
    unicode: bool = False,
    show_all: bool = False,
    wide: bool = False,
    top: int = 5,
) -> list[str]:
    """Lines of at most `width` terminal columns (60 or more).

    Args:
        comparison: What to show.
        width: Of the terminal.
        unicode: Whether bars may be drawn with block letters.
        show_all: Every tenant under every policy, too.
        wide: What each policy grants of each resource, too.
        top: How many who lose, and who gain, are named.
    """
    across = sides(comparison)
    verdicts = _verdicts(comparison, across)
    lines = [line for line in wrap(sanitize(comparison.scenario.title), width) if line]
    lines += wrap(headline(comparison), width)
    for line in _what_fits(comparison, across):
        lines += wrap(line, width)
    lines += _verdict_lines(comparison, verdicts, width)
    focus = _focus(comparison, verdicts)
    if focus is not None:
        lines += ["", *change_lines(comparison, *focus, width, unicode=unicode, top=top)]
    if show_all and comparison.scenario.tenants:
        lines += ["", *satisfactions(comparison, across, unicode=unicode).text(width)]
        lines += wrap(f"+ more, - less than {sanitize(comparison.baseline.label)}", width)
    if wide and comparison.scenario.tenants:
        for grid, rest in grants(comparison, across, most=None if show_all else 2 * top):
            lines += ["", *grid.text(width)]
            if rest:
                lines += wrap(f"and {rest:,} more whose grants differ less (--all shows every tenant)", width)
    lines += ["", *metrics(comparison, across).text(width)]
    return lines + [line for note in legend(comparison) for line in wrap(note, width)]


def markdown(comparison: Comparison, *, show_all: bool = False, wide: bool = False, top: int = 5) -> list[str]:
    """The same for a ticket or a wiki: verdict, who loses and gains, metrics; each a pipe table."""
    across = sides(comparison)
    verdicts = _verdicts(comparison, across)
    title = comparison.scenario.title or "Comparison"
    lines = [f"## {escape_markdown(title)}", "", escape_markdown(headline(comparison)) + "  "]
    lines += [escape_markdown(line) + "  " for line in _what_fits(comparison, across)]
    if verdicts:
        table = Table(
            [
                Column(f"against {comparison.baseline.label}"),
                *(Column(word, "right") for word in _WORDS),
            ]
        )
        for label, verdict in verdicts:
            table.add(label, *(str(number) for number in _counts(verdict)))
        lines += ["", *table.markdown()]
    focus = _focus(comparison, verdicts)
    if focus is not None:
        label, verdict = focus
        lines += ["", f"### {escape_markdown(label)} against {escape_markdown(verdict.before.label)}", ""]
        lines += change_table(comparison, label, verdict, top).markdown()
    if show_all and comparison.scenario.tenants:
        lines += ["", "### Satisfaction", "", *satisfactions(comparison, across, bars=False).table().markdown()]
    if wide and comparison.scenario.tenants:
        for grid, rest in grants(comparison, across, most=None if show_all else 2 * top):
            lines += ["", *grid.table().markdown()]
            if rest:
                lines += ["", f"and {rest:,} more whose grants differ less"]
    lines += ["", "### Metrics", "", *metrics(comparison, across).table().markdown(), ""]
    return lines + [escape_markdown(note) + "  " for note in legend(comparison)]


def headline(comparison: Comparison) -> str:
    """What is compared: how many tenants, how much is wanted of what there is."""
    scenario = comparison.scenario
    parts = [units.count(len(scenario.tenants), "tenant")]
    if scenario.nodes:
        parts.append(f"{units.count(len(scenario.nodes), 'node')} pooled")
    found = [pressure for pressure in pressures(scenario) if pressure.wanted or pressure.unlimited]
    fewer = sorted(found, key=_pressing, reverse=True)[:_MOST_RESOURCES]
    names = distinct_names(scenario.resources)
    wanted = ", ".join(f"{names[pressure.resource]} {_ratio(pressure)}" for pressure in found if pressure in fewer)
    if len(found) > len(fewer):
        wanted += f", and less of {units.count(len(found) - len(fewer), 'more resource')}"
    told = f"{', '.join(parts)}; wanted: {wanted}" if found else f"{', '.join(parts)}: nothing is wanted"
    never = sum(result.outcome is Outcome.INFEASIBLE for result in comparison.allocations[-1].tenants)
    return sanitize(told + (f"; {units.count(never, 'tenant')} can never run" if never else ""))


def facts(comparison: Comparison) -> list[str]:
    """What is compared, and what there is to say of all policies at once; a line each."""
    return [headline(comparison), *_what_fits(comparison, sides(comparison))]


def _pressing(pressure: Pressure) -> float:
    return float("inf") if pressure.unlimited else pressure.ratio or 0.0


def _ratio(pressure: Pressure) -> str:
    return "without limit" if pressure.unlimited else units.percent(pressure.ratio)


def _what_fits(comparison: Comparison, across: Sequence[Side]) -> list[str]:
    """Under which policies nobody goes short, where there is anything to say of that."""
    ran = [one for one in comparison.allocations if one.policy is not None]
    full = [one for one in ran if not any(result.unmet for result in one.tenants)]
    if len(ran) == 1:
        lines = [] if comparison.verdicts else [f"Only {ran[0].label} is compared: there is nothing to set it against."]
    elif any(side.stands_for > 1 for side in across):
        everything = "everything fits, and there" if full else "there"
        lines = [f"All {len(ran)} policies grant the same: {everything} is nothing to choose between them."]
    elif full:
        short = [one.label for one in ran if one not in full]
        lines = [f"Everything fits, but not under {units.names_in_words(short)}."]
    else:
        lines = []
    now = next((one for one in comparison.allocations if one.policy is None), None)
    parts = now.utilisation.items() if now else ()
    over = [f"{units.percent(part)} of {units.short(name)}" for name, part in parts if part is not None and part > 1]
    if over:
        lines.append(f"What runs now holds {units.names_in_words(over)}: more than there is.")
    return [sanitize(line) for line in lines]


def _verdicts(comparison: Comparison, across: Sequence[Side]) -> list[tuple[str, Verdict]]:
    """The verdicts to tell, each with what its allocation is called."""
    called = {id(comparison.allocations[side.index]): side.label for side in across}
    told = [verdict for verdict in comparison.verdicts if id(verdict.after) in called]
    if any(side.stands_for > 1 for side in across):
        # One policy against another that grants the same: a line has said that already.
        told = [verdict for verdict in told if verdict.before.policy is None or verdict.after.policy is None]
    return [(called[id(verdict.after)], verdict) for verdict in told]


_WORDS = ("gain", "lose", "same")


def _counts(verdict: Verdict) -> tuple[int, int, int]:
    return len(verdict.gains), len(verdict.loses), verdict.same


def _verdict_lines(comparison: Comparison, verdicts: Sequence[tuple[str, Verdict]], width: int) -> list[str]:
    table = Table([Column("", shrinks=True, least=20), *(Column("", "right") for _ in _WORDS)])
    against = sanitize(comparison.baseline.label)
    for label, verdict in verdicts:
        cells = [f"{number:,} {word}" for number, word in zip(_counts(verdict), _WORDS, strict=True)]
        table.add(f"{label} against {against}:", *cells)
    return table.text(width)[1:]


def _focus(comparison: Comparison, verdicts: Sequence[tuple[str, Verdict]]) -> tuple[str, Verdict] | None:
    """The verdict that is told tenant by tenant; None where nothing changes."""
    changing = [entry for entry in verdicts if entry[1].gains or entry[1].loses]
    own = [entry for entry in changing if entry[1] is comparison.focus]
    return max(own or changing, key=lambda entry: len(entry[1].loses), default=None)
