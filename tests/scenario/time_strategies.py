"""Random jobs, generators, traces and events, for scenarios that a file can hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

from hypothesis import assume
from hypothesis import strategies as st

from allocator.core.draws import ARRIVALS, ESTIMATES, PRESETS, RUNTIMES, TASKS, Family, Parameter
from allocator.core.errors import QuantityError
from allocator.core.generators import Draw, Generator, Shape
from allocator.core.model import Node, Scenario
from allocator.core.timeline import (
    AtLimit,
    Estimates,
    Event,
    EventKind,
    Job,
    OnFailure,
    Placement,
    Queue,
    SimulationSettings,
    TraceFormat,
    TraceUse,
)
from tests.scenario.values import names, priorities, quantities, weights

times = st.integers(0, 10**10) | st.sampled_from([0, 1000, 60_000, 90_000, 3_600_000, 86_400_000])
spans = times.filter(bool)
labels = st.lists(names, max_size=2).map(tuple) | st.just(())
factors = st.floats(1e-3, 1e3) | st.sampled_from([0.9, 1.5, 2.0])


def words(of: Any) -> st.SearchStrategy[Any]:
    """One of the words of a Literal."""
    return st.sampled_from(get_args(of))


settings = st.builds(
    SimulationSettings,
    st.none() | spans,
    st.integers(-(2**63), 2**63 - 1) | st.just(1),
    words(Queue),
    words(Placement),
    words(Estimates),
    words(AtLimit),
    words(OnFailure),
)


@st.composite
def job_lists(draw: st.DrawFn, tenants: tuple[str, ...]) -> tuple[Job, ...]:
    """Jobs of these tenants, with runs of equal ones among them; each waits for earlier ones only."""
    made: list[Job] = []
    known: list[str] = []
    for name in draw(st.lists(st.just("") | names, max_size=4)):
        submit, every, after = draw(times), draw(times | st.just(0)), draw(st.sampled_from(["same", "number", "none"]))
        deadline = draw(st.none() | spans)
        waits = draw(st.lists(st.sampled_from(known), unique=True, max_size=2)) if known and after == "same" else []
        first = Job(
            draw(st.sampled_from(tenants)),
            0,
            draw(times),
            draw(quantities),
            "",
            draw(st.integers(1, 1000)),
            draw(st.none() | spans),
            draw(st.none() | priorities),
            None,
            (),
            draw(labels),
        )
        fresh: list[str] = []
        for number in range(draw(st.integers(1, 3))):
            called = name and (f"{name}-{number + 1}" if draw(st.booleans()) else name)
            if called and called in [*known, *fresh]:
                continue
            at = submit + number * every
            of_number = [one for one in known if one.endswith(f"-{number + 1}")][:1] if after == "number" else waits
            late = None if deadline is None else at + deadline
            made.append(replace(first, name=called, submit_ms=at, deadline_ms=late, after=tuple(of_number)))
            fresh += [called] if called else []
        known += fresh
    return tuple(made)


def parameters(one: Parameter) -> st.SearchStrategy[Any]:
    """Values that may stand there."""
    if one.form == "choice":
        return st.sampled_from(one.choices)
    low, high = one.least, min(one.most, 10**9)
    whole = st.integers(int(low) + 1, int(max(high, low + 1)))
    single: st.SearchStrategy[Any] = (
        whole | st.floats(low, high, exclude_min=one.above) if one.form.startswith("number") else whole
    )
    if not one.listed:
        return single
    size = one.length or draw_size
    return st.lists(single, min_size=one.length or 1, max_size=size).map(tuple)


draw_size = 3


@st.composite
def draws(draw: st.DrawFn, family: Family) -> Draw:
    """A draw with any kind of the family, and any of its parameters that agree."""
    kind = draw(st.sampled_from(list(family.kinds.values())))
    chosen = [one for one in kind.parameters if one.required or draw(st.booleans())]
    made = Draw(kind.name, {one.name: draw(parameters(one)) for one in chosen})
    try:
        family.complete(made)
    except QuantityError:
        assume(False)
    return made


@st.composite
def generators(draw: st.DrawFn, tenants: tuple[str, ...], name: str) -> Generator:
    """A generator of that name for some of these tenants, that ends and starts in time."""
    shares = st.integers(1, 5) | st.floats(0.01, 10)
    shapes = tuple(draw(st.lists(st.builds(Shape, quantities, shares), min_size=1, max_size=2)))
    if len(shapes) == 1:
        shapes = (Shape(shapes[0].demand),)
    fitting = [preset.name for preset in PRESETS.values() if preset.tenants <= 1]
    preset = draw(st.just("") | st.sampled_from(fitting)) if fitting else ""

    def perhaps(family: Family, needed: bool = False) -> Draw | None:
        return draw(draws(family)) if needed or draw(st.booleans()) else None

    arrivals = perhaps(ARRIVALS, not preset)
    at_once = arrivals is not None and arrivals.kind == "at-once"
    many = draw(st.lists(st.sampled_from(tenants), unique=True, max_size=3))
    return Generator(
        tenants=tuple(many),
        name=name,
        preset=preset,
        arrivals=arrivals,
        runtime=perhaps(RUNTIMES, not preset),
        shapes=shapes,
        tasks=perhaps(TASKS),
        estimate=perhaps(ESTIMATES),
        skew=draw(st.sampled_from([0, 0.5, 1.0])),
        load=None if at_once else draw(st.none() | st.floats(0.01, 10)),
        jobs=draw(st.integers(2, 10**6)),
        from_ms=draw(st.sampled_from([0, 60_000])),
        until_ms=draw(st.none() | st.integers(60_001, 10**9)),
        priority=draw(st.none() | priorities),
        deadline_ms=draw(st.none() | spans),
        pools=draw(labels),
    )


@st.composite
def traces(draw: st.DrawFn) -> TraceUse:
    """Any trace that a scenario in the current directory can name."""
    load, begin = draw(st.none() | factors), draw(st.none() | times)
    text = st.just("") | names
    return TraceUse(
        draw(names),
        ".",
        draw(st.sampled_from(["", *get_args(TraceFormat)])),
        draw(text),
        load,
        1.0 if load is not None else draw(factors),
        begin,
        draw(st.none() | spans.map(lambda span: span + (begin or 0))),
        draw(text),
        tuple(draw(st.lists(names, max_size=2))),
        draw(st.dictionaries(names, st.just("") | names, max_size=2)),
    )


@st.composite
def events(draw: st.DrawFn, tenants: tuple[str, ...], nodes: tuple[Node, ...]) -> Event:
    """Any event of these tenants and nodes."""
    kinds = ["capacity", "note"] + (["node-down", "node-up", "drain"] if nodes else [])
    kinds += ["weight", "priority", "tenant-join", "tenant-leave"] if tenants else []
    kind: EventKind = draw(st.sampled_from(kinds))
    on_node = kind in ("node-down", "node-up", "drain", "capacity") and nodes
    of_tenant = kind in ("weight", "priority", "tenant-join", "tenant-leave")
    return Event(
        draw(times),
        kind,
        draw(priorities | st.just(100)),
        draw(st.sampled_from([node.name for node in nodes])) if on_node else "",
        draw(st.sampled_from(tenants)) if of_tenant else "",
        draw(quantities.filter(bool)) if kind == "capacity" else {},
        draw(weights) if kind == "weight" else draw(priorities) if kind == "priority" else None,
        draw(st.just("") | names),
    )


@st.composite
def with_time(draw: st.DrawFn, scenario: Scenario) -> Scenario:
    """The scenario with anything that can happen in it."""
    tenants = tuple(tenant.name for tenant in scenario.tenants)
    run = draw(settings)
    if run.duration_ms is not None:
        run = replace(run, duration_ms=run.duration_ms + 60_001)
    called = draw(st.lists(names, unique=True, max_size=2)) if tenants else []
    made = replace(
        scenario,
        simulation=run,
        jobs=draw(job_lists(tenants)) if tenants else (),
        generators=tuple(draw(generators(tenants, name)) for name in called),
        trace=draw(st.none() | traces()),
        events=tuple(draw(st.lists(events(tenants, scenario.nodes), max_size=3))),
    )
    if made.trace is not None and not made.nodes and draw(st.booleans()):
        made = replace(made, capacity={}, policy=replace(made.policy, share_of=None))
    if not made.timed or draw(st.booleans()):
        return made
    return replace(made, tenants=tuple(replace(tenant, work=()) for tenant in made.tenants))
