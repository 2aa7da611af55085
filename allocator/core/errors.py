"""Every exception that Fairheap raises on purpose. A refusal is data, never an exception.

AllocatorError
├── QuantityError        a number that is no quantity of its resource
├── UnknownTenantError   a tenant that the scenario does not have
├── UnknownJobError      a job that it does not have
├── WorkloadError        a workload that cannot be generated as it is described
├── SaveError            a file that could not be written (in scenario/saving.py)
│   └── ChangedError         ... since it is not what was looked at any more (in filing.py)
├── RecoveryError        what was not saved, and cannot be read (in recovery.py)
├── UsageError           words that do not go together on one command line (in cli/usage.py)
├── FaultyFileError      a file with faults, all of them at once
│   ├── ScenarioError    ... of a scenario
│   └── SnapshotError    ... of a snapshot or trace to import
└── PolicyError          something about a policy
    ├── UnknownPolicyError   no policy of that name is installed
    ├── BadPolicyError       what was found is not a policy
    └── OptionError          an option the policy does not have, or a value it does not take
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allocator.core.text import sanitize


class AllocatorError(Exception):
    """The root: catch it to catch whatever Fairheap raises on purpose."""


class QuantityError(AllocatorError, ValueError):
    """A number that cannot be a quantity of its resource; the message says found and accepted."""


class UnknownTenantError(AllocatorError, LookupError):
    """A tenant that the scenario does not have; the message names the nearest."""


class WorkloadError(AllocatorError, ValueError):
    """A workload that cannot be generated as it is described; says which and why."""


class UnknownJobError(AllocatorError, LookupError):
    """A job that the scenario does not have; the message names the nearest."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a file: where, what was found, what is accepted."""

    file: str
    place: str
    """Path inside the file, such as `tenants[1].weight`; empty for the file as a whole."""
    message: str
    line: int | None = None
    """1 is the first line; None where the file has no lines to speak of."""

    def __str__(self) -> str:
        """`two-teams.toml:14: tenants[1].weight: found 0, expected a number above 0`."""
        head = self.file if self.line is None else f"{self.file}:{self.line}"
        # A line for each fault: a name with a line end in it cannot pass for another one.
        return sanitize(": ".join(part for part in (head, self.place, self.message) if part))


class FaultyFileError(AllocatorError, ValueError):
    """A file with faults; `faults` has all of them, in the order of the file."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class ScenarioError(FaultyFileError):
    """A scenario that cannot be used as it stands."""


class SnapshotError(FaultyFileError):
    """A snapshot or a trace that is not what its reader reads."""


class PolicyError(AllocatorError):
    """Something about a policy."""


class UnknownPolicyError(PolicyError, LookupError):
    """No installed policy has that name; the message lists what is installed."""


class BadPolicyError(PolicyError, TypeError):
    """What was found under a name does not satisfy the policy contract; names it and its distribution."""


class OptionError(PolicyError, ValueError):
    """An option that the policy does not have, or a value that the option does not take."""
