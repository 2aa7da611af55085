"""One allocation for people: is there contention, who got what and why, what is left, how fair that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from allocator.contention import Pressure, headroom, never_runs, pressures
from allocator.core.decision import Outcome
from allocator.core.model import Scenario
from allocator.core.text import sanitize
from allocator.reports import units
from allocator.reports.table import Column, Table, escape_markdown, wrap
from allocator.results import JAIN_OF, Allocation
from allocator.views import placing_view, tenant_table
from allocator.views.comparison_words import distinct_names
from allocator.views.style import Style as Style

LEGEND = "Fair share: weighted max-min of each resource by itself. Borrowed: above its slice by weight."
"""What the columns of the tenants mean."""


def text(allocation: Allocation, style: Style) -> list[str]:
    """The whole report, no line wider than `style.width`."""
    lines = [*heading(allocation.scenario, style), ""]
    lines += [*contention_lines(allocation.scenario, style), ""]
    if allocation.tenants:
        lines += [*_tenant_lines(allocation, style), ""]
    lines += _pool_lines(allocation, style)
    placing = placing_view.lines(allocation, style)
    return [*lines, "", *placing] if placing else lines


def heading(scenario: Scenario, style: Style) -> list[str]:
    """The title, and what there is to share among whom."""
    facts = [units.count(len(scenario.tenants), "tenant")]
    if len(scenario.nodes) == 1:
        facts.append("on 1 node")
    elif scenario.nodes:
        facts.append(f"pooled over {units.count(len(scenario.nodes), 'node')}")
    title = [line for line in wrap(sanitize(scenario.title), style.width) if line]
    return [*title, *wrap(", ".join(facts), style.width)]


def contention_lines(scenario: Scenario, style: Style) -> list[str]:
    """Wanted against capacity of each resource; where everything fits, how far it is from not fitting."""
    found = pressures(scenario)
    table = Table(
        [
            Column("resource", shrinks=True),
            Column("wanted", "right"),
            Column("capacity", "right"),
            Column("ratio", "right"),
            Column(""),
        ]
    )
    shown = _shown(scenario)
    for pressure in found:
        if pressure.resource not in shown:
            continue
        table.add(
            pressure.resource,
            _amount(pressure),
            units.amount(pressure.resource, pressure.capacity),
            "no limit" if pressure.unlimited else units.percent(pressure.ratio),
            _verdict(pressure),
        )
    lines = table.text(style.width)
    if unwanted := [sanitize(name) for name in scenario.resources if name not in shown]:
        lines += wrap(f"Nobody wants any {units.names_in_words(unwanted)}.", style.width)
    if not any(pressure.short for pressure in found):
        lines += wrap(_all_fits(scenario, found), style.width)
    return lines


def _shown(scenario: Scenario) -> list[str]:
    """What somebody wants; a cluster has many resources that nobody does. Everything where nothing is wanted."""
    return tenant_table.concerning(scenario) or list(scenario.resources)


def _amount(pressure: Pressure) -> str:
    shown = units.amount(pressure.resource, pressure.wanted)
    if pressure.unlimited:
        return f"{shown} and more" if pressure.wanted else "-"
    return shown


def _verdict(pressure: Pressure) -> str:
    if pressure.short:
        return "SHORT"
    return "" if pressure.capacity else "none here"


def _all_fits(scenario: Scenario, found: Sequence[Pressure]) -> str:
    whatever = "All that can ever run here" if never_runs(scenario) else "Everything"
    if not any(pressure.wanted for pressure in found):
        return "Nothing is wanted that can run here." if never_runs(scenario) else "Nothing is wanted."
    fits = f"{whatever} fits: no policy has to choose."
    room = headroom(scenario)
    if room is None:
        return f"{fits} So it does at a thousand times this demand."
    of = units.names_in_words([units.short(name) for name in room.resources])
    who = units.names_in_words([sanitize(name) for name in room.tenants])
    if room.multiple == 1:
        return f"{fits} Only limits of their own hold tenants back: {who}, of {of}."
    at = f"At {float(room.multiple):.2f} times this demand"
    if room.tenants:
        return f"{fits} {at} a tenant meets its own limit: {who}, of {of}."
    return f"{fits} {at} somebody goes short of {of}."


def _tenant_lines(allocation: Allocation, style: Style) -> list[str]:
    policy = allocation.policy
    chosen = policy.described(over_time=False)["options"] if policy else {}
    options = ", ".join(f"{name} = {value}" for name, value in chosen.items())
    lines = wrap(sanitize(f"Policy {allocation.label}" + (f" ({options})" if options else "")), style.width)
    if None in tenant_table.ends(allocation.tenants, style):
        ends, everybody = tenant_table.ENDS, f"{len(allocation.tenants):,} tenants; --all shows them all."
        lines += wrap(f"The {ends} least and the {ends} most satisfied of {everybody}", style.width)
    return [*lines, *tenant_table.lines(allocation, style), *wrap(LEGEND, style.width)]


def _pool_lines(allocation: Allocation, style: Style) -> list[str]:
    wasteful = allocation.usable != allocation.granted
    columns = [Column("pool", shrinks=True), Column("used", "right"), Column("of", "right"), Column("left", "right")]
    columns += [Column("utilisation", "right"), Column("")]
    if wasteful:
        columns.append(Column("usable", "right"))
    table = Table(columns)
    for name in _shown(allocation.scenario):
        used = allocation.utilisation[name]
        cells = [
            name,
            units.amount(name, allocation.granted[name]),
            units.amount(name, allocation.scenario.capacity.get(name, 0)),
            units.amount(name, allocation.unallocated[name]),
            units.percent(used),
            units.bar(used, tenant_table.BAR, unicode=style.unicode),
        ]
        table.add(*cells, *([units.percent(allocation.usable_utilisation[name])] if wasteful else []))
    return [*table.text(style.width), *_fairness_lines(allocation, style)]


def _fairness_lines(allocation: Allocation, style: Style) -> list[str]:
    if allocation.jain_index is None:
        fairness = "Jain index and min-max: undefined, fewer than two tenants went short."
        if not any(result.unmet for result in allocation.tenants):
            fairness = "Nobody who can run here went short." if _impossible(allocation) else "Nobody went short."
    else:
        index, spread = units.ratio(allocation.jain_index), units.ratio(allocation.min_max_ratio)
        fairness = f"Jain index {index}, min-max {spread} (of {JAIN_OF})."
    lines = wrap(fairness, style.width)
    if allocation.zero_grants:
        names = units.names_in_words([sanitize(name) for name in allocation.zero_grants])
        lines += wrap(f"Zero grants: {names}.", style.width)
    if impossible := _impossible(allocation):
        names = units.names_in_words([sanitize(name) for name in impossible])
        lines += wrap(f"Can never run here (not counted as unfair): {names}.", style.width)
    return lines


def _impossible(allocation: Allocation) -> list[str]:
    return [result.name for result in allocation.tenants if result.outcome is Outcome.INFEASIBLE]


def rows(allocation: Allocation) -> Table:
    """A row for each tenant and resource, exact and in smallest units: for csv and markdown."""
    table = Table(
        [
            *[Column(title) for title in ("policy", "tenant")],
            *[Column(title, "right") for title in ("weight", "priority")],
            *[Column(title) for title in ("resource", "unit")],
            *[
                Column(title, "right")
                for title in ("wanted", "granted", "usable", "entitled", "fair_share", "borrowed", "satisfaction")
            ],
            *[Column(title) for title in ("outcome", "short_of", "reason")],
        ]
    )
    exact = allocation.to_dict()
    for result in exact["tenants"]:
        for name, unit in exact["units"].items():
            wanted = result["wanted"]
            table.add(
                allocation.label,
                result["name"],
                str(result["weight"]),
                str(result["priority"]),
                name,
                unit,
                "" if wanted is None else str(wanted[name]),
                *(str(result[field][name]) for field in ("granted", "usable", "entitled", "fair_share", "borrowed")),
                "" if result["satisfaction"] is None else repr(result["satisfaction"]),
                result["outcome"],
                " ".join(result["short_of"]),
                result["reason"],
            )
    return table


def csv(allocation: Allocation) -> str:
    """`rows` as csv."""
    return rows(allocation).csv()


def markdown(allocation: Allocation, style: Style) -> list[str]:
    """The report as markdown, amounts as people read them."""
    names = distinct_names(tenant_table.concerning(allocation.scenario))
    table = tenant_table.wide(tenant_table.ends(allocation.tenants, style), names, None)
    table.columns.append(Column("why"))
    table.rows = [[*row, table.notes.get(number, "")] for number, row in enumerate(table.rows)]
    title = escape_markdown(allocation.scenario.title) or "Allocation"
    verdict = [*_fairness_lines(allocation, replace(style, width=10_000)), *placing_view.sentences(allocation)]
    lines = map(escape_markdown, verdict)
    return [f"## {title}: {escape_markdown(allocation.label)}", "", *table.markdown(), "", *lines]
