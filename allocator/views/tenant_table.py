"""Who got what: the table of tenants, laid out as wide as the terminal allows. Amounts as people read them.

Where there is room a tenant is one row with a column group a resource; else a row a resource; and on the narrowest
terminals its name stands on a line of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from allocator.core.decision import Outcome
from allocator.core.model import Scenario
from allocator.core.text import sanitize
from allocator.reports import units
from allocator.reports.table import Column, Table, clip, columns_of, padded
from allocator.results import Allocation, TenantResult
from allocator.views.comparison_words import distinct_names
from allocator.views.style import Style
from allocator.views.wording import wanted as wanted_of

MOST = 40
"""Tenants up to which all are shown."""
ENDS = 10
"""Tenants shown of each end where there are more."""
BAR = 8

Shown = Sequence[TenantResult | None]
"""The tenants of a table; None stands for those left out between the ends."""
Names = Mapping[str, str]
"""The resources that are shown, and what each is called."""
Bar = Callable[[float], str]
"""Draws a satisfaction."""


def lines(allocation: Allocation, style: Style) -> list[str]:
    """The table in the first layout that fits `style.width`; the last one always does."""
    shown = ends(allocation.tenants, style)
    names = distinct_names(concerning(allocation.scenario))
    layouts: list[Callable[[], Table]] = [
        lambda: wide(shown, names, _bar(BAR, style)),
        lambda: _tall(shown, names, "fair share", _bar(BAR, style)),
        lambda: _tall(shown, names, "fair", _bar(BAR, style)),
        lambda: _tall(shown, names, "fair", _bar(5, style)),
    ]
    for layout in layouts:
        table = layout()
        if table.width() <= style.width:
            return table.text(style.width)
    return _stacked(shown, names, style.width, _bar(BAR, style)).text(style.width, indent="  ")


def ends(tenants: Sequence[TenantResult], style: Style) -> Shown:
    """All tenants in order of declaration; or the least and the most satisfied, where there are too many to read."""
    if style.everyone or len(tenants) <= MOST:
        return tenants
    ranked = sorted(tenants, key=_satisfaction)
    return [*ranked[:ENDS], None, *ranked[-ENDS:]]


def _satisfaction(result: TenantResult) -> float:
    if result.satisfaction is not None:
        return result.satisfaction
    return 1.0 if result.outcome is Outcome.IDLE else 0.5


def concerning(scenario: Scenario) -> list[str]:
    """The resources that anybody wants any of."""
    works = [work.demand for tenant in scenario.tenants for work in tenant.work]
    wanted = {name for demand in works for name, amount in demand.items() if amount}
    return [name for name in scenario.resources if name in wanted]


def _mine(result: TenantResult) -> list[str]:
    return [name for name in result.granted if any(work.demand.get(name) for work in result.tenant.work)]


def _bar(width: int, style: Style) -> Bar:
    return lambda value: " " + units.bar(value, width, unicode=style.unicode)


def wide(shown: Shown, names: Names, bar: Bar | None) -> Table:
    """A row a tenant, four columns a resource."""
    columns = [Column("tenant", shrinks=True, least=12), Column("satisfied"), Column("outcome")]
    for name in names.values():
        columns += [Column(f"{name}: wanted", "right"), Column("granted", "right")]
        columns += [Column("fair share", "right"), Column("borrowed", "right")]
    table = Table(columns)
    for result in shown:
        if result is None:
            table.add("...", *[""] * (len(columns) - 1))
            continue
        cells = [cell for name in names for cell in _amounts(result, name)]
        table.add(result.name, _satisfied(result, bar), result.outcome.value, *cells, note=_note(result))
    return table


def _tall(shown: Shown, names: Names, fair: str, bar: Bar) -> Table:
    table = Table([Column("tenant"), Column("satisfied"), Column("outcome"), *_amount_columns(fair)])
    for result in shown:
        if result is None:
            table.add("...", *[""] * 7)
            continue
        head = (clip(sanitize(result.name), 24), _satisfied(result, bar), result.outcome.value)
        for row, note in _resource_rows(result, names):
            table.add(*head, *row, note=note)
            head = ("", "", "")
    return table


def _stacked(shown: Shown, names: Names, width: int, bar: Bar) -> Table:
    """A line a tenant, and below it a row a resource."""
    table = Table(_amount_columns("fair share"))
    people = [result for result in shown if result is not None]
    verdicts = {result.name: f"{_satisfied(result, bar):<13}  {result.outcome.value}" for result in people}
    longest = max((columns_of(sanitize(name)) for name in verdicts), default=0)
    room = min(longest, width - 2 - max(map(len, verdicts.values()), default=0))
    heads: list[str] = []
    for result in shown:
        if result is None:
            heads.append("...")
            continue
        heads.append(f"{padded(sanitize(result.name), room)}  {verdicts[result.name]}")
        table.heads[len(table.rows)] = heads
        heads = []
        for row, note in _resource_rows(result, names):
            table.add(*row, note=note)
    return table


def _amount_columns(fair: str) -> list[Column]:
    return [
        Column("resource", shrinks=True, least=8),
        *(Column(title, "right") for title in ("wanted", "granted", fair, "borrowed")),
    ]


def _resource_rows(result: TenantResult, names: Names) -> Iterator[tuple[tuple[str, ...], str]]:
    """The rows of a tenant; the note stands below the last."""
    rows = [(names[name], *_amounts(result, name)) for name in _mine(result)] or [("",) * 5]
    for row in rows[:-1]:
        yield row, ""
    yield rows[-1], _note(result)


def _satisfied(result: TenantResult, bar: Bar | None) -> str:
    if result.outcome is Outcome.IDLE:
        return ""
    if result.satisfaction is None:
        return "no limit"
    shown = units.percent(result.satisfaction)
    return shown if bar is None else f"{shown:>4}{bar(result.satisfaction)}"


def _note(result: TenantResult) -> str:
    return "" if result.outcome in (Outcome.GRANTED, Outcome.IDLE) else result.reason


def _amounts(result: TenantResult, name: str) -> tuple[str, str, str, str]:
    wanted = wanted_of(result, name)
    borrowed = result.borrowed[name]
    return (
        "no limit" if wanted is None else units.amount(name, wanted),
        units.amount(name, result.granted[name]),
        units.amount(name, result.fair_share[name]),
        units.amount(name, borrowed) if borrowed else "-",
    )
