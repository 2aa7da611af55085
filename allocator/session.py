"""A sitting with one scenario: open it, ask what-ifs of it, run it. The door of both faces; they compute nothing.

A session is immutable: a what-if is another session.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from allocator import allocation, registry
from allocator.core.decision import Decision
from allocator.core.errors import Fault, OptionError
from allocator.core.model import PolicyUse, Scenario
from allocator.core.scaling import scale_capacity, scale_demand
from allocator.core.text import did_you_mean
from allocator.registry import Prepared
from allocator.results import Allocation
from allocator.scenario import loading

if TYPE_CHECKING:  # imported where they run: a plain --simulate starts a tenth sooner without them
    from allocator.comparison import Comparison
    from allocator.comparison.over_time import ReplayComparison
    from allocator.explanation import Explanation, Versus
    from allocator.explanation.over_time import JobExplanation, TenantExplanation
    from allocator.replay import Progress, Scale, Staged
    from allocator.replays import Replay
    from allocator.stepping import HeapTrace

QUICKSTART = "quickstart.toml"


@dataclass(frozen=True)
class Session:
    """A scenario and where it came from."""

    scenario: Scenario
    source: str
    warnings: tuple[Fault, ...] = ()
    pace: tuple[Scale, ...] = ()
    """Over time: how many times as fast jobs arrive."""
    scaled: tuple[Scale, ...] = ()
    """Over time: how many times as much capacity there is."""
    fingerprint: int | None = field(default=None, compare=False, repr=False)
    """Of the text of the scenario file that it was read from; None where it was made otherwise, such as imported."""

    @classmethod
    def open(cls, source: str | None) -> Session:
        """The scenario in a file, on standard input (`-`), or the built-in one (None).

        Raises:
            ScenarioError: Every fault of the file, those of its policies and their options included.
        """
        path = str(quickstart()) if source is None else source
        loaded = loading.load(path, policy_faults=registry.faults)
        return cls(loaded.scenario, path, loaded.warnings, fingerprint=loaded.fingerprint)

    def with_demand(self, factor: Fraction, tenant: str | None = None) -> Session:
        """The same with `factor` times the want of one tenant, or of all; over time jobs arrive that much faster."""
        if self.scenario.timed:
            return replace(self, pace=(*self.pace, (tenant, factor)))
        if tenant is not None:
            self.scenario.must_have(tenant)
        return replace(self, scenario=scale_demand(self.scenario, factor, tenant))

    def with_capacity(self, factor: Fraction, resource: str | None = None) -> Session:
        """The same with `factor` times the capacity of one resource, or of all."""
        if self.scenario.timed:
            return replace(self, scaled=(*self.scaled, (resource, factor)))
        return replace(self, scenario=scale_capacity(self.scenario, factor, resource))

    def prepare(self, name: str | None, options: Mapping[str, str]) -> Prepared:
        """The policy of that name, or the scenario's own; `options` go before what the scenario says."""
        return allocation.chosen(self._known, name, options)

    @property
    def _known(self) -> Scenario:
        """The scenario with the resources that only its trace names, which options of policies may be."""
        return self.staged.scenario if self.scenario.trace else self.scenario

    def allocate(self, policy: Prepared) -> Allocation:
        """The allocation under `policy`."""
        with registry.blaming(policy):
            return allocation.allocate(self.scenario, policy)

    def decisions(self, policy: Prepared) -> Iterator[Decision]:
        """The same, one decision at a time."""
        with registry.blaming(policy):
            yield from allocation.decisions(self.scenario, policy)

    def trace(self, policy: Prepared, progress: Callable[[int], None] | None = None) -> HeapTrace:
        """The same with the heap as it stood at each; `progress` is told how many decisions are made."""
        from allocator.stepping import trace

        with registry.blaming(policy):
            return trace(self.scenario, policy, progress)

    def compare(
        self,
        names: Sequence[str | PolicyUse],
        options: Mapping[str, str],
        against: str | None = None,
        progress: Callable[[int, int, str], None] | None = None,
        known: Sequence[Allocation] = (),
    ) -> Comparison:
        """Every policy named, or that the scenario names, or built-in, side by side.

        Args:
            names: Policies, by name or as a scenario names them; none takes those of the scenario, or every
                built-in one.
            options: Each is given to the policies that have it.
            against: The label of the baseline, or "now".
            progress: Called with how many are done, of how many, and which is next.
            known: Allocations of this session, which need not be made again.

        Raises:
            PolicyError: An unknown policy or baseline, or an option that none of the policies has.
        """
        from allocator.comparison import compare

        prepared = self.compared(names, options)
        with registry.blaming(*prepared):
            return compare(self.scenario, prepared, against, progress, known)

    def compared(self, names: Sequence[str | PolicyUse], options: Mapping[str, str]) -> list[Prepared]:
        """The policies named, or that the scenario names, or built-in; each is given the options that it has.

        Raises:
            PolicyError: An unknown policy, or an option that none of the policies has.
        """
        scenario = self._known
        uses: list[str | PolicyUse] = list(names) or list(scenario.policy.compare)
        uses = uses or [*registry.compared(timed=scenario.timed)]
        prepared = [allocation.chosen(scenario, use) for use in uses]
        for name in options:
            if not any(registry.has_option(one.policy, name) for one in prepared):
                labels = ", ".join(one.label for one in prepared)
                known = dict.fromkeys(option for one in prepared for option in registry.option_names(one.policy))
                near = did_you_mean(name, known) or ";"
                raise OptionError(f"none of {labels} has an option '{name}'{near} accepted: {', '.join(known)}")
        return [
            allocation.chosen(
                scenario,
                use,
                {name: value for name, value in options.items() if registry.has_option(one.policy, name)},
            )
            for use, one in zip(uses, prepared, strict=True)
        ]

    def explain(self, tenant: str, policy: Prepared, known: Allocation | None = None) -> Explanation:
        """Why a tenant got what it got, and the least change that would satisfy it.

        Args:
            tenant: By its name.
            policy: Under which.
            known: The allocation of this session under that policy, which need not be made again.
        """
        from allocator import explanation

        with registry.blaming(policy):
            return explanation.explain(self.scenario, tenant, policy, known)

    def versus(self, tenant: str, other: str, policy: Prepared) -> Versus:
        """Why one tenant got more than another."""
        from allocator import explanation

        with registry.blaming(policy):
            return explanation.versus(self.scenario, tenant, other, policy)

    # --- over time ---------------------------------------------------------------------------------------------

    def with_seed(self, seed: int) -> Session:
        """The same, what is drawn by chance drawn from another seed."""
        from allocator.replay import seeded

        return replace(self, scenario=seeded(self.scenario, seed))

    @cached_property
    def staged(self) -> Staged:
        """The scenario with all its jobs, read and generated once.

        Raises:
            SnapshotError: Its trace cannot be read.
            AllocatorError: A what-if that cannot be.
        """
        from allocator.replay import stage

        return stage(self.scenario, self.pace, self.scaled)

    def replay(self, policy: Prepared, progress: Progress | None = None) -> Replay:
        """The jobs run over time under `policy`."""
        from allocator.replay import replay

        return replay(self.staged, policy, progress)

    def recorded(self) -> Replay | None:
        """What really happened to the jobs of its trace; None where no trace says."""
        from allocator.replay import recorded

        return recorded(self.staged)

    def compare_replays(
        self,
        policies: Sequence[Prepared],
        against: str | None = None,
        progress: Callable[[str], Progress] | None = None,
        replications: int = 1,
        known: Sequence[Replay] = (),
    ) -> ReplayComparison:
        """The same jobs under every policy, side by side.

        Args:
            policies: From `compared`.
            against: The label of the baseline, or "recorded".
            progress: Given the label of a policy that is about to run, what is told of its progress.
            replications: How many seeds to run, the scenario's own and those that follow.
            known: Complete runs of this session, which need not be run again.
        """
        from allocator.comparison.over_time import compare

        first = self.scenario.simulation.seed
        seeds = range(first + 1, first + replications)
        further = [lambda seed=seed: self.with_seed(seed).staged for seed in seeds]
        return compare(self.staged, policies, against, progress, further, known)

    def explain_replay(
        self, tenant: str, policy: Prepared, progress: Callable[[str], Progress] | None = None
    ) -> TenantExplanation:
        """Why the jobs of a tenant waited; `progress` is given what each of its runs is for."""
        from allocator.explanation.over_time import explain_tenant

        return explain_tenant(self.staged, tenant, policy, progress)

    def explain_job(self, job: str, policy: Prepared, progress: Progress | None = None) -> JobExplanation:
        """Why a job waited."""
        from allocator.explanation.over_time import explain_job

        return explain_job(self.staged, job, policy, progress)


def quickstart() -> Path:
    """The built-in scenario: beside the package in a wheel, in `sample_configs/` in a checkout."""
    inside = Path(__file__).parent / QUICKSTART
    return inside if inside.exists() else Path(__file__).parent.parent / "sample_configs" / QUICKSTART
