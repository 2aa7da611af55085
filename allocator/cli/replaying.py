"""A scenario with jobs on the command line: runs it over time, with progress, and prints what the views give.

An interrupt during a run ends it: what is known so far is printed, marked as partial.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable

from allocator.cli.forms import formatted
from allocator.cli.terminal import Progress, emit, say, unicode, width
from allocator.registry import Prepared
from allocator.reports import units
from allocator.session import Session

DONE, INTERRUPTED = 0, 130


def run(session: Session, words: argparse.Namespace, mode: str) -> int:
    """Do what the command line says; returns the exit code."""
    for name, by in words.scale_demand:
        session = session.with_demand(by, name)
    for name, by in words.scale_capacity:
        session = session.with_capacity(by, name)
    if words.seed is not None:
        session = session.with_seed(words.seed)
    for line in session.staged.told:
        say(line)
    answer = {"simulate": _simulate, "compare": _compare, "explain": _explain, "explain_job": _explain_job}[mode]
    lines, interrupted = answer(session, words)
    emit(lines, words.output)
    if interrupted:
        say("interrupted: what is printed is what was known by then")
    return INTERRUPTED if interrupted else DONE


class RunProgress:
    """A bar on stderr: jobs done of all, and the clock of the run; silent where stderr is no terminal."""

    def __init__(self) -> None:
        self._bar = Progress("running")

    def of(self, label: str) -> Callable[[int, int, int], None]:
        """What is told of the progress of one run."""

        def told(done: int, total: int, now_ms: int) -> None:
            part = done / total if total else 1.0
            bar = units.bar(part, 20)
            self._bar(f"{label} [{bar}] {part:4.0%}  {done:,} of {total:,} jobs, at {units.clock(now_ms)}")

        return told

    def clear(self) -> None:
        """Take the line away."""
        self._bar.clear()


Answer = tuple[Iterable[str], bool]
"""The lines to print, and whether the run was interrupted."""


def _simulate(session: Session, words: argparse.Namespace) -> Answer:
    from allocator.views import replay_view as view

    policy = session.prepare(words.policy[0] if words.policy else None, dict(words.set))
    if words.replications:
        return _compared(session, words, [policy])
    progress = RunProgress()
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


def _compare(session: Session, words: argparse.Namespace) -> Answer:
    return _compared(session, words, session.compared(words.policy or [], dict(words.set)))


def _compared(session: Session, words: argparse.Namespace, policies: list[Prepared]) -> Answer:
    from allocator.views import timed_comparison_view as view

    progress = RunProgress()
    comparison = session.compare_replays(policies, words.against, progress.of, words.replications or 1)
    progress.clear()
    lines = formatted(
        words.format,
        table=lambda: view.text(
            comparison,
            width(),
            unicode=unicode() and words.output is None,
            show_all=words.all,
            top=words.top or 5,
        ),
        data=comparison.to_dict,
        csv=lambda: view.csv(comparison),
        markdown=lambda: view.markdown(comparison, show_all=words.all, top=words.top or 5),
    )
    return lines, comparison.interrupted


def _explain(session: Session, words: argparse.Namespace) -> Answer:
    from allocator.views import waiting_view as view

    policy = session.prepare(words.policy[0] if words.policy else None, dict(words.set))
    progress = RunProgress()
    found = session.explain_replay(words.explain, policy, progress.of(policy.label))
    progress.clear()
    lines = formatted(
        words.format,
        table=lambda: view.tenant_text(found, width()),
        data=found.to_dict,
        csv=lambda: view.waits_csv(found.stories),
        markdown=lambda: view.tenant_markdown(found),
    )
    return lines, found.replay.run.ended == "interrupted"


def _explain_job(session: Session, words: argparse.Namespace) -> Answer:
    from allocator.views import waiting_view as view

    policy = session.prepare(words.policy[0] if words.policy else None, dict(words.set))
    progress = RunProgress()
    found = session.explain_job(words.explain_job, policy, progress.of(policy.label))
    progress.clear()
    lines = formatted(
        words.format,
        table=lambda: view.job_text(found, width()),
        data=found.to_dict,
        csv=lambda: view.waits_csv([found.story]),
        markdown=lambda: view.job_markdown(found),
    )
    return lines, found.story.replay.run.ended == "interrupted"
