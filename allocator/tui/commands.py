"""What is typed after `:`, read and completed. Knows no widget, does nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from allocator.core.text import did_you_mean, sanitize
from allocator.tui.desk import Desk
from allocator.tui.files import completed
from allocator.tui.offers import TABLES, Offer

MOST = 200
"""Completions that are listed."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to go on."""

    line: str
    """What the whole line becomes."""
    shown: str
    """What it is called in the list, safe to show."""
    help: str = ""
    """What it does, or why it cannot be done now."""
    whole: bool = True
    """Whether nothing needs to follow."""


def read(line: str, offers: Sequence[Offer]) -> tuple[str, str]:
    """The method that the line asks for, with its arguments, and what is wrong with it; one of them is empty."""
    verb, _, rest = line.strip().removeprefix(":").strip().partition(" ")
    rest = rest.strip()
    offer = next((one for one in offers if one.action.called(verb)), None)
    if offer is None:
        known = [verb for one in offers for verb in (one.action.verb, *one.action.also) if verb]
        return "", f"no command '{sanitize(verb)}'{did_you_mean(verb, known) or '; :help lists them'}"
    typed = offer.action.typed
    if offer.why_not:
        return "", f":{verb}: {offer.why_not}"
    if rest and typed is None:
        return "", f":{verb} takes nothing after it, found '{sanitize(rest)}'"
    if rest and typed is not None:
        return f"{typed.method}({rest!r})", ""  # as Python writes it: a quote or a bracket in it stays text
    if typed is not None and typed.needed:
        return "", f":{verb} needs {typed.what} after it"
    return offer.action.method, ""


def candidates(line: str, offers: Sequence[Offer], desk: Desk, directory: str = "") -> list[Candidate]:
    """How the line may go on: verbs of this screen and of every one, then what their verb takes.

    Args:
        line: As it was typed, without the colon.
        offers: Everything that there is.
        desk: Whose words are completed.
        directory: What paths are relative to.
    """
    verb, blank, rest = line.lstrip().partition(" ")
    if not blank:
        return list(_verbs(verb, offers))
    offer = next((one for one in offers if one.action.called(verb)), None)
    typed = offer.action.typed if offer else None
    if typed is None or (offer and offer.why_not):
        return []
    words: Iterable[str] = completed(rest.lstrip(), directory) if typed.path else _holding(rest, typed.words(desk))
    return [
        Candidate(f"{verb} {word}", sanitize(word), whole=not (typed.path and word.endswith("/")))
        for _, word in zip(range(MOST), words, strict=False)
    ]


def _verbs(begun: str, offers: Sequence[Offer]) -> Iterator[Candidate]:
    here: dict[str, Offer] = {}
    for offer in offers:
        if offer.action.verb and not offer.group.startswith("on the ") and offer.group != TABLES:
            here.setdefault(offer.action.verb, offer)
    for verb in sorted(here, key=lambda verb: (not verb.startswith(begun), bool(here[verb].why_not), verb)):
        offer, typed = here[verb], here[verb].action.typed
        if begun in verb:
            help = f"not now: {offer.why_not}" if offer.why_not else offer.action.help
            whole = typed is None
            yield Candidate(verb if whole else f"{verb} ", offer.action.usage, help, whole)


def _holding(begun: str, words: Sequence[str]) -> Iterator[str]:
    """Those that begin so, then those that hold it."""
    wanted = begun.strip().lower()
    lower = [word.lower() for word in words]
    yield from (word for word, low in zip(words, lower, strict=True) if low.startswith(wanted))
    yield from (word for word, low in zip(words, lower, strict=True) if wanted in low and not low.startswith(wanted))
