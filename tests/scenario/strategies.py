"""Random scenarios that a file can hold, hostile names included."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from allocator.core.model import Node, PolicySettings, PolicyUse, Scenario, Tenant, Work
from allocator.core.scaling import pooled

names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8) | st.sampled_from(
    ['"', "'''", '"""', "a\nb", "a\r\nb", "\\", "#", "\x7f\x1b[31m", "🦀", "a.b", "worker-1", "worker-2", "  ", "[[x]]"]
)
resources = st.sampled_from(["cpu", "memory", "nvidia.com/gpu", "hugepages-2Mi", "ephemeral-storage", 'a "b"\n'])
amounts = st.integers(0, 2**40) | st.sampled_from([0, 1, 1024, 10**9, 2**34, 3 * 2**20, 500, 1500])
quantities = st.dictionaries(resources, amounts, max_size=3)
weights = st.builds(
    Fraction, st.integers(1, 10**6), st.sampled_from([1, 2, 3, 7, 10, 64, 1000, 10**9])
) | st.sampled_from([Fraction(1, 3), Fraction(1, 10), Fraction(22, 7)])
priorities = st.integers(-(10**15), 10**15)
option_values = st.recursive(
    st.booleans() | st.integers() | st.floats(allow_nan=False) | names,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names, inner, max_size=2),
    max_leaves=4,
)
options = st.dictionaries(names, option_values, max_size=2)


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
    return Work(draw(quantities), name, tasks, divisible, held, priority)


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
        for each in [name, *(f"{name}-{number}" for number in range(1, draw(st.integers(0, 4))))]:
            made.setdefault(each, Node(each, capacity, pool))
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
    return Scenario(capacity, people, nodes, policy, draw(st.just("") | names))
