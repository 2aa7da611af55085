"""Two tenants side by side for people: a column each, and one sentence that says why one got more.

Words and layout only; the reason was found before. Names from data are sanitised here.
"""

from __future__ import annotations

from collections.abc import Callable

from allocator.core.text import sanitize
from allocator.explanation import Side, Versus, Why
from allocator.reports import units
from allocator.reports.table import Column, Table, clip, escape_markdown, wrap
from allocator.results import TenantResult
from allocator.views.wording import name_of, resource_of, wanted, weight_in_words


def versus_text(versus: Versus, width: int = 80) -> list[str]:
    """The two side by side, no line wider than `width`."""
    lines = [heading(versus), *_table(versus).text(width, indent="  ")]
    for sentence in [*_moments(versus), reason(versus)]:
        lines += wrap(sentence, width)
    return [clip(line, width) for line in lines]


def heading(versus: Versus) -> str:
    """Who against whom, under what."""
    first, second = (name_of(side.result.name) for side in versus.sides)
    return f"{first} against {second} under {sanitize(versus.policy.label)}"


def _table(versus: Versus) -> Table:
    # A heading is no cell: the table does not sanitise it.
    names = [name_of(side.result.name) for side in versus.sides]
    table = Table([Column(""), *(Column(name, "right", shrinks=True, least=12) for name in names)])

    def row(title: str, cell: Callable[[Side], str]) -> None:
        table.add(title, *(cell(side) for side in versus.sides))

    row("weight, priority", lambda side: f"{weight_in_words(side.result.tenant.weight)}, {side.result.tenant.priority}")
    row("outcome", lambda side: f"{units.percent(side.result.satisfaction)} {side.result.outcome.value}")
    row("dominant share / weight", lambda side: units.three_digits(side.share))
    for name in versus.resources:
        for title, cell in _AMOUNTS:
            table.add(f"{resource_of(name)}: {title}", *(cell(side.result, name) for side in versus.sides))
    return table


def _one_task(result: TenantResult, name: str) -> str:
    demands = list(dict.fromkeys(work.demand.get(name, 0) for work in result.tenant.work))
    return " or ".join(units.amount(name, amount) for amount in demands[:3]) or "0"


def _wanted(result: TenantResult, name: str) -> str:
    amount = wanted(result, name)
    return "no limit" if amount is None else units.amount(name, amount)


_AMOUNTS: tuple[tuple[str, Callable[[TenantResult, str], str]], ...] = (
    ("one task", _one_task),
    ("wanted", _wanted),
    ("granted", lambda result, name: units.amount(name, result.granted[name])),
    ("entitled", lambda result, name: units.amount(name, result.entitled[name])),
    ("fair share", lambda result, name: units.amount(name, result.fair_share[name])),
)


def _moments(versus: Versus) -> list[str]:
    """For each that was stopped by a decision: what the other had by then, and under which key it was served."""
    sentences = []
    for side, other in (versus.sides, versus.sides[::-1]):
        stop = side.stop
        if stop is None or stop.resource is None:
            continue
        mine, theirs = name_of(side.result.name), name_of(other.result.name)
        at = f" at decision {stop.step:,}" if stop.step is not None else ""
        if stop.level is not None:
            at = f" at level {stop.level:.3g}"
        sentence = f"{mine} was stopped by {resource_of(stop.resource)}{at}"
        sentence += f", its key {sanitize(stop.key_words)}" if stop.key_words else ""
        if other.held_then and stop.level is None:
            sentence += f"; {theirs} had {units.amount(stop.resource, other.held_then.get(stop.resource, 0))} of it"
            sentence += f", last served at {sanitize(other.key_then)}" if other.key_then else ""
        sentences.append(sentence + ".")
    return sentences


def reason(versus: Versus) -> str:
    """Why one got more, in one sentence."""
    if versus.more is None:
        return "Neither got more of what it wanted."
    ahead, behind = versus.sides[versus.more], versus.sides[1 - versus.more]
    more, less = name_of(ahead.result.name), name_of(behind.result.name)
    stopped = resource_of(behind.stop.resource) if behind.stop is not None and behind.stop.resource else ""
    weights = (weight_in_words(ahead.result.tenant.weight), weight_in_words(behind.result.tenant.weight))
    reasons = {
        Why.WANTED_MORE: f"{more} wanted more; {less} has all it wanted",
        Why.LIMIT: f"the own limit of {less} holds no more",
        Why.INFEASIBLE: f"a task of {less} can never run here",
        Why.RESOURCE: f"{more} needs no {stopped}, which stopped {less}",
        Why.WEIGHT: f"weight {weights[0]} against {weights[1]}; with the weight of {less} it would not have",
        Why.PRIORITY: f"its priority; with the priority of {less} it would not have",
        Why.ORDER: "it stands earlier in the file; with places exchanged it would not have",
        Why.DEMAND: f"what its tasks need; with the demand of {less} it would not have",
        Why.POLICY: "no single difference (weight, priority, place, demand) turns it round",
    }
    how = ""
    if versus.found_by_run:
        after = " with the two exchanged in the file" if versus.exchanged and versus.why is not Why.ORDER else ""
        how = f" (found by a run{after})"
    return f"{more} got more: {reasons[versus.why]}{how}."


def versus_markdown(versus: Versus) -> list[str]:
    """The same as markdown."""
    sentences = [*_moments(versus), reason(versus)]
    return [
        f"## {escape_markdown(heading(versus))}",
        "",
        *_table(versus).markdown(),
        "",
        *(escape_markdown(sentence) for sentence in sentences),
    ]


def versus_csv(versus: Versus) -> str:
    """A row for each tenant and resource, exact and in smallest units."""
    fields = ("wanted", "granted", "entitled", "fair_share", "borrowed")
    heads = ("policy", "tenant", "weight", "priority", "resource", "unit", *fields, "satisfaction", "outcome", "cause")
    table = Table([Column(title) for title in (*heads, "got_more", "why")])
    exact = versus.to_dict()
    for side in exact["sides"]:
        for name, unit in exact["units"].items():
            table.add(
                versus.policy.label,
                side["name"],
                str(side["weight"]),
                str(side["priority"]),
                name,
                unit,
                *("" if side[field] is None else str(side[field][name]) for field in fields),
                "" if side["satisfaction"] is None else repr(side["satisfaction"]),
                side["outcome"],
                side["cause"],
                str(exact["more"] == side["name"]).lower(),
                exact["why"],
            )
    return table.csv()
