"""Every installed policy, under each of its options, and what it may be asked to rank."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from allocator import Claim, OverTime, PolicySettings, PolicyUse, registry
from allocator.core.policy import needs_time
from allocator.core.policy import options as options_of
from tests.support import claim

NAMES = registry.names()
RESOURCES = ("cpu", "mem", "gpu")
POOL = {"cpu": 60, "mem": 120, "gpu": 7}


def prepared(name: str, **options: str) -> Any:
    """The policy of that name, made as a scenario would make it."""
    return registry.prepare(PolicyUse(name, options=options), PolicySettings(), RESOURCES).policy


def variants(offers: str = "key", *, one_shot: bool = False) -> list[Any]:
    """Every installed policy that offers a method: under its defaults, and under each choice of each option.

    Args:
        offers: The method.
        one_shot: Whether policies that rank nothing but jobs are left out.
    """
    found = []
    for name in NAMES:
        if one_shot and needs_time(registry.find(name)):
            continue
        chosen: list[dict[str, str]] = [{}]
        for option in options_of(registry.find(name)):
            extra = (*(("cpu",) if option.resources else ()), *(("90m",) if option.durations else ()))
            chosen += [{option.name: value} for value in (*option.choices, *extra)]
        for options in chosen:
            if hasattr(prepared(name, **options), offers):
                words = [name, *(f"{option}={value}" for option, value in options.items())]
                found.append(pytest.param(name, options, id=", ".join(words)))
    return found


every_policy = pytest.mark.parametrize("name", NAMES)
every_variant = pytest.mark.parametrize(("name", "options"), variants())
every_variant_at_once = pytest.mark.parametrize(("name", "options"), variants(one_shot=True))


def claims() -> list[Claim]:
    """Claims that differ in everything a key may read; the last ones tie."""
    wide: dict[str, Any] = {"resources": RESOURCES, "weight_unit": 2, "entitlement": {"cpu": 20, "mem": 40, "gpu": 2}}
    return [
        claim("A", demand={"cpu": 3, "mem": 1}, tasks=4, order=0, **wide),
        claim("B", demand={"cpu": 1, "mem": 9}, tasks=2, order=1, weight=2, priority=3, **wide),
        claim("C", demand={"gpu": 1}, tasks=None, order=2, usage={"cpu": 7}, **wide),
        claim("D", demand={"cpu": 1}, tasks=0, order=3, weight="1/2", usage={"mem": 30}, **wide),
        claim("E", demand={"cpu": 2, "mem": 2, "gpu": 2}, tasks=3, order=4, priority=3, **wide),
        claim("F", demand={"cpu": 2, "mem": 2, "gpu": 2}, tasks=3, order=5, priority=3, **wide),
    ]


def jobs() -> list[Claim]:
    """The same over time: each with times of its own; the last ones tie, without a deadline."""
    times = [(0, 5_000, 9_000), (10, 1_000, None), (10, 90_000, 8_000), (20, 0, 20_000), *([(30, 1_000, None)] * 2)]
    return [
        replace(
            one, tasks=one.tasks or 1, wanted=one.wanted or one.demand, submit_ms=at, estimate_ms=takes, deadline_ms=by
        )
        for one, (at, takes, by) in zip(claims(), times, strict=True)
    ]


def over_time(policy: Any, load: Mapping[str, float] | None = None) -> Any:
    """What ranks the jobs of a run under `policy`."""
    return (
        policy.over_time({"mem": 0.9, "cpu": 0.4} if load is None else load) if isinstance(policy, OverTime) else policy
    )


def situations(name: str, **options: str) -> Iterator[tuple[Any, list[Claim]]]:
    """The policy, with what it may be asked to rank: in one allocation, and over time."""
    if not needs_time(registry.find(name)):
        yield prepared(name, **options), claims()
    yield over_time(prepared(name, **options)), jobs()


def frozen(one: Claim) -> tuple[Any, ...]:
    """All of a claim by value, to see whether anybody changed it."""
    return tuple(
        dict(value) if isinstance(value, dict) else value
        for value in (getattr(one, field) for field in Claim.__slots__)
    )
