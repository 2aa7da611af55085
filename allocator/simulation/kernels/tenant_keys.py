"""The keys of tenants, asked of the policy as the loop would ask: from what they use, and the first job that waits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allocator.core.answers import key_of
from allocator.core.policy import Key, half_life_ms
from allocator.simulation.decay import DecayingUse
from allocator.simulation.kernels.packing import Packing
from allocator.simulation.kernels.ranking import REMEMBERED, Ranked
from allocator.simulation.workload import NONE, Column, Workload


class TenantKeys:
    """Keys of tenants; the use that a policy is shown is kept current here where it decays, else unpacked.

    Args:
        ranked: What keys are made of.
        workload: All jobs.
        estimate: ms each is expected to run.
        rows: Of each job in the order of their numbers, its row in `workload`.
        packing: How what a tenant uses is packed.
        need: Of each job by number, packed, all its tasks together.
    """

    def __init__(
        self, ranked: Ranked, workload: Workload, estimate: Column, rows: Column, packing: Packing, need: list[int]
    ) -> None:
        resources = workload.resources
        self._policy = ranked.policy
        self._shared = dict(ranked.shared)
        self._fields = [
            (resources[column], shift, (1 << width) - 1, unit)
            for column, shift, width, unit in zip(
                packing.columns, packing.shifts, packing.widths, packing.units, strict=True
            )
        ]
        self._nothing = dict.fromkeys(resources, 0)
        self._workload = workload
        self._rows: list[int] = rows.tolist()
        self._tenant: list[int] = workload.tenant[rows].tolist()
        self._submit: list[int] = workload.submit[rows].tolist()
        self._deadline: list[int] = workload.deadline[rows].tolist()
        self._estimate: list[int] = estimate[rows].tolist()
        self._need = need
        self._known: dict[int, dict[str, int]] = {}
        self._first = [NONE] * len(ranked.tenants)
        self._claims = ranked.claims(resources)
        self._usage: list[dict[str, Any]] = [dict.fromkeys(resources, 0) for _ in self._claims]
        for claim, usage in zip(self._claims, self._usage, strict=True):
            claim.usage = usage
        half_life = half_life_ms(ranked.policy)
        self.decaying = (
            None
            if half_life is None
            else DecayingUse(half_life, self._usage, (tenant.used_before for tenant in ranked.tenants))
        )

    def of(self, tenant: int, used: int, first: int) -> Key:
        """The key of a tenant that uses `used`, packed, and next would be served the job `first`."""
        claim = self._claims[tenant]
        if self.decaying is None:
            usage = self._usage[tenant]
            for name, shift, ones, unit in self._fields:
                usage[name] = (used >> shift & ones) * unit
        if self._first[tenant] != first:
            self._first[tenant] = first
            deadline = self._deadline[first]
            claim.work = self._workload.name(self._rows[first])
            claim.demand = claim.wanted = self._amounts(first)
            claim.submit_ms = self._submit[first]
            claim.estimate_ms = self._estimate[first]
            claim.deadline_ms = None if deadline == NONE else deadline
        return key_of(self._policy, claim, self._shared)

    def rebase(self, now_ms: int) -> bool:
        """Whether every key is another, because the units of decayed use began anew."""
        return self.decaying is not None and self.decaying.rebase(now_ms)

    def start(self, job: int, now_ms: int) -> None:
        """`job` starts: its tenant is charged what it is expected to use."""
        if self.decaying is not None:
            self.decaying.start(job, self._tenant[job], self._amounts(job), self._estimate[job], now_ms)

    def end(self, job: int, ran_ms: int) -> None:
        """`job` ends: its charge is put right."""
        if self.decaying is not None:
            self.decaying.end(job, self._tenant[job], ran_ms)

    def _amounts(self, job: int) -> Mapping[str, int]:
        need = self._need[job]
        found = self._known.get(need)
        if found is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            found = self._known[need] = dict(self._nothing)
            for name, shift, ones, unit in self._fields:
                found[name] = (need >> shift & ones) * unit
        return found
