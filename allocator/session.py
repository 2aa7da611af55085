"""A sitting with one scenario: open it, ask what-ifs of it, run it. The door of both faces; they compute nothing.

A session is immutable: a what-if is another session.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
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
    from allocator.explanation import Explanation, Versus

QUICKSTART = "quickstart.toml"


@dataclass(frozen=True)
class Session:
    """A scenario and where it came from."""

    scenario: Scenario
    source: str
    warnings: tuple[Fault, ...] = ()

    @classmethod
    def open(cls, source: str | None) -> Session:
        """The scenario in a file, on standard input (`-`), or the built-in one (None).

        Raises:
            ScenarioError: Every fault of the file, those of its policies and their options included.
        """
        path = str(quickstart()) if source is None else source
        loaded = loading.load(path, policy_faults=registry.faults)
        return cls(loaded.scenario, path, loaded.warnings)

    def with_demand(self, factor: Fraction, tenant: str | None = None) -> Session:
        """The same with `factor` times the want of one tenant, or of all."""
        if tenant is not None:
            self.scenario.must_have(tenant)
        return replace(self, scenario=scale_demand(self.scenario, factor, tenant))

    def with_capacity(self, factor: Fraction, resource: str | None = None) -> Session:
        """The same with `factor` times the capacity of one resource, or of all."""
        return replace(self, scenario=scale_capacity(self.scenario, factor, resource))

    def prepare(self, name: str | None, options: Mapping[str, str]) -> Prepared:
        """The policy of that name, or the scenario's own; `options` go before what the scenario says."""
        return allocation.chosen(self.scenario, name, options)

    def allocate(self, policy: Prepared) -> Allocation:
        """The allocation under `policy`."""
        with registry.blaming(policy):
            return allocation.allocate(self.scenario, policy)

    def decisions(self, policy: Prepared) -> Iterator[Decision]:
        """The same, one decision at a time."""
        with registry.blaming(policy):
            yield from allocation.decisions(self.scenario, policy)

    def compare(
        self,
        names: Sequence[str],
        options: Mapping[str, str],
        against: str | None = None,
        progress: Callable[[int, int, str], None] | None = None,
    ) -> Comparison:
        """Every policy named, or that the scenario names, or built-in, side by side.

        Args:
            names: Policies; none takes those of the scenario, or every built-in one.
            options: Each is given to the policies that have it.
            against: The label of the baseline, or "now".
            progress: Called with how many are done, of how many, and which is next.

        Raises:
            PolicyError: An unknown policy or baseline, or an option that none of the policies has.
        """
        from allocator.comparison import compare

        uses: list[str | PolicyUse] = list(names) or list(self.scenario.policy.compare) or [*registry.built_in()]
        prepared = [allocation.chosen(self.scenario, use) for use in uses]
        for name in options:
            if not any(registry.has_option(one.policy, name) for one in prepared):
                labels = ", ".join(one.label for one in prepared)
                known = dict.fromkeys(option for one in prepared for option in registry.option_names(one.policy))
                near = did_you_mean(name, known) or ";"
                raise OptionError(f"none of {labels} has an option '{name}'{near} accepted: {', '.join(known)}")
        prepared = [
            allocation.chosen(
                self.scenario,
                use,
                {name: value for name, value in options.items() if registry.has_option(one.policy, name)},
            )
            for use, one in zip(uses, prepared, strict=True)
        ]
        with registry.blaming(*prepared):
            return compare(self.scenario, prepared, against, progress)

    def explain(self, tenant: str, policy: Prepared) -> Explanation:
        """Why a tenant got what it got, and the least change that would satisfy it."""
        from allocator import explanation

        with registry.blaming(policy):
            return explanation.explain(self.scenario, tenant, policy)

    def versus(self, tenant: str, other: str, policy: Prepared) -> Versus:
        """Why one tenant got more than another."""
        from allocator import explanation

        with registry.blaming(policy):
            return explanation.versus(self.scenario, tenant, other, policy)


def quickstart() -> Path:
    """The built-in scenario: beside the package in a wheel, in `sample_configs/` in a checkout."""
    inside = Path(__file__).parent / QUICKSTART
    return inside if inside.exists() else Path(__file__).parent.parent / "sample_configs" / QUICKSTART
