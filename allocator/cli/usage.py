"""Which words go together on one command line: whatever a mode would ignore is refused, in a line that says why."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from allocator.core.errors import AllocatorError

if TYPE_CHECKING:  # the terminal UI opens a session only once it is seen
    from allocator.registry import Prepared
    from allocator.session import Session

MODES = ("simulate", "compare", "explain", "explain_job")
_BELONGS = {
    "versus": ("explain",),
    "steps": ("simulate", "explain"),
    "against": ("compare",),
    "wide": ("compare",),
    "top": ("compare",),
    "all": ("simulate", "compare"),
    "jobs_out": ("simulate",),
    "replications": ("simulate", "compare"),
}
_OF_TIME = ("seed", "jobs_out", "replications", "explain_job")
_OF_ONE_DECISION = {
    "steps": "a run has millions of decisions: --explain TENANT and --explain-job NAME tell those that matter",
    "versus": "ask --explain of each",
    "wide": "--all shows every tenant under every policy",
}


class UsageError(AllocatorError, ValueError):
    """Words that do not go together on one command line."""


def mode_of(words: argparse.Namespace) -> str | None:
    """Which of `MODES` is asked for; None where none is."""
    return next((mode for mode in MODES if getattr(words, mode) not in (None, False)), None)


def check(words: argparse.Namespace, mode: str) -> None:
    """Refuse what the chosen mode would ignore.

    Raises:
        UsageError: In one line.
    """
    for word, modes in _BELONGS.items():
        if _given(words, word) and mode not in modes:
            raise UsageError(f"{flag(word)} goes with {' or '.join(flag(mode) for mode in modes)}")
    for word in ("all", "wide", "top"):
        if _given(words, word) and (words.format in ("json", "csv") or words.steps):
            whole = "--steps" if words.steps else f"--format {words.format}"
            raise UsageError(f"{flag(word)} changes nothing here: {whole} always tells everything")
    if words.jobs_out is not None:
        _check_jobs_out(words)
    if words.replications == 1:
        raise UsageError("--replications 1 is what is run without it: expected 2 or more")
    if words.versus and words.steps:
        raise UsageError("--versus and --steps are two different answers: ask for one of them")
    if mode != "compare" and words.policy and len(words.policy) > 1:
        raise UsageError(f"{flag(mode)} shows one policy; --compare takes several --policy")


def check_interactive(words: argparse.Namespace) -> None:
    """Refuse what only a printed answer can have; the terminal UI takes a policy, its options and what-ifs.

    Raises:
        UsageError: In one line.
    """
    printed = {word: modes for word, modes in _BELONGS.items() if _given(words, word)}
    if words.format != "table":
        printed["format"] = MODES
    if words.output is not None:
        printed["output"] = MODES
    for word, modes in printed.items():
        raise UsageError(f"{flag(word)} goes with {' or '.join(flag(mode) for mode in modes)}")
    if words.policy and len(words.policy) > 1:
        raise UsageError("the terminal UI begins with one policy; --compare takes several --policy")


def _check_jobs_out(words: argparse.Namespace) -> None:
    if words.replications:
        raise UsageError("--jobs-out writes the jobs of one run: leave out --replications, or name one --seed instead")
    if (words.output or "-") == words.jobs_out:
        where = "standard output" if words.jobs_out == "-" else f"'{words.jobs_out}'"
        raise UsageError(f"--jobs-out and the report would both go to {where}: give one of them another file")


def check_time(words: argparse.Namespace, *, timed: bool, chance: bool) -> None:
    """Refuse what a scenario with jobs, or one without, has no answer to.

    Args:
        words: The command line.
        timed: Whether the scenario has jobs.
        chance: Whether anything in it is drawn by chance.

    Raises:
        UsageError: In one line.
    """
    if not timed:
        for word in _OF_TIME:
            if _given(words, word):
                raise UsageError(f"{flag(word)} is for a scenario with jobs; this one has none")
        return
    for word, instead in _OF_ONE_DECISION.items():
        if _given(words, word):
            raise UsageError(f"{flag(word)} tells of one allocation, and this scenario has jobs: {instead}")
    if "on_misfit" in dict(words.set):
        raise UsageError("--set on_misfit is of one allocation; with jobs, [simulation] queue says what a misfit does")
    for word in ("seed", "replications"):
        if _given(words, word) and not chance:
            raise UsageError(f"{flag(word)} changes nothing here: nothing in this scenario is drawn by chance")


def _given(words: argparse.Namespace, word: str) -> bool:
    return getattr(words, word) not in (None, False)


def flag(word: str) -> str:
    """The word as it is typed."""
    return f"--{word.replace('_', '-')}"


def policy_of(session: Session, words: argparse.Namespace) -> Prepared:
    """The one policy that is asked for, with its options; the scenario's own where none is."""
    return session.prepare(words.policy[0] if words.policy else None, dict(words.set))
