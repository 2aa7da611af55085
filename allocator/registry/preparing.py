"""Makes a policy ready to run from what a scenario or a person says of it; and blames it where it fails."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from allocator.core.errors import AllocatorError, BadPolicyError, OptionError, PolicyError
from allocator.core.model import OnMisfit, PolicySettings, PolicyUse
from allocator.core.policy import Policy, needs_time, options
from allocator.registry.finding import checked, find, find_in_module, in_a_line, origin_of
from allocator.registry.options import ON_MISFIT, checked_value, taken, without_jobs


@dataclass(frozen=True, slots=True)
class Prepared:
    """A policy ready to run, with all that was chosen for it."""

    name: str
    label: str
    policy: Policy
    options: Mapping[str, str]
    """Every option of its own, defaults included."""
    on_misfit: OnMisfit
    origin: str = ""
    """What a message calls it where it fails; empty for a built-in one, whose failures are ours."""

    def described(self, *, over_time: bool = True) -> dict[str, Any]:
        """Name, label and options, as the JSON output has them; `on_misfit` where it is not the default.

        Args:
            over_time: Whether it ranks jobs of a run; in one allocation, options that mean nothing there are left out.
        """
        idle = () if over_time else [option.name for option in options(self.policy) if option.over_time]
        shown = {name: value for name, value in self.options.items() if name not in idle}
        if self.on_misfit != ON_MISFIT.default:
            shown[ON_MISFIT.name] = self.on_misfit
        return {"name": self.name, "label": self.label, "options": shown}


def prepare(
    use: PolicyUse,
    settings: PolicySettings,
    resources: Sequence[str] | None,
    *,
    module: bool = False,
    timed: bool = True,
) -> Prepared:
    """Make the policy that `use` asks for.

    Args:
        use: Name, label, and options that go before those of `settings`.
        settings: The `[policy]` table: options by policy, and the `on_misfit` for all.
        resources: The resources of the capacity, which some options accept; None where they are not known yet: then
            any name is accepted.
        module: Whether `module:Class` is accepted as a name.
        timed: Whether there are jobs, without which some policies and options mean nothing.

    Raises:
        PolicyError: Unknown or broken policy, unknown option, a value that an option does not take, or no jobs for
            what needs them.
    """
    typed = module and ":" in use.name
    cls = find_in_module(use.name) if typed else find(use.name)
    origin = f"policy '{use.name}'" if typed else origin_of(use.name)
    if not timed and needs_time(cls):
        raise PolicyError(without_jobs(use.name))
    given = {**settings.options.get(use.name, {}), **use.options}
    known = taken(cls)
    chosen: dict[str, str] = {option.name: option.default for option in known}
    chosen[ON_MISFIT.name] = settings.on_misfit
    for name, value in given.items():
        chosen[name] = checked_value(use.name, name, value, known, resources, timed=timed)
    on_misfit: OnMisfit = "stop" if chosen.pop(ON_MISFIT.name) == "stop" else "skip"
    try:
        policy = cls(**chosen)
    except (Exception, SystemExit) as error:  # perhaps a plugin's own check of its options
        told = in_a_line(error)
        raise OptionError(f"{origin or repr(use.name)} does not take its options: {told}") from error
    return Prepared(use.name, use.label or use.name, policy, chosen, on_misfit, origin)


def prepare_own(policy: Policy, settings: PolicySettings, given: Mapping[str, str], *, timed: bool = True) -> Prepared:
    """Take a policy object as it is; only `on_misfit` can be given beside it.

    Raises:
        BadPolicyError: It does not satisfy the contract.
        PolicyError: It ranks jobs, and there are none.
        OptionError: An option other than `on_misfit`.
    """
    name = type(policy).__name__
    checked(type(policy), f"policy '{name}'")
    if not timed and needs_time(policy):
        raise PolicyError(without_jobs(name))
    on_misfit: OnMisfit = settings.on_misfit
    for option, value in given.items():
        on_misfit = "stop" if checked_value(name, option, value, (ON_MISFIT,), ()) == "stop" else "skip"
    return Prepared(name, name, policy, {}, on_misfit, f"policy '{name}'")


@contextmanager
def blaming(*policies: Prepared) -> Iterator[None]:
    """Within it, an exception out of the code of a policy that is not built in becomes a line that names the policy.

    Raises:
        BadPolicyError: Instead of what the policy raised, which is its cause.
    """
    try:
        yield
    except AllocatorError:
        raise
    except (Exception, SystemExit) as error:
        frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
        for prepared in policies:
            places = [frame for frame in frames if frame.f_globals.get("__name__") == type(prepared.policy).__module__]
            # Keys that do not compare fail in the heap, in no frame of the policy.
            if prepared.origin and (places or (isinstance(error, TypeError) and len(policies) == 1)):
                raise BadPolicyError(f"{prepared.origin} failed: {type(error).__name__}: {in_a_line(error)}") from error
        raise
