"""Tenants by name, wherever a scenario names them: another name, one more like it, one less."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import count

from allocator.core.model import Scenario, Tenant

_NUMBERED = re.compile(r"(.*?)-\d{1,9}", re.DOTALL)


def renamed(scenario: Scenario, old: str, new: str) -> Scenario:
    """`scenario` with `new` for `old` in its jobs, workloads and events; the tenant has its new name already."""
    if old == new:
        return scenario
    return replace(
        scenario,
        jobs=tuple(replace(job, tenant=new) if job.tenant == old else job for job in scenario.jobs),
        events=tuple(replace(event, tenant=new) if event.tenant == old else event for event in scenario.events),
        generators=tuple(
            replace(one, tenants=tuple(new if name == old else name for name in one.tenants))
            if old in one.tenants
            else one
            for one in scenario.generators
        ),
    )


def free_name(scenario: Scenario, base: str, first: int = 2) -> str:
    """`base-2`, or the next number that nobody has."""
    return next(name for number in count(first) if scenario.tenant(name := f"{base}-{number}") is None)


def place_of(scenario: Scenario, tenant: Tenant) -> int:
    """Its place among the tenants; no two are compared by all that they are, which takes a while."""
    return next(place for place, one in enumerate(scenario.tenants) if one is tenant)


def duplicated(scenario: Scenario, name: str) -> tuple[Scenario, str]:
    """`scenario` with one more tenant like that one, declared right after it; and the name it has.

    Raises:
        UnknownTenantError: There is nobody of that name.
    """
    tenant = scenario.must_have(name)
    numbered = _NUMBERED.fullmatch(name)
    twin = replace(tenant, name=free_name(scenario, numbered[1] if numbered else name))
    at = place_of(scenario, tenant) + 1
    return replace(scenario, tenants=(*scenario.tenants[:at], twin, *scenario.tenants[at:])), twin.name


def removed(scenario: Scenario, name: str) -> Scenario:
    """`scenario` without that tenant; ask `needed_by` first.

    Raises:
        UnknownTenantError: There is nobody of that name.
    """
    tenant = scenario.must_have(name)
    return replace(scenario, tenants=tuple(one for one in scenario.tenants if one is not tenant))


def needed_by(scenario: Scenario, name: str) -> str:
    """What names that tenant, so that it cannot be removed, in words; empty where nothing does."""
    kinds = (
        ("job", sum(job.tenant == name for job in scenario.jobs)),
        ("workload", sum(name in one.tenants for one in scenario.generators)),
        ("event", sum(event.tenant == name for event in scenario.events)),
    )
    parts = [f"{many:,} {kind}{'' if many == 1 else 's'}" for kind, many in kinds if many]
    return f"{' and '.join(parts)} of this scenario {_verb(kinds)} it" if parts else ""


def _verb(kinds: tuple[tuple[str, int], ...]) -> str:
    return "names" if sum(many for _, many in kinds) == 1 else "name"
