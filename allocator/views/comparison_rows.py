"""A comparison as one tidy table in csv, for a notebook or a spreadsheet: exact numbers, nothing rounded.

A row for each policy, tenant and resource. Owns its columns; what they hold is `comparison`'s.
"""

from __future__ import annotations

import csv as writing
import io

from allocator.comparison import Comparison
from allocator.core.resources import unit
from allocator.reports.table import guarded
from allocator.results import TenantResult, number

COLUMNS = (
    "policy",  # its label; "now" is what runs today
    "tenant",
    "weight",
    "resource",
    "unit",  # of the amounts: bytes or milli
    "capacity",
    "wanted",  # empty where without limit
    "granted",
    "usable",
    "entitled",
    "fair_share",
    "borrowed",
    "tasks_wanted",  # of the tenant, the same in each of its rows, as all that follow; empty where without limit
    "tasks_granted",
    "satisfaction",  # 0 to 1; empty where undefined
    "outcome",
    "verdict",  # gain, lose or same against the baseline; "baseline" in its own rows
)


def csv(comparison: Comparison) -> str:
    """The table with its heading; a name that a spreadsheet would run as a formula is guarded."""
    out = io.StringIO()
    writer = writing.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    capacity = comparison.scenario.capacity
    resources = [(name, guarded(name), unit(name), capacity.get(name, 0)) for name in comparison.scenario.resources]
    verdicts = {id(verdict.after): verdict for verdict in comparison.verdicts}
    for allocation in comparison.allocations:
        label = guarded(allocation.label)
        verdict = verdicts.get(id(allocation))
        for at, result in enumerate(allocation.tenants):
            told = verdict.changes[at].direction.value if verdict else "baseline"
            tenant, weight, borrowed = guarded(result.name), number(result.tenant.weight), result.borrowed
            of_tenant = _of_tenant(result)
            for name, shown, smallest, there_is in resources:
                writer.writerow(
                    [
                        label,
                        tenant,
                        weight,
                        shown,
                        smallest,
                        there_is,
                        "" if result.wanted is None else result.wanted[name],
                        result.granted[name],
                        result.usable[name],
                        result.entitled[name],
                        result.fair_share[name],
                        borrowed[name],
                        *of_tenant,
                        told,
                    ]
                )
    return out.getvalue()


def _of_tenant(result: TenantResult) -> list[object]:
    return [
        "" if result.tasks_wanted is None else result.tasks_wanted,
        number(result.tasks_granted),
        "" if result.satisfaction is None else result.satisfaction,
        result.outcome.value,
    ]
