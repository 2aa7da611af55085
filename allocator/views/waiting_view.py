"""Why a job, or the jobs of a tenant, waited, for people: lines that can be pasted into a ticket, csv, markdown.

Words and layout only; every number was noted by the simulator. Names from data are sanitised here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from allocator.core.text import sanitize
from allocator.explanation.never import Never
from allocator.explanation.over_time import Cause, JobExplanation, JobStory, Served, TenantExplanation, causes_of
from allocator.replays import Replay
from allocator.reports import units
from allocator.reports.table import Column, Table, escape_markdown, wrap
from allocator.simulation.run import Outcome, Wait
from allocator.simulation.workload import NONE
from allocator.views.replay_words import counts
from allocator.views.wording import name_of, named, named_list, resource_of

MOST_WAITS, MOST_SERVED, MOST_CAUSES = 8, 5, 6


def job_text(found: JobExplanation, width: int) -> list[str]:
    """One job's story, no line wider than `width`."""
    return _partial(found.story.replay, width) + _story_lines(found.story, width)


def _story_lines(story: JobStory, width: int) -> list[str]:
    lines = [part for line in head(story) for part in wrap(line, width)]
    if story.waits:
        table = _why_table(story).text(width, indent="  ")
        lines += ["Why it waited:", *(table if table[0].strip() else table[1:])]
    if story.key_words:
        lines += wrap(f"Its key: {sanitize(story.key_words)}.", width)
    if story.never is not None:
        lines += wrap(f"Why: {never(story, story.never)}.", width)
    if story.served:
        jobs = sum(one.jobs for one in story.served)
        later = sum(one.later for one in story.served)
        lines += wrap(
            f"Served while it waited in the queue: {units.count(jobs, 'job')}, {later:,} of them submitted later.",
            width,
        )
        lines += _served_table(story, story.served).text(width, indent="  ")
    elif story.queued:
        lines.append("Nobody was served while it waited in the queue.")
    return lines


def head(story: JobStory) -> list[str]:
    """Which job, what it asks, and what became of it when."""
    work = story.replay.run.workload
    tasks = int(work.tasks[story.job])
    each = "each " if tasks > 1 else ""
    asks = f"{units.count(tasks, 'task')}, {each}{named_list(story.demand)}"
    rank = f"priority {int(work.priority[story.job])}, estimate {units.duration(int(work.estimate[story.job]))}"
    label = sanitize(story.replay.label)
    waited = f"waited {units.duration(story.wait_ms)}" if story.outcome is not Outcome.IMPOSSIBLE else "can never run"
    return [
        f"{name_of(story.name)} of {name_of(story.tenant)} under {label}: {waited}; {asks}; {rank}",
        f"{_moments(story)}.",
    ]


def _moments(story: JobStory) -> str:
    run = story.replay.run
    parts = [f"Submitted at {units.clock(int(run.workload.submit[story.job]))}"]
    if story.start_ms is not None:
        where = f" on {name_of(_node(story))}" if story.replay.scenario.nodes else ""
        parts.append(f"started at {units.clock(story.start_ms)}{where}")
    if story.outcome is Outcome.IMPOSSIBLE:
        return ", ".join(parts)
    if story.end_ms is not None:
        parts.append(f"{story.outcome.word} at {units.clock(story.end_ms)}")
    else:
        parts.append(f"{story.outcome.word} when the run stopped at {units.clock(run.stopped_ms)}")
    return ", ".join(parts)


def never(story: JobStory, why: Never) -> str:
    """Why it can never run, in words."""
    needs, most = named_list(why.needs), ", ".join(named(name, amount) for name, amount in why.most.items())
    match why.cause:
        case "after":
            ended = Outcome(int(story.replay.run.outcome[why.blocker]))
            fate = "can never run" if ended is Outcome.IMPOSSIBLE else f"was {ended.word}"
            return f"it comes after {name_of(story.replay.run.workload.name(why.blocker))}, which {fate}"
        case "limit":
            return f"it needs {needs}; its tenant's limit is {most}"
        case "pool":
            return f"it needs {needs}; all that it may use is {most}"
        case "node":
            return f"one task needs {needs}; no node that it may use has more than {most}"
        case "gang":
            return "the nodes that it may use do not hold all its tasks at once"
        case "slice":
            return f"its tenant's slice under {sanitize(story.replay.label)} never holds it"


def _node(story: JobStory) -> str:
    # A row of the jobs-out table has the name of the node, whatever the placement made of the nodes.
    return story.replay.node_name(story.job)


def _why_table(story: JobStory) -> Table:
    """Interval by interval, or by cause where there are many."""
    return _waits_table(story) if len(story.waits) <= MOST_WAITS else _causes_table(causes_of([story]))


def _waits_table(story: JobStory) -> Table:
    table = Table([Column("from"), Column("to"), Column("for", "right"), Column("", shrinks=True, least=20)])
    for wait in story.waits:
        to = "the end" if wait.to_ms == NONE else units.clock(wait.to_ms)
        lasted = units.duration(story.until(wait) - wait.from_ms)
        table.add(units.clock(wait.from_ms), to, lasted, reason(story, wait))
    return table


def reason(story: JobStory, wait: Wait) -> str:
    """Why it waited at one time, in words."""
    work = story.replay.run.workload
    who = name_of(work.name(wait.blocker)) if wait.blocker != NONE else ""
    match wait.cause:
        case "short":
            return _short(wait.short_of, bool(story.replay.scenario.nodes))
        case "limit":
            return "its tenant's own limit or slice was used up"
        case "blocked":
            return f"behind {who}, first in line" if who else "behind the first in line"
        case "reservation":
            at = f", reserved for {units.clock(wait.until_ms)}" if wait.until_ms != NONE else ""
            return f"it would have delayed {who}{at}" if who else f"its place is reserved{at}"
        case "dependency":
            return f"after {who}" if who else "after another job"
        case "absent":
            return "its tenant had not joined"
        case "down":
            return "no node that it may use was up"


def _short(short_of: Sequence[str], nodes: bool) -> str:
    names = units.names_in_words([resource_of(name) for name in short_of])
    if not names:
        return "no node had room for all it needs together" if nodes else "too little was free"
    return f"short of {names}" + (" on each node" if nodes else "")


def _served_table(story: JobStory | None, served: Sequence[Served]) -> Table:
    """Who was served, how much they took of what is asked, and under which key."""
    asked = story.demand if story is not None else None
    table = Table([Column("tenant", shrinks=True), Column("jobs", "right")])
    table.columns += [Column("later", "right")] if story is not None else []
    table.columns += [Column("together", shrinks=True, least=16), Column("the last one's key", shrinks=True, least=16)]
    for one in served[:MOST_SERVED]:
        taken = {name: amount for name, amount in one.taken.items() if asked is None or name in asked}
        later = [f"{one.later:,}"] if story is not None else []
        table.add(one.tenant, f"{one.jobs:,}", *later, named_list(taken), one.key_words)
    if rest := served[MOST_SERVED:]:
        late = [f"{sum(one.later for one in rest):,}"] if story is not None else []
        table.add(f"and {len(rest):,} more", f"{sum(one.jobs for one in rest):,}", *late, "", "")
    return table


def tenant_text(found: TenantExplanation, width: int) -> list[str]:
    """A tenant's story, no line wider than `width`: what its jobs waited for, and the longest wait told whole."""
    lines = _partial(found.replay, width)
    lines += [part for line in _tenant_head(found) for part in wrap(line, width)]
    if found.impossible is not None:
        lines += [f"  {line}" for line in _story_lines(found.impossible, width - 2)]
    if not found.stories:
        return lines
    lines += [*wrap(_watched(found), width), *_causes_table(found.causes).text(width, indent="  ")]
    if found.served:
        lines += ["Served meanwhile:", *_served_table(None, found.served).text(width, indent="  ")]
    return [*lines, "The longest wait:", *(f"  {line}" for line in _story_lines(found.stories[0], width - 2))]


def _tenant_head(found: TenantExplanation) -> Iterable[str]:
    one = next(one for one in found.replay.measures.tenants if one.name == found.tenant)
    jobs, wait = one.timing.jobs, one.timing.wait_ms
    told = f"{name_of(found.tenant)} under {sanitize(found.replay.label)}: {units.count(jobs.arrived, 'job')}"
    if jobs.arrived:
        told += f", {counts(jobs)}"
    if jobs.started or jobs.waiting:
        mean, tail, longest = map(units.duration, (wait.mean, wait.p95, one.timing.longest_wait_ms))
        told += f"; mean wait {mean}, p95 {tail}, longest {longest}"
    if one.starved_ms:
        told += f"; waiting with none running for {units.duration(one.starved_ms)} at most"
    yield f"{told}."
    if not found.waited:
        yield "None of its jobs waited."
    elif not found.stories:
        yield f"{units.count(found.waited, 'job')} waited; the interrupt came before it was known why."
    if found.impossible is not None:
        yield "The first of those that can never run:" if jobs.impossible > 1 else "The one that can never run:"


def _watched(found: TenantExplanation) -> str:
    if len(found.stories) == found.waited:
        return f"Why its {units.count(found.waited, 'job')} that waited had to:"
    return f"Why the {len(found.stories):,} jobs that waited longest, of {found.waited:,} that waited, had to:"


def _causes_table(causes: Sequence[Cause]) -> Table:
    total = sum(one.waited_ms for one in causes)
    several = any(one.jobs > 1 for one in causes)
    table = Table([Column("", "right"), Column("", "right"), *([Column("jobs", "right")] if several else [])])
    table.columns.append(Column("", shrinks=True, least=20))
    for one in causes[:MOST_CAUSES]:
        part = one.waited_ms / total if total else None
        jobs = [f"{one.jobs:,}"] if several else []
        table.add(units.percent(part), units.duration(one.waited_ms), *jobs, _cause(one))
    if len(causes) > MOST_CAUSES:
        rest = sum(one.waited_ms for one in causes[MOST_CAUSES:])
        part = rest / total if total else None
        table.add(units.percent(part), units.duration(rest), *([""] if several else []), "other reasons")
    return table


def _cause(one: Cause) -> str:
    names = units.names_in_words([resource_of(name) for name in one.short_of])
    return {
        "short": f"short of {names}" if names else "no room for all they need together",
        "limit": "its own limit or slice was used up",
        "blocked": "behind the first in line",
        "reservation": "would have delayed a reservation",
        "dependency": "after another job",
        "absent": "it had not joined",
        "down": "no node that they may use was up",
    }[one.cause]


def _partial(replay: Replay, width: int | None) -> list[str]:
    if replay.run.ended != "interrupted":
        return []
    return wrap(f"PARTIAL: interrupted after {units.duration(replay.run.stopped_ms)} of the run.", width)


def waits_csv(stories: Sequence[JobStory]) -> str:
    """A row for each time a job waited for one reason; exact, times in ms."""
    heads = ("job", "tenant", "from_ms", "to_ms", "cause", "short_of", "blocker", "until_ms", "key")
    table = Table([Column(title) for title in heads])
    for story in stories:
        work = story.replay.run.workload
        for wait in story.waits:
            table.add(
                story.name,
                story.tenant,
                str(wait.from_ms),
                "" if wait.to_ms == NONE else str(wait.to_ms),
                wait.cause,
                " ".join(wait.short_of),
                "" if wait.blocker == NONE else work.name(wait.blocker),
                "" if wait.until_ms == NONE else str(wait.until_ms),
                wait.key_words,
            )
    return table.csv()


def job_markdown(found: JobExplanation) -> list[str]:
    """One job's story as markdown."""
    return [*map(escape_markdown, _partial(found.story.replay, None)), *_story_markdown(found.story, "##")]


def _story_markdown(story: JobStory, level: str) -> list[str]:
    title, *told = head(story)
    lines = [f"{level} {escape_markdown(title)}", "", *(escape_markdown(line) for line in told), ""]
    if story.waits:
        lines += [*_why_table(story).markdown(), ""]
    if story.never is not None:
        lines += [f"Why: {escape_markdown(never(story, story.never))}.", ""]
    if story.served:
        lines += ["Served while it waited:", "", *_served_table(story, story.served).markdown(), ""]
    return lines


def tenant_markdown(found: TenantExplanation) -> list[str]:
    """A tenant's story as markdown."""
    title, *told = _tenant_head(found)
    lines = [f"## {escape_markdown(title)}", ""]
    lines += [f"{escape_markdown(line)}  " for line in [*_partial(found.replay, None), *told]]
    if found.impossible is not None:
        lines += ["", *_story_markdown(found.impossible, "###")]
    if not found.stories:
        return lines
    lines += [_watched(found), "", *_causes_table(found.causes).markdown(), ""]
    if found.served:
        lines += ["Served meanwhile:", "", *_served_table(None, found.served).markdown(), ""]
    return lines + _story_markdown(found.stories[0], "###")
