"""A scenario with jobs on the command line: runs it over time, with progress, and prints what the views give.

An interrupt during a run ends it: what is known so far is printed, marked as partial.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any

from allocator.cli.terminal import Progress, emit, say, unicode, width
from allocator.cli.usage import policy_of
from allocator.cli.what_if import asked
from allocator.registry import Prepared
from allocator.reports import units
from allocator.session import Session
from allocator.views.forms import formatted

DONE, INTERRUPTED = 0, 130
_A_SECOND = 15
"""Times that the bar is drawn anew, at most."""


Answer = tuple[Iterable[str], bool]
"""The lines to print, and whether the run was interrupted."""


def run(session: Session, words: argparse.Namespace, mode: str) -> int:
    """Do what the command line says; returns the exit code."""
    session = asked(session, words)
    answer = {"simulate": _simulate, "compare": _compare, "explain": _explain, "explain_job": _explain_job}[mode]
    progress = RunProgress()
    try:
        progress.say("reading and drawing jobs")
        told = session.staged.told
        progress.clear()
        for line in told:
            say(line)
        lines, interrupted = answer(session, words, progress)
    finally:
        progress.clear()
    emit(lines, words.output)
    if interrupted:
        say("interrupted: what is printed is what was known by then")
    return INTERRUPTED if interrupted else DONE


class RunProgress:
    """A bar on stderr: jobs done of all, and the clock of the run; silent where stderr is no terminal."""

    def __init__(self) -> None:
        self.say = Progress("")
        self.clear = self.say.clear

    def of(self, label: str) -> Callable[[int, int, int], None]:
        """What is told of the progress of one run."""
        self.say(label)
        said = 0.0

        def told(done: int, total: int, now_ms: int) -> None:
            nonlocal said
            if (now := monotonic()) - said < 1 / _A_SECOND:
                return
            said = now
            part = done / total if total else 1.0
            bar = units.bar(part, 20)
            self.say(f"{label} [{bar}] {part:4.0%}  {done:,} of {total:,} jobs, at {units.clock(now_ms)}")

        return told


def _simulate(session: Session, words: argparse.Namespace, progress: RunProgress) -> Answer:
    from allocator.views import replay_view as view

    policy = policy_of(session, words)
    if words.replications:
        return _compared(session, words, [policy], progress)
    replay = session.replay(policy, progress.of(policy.label))
    progress.clear()
    if words.jobs_out is not None:
        from allocator.views.job_rows import job_lines

        emit(job_lines(replay), words.jobs_out)
    style = view.Style(width(), unicode() and words.output is None, everyone=words.all)
    lines = formatted(
        words.format,
        table=lambda: view.text(replay, style),
        data=replay.to_dict,
        csv=lambda: view.csv(replay),
        markdown=lambda: view.markdown(replay, style),
    )
    return lines, replay.run.ended == "interrupted"


def _compare(session: Session, words: argparse.Namespace, progress: RunProgress) -> Answer:
    return _compared(session, words, session.compared(words.policy or [], dict(words.set)), progress)


def _compared(session: Session, words: argparse.Namespace, policies: list[Prepared], progress: RunProgress) -> Answer:
    from allocator.views import timed_comparison_view as view

    comparison = session.compare_replays(policies, words.against, progress.of, words.replications or 1)
    choices: dict[str, Any] = {"show_all": words.all, "top": words.top or 5}
    lines = formatted(
        words.format,
        table=lambda: view.text(comparison, width(), **choices),
        data=comparison.to_dict,
        csv=lambda: view.csv(comparison),
        markdown=lambda: view.markdown(comparison, **choices),
    )
    return lines, comparison.interrupted


def _explain(session: Session, words: argparse.Namespace, progress: RunProgress) -> Answer:
    from allocator.views import waiting_view as view

    found = session.explain_replay(words.explain, policy_of(session, words), progress.of)
    lines = formatted(
        words.format,
        table=lambda: view.tenant_text(found, width()),
        data=found.to_dict,
        csv=lambda: view.waits_csv(found.stories),
        markdown=lambda: view.tenant_markdown(found),
    )
    return lines, found.replay.run.ended == "interrupted"


def _explain_job(session: Session, words: argparse.Namespace, progress: RunProgress) -> Answer:
    from allocator.views import waiting_view as view

    found = session.explain_job(words.explain_job, policy_of(session, words), progress.of("why it waits"))
    lines = formatted(
        words.format,
        table=lambda: view.job_text(found, width()),
        data=found.to_dict,
        csv=lambda: view.waits_csv([found.story]),
        markdown=lambda: view.job_markdown(found),
    )
    return lines, found.story.replay.run.ended == "interrupted"
