"""Random scenarios that a file can hold, hostile names included. What happens over time is in `time_strategies`."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from allocator.core.model import Node, PolicySettings, PolicyUse, Scenario, Tenant, Work
from allocator.core.scaling import pooled
from tests.scenario import time_strategies as time
from tests.scenario.values import names, options, priorities, quantities, resources, weights


@st.composite
def works(draw: st.DrawFn, name: str = "", ranked: bool = False) -> Work:
    """One work of that name."""
    tasks = draw(st.none() | st.integers(0, 1000))
    divisible = draw(st.booleans())
    most = 1000 if tasks is None else tasks
    if divisible:
        held = draw(st.none() | st.fractions(0, most, max_denominator=1000))
    else:
        held = draw(st.none() | st.integers(0, most).map(Fraction))
    priority = draw(st.none() | priorities) if ranked else None
    return Work(draw(quantities), name, tasks, divisible, held, priority, draw(time.labels))


@st.composite
def tenants(draw: st.DrawFn, name: str) -> Tenant:
    """One tenant of that name."""
    kinds = draw(st.just([""]) | st.lists(names, unique=True, max_size=3))
    work = tuple(draw(works(kind, ranked=True)) for kind in kinds)
    limit = draw(quantities)
    guarantee = {key: draw(st.integers(0, limit.get(key, 2**40))) for key in draw(st.lists(resources, max_size=2))}
    return Tenant(name, work, draw(weights), draw(priorities | st.just(100)), guarantee, limit)


@st.composite
def node_lists(draw: st.DrawFn) -> tuple[Node, ...]:
    """Nodes of unique names, with runs of equal ones among them."""
    made: dict[str, Node] = {}
    for name in draw(st.lists(names, max_size=3)):
        capacity, pool = draw(quantities), draw(st.just("") | names)
        load = {key: draw(st.integers(0, most)) for key, most in capacity.items() if draw(st.booleans())}
        for each in [name, *(f"{name}-{number}" for number in range(1, draw(st.integers(0, 4))))]:
            made.setdefault(each, Node(each, capacity, pool, load))
    return tuple(made.values())


uses = st.builds(PolicyUse, names, st.just("") | names, options)


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Any scenario that a file can hold."""
    nodes = draw(node_lists())
    capacity = pooled(nodes) if nodes else draw(quantities)
    share_of = (
        draw(st.none() | st.lists(st.sampled_from(list(capacity)), min_size=1, unique=True)) if capacity else None
    )
    policy = PolicySettings(
        draw(uses),
        tuple(draw(st.lists(uses, max_size=3, unique_by=lambda use: use.label or use.name))),
        draw(st.sampled_from(["skip", "stop"])),
        None if share_of is None else tuple(share_of),
        draw(st.dictionaries(names, options, max_size=2)),
    )
    people = tuple(draw(tenants(name)) for name in draw(st.lists(names, unique=True, max_size=3)))
    scenario = Scenario(capacity, people, nodes, policy, draw(st.just("") | names))
    return draw(time.with_time(scenario)) if draw(st.booleans()) else scenario
