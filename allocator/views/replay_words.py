"""A run over time in sentences: what was run, how it ended, what to beware of, and what else was measured."""

from __future__ import annotations

from collections.abc import Mapping

from allocator.core.text import sanitize
from allocator.replays import Replay
from allocator.reports import units
from allocator.simulation.metrics import JAIN_OF, JobCounts, Measures
from allocator.simulation.metrics.measuring import ENOUGH_TO_SATURATE
from allocator.views.comparison_words import distinct_names


def headline(replay: Replay, *, under: str = "") -> str:
    """How many jobs of whom on what, under which policy if it is told, and by which rules."""
    scenario, jobs = replay.scenario, replay.measures.overall.jobs
    nodes = f" on {units.count(len(scenario.nodes), 'node')}" if scenario.nodes else ""
    who = f"{units.count(jobs.arrived, 'job')} of {units.count(len(replay.measures.tenants), 'tenant')}{nodes}"
    facts = [f"{who} under {sanitize(under)}" if under else who, f"queue {scenario.simulation.queue}"]
    if scenario.nodes:
        facts.append(f"placement {scenario.simulation.placement}")
    if scenario.chance:
        facts.append(f"seed {scenario.simulation.seed}")
    return ", ".join(facts)


def policy(replay: Replay) -> str:
    """The label of its policy, and the options."""
    described: Mapping[str, object] = replay.policy.described()["options"] if replay.policy else {}
    options = ", ".join(f"{name} = {value}" for name, value in described.items())
    return sanitize(replay.label + (f" ({options})" if options else ""))


def ending(measures: Measures) -> str:
    """How the run ended, and what had become of the jobs."""
    span, jobs = units.duration(measures.span_ms), measures.overall.jobs
    told = counts(jobs)
    if measures.ended == "interrupted":
        return f"PARTIAL: interrupted after {span} of the run; all below is up to then: {told}."
    if measures.ended == "horizon":
        return f"Stopped after {span}, its horizon: {told}."
    if jobs.waiting:
        return f"Nothing more can happen after {span}: {told} for good."
    return f"Over after {span}: {told}."


def counts(jobs: JobCounts) -> str:
    """`12 completed, 1 killed, 3 waiting`; what is 0 is left out."""
    parts = (
        ("completed", jobs.completed),
        ("killed", jobs.killed),
        ("can never run", jobs.impossible),
        ("running", jobs.running),
        ("waiting", jobs.waiting),
    )
    return ", ".join(f"{number:,} {word}" for word, number in parts if number) or "no job was submitted"


def saturation(measures: Measures) -> list[str]:
    """A line where more is asked for than there is, none elsewhere."""
    if not measures.saturated:
        return []
    names = distinct_names(measures.utilisation)
    short = units.names_in_words([names[name] for name in measures.saturated])
    return [f"SATURATED: more {short} is asked for than there is; waits grow with the length of the run."]


def footnotes(replay: Replay) -> list[str]:
    """What else was measured, a sentence or two a line."""
    measures, overall = replay.measures, replay.measures.overall
    lines = []
    if measures.jain_index is not None:
        windows = ", ".join(f"{name} {units.ratio(value)}" for name, value in measures.jain_windows.items())
        lines.append(f"Jain index {units.ratio(measures.jain_index)} (of {JAIN_OF}); within windows: {windows}.")
    if overall.with_deadline:
        lines.append(f"Deadlines: {overall.deadline_misses:,} of {overall.with_deadline:,} missed.")
    return lines


def offered(replay: Replay) -> dict[str, float]:
    """The offered load of each resource that has one, where it says anything: a few jobs at once are no rate."""
    measures = replay.measures
    if measures.overall.jobs.arrived < ENOUGH_TO_SATURATE:
        return {}
    return {name: load for name, load in measures.offered_load.items() if load}
