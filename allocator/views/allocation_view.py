"""One allocation for people: is there contention, who got what and why, what is left, how fair that is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from allocator.contention import Headroom, Pressure, headroom, pressures
from allocator.core.decision import Outcome
from allocator.core.model import Scenario
from allocator.core.text import sanitize
from allocator.reports import units
from allocator.reports.table import Column, Table, wrap
from allocator.results import JAIN_OF, Allocation, TenantResult

MOST = 40
"""Tenants up to which all are shown."""
ENDS = 10
"""Tenants shown of each end where there are more."""
_BAR = 8


@dataclass(frozen=True, slots=True)
class Style:
    """How text is laid out: for a terminal, a pipe or a file."""

    width: int = 80
    unicode: bool = False
    bars: bool = True
    everyone: bool = False
    """Whether all tenants are shown, however many there are."""


def text(allocation: Allocation, style: Style) -> list[str]:
    """The whole report, no line wider than `style.width`."""
    lines = [*heading(allocation.scenario, style), ""]
    lines += [*contention_lines(allocation.scenario, style), ""]
    if allocation.tenants:
        lines += [*_tenant_lines(allocation, style), ""]
    return lines + _pool_lines(allocation, style)


def heading(scenario: Scenario, style: Style) -> list[str]:
    """The title, and what there is to share among whom."""
    facts = [units.count(len(scenario.tenants), "tenant")]
    if scenario.nodes:
        facts.append(f"pooled over {units.count(len(scenario.nodes), 'node')} (placing on nodes is not modelled)")
    title = [line for line in wrap(sanitize(scenario.title), style.width) if line]
    return [*title, *wrap(", ".join(facts), style.width)]


def contention_lines(scenario: Scenario, style: Style) -> list[str]:
    """Wanted against capacity of each resource; where everything fits, how far it is from not fitting."""
    found = pressures(scenario)
    table = Table(
        [
            Column("wanted", shrinks=True),
            Column("of all", "right"),
            Column("amount", "right"),
            Column("capacity", "right"),
            Column(""),
        ]
    )
    for pressure in found:
        table.add(
            pressure.resource,
            "no limit" if pressure.unlimited else units.percent(pressure.ratio),
            units.amount(pressure.resource, pressure.wanted) + (" and more" if pressure.unlimited else ""),
            units.amount(pressure.resource, pressure.capacity),
            _verdict(pressure),
        )
    lines = table.text(style.width)
    if not any(pressure.short for pressure in found):
        lines += wrap(_all_fits(headroom(scenario)), style.width)
    return lines


def _verdict(pressure: Pressure) -> str:
    if pressure.short:
        return "SHORT" if pressure.capacity else "SHORT: there is none"
    return ""


def _all_fits(room: Headroom | None) -> str:
    if room is None:
        return "Everything fits: no policy has to choose."
    at = f"{float(room.multiple):.2f}".rstrip("0").rstrip(".")
    who = (
        f"{units.names_in_words([sanitize(name) for name in room.tenants])} meets its limit"
        if room.tenants
        else ("somebody goes short")
    )
    of = units.names_in_words([units.short(name) for name in room.resources])
    return f"Everything fits: no policy has to choose. At {at} times this demand {who} of {of}."


def _tenant_lines(allocation: Allocation, style: Style) -> list[str]:
    """The table of tenants: a column group a resource where there is room, else a row a resource."""
    shown, omitted = _ends(allocation.tenants, style)
    policy = allocation.policy
    options = ", ".join(f"{name} = {value}" for name, value in policy.described()["options"].items()) if policy else ""
    lines = wrap(sanitize(f"Policy {allocation.label}" + (f" ({options})" if options else "")), style.width)
    if omitted:
        everybody = f"{len(allocation.tenants):,} tenants; --all shows them all."
        lines += wrap(f"The {ENDS} least and the {ENDS} most satisfied of {everybody}", style.width)
    resources = [name for name in allocation.scenario.resources if _concerns(name, allocation.tenants)]
    wide = _wide(shown, resources, style)
    table = wide if wide.width() <= style.width else _tall(shown, style)
    return lines + table.text(style.width)


def _concerns(name: str, tenants: Iterable[TenantResult]) -> bool:
    """Whether anybody wants any of a resource."""
    return any(any(work.demand.get(name) for work in result.tenant.work) for result in tenants)


def _ends(tenants: Sequence[TenantResult], style: Style) -> tuple[list[TenantResult | None], int]:
    """All tenants in order of declaration; or the least and most satisfied, None standing for those between."""
    if style.everyone or len(tenants) <= MOST:
        return list(tenants), 0
    ranked = sorted(tenants, key=_satisfaction)
    return [*ranked[:ENDS], None, *ranked[-ENDS:]], len(tenants) - 2 * ENDS


def _satisfaction(result: TenantResult) -> float:
    if result.satisfaction is not None:
        return result.satisfaction
    return 1.0 if result.outcome is Outcome.IDLE else 0.5


def _satisfied(result: TenantResult, style: Style) -> str:
    if result.satisfaction is None:
        return "no limit"
    if not style.bars:
        return units.percent(result.satisfaction)
    return f"{units.percent(result.satisfaction):>5} {units.bar(result.satisfaction, _BAR, unicode=style.unicode)}"


def _wide(shown: Sequence[TenantResult | None], resources: Sequence[str], style: Style) -> Table:
    columns = [Column("tenant", shrinks=True, least=12), Column("satisfied"), Column("outcome")]
    for name in resources:
        columns += [Column(f"{units.short(name)}: wanted", "right"), Column("granted", "right")]
        columns += [Column("fair share", "right"), Column("borrowed", "right")]
    table = Table(columns)
    for result in shown:
        if result is None:
            table.add("...", *[""] * (len(columns) - 1))
            continue
        cells = [cell for name in resources for cell in _amounts(result, name)]
        table.add(result.name, _headline(result, style), result.outcome.value, *cells, note=_note(result))
    return table


def _tall(shown: Sequence[TenantResult | None], style: Style) -> Table:
    table = Table(
        [
            Column("tenant", shrinks=True, least=10),
            Column("satisfied"),
            Column("outcome"),
            Column("resource", shrinks=True, least=6),
            Column("wanted", "right"),
            Column("granted", "right"),
            Column("fair", "right"),
            Column("borrowed", "right"),
        ]
    )
    for result in shown:
        if result is None:
            table.add("...", *[""] * 7)
            continue
        mine = [name for name in result.granted if any(work.demand.get(name) for work in result.tenant.work)]
        first = (result.name, _headline(result, style), result.outcome.value)
        rows = [(units.short(name), *_amounts(result, name)) for name in mine] or [("", "", "", "", "")]
        for number, row in enumerate(rows):
            last = number == len(rows) - 1
            table.add(*(first if number == 0 else ("", "", "")), *row, note=_note(result) if last else "")
    return table


def _headline(result: TenantResult, style: Style) -> str:
    return "" if result.outcome is Outcome.IDLE else _satisfied(result, style)


def _note(result: TenantResult) -> str:
    return "" if result.outcome in (Outcome.GRANTED, Outcome.IDLE) else result.reason


def _amounts(result: TenantResult, name: str) -> tuple[str, str, str, str]:
    wanted = _wanted(result, name)
    borrowed = result.borrowed[name]
    return (
        "no limit" if wanted is None else units.amount(name, wanted),
        units.amount(name, result.granted[name]),
        units.amount(name, result.fair_share[name]),
        units.amount(name, borrowed) if borrowed else "-",
    )


def _wanted(result: TenantResult, name: str) -> int | None:
    """What a tenant wants of one resource; None where some of its work that needs it is without limit."""
    total = 0
    for work in result.work:
        if work.wanted is not None:
            total += work.wanted[name]
    unlimited = any(work.tasks is None and work.demand.get(name) for work in result.tenant.work)
    return None if unlimited else total


def _pool_lines(allocation: Allocation, style: Style) -> list[str]:
    wasteful = allocation.usable != allocation.granted
    columns = [Column("pool", shrinks=True), Column("used", "right"), Column("of", "right"), Column("left", "right")]
    columns += [Column("utilisation", "right"), Column("")]
    if wasteful:
        columns.append(Column("usable", "right"))
    table = Table(columns)
    for name in allocation.scenario.resources:
        used = allocation.utilisation[name]
        cells = [
            name,
            units.amount(name, allocation.granted[name]),
            units.amount(name, allocation.scenario.capacity.get(name, 0)),
            units.amount(name, allocation.unallocated[name]),
            units.percent(used),
            units.bar(used, _BAR, unicode=style.unicode),
        ]
        table.add(*cells, *([units.percent(allocation.usable_utilisation[name])] if wasteful else []))
    return [*table.text(style.width), *_fairness_lines(allocation, style)]


def _fairness_lines(allocation: Allocation, style: Style) -> list[str]:
    if allocation.jain_index is None:
        fairness = "Jain index and min-max: undefined, fewer than two tenants went short."
        if not any(result.unmet for result in allocation.tenants):
            fairness = "Nobody went short."
    else:
        index, spread = units.ratio(allocation.jain_index), units.ratio(allocation.min_max_ratio)
        fairness = f"Jain index {index}, min-max {spread} (of {JAIN_OF})."
    lines = wrap(fairness, style.width)
    if allocation.zero_grants:
        names = units.names_in_words([sanitize(name) for name in allocation.zero_grants])
        lines += wrap(f"Zero grants: {names}.", style.width)
    impossible = [result.name for result in allocation.tenants if result.outcome is Outcome.INFEASIBLE]
    if impossible:
        names = units.names_in_words([sanitize(name) for name in impossible])
        lines += wrap(f"Can never run here (not counted as unfair): {names}.", style.width)
    return lines


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
    resources = [name for name in allocation.scenario.resources if _concerns(name, allocation.tenants)]
    style = replace(style, width=10_000, bars=False)
    shown, _ = _ends(allocation.tenants, style)
    table = _wide(shown, resources, style)
    table.columns.append(Column("why"))
    table.rows = [[*row, table.notes.get(number, "")] for number, row in enumerate(table.rows)]
    title = sanitize(allocation.scenario.title) or "Allocation"
    return [
        f"## {title}: {sanitize(allocation.label)}",
        "",
        *table.markdown(),
        "",
        *_fairness_lines(allocation, style),
    ]
