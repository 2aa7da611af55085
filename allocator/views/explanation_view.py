"""An explanation for people: at most fifteen lines that can be pasted into a ticket, and the same as markdown.

Words and layout only; every number was found before. Names from data are sanitised here.
"""

from __future__ import annotations

from allocator.core.resources import Quantities
from allocator.core.text import sanitize
from allocator.explanation import Explanation
from allocator.reports import units
from allocator.reports.table import Column, Table, clip, escape_markdown, wrap
from allocator.results import TenantResult
from allocator.views.explanation_changes import change_in_words, change_lines, payers_in_words
from allocator.views.explanation_why import why_lines
from allocator.views.versus_view import versus_csv, versus_markdown, versus_text
from allocator.views.wording import name_of, resource_of, wanted, weight_in_words

__all__ = ["csv", "markdown", "text", "versus_csv", "versus_markdown", "versus_text"]

MOST_LINES = 15
_ROOM = ((3, 4, 9), (2, 4, 9), (2, 3, 9), (2, 2, 9), (1, 2, 9), (1, 1, 9), (1, 1, 4), (0, 1, 4), (0, 1, 3), (0, 1, 2))
"""Takers, resources and changes that are shown: what a reader can best do without goes first."""


def text(explanation: Explanation, width: int = 80, unicode: bool = False) -> list[str]:
    """At most `MOST_LINES` lines of at most `width` terminal columns."""
    lines: list[str] = []
    for takers, rows, changes in _ROOM:
        lines = [
            *wrap(heading(explanation), width),
            *amounts(explanation, rows).text(width, indent="  "),
            *(part for line in why_lines(explanation, takers) for part in _wrapped(line, width)),
            *change_lines(explanation, changes, width, unicode),
        ]
        if len(lines) <= MOST_LINES:
            break
    return [clip(line, width) for line in lines[:MOST_LINES]]


def heading(explanation: Explanation) -> str:
    """Who, under what, and what came of it."""
    result = explanation.result
    policy = explanation.policy
    return f"{name_of(result.name)} under {sanitize(policy.label)}: {_outcome(result)}"


def _outcome(result: TenantResult) -> str:
    if result.tasks_wanted is None:
        got = f"{units.tasks(float(result.tasks_granted))} tasks of unlimited"
    elif all(work.divisible for work in result.tenant.work):
        got = f"{units.percent(result.satisfaction)} of what it wanted"
    else:
        got = f"{units.tasks(float(result.tasks_granted))} of {units.count(result.tasks_wanted, 'task')}"
    rank = f"weight {weight_in_words(result.tenant.weight)}, priority {result.tenant.priority}"
    return f"{result.outcome.value}, {got}; {rank}"


def amounts(explanation: Explanation, most: int) -> Table:
    """A row a resource, what stopped it first: wanted, held, granted, entitled, fair share, borrowed."""
    result = explanation.result
    shown = explanation.resources[:most]
    hidden = len(explanation.resources) - len(shown)
    table = Table(
        [Column(f"+{hidden} more" if hidden else "", shrinks=True, least=8)]
        + [Column(title, "right") for title in ("wanted", "held", "granted", "entitled", "fair share", "borrowed")]
    )
    for name in shown:
        wants = wanted(result, name)
        table.add(
            resource_of(name),
            "no limit" if wants is None else units.amount(name, wants),
            "-" if explanation.held is None else units.amount(name, explanation.held.get(name, 0)),
            units.amount(name, result.granted[name]),
            units.amount(name, result.entitled[name]),
            units.amount(name, result.fair_share[name]),
            units.amount(name, result.borrowed[name]) if result.borrowed[name] else "-",
        )
    return table


def _wrapped(line: str, width: int) -> list[str]:
    """`line` in lines of `width` columns, an indent kept and further lines set in."""
    indent = "  " if line.startswith("  ") else ""
    first, *rest = wrap(line[len(indent) :], width - len(indent)) or [""]
    return [indent + first, *(f"{indent}  {part}" for part in rest)]


def markdown(explanation: Explanation) -> list[str]:
    """The same as markdown: a heading, the amounts, why, and the changes with who pays."""
    lines = [f"## {escape_markdown(heading(explanation))}", "", *amounts(explanation, 99).markdown(), ""]
    lines += [_bullet(line) for line in why_lines(explanation, 3)]
    told = change_lines(explanation, 99, 10_000, False)
    lines += ["", *[_bullet(line) for line in told if not line.startswith(" ")]]
    found = [change for change in explanation.changes if change.after is not None]
    if found:
        table = Table([Column("enough"), Column("who pays")])
        for change in found:
            payers = payers_in_words(change, explanation.capacity, 10_000)
            table.add(change_in_words(change, explanation, "->"), payers)
        lines += ["", *table.markdown()]
    return lines


def _bullet(line: str) -> str:
    depth = "  " if line.startswith(" ") else ""
    return f"{depth}- {escape_markdown(' '.join(line.split()))}"


def csv(explanation: Explanation) -> str:
    """A row for the tenant as it is, and one for each change that was tried and each payer of it; smallest units."""
    heads = ("kind", "axis", "resource", "work", "before", "after", "verified", "tenant", "amounts")
    table = Table([Column(title) for title in heads])
    exact_data = explanation.to_dict()
    tenant = exact_data["tenant"]
    for field in ("wanted", "held", "granted", "entitled", "fair_share", "borrowed"):
        table.add(field, *[""] * 6, tenant["name"], _pairs(tenant[field]))
    stop = exact_data["stop"]
    table.add("cause", exact_data["cause"], (stop or {}).get("resource") or "", *[""] * 4, tenant["name"], "")
    for taker in stop["takers"] if stop else ():
        table.add("taker", "", stop["resource"] or "", *[""] * 4, taker["name"], str(taker["amount"]))
    for change in exact_data["changes"]:
        what = (change["axis"], change["resource"] or "", change["work"], str(change["before"]))
        after = "" if change["after"] is None else str(change["after"])
        table.add("change", *what, after, str(change["verified"]).lower(), tenant["name"], _pairs(change["amounts"]))
        for payer in change["payers"]:
            table.add("payer", *what, after, "", payer["name"], _pairs(payer["lost"]))
    return table.csv()


def _pairs(quantities: Quantities | None) -> str:
    return "" if quantities is None else " ".join(f"{name}={amount}" for name, amount in quantities.items())
