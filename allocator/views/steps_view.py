"""The decisions one by one, a line each: as text, csv, markdown or JSON lines. Streams: it never holds a decision.

With a tenant named, text and markdown show its own decisions in full and one line for all the others between two of
them: how many there were, what they took, what they left. That is what someone on call asks: what happened to us, and
how much went elsewhere meanwhile. Csv and JSON lines, made for programs, hold its own decisions alone.
"""

from __future__ import annotations

import csv as csv_module
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from allocator.core.decision import Decision, Kind, Outcome, Round
from allocator.core.text import sanitize
from allocator.reports import units
from allocator.reports.table import clip, columns_of, escape_markdown, guarded, padded, wrap
from allocator.views.wording import named, named_list, resource_of

_NAME = 14
_WORDS = {Kind.ROUND: "next whole unit", Kind.SHARE: "its share of each resource"}
_COLUMNS = (
    "step",
    "round",
    "kind",
    "tenant",
    "work",
    "key",
    "asked",
    "tasks",
    "granted",
    "left",
    "outcome",
    "short_of",
)


@dataclass(slots=True)
class _Others:
    """What the decisions between two of the tenant's own came to."""

    count: int = 0
    granted: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)

    def add(self, decision: Decision) -> None:
        self.count += 1
        for name, amount in decision.granted.items():
            self.granted[name] = self.granted.get(name, 0) + amount
        self.left = dict(decision.left)


def followed(decisions: Iterable[Decision], tenant: str | None) -> Iterator[Decision | _Others]:
    """Every decision; with a tenant, its own, and what the others between them came to."""
    if tenant is None:
        yield from decisions
        return
    others = _Others()
    for decision in decisions:
        if decision.tenant != tenant:
            others.add(decision)
            continue
        if others.count:
            yield others
            others = _Others()
        yield decision
    if others.count:
        yield others


def text(
    decisions: Iterable[Decision], width: int = 80, *, tenant: str | None = None, weight_unit: int = 1
) -> Iterator[str]:
    """A decision on a line of `width` terminal columns, or on two where it needs them: who, outcome, key, what is left.

    What was taken is told where the line has room for it; a refusal says what it was short of instead.

    Args:
        decisions: In order; read one at a time.
        width: Terminal columns.
        tenant: Whose decisions to follow; None shows all.
        weight_unit: The common denominator of all weights, which levels are told without.
    """
    yield clip(f"{'step':>6} {'tenant':<{_NAME}} {'outcome':<10} its key; what it took; what was left", width)
    in_guarantees = False
    for one in followed(decisions, tenant):
        if isinstance(one, _Others):
            yield from _hanging("       ... ", [_others_line(one)], width)
            continue
        if (one.round is Round.GUARANTEE) is not in_guarantees:
            in_guarantees = not in_guarantees
            yield "guarantees first:" if in_guarantees else "then everybody:"
        yield from _line(one, weight_unit, width)


def _line(decision: Decision, weight_unit: int, width: int) -> Iterator[str]:
    name = sanitize(decision.tenant) + (f"/{sanitize(decision.work)}" if decision.work else "")
    name = padded(clip(name, _NAME), _NAME)
    key = key_in_words(decision, weight_unit)
    taken = f"took {took(decision)}" if decision.granted else ""
    if decision.outcome is Outcome.INFEASIBLE and decision.short_of:
        rest = f"can never run, for want of {units.names_in_words([resource_of(n) for n in decision.short_of])}"
    elif decision.outcome is not Outcome.GRANTED and decision.short_of:
        lacking = [f"{resource_of(n)} {units.amount(n, decision.left.get(n, 0))} left" for n in decision.short_of]
        rest = f"short of {', '.join(lacking)}"
    else:
        rest = (
            f"left {', '.join(named(name, amount) for name, amount in decision.left.items())}" if decision.left else ""
        )
    head = f"{decision.step:>6} {name} {decision.outcome.value:<10} "
    yield from _hanging(
        head, ["; ".join(filter(None, (key, taken, rest))), "; ".join(filter(None, (key, rest)))], width
    )


def _hanging(head: str, choices: Sequence[str], width: int) -> Iterator[str]:
    """`head` and the first of `choices` that fits beside it; else the first of them, wrapped below."""
    for words in choices:
        if columns_of(head) + columns_of(words) <= width:
            yield head + words
            return
    first, *more = wrap(choices[0], max(20, width - columns_of(head)))
    yield head + first
    for line in more:
        yield " " * columns_of(head) + line


def _others_line(others: _Others) -> str:
    count = units.count(others.count, "decision") + " of others"
    left = ", ".join(named(name, amount) for name, amount in others.left.items()) or "nothing"
    return f"{count} took {named_list(others.granted)}; left {left}"


def took(decision: Decision) -> str:
    """What the decision granted: `2 cpu, 4Gi memory`; empty where nothing."""
    return named_list(decision.granted) if decision.granted else ""


def key_in_words(decision: Decision, weight_unit: int = 1) -> str:
    """The key or the level (share / weight) of a decision; empty where the policy says none."""
    if decision.kind is Kind.POP:
        return sanitize(decision.key_words)
    if decision.kind is Kind.FILL:
        return f"level {decision.key * weight_unit:.3g}"
    return _WORDS[decision.kind]


def csv(decisions: Iterable[Decision], *, tenant: str | None = None, weight_unit: int = 1) -> Iterator[str]:
    """A heading and a line a decision, amounts exact and in smallest units as `resource=amount` pairs."""
    yield _csv_line(_COLUMNS)
    for decision in decisions:
        if tenant in (None, decision.tenant):
            yield _csv_line(_cells(decision, weight_unit))


def _csv_line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv_module.writer(out, lineterminator="").writerow([guarded(cell) for cell in cells])
    return out.getvalue()


def _cells(decision: Decision, weight_unit: int) -> tuple[str, ...]:
    return (
        str(decision.step),
        decision.round.value,
        decision.kind.value,
        decision.tenant,
        decision.work,
        key_in_words(decision, weight_unit),
        "" if decision.asked is None else str(decision.asked),
        str(decision.tasks),
        _pairs(decision.granted),
        _pairs(decision.left),
        decision.outcome.value,
        " ".join(decision.short_of),
    )


def _pairs(quantities: object) -> str:
    assert hasattr(quantities, "items"), "quantities are a mapping"
    return " ".join(f"{name}={amount}" for name, amount in quantities.items())


def markdown(decisions: Iterable[Decision], *, tenant: str | None = None, weight_unit: int = 1) -> Iterator[str]:
    """A pipe table, a row a decision, amounts as people read them; with a tenant, rows for the others in between."""
    yield "| step | tenant | outcome | took | key | short of |"
    yield "| --: | :-- | :-- | :-- | :-- | :-- |"
    for one in followed(decisions, tenant):
        if isinstance(one, _Others):
            who = f"{units.count(one.count, 'decision')} of others"
            cells: tuple[str, ...] = ("", who, "", named_list(one.granted), "", "")
        else:
            name = one.tenant + (f"/{one.work}" if one.work else "")
            short = ", ".join(resource_of(resource) for resource in one.short_of)
            cells = (str(one.step), name, one.outcome.value, took(one), key_in_words(one, weight_unit), short)
        yield f"| {' | '.join(escape_markdown(cell) for cell in cells)} |"


def json_lines(decisions: Iterable[Decision], *, tenant: str | None = None, weight_unit: int = 1) -> Iterator[str]:
    """One JSON object a line, amounts in smallest units; names beyond ASCII are escaped."""
    for decision in decisions:
        if tenant in (None, decision.tenant):
            yield json.dumps(to_dict(decision, weight_unit), ensure_ascii=True, allow_nan=False)


def to_dict(decision: Decision, weight_unit: int = 1) -> dict[str, object]:
    """A decision for programs; `level` is null unless a level was rising, `key` is in words."""
    level = decision.key * weight_unit if decision.kind is Kind.FILL and decision.key < float("inf") else None
    return {
        "step": decision.step,
        "round": decision.round.value,
        "kind": decision.kind.value,
        "tenant": decision.tenant,
        "work": decision.work,
        "key": key_in_words(decision, weight_unit),
        "level": level,
        "asked": decision.asked,
        "tasks": decision.tasks,
        "granted": dict(decision.granted),
        "left": dict(decision.left),
        "outcome": decision.outcome.value,
        "short_of": list(decision.short_of),
    }
