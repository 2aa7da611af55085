"""The named workloads: each fills in whatever its table leaves out, to suit the capacity it meets.

One preset may be several streams, dealt over the tenants. What each shows is said in `core.draws.PRESETS`. Sizes are
parts of the largest node, or of the pool where there are no nodes, and of the first two resources alone: whole devices
do not divide. Most presets are about queues rather than sizes; to them a pool without nodes is like eight servers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from allocator.core.draws import PRESETS
from allocator.core.errors import WorkloadError
from allocator.core.generators import Draw, Generator, Shape
from allocator.core.model import Scenario
from allocator.core.resources import Quantities
from allocator.core.text import did_you_mean, sanitize

_MINUTE = 60_000
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR

POISSON = Draw("poisson", {"mean": _MINUTE})


@dataclass(frozen=True)
class Part:
    """One stream of jobs of a generator."""

    what: Generator
    """Complete, and without a preset."""
    rate: float = 1.0
    """How many jobs it sends, in proportion to the other parts."""


def parts(generator: Generator, scenario: Scenario, *, ends: bool) -> tuple[Part, ...]:
    """The streams that `generator` stands for; what its table says goes before what its preset does.

    Args:
        generator: With a preset or without.
        scenario: Whose tenants submit, and whose capacity sizes are made for.
        ends: Whether the run, or the table, says when arrivals end.

    Raises:
        UnknownTenantError: The scenario does not have a tenant that is named.
        WorkloadError: There is nobody to submit, no such preset, or the scenario is too small for it.
    """
    who = generator.tenants or tuple(tenant.name for tenant in scenario.tenants)
    for name in who:
        scenario.must_have(name)
    if not who:
        raise WorkloadError("a workload needs a tenant that submits it")
    if not generator.preset:
        return (Part(replace(generator, tenants=who)),)
    preset = PRESETS.get(generator.preset)
    if preset is None:
        raise WorkloadError(sanitize(f"no preset '{generator.preset}'{did_you_mean(generator.preset, PRESETS)}"))
    box = _box(scenario)
    if len(who) < preset.tenants:
        raise WorkloadError(f"{preset.name} needs at least {preset.tenants} tenants, found {len(who)}")
    if len(box) < preset.resources and not generator.shapes:
        raise WorkloadError(f"{preset.name} needs at least {preset.resources} resources, or a demand")
    made = _MAKE[preset.name](who, box, scenario)
    return tuple(Part(_over(part.what, generator, ends), part.rate) for part in made)


def _over(own: Generator, table: Generator, ends: bool) -> Generator:
    """What a preset says, under what the table says."""
    arrivals = table.arrivals or own.arrivals
    if table.arrivals is None and table.load is not None and _at_once(arrivals):
        arrivals = POISSON
    jobs, until = table.jobs, table.until_ms
    if jobs is None and (not ends or _at_once(arrivals)):
        jobs = own.jobs
        until = until if own.until_ms is None else table.from_ms + own.until_ms
    return replace(
        table,
        preset="",
        tenants=own.tenants,
        arrivals=arrivals,
        runtime=table.runtime or own.runtime,
        shapes=table.shapes or own.shapes,
        tasks=table.tasks or own.tasks,
        # A load that was not asked for never moves arrivals that were.
        load=own.load if table.load is None and table.arrivals is None else table.load,
        jobs=jobs,
        until_ms=until,
        deadline_ms=own.deadline_ms if table.deadline_ms is None else table.deadline_ms,
    )


def _at_once(arrivals: Draw | None) -> bool:
    return arrivals is not None and arrivals.kind == "at-once"


def _box(scenario: Scenario) -> dict[str, int]:
    """What the largest node has of the first two resources."""
    pool = {name: amount for name, amount in scenario.capacity.items() if amount > 0}
    names = list(pool)[:2]
    free: Quantities = pool
    if scenario.nodes:
        free = max(scenario.nodes, key=lambda node: tuple(node.free.get(name, 0) for name in names)).free
    return {name: free[name] for name in names if free.get(name, 0) > 0}


def _server(box: Quantities, scenario: Scenario) -> Quantities:
    """The box where it is a node, and an eighth of the pool where that is all there is."""
    return box if scenario.nodes else {name: max(1, amount // _SERVERS) for name, amount in box.items()}


_SERVERS = 8


def _part(box: Quantities, *fractions: str) -> Shape:
    """A demand of these fractions of the box; a single one is of both resources."""
    each = [Fraction(fraction) for fraction in (*fractions, fractions[-1])]
    return Shape({name: max(1, int(amount * part)) for (name, amount), part in zip(box.items(), each, strict=False)})


def _textbook(who: Sequence[str], box: Quantities, scenario: Scenario) -> list[Part]:
    pair = (_part(box, "1/9", "4/18"), _part(box, "3/9", "1/18"))
    usual = Generator((), arrivals=Draw("at-once"), runtime=Draw("constant", {"value": _MINUTE}), jobs=100)
    return [Part(replace(usual, tenants=(name,), shapes=(pair[at % 2],))) for at, name in enumerate(who)]


def _noisy_neighbour(who: Sequence[str], box: Quantities, scenario: Scenario) -> list[Part]:
    server = _server(box, scenario)
    usual = _steady((), 5 * _MINUTE, 8 * _HOUR, 1.1)
    return [
        Part(replace(usual, tenants=tuple(who[:1]), shapes=(_part(server, "1/16"),)), 10),
        Part(replace(usual, tenants=tuple(who[1:]), shapes=(_part(server, "1/4"),)), len(who) - 1),
    ]


def _elephant_mice(who: Sequence[str], box: Quantities, scenario: Scenario) -> list[Part]:
    runtime = Draw("bounded-pareto", {"alpha": 1.1, "low": 10_000, "high": _DAY})
    # Two elephants on a node are enough to stop it: among many servers there is always one for the mice.
    return [Part(replace(_steady(who, _MINUTE, _DAY, 0.8), runtime=runtime, shapes=(_part(box, "1/2"),)))]


def _bursty_team(who: Sequence[str], box: Quantities, scenario: Scenario) -> list[Part]:
    server = _server(box, scenario)
    usual = replace(_steady((), 20 * _MINUTE, 2 * _DAY, 0.9), shapes=(_part(server, "1/4"),))
    away = Draw("on-off", {"mean": _MINUTE, "on": _HOUR // 2, "off": 9 * _HOUR // 2})
    return [
        Part(replace(usual, tenants=tuple(who[:1]), arrivals=away), 8),
        Part(replace(usual, tenants=tuple(who[1:])), len(who) - 1),
    ]


def _fragment(who: Sequence[str], box: Quantities, scenario: Scenario) -> list[Part]:
    pairs = (("3/5", "3/10"), ("9/20", "11/20"), ("7/20", "3/5"), ("11/20", "1/4"))
    return [Part(replace(_steady(who, 5 * _MINUTE, _DAY, 0.9), shapes=tuple(_part(box, *pair) for pair in pairs)))]


def _deadline_rush(who: Sequence[str], box: Quantities, scenario: Scenario) -> list[Part]:
    server = _server(box, scenario)
    usual = replace(_steady(who, 5 * _MINUTE, 4 * _HOUR, 1.2), shapes=(_part(server, "1/4"),))
    return [Part(replace(usual, deadline_ms=minutes * _MINUTE)) for minutes in (10, 30, 120)]


def _hpc_lublin(who: Sequence[str], box: Quantities, scenario: Scenario) -> list[Part]:
    per_node = -(-_PROCESSORS // max(1, len(scenario.nodes)))
    demand = {name: max(1, amount // per_node) for name, amount in list(box.items())[:1]}
    one = Draw("lublin")
    return [Part(Generator(tuple(who), "", "", one, one, (Shape(demand),), one, jobs=5000))]


_PROCESSORS = 128
"""Of the machine that the model was made for."""


def _steady(who: Sequence[str], mean_ms: int, until_ms: int, load: float) -> Generator:
    """Independent arrivals of jobs of exponential run times; few enough to be run in a moment."""
    runtime = Draw("exponential", {"mean": mean_ms})
    return Generator(tuple(who), arrivals=POISSON, runtime=runtime, load=load, until_ms=until_ms, jobs=100_000)


_MAKE: dict[str, Callable[[Sequence[str], Quantities, Scenario], list[Part]]] = {
    "textbook": _textbook,
    "noisy-neighbour": _noisy_neighbour,
    "elephant-mice": _elephant_mice,
    "bursty-team": _bursty_team,
    "fragment": _fragment,
    "deadline-rush": _deadline_rush,
    "hpc-lublin": _hpc_lublin,
}
