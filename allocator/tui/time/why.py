"""Why a job waits at one moment, in lines: what is known at once, and what a run that watched it has found."""

from __future__ import annotations

from collections.abc import Sequence

from allocator.explanation.over_time import JobExplanation, TenantExplanation
from allocator.reports import units
from allocator.simulation.run import Outcome
from allocator.simulation.workload import NONE
from allocator.tui.time.moment import Film
from allocator.views import waiting_view
from allocator.views.wording import name_of, named_list


def at_once(film: Film, job: int, now_ms: int) -> list[str]:
    """What the columns say of a job."""
    work, run = film.work, film.replay.run
    tasks = int(work.tasks[job])
    needs = named_list(dict(zip(work.resources, work.demand[job].tolist(), strict=True)))
    lines = [f"{name_of(work.name(job))} of {name_of(work.tenants[int(work.tenant[job])])}: {tasks} x {needs}"]
    submit, start, end = int(work.submit[job]), int(run.start[job]), int(run.end[job])
    if now_ms < submit:
        told = f"is submitted at {units.clock(submit)}, in {units.duration(submit - now_ms)}"
    else:
        told = f"submitted at {units.clock(submit)}"
    if int(run.outcome[job]) == Outcome.IMPOSSIBLE:
        told += ", can never run"
    elif start != NONE and start <= now_ms:
        told += f", started at {units.clock(start)} after {units.duration(start - submit)}"
    elif now_ms >= submit:
        told += f", has waited {units.duration(now_ms - submit)}"
        told += f" of {units.duration(start - submit)}" if start != NONE else ""
        told += f", does not start before the run ends at {units.clock(film.end_ms)}" if start == NONE == end else ""
    if end != NONE:
        told += f", {'ends' if now_ms < end else 'ended'} at {units.clock(end)}"
    return [*lines, told]


def job_lines(found: JobExplanation, now_ms: int, width: int) -> list[str]:
    """Why it waits now, then the whole story."""
    story = found.story
    now = [
        f"Now, {units.clock(now_ms)}: {waiting_view.reason(story, wait)} (since {units.clock(wait.from_ms)})."
        for wait in story.waits
        if wait.from_ms <= now_ms < story.until(wait)
    ]
    return [*now, *waiting_view.job_text(found, width)]


def tenant_lines(found: TenantExplanation, now_ms: int, width: int) -> list[str]:
    """Why its jobs wait now, then the whole story."""
    reasons: dict[str, int] = {}
    for story in found.stories:
        for wait in story.waits:
            if wait.from_ms <= now_ms < story.until(wait):
                why = waiting_view.reason(story, wait)
                reasons[why] = reasons.get(why, 0) + 1
    ranked: Sequence[tuple[str, int]] = sorted(reasons.items(), key=lambda item: -item[1])[:5]
    now = [f"Now, {units.clock(now_ms)}: {units.count(count, 'job')} {why}." for why, count in ranked]
    return [*now, *waiting_view.tenant_text(found, width)]
