"""What is installed, one policy's facts, another system's words: as lines for people."""

from __future__ import annotations

from collections.abc import Sequence

from allocator import registry
from allocator.core.errors import BadPolicyError
from allocator.core.policy import Facts, Filling, Option, needs_time
from allocator.core.text import sanitize
from allocator.reports.table import Column, Table, wrap
from allocator.systems import SYSTEMS, System, Word

_GRANTS = {
    Filling.NONE: "like whole tasks: a pop takes all that fits",
    Filling.DOMINANT_SHARE: "progressive filling: one level of weighted dominant share rises for all",
    Filling.ENTITLEMENT: "exactly what each is entitled to, each resource by itself",
    Filling.SLICE: "inside each slice, each resource by itself",
}


def listing(width: int) -> list[str]:
    """Every installed policy in a line, and the systems whose words are known."""
    table = Table([Column("policy"), Column("who is served first", shrinks=True, least=30), Column("from")])
    for one in registry.installed():
        table.add(one.name, _summary(one.name), one.distribution)
    wide = table.width() <= width
    lines = table.text(width) if wide else _stacked(width)
    return [*lines, "", *wrap(f"fairheap policies NAME tells one. Systems: {', '.join(sorted(SYSTEMS))}.", width)]


def _stacked(width: int) -> list[str]:
    lines: list[str] = []
    for one in registry.installed():
        source = "" if one.built_in else f"  (from {one.distribution})"
        lines += [one.name + source, *wrap(_summary(one.name), width, indent="  ")]
    return lines


def _summary(name: str) -> str:
    """A policy's summary; what is wrong with it where it cannot be used: the list is where people look for that."""
    try:
        return sanitize(facts_of(name).summary)
    except BadPolicyError as error:
        return sanitize(str(error))


def facts_of(name: str) -> Facts:
    """What a policy says of itself; a policy need not say anything."""
    policy = registry.find(name)
    facts = getattr(policy, "facts", None)
    if isinstance(facts, Facts):
        return facts
    return Facts(summary=(policy.__doc__ or "says nothing of itself").strip().split("\n")[0], definition="", source="")


def policy(name: str, width: int) -> list[str]:
    """One policy's definition, source, properties and options."""
    cls, facts = registry.find(name), facts_of(name)
    timed = needs_time(cls)
    lines = [name, *wrap(facts.summary, width, indent="  "), ""]
    rows = [
        ("definition", facts.definition),
        ("ranks", f"{'jobs, over time' if timed else cls.ranks.value}; keys change: {cls.key_change.value}"),
        ("divisible", "" if timed else _GRANTS[getattr(cls, "filling", Filling.NONE)]),
        ("source", facts.source),
        *facts.properties.items(),
    ]
    longest = max(len(head) for head, _ in rows) + 2
    for head, text in rows:
        lines += _entry(head, text, longest, width) if text else []
    lines += ["", "options"] if registry.taken(cls) else []
    for option in registry.taken(cls):
        help_of = f"over time: {option.help}" if option.over_time else option.help
        lines += [*wrap(_usage(option), width, indent="  "), *wrap(help_of, width, indent="      ")]
    return lines


def _entry(head: str, text: str, longest: int, width: int) -> list[str]:
    first, *rest = wrap(text, width - longest)
    return [f"{head:<{longest}}{first}", *(" " * longest + line for line in rest)]


def _usage(option: Option) -> str:
    words = [*(["RESOURCE"] if option.resources else []), *(["DURATION"] if option.durations else [])]
    values = " | ".join((*option.choices, *words))
    return f"{option.name} = {values} (default: {option.default})"


def system(found: System, width: int) -> list[str]:
    """Another system's words and policies, our nearest, and what differs."""
    lines = [f"{found.name}: its words, and ours", ""]
    for title, words in (("words", found.words), ("policies", found.policies)):
        table = Table([Column(f"their {title}", shrinks=True, least=14), Column("here", shrinks=True, least=14)])
        for word in words:
            table.add(word.theirs, word.ours, note=word.differs)
        lines += [*table.text(width), ""]
    return [*lines, *wrap(f"Source: {found.source}", width)]


def words(rows: Sequence[Word]) -> Table:
    """The same as a table for markdown."""
    table = Table([Column("theirs"), Column("here"), Column("what differs")])
    for word in rows:
        table.add(word.theirs, word.ours, word.differs)
    return table
