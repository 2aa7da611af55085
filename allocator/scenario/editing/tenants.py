"""A tenant as a form: its fields, and the scenario with what they say.

What all other tenants want together is summed once, so that a letter costs the same however many they are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from allocator.core.model import Scenario, Tenant, Work
from allocator.scenario import checks
from allocator.scenario.building import Builder
from allocator.scenario.editing.forms import Field, Reading, by_field, changed, filled, told, yes
from allocator.scenario.editing.naming import free_name, place_of, renamed
from allocator.scenario.faults import Collector
from allocator.scenario.positions import Path
from allocator.scenario.shape import check_shape
from allocator.scenario.tables import TableReader
from allocator.scenario.writing import tenant_table

_AT: Path = ("tenants", 0)
_OF_WORK = ("demand", "tasks", "divisible", "held", "pools")


class TenantForm:
    """The fields of one tenant.

    Args:
        scenario: Who else shares, and what there is.
        name: Whom to edit; None for one more, the last.

    Raises:
        UnknownTenantError: There is nobody of that name.
    """

    def __init__(self, scenario: Scenario, name: str | None) -> None:
        self._scenario = scenario
        self._old = None if name is None else scenario.must_have(name)
        self._table = self._before()
        self.title = f"tenant {name}" if name is not None else "a new tenant"
        self.fields = tuple(self._fields())

    def _before(self) -> dict[str, Any]:
        if self._old is None:
            table: dict[str, Any] = {"name": free_name(self._scenario, "tenant", first=len(self._scenario.tenants) + 1)}
        else:
            table = tenant_table(self._old)
        # What a file may leave out is shown all the same.
        table = {"weight": 1, "priority": 100} | table
        if not table.get("work"):
            table.pop("work", None)
            if not self._scenario.timed:
                table.setdefault("demand", {})
        return table

    def _fields(self) -> list[Field]:
        table, old = self._table, self._old
        resources = list(self._scenario.resources)
        if old is not None:
            resources += [name for name in (*old.guarantee, *old.limit) if name not in resources]
        fields = [
            _field(table, _AT, "name", read=str, keeps_empty=True),
            _field(table, _AT, "weight", "1; a larger one gets more"),
            _field(table, _AT, "priority", "100; the lower goes first"),
        ]
        for number, work in enumerate(table.get("work", ())):
            group = f"work {work.get('name', '')}"
            fields += _of_work(work, (*_AT, "work", number), resources, group, several=True)
        if "demand" in table:
            fields += _of_work(table, _AT, resources, "wants", several=False)
        fields += _amounts(table, _AT, "guarantee", resources, "guarantee: the least it is owed")
        return fields + _amounts(table, _AT, "limit", resources, "limit: the most it may be granted")

    @cached_property
    def _rest(self) -> Tenant:
        """All others as one, who wants what they want together. O(n), once."""
        wanted: dict[str, int] = {}
        denominators = {event.value.denominator for event in self._scenario.events if isinstance(event.value, Fraction)}
        for tenant in self._scenario.tenants:
            if tenant is self._old:
                continue
            denominators.add(tenant.weight.denominator)
            for work in tenant.work:
                for resource, amount in checks.most_of(work).items():
                    wanted[resource] = wanted.get(resource, 0) + amount
        return Tenant("", (Work(wanted),), weight=Fraction(1, math.lcm(*denominators)))

    def read(self, texts: Sequence[str]) -> Reading:
        """The scenario with the tenant as the fields say, or every fault of them."""
        tables = {"tenants": [self._read_table(texts)]}
        collect = Collector("")
        builder = Builder(TableReader(tables, check_shape(tables, collect), collect))
        tenant = builder.tenants()[0][0]
        self._check(tenant, checks.Origin(single="work" not in tables["tenants"][0]), collect)
        faults, notes, more = by_field(self.fields, collect)
        if faults or more:
            return Reading(None, "", None, faults, notes, more)
        return Reading(self._with(tenant), self._done(tenant, texts), tenant.name, {}, notes)

    def _read_table(self, texts: Sequence[str]) -> dict[str, Any]:
        table: dict[str, Any] = filled({"tenants": [self._table]}, self.fields, texts)["tenants"][0]
        nothing = not table.get("demand") and not any(key in table for key in _OF_WORK[1:])
        if "work" not in table and nothing and not (self._old and self._old.work):
            table.pop("demand", None)
            table["work"] = []
        return table

    def _check(self, tenant: Tenant, origin: checks.Origin, collect: Collector) -> None:
        others = [(self._rest, checks.Origin()), (tenant, origin)]
        checks.check_totals({}, "capacity", others, collect)
        checks.check_limits([(tenant, origin)], collect)
        same = self._scenario.tenant(tenant.name)
        if same is not None and same is not self._old:
            other = checks.Origin(place_of(self._scenario, same))
            checks.check_unique([(same, other), (tenant, origin)], collect)
        if self._scenario.capacity:
            checks.warn_of_unknown(self._scenario.capacity, checks.resources_of([(tenant, origin)]), collect)

    def _with(self, tenant: Tenant) -> Scenario:
        scenario, old = self._scenario, self._old
        if old is None:
            return replace(scenario, tenants=(*scenario.tenants, tenant))
        tenant = replace(tenant, used_before=old.used_before)
        if tenant == old:
            return scenario
        tenants = tuple(tenant if one is old else one for one in scenario.tenants)
        return renamed(replace(scenario, tenants=tenants), old.name, tenant.name)

    def _done(self, tenant: Tenant, texts: Sequence[str]) -> str:
        if self._old is None:
            return f"add {tenant.name}"
        return f"{self._old.name}: {told(self.fields, texts)}" if changed(self.fields, texts) else ""


def _field(
    table: dict[str, Any], path: Path, key: str, about: str = "", group: str = "", label: str = "", **more: Any
) -> Field:
    text = "yes" if table.get(key) is True else "no" if table.get(key) is False else str(table.get(key, ""))
    return Field((*path, key), label or key, text, about, group, **more)


def _of_work(table: dict[str, Any], path: Path, resources: Sequence[str], group: str, *, several: bool) -> list[Field]:
    of = f"{table.get('name', '')} " if several else ""
    fields = [_field(table, path, "name", group=group, read=str, of=of)] if several else []
    demand = table.get("demand", {})
    fields += [
        _field(demand, (*path, "demand"), name, "none", group, label=f"demand {name}", of=of) for name in resources
    ]
    fields += [
        _field(table, path, "tasks", "1, in any fraction; unlimited", group, of=of),
        _field(table, path, "divisible", "yes or no; yes without tasks", group, read=yes, of=of),
        _field(table, path, "held", "how many run already", group, of=of),
    ]
    return fields + ([_field(table, path, "priority", "the tenant's", group, of=of)] if several else [])


def _amounts(table: dict[str, Any], path: Path, key: str, resources: Sequence[str], group: str) -> list[Field]:
    amounts = table.get(key, {})
    return [_field(amounts, (*path, key), name, "none", group, of=f"{key} ") for name in resources]
