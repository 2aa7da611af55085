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
from allocator.core.errors import Fault, OptionError, UnknownTenantError
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
            self.must_know(tenant)
        return replace(self, scenario=scale_demand(self.scenario, factor, tenant))

    def with_capacity(self, factor: Fraction, resource: str | None = None) -> Session:
        """The same with `factor` times the capacity of one resource, or of all."""
        return replace(self, scenario=scale_capacity(self.scenario, factor, resource))

    def prepare(self, name: str | None, options: Mapping[str, str]) -> Prepared:
        """The policy of that name, or the scenario's own; `options` go before what the scenario says."""
        return allocation.chosen(self.scenario, name, options)

    def allocate(self, policy: Prepared) -> Allocation:
        """The allocation under `policy`."""
        return allocation.allocate(self.scenario, policy)

    def decisions(self, policy: Prepared) -> Iterator[Decision]:
        """The same, one decision at a time."""
        return allocation.decisions(self.scenario, policy)

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
                raise OptionError(f"none of {', '.join(one.label for one in prepared)} has an option '{name}'")
        prepared = [
            allocation.chosen(
                self.scenario,
                use,
                {name: value for name, value in options.items() if registry.has_option(one.policy, name)},
            )
            for use, one in zip(uses, prepared, strict=True)
        ]
        return compare(self.scenario, prepared, against, progress)

    def explain(self, tenant: str, policy: Prepared) -> Explanation:
        """Why a tenant got what it got, and the least change that would satisfy it."""
        from allocator import explanation

        self.must_know(tenant)
        return explanation.explain(self.scenario, tenant, policy)

    def versus(self, tenant: str, other: str, policy: Prepared) -> Versus:
        """Why one tenant got more than another."""
        from allocator import explanation

        self.must_know(tenant)
        self.must_know(other)
        return explanation.versus(self.scenario, tenant, other, policy)

    def must_know(self, tenant: str) -> None:
        """Raise `UnknownTenantError` for a tenant that the scenario does not have."""
        if self.scenario.tenant(tenant) is None:
            raise unknown_tenant(self.scenario, tenant)


def unknown_tenant(scenario: Scenario, name: str) -> UnknownTenantError:
    """The error for a tenant that `scenario` does not have, with the nearest name."""
    known = [tenant.name for tenant in scenario.tenants]
    near = did_you_mean(name, known)
    listed = ", ".join(known[:8]) + (f", and {len(known) - 8:,} more" if len(known) > 8 else "")
    return UnknownTenantError(f"no tenant '{name}'{near or ';'} there are: {listed or 'none'}")


def quickstart() -> Path:
    """The built-in scenario: beside the package in a wheel, in `sample_configs/` in a checkout."""
    inside = Path(__file__).parent / QUICKSTART
    return inside if inside.exists() else Path(__file__).parent.parent / "sample_configs" / QUICKSTART
