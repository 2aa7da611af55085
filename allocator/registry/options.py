"""What options a policy takes, and what is wrong with those that it is given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import get_args

from allocator.core.durations import ACCEPTED, parse_duration
from allocator.core.errors import BadPolicyError, OptionError, QuantityError, UnknownPolicyError
from allocator.core.model import OnMisfit, PolicySettings
from allocator.core.policy import Option, Policy, needs_time, options
from allocator.core.text import did_you_mean
from allocator.registry.finding import find

ON_MISFIT = Option(
    "on_misfit",
    default="skip",
    choices=get_args(OnMisfit),
    help="what a round does with a pop that is not granted all it asked: pass it over (skip), or end (stop); over time "
    "the queue of [simulation] says what may pass a job that does not fit",
)

_RUN = "a run over time, of a scenario with [[jobs]], [[workloads]] or [trace]"


def taken(policy: Policy | type[Policy]) -> tuple[Option, ...]:
    """The options that `policy` takes: its own and, unless jobs are all it ranks, `on_misfit`."""
    return options(policy) if needs_time(policy) else (*options(policy), ON_MISFIT)


def option_names(policy: Policy) -> list[str]:
    """The names of the options that `policy` takes."""
    return [option.name for option in taken(policy)]


def has_option(policy: Policy, name: str) -> bool:
    """Whether `policy` takes an option of that name."""
    return name in option_names(policy)


def without_jobs(name: str) -> str:
    """What to say where the policy of that name is asked for one allocation."""
    return f"policy '{name}' ranks jobs, and one allocation has none: it needs {_RUN}"


def checked_value(
    policy: str,
    name: str,
    value: object,
    known: Sequence[Option],
    resources: Sequence[str] | None,
    *,
    timed: bool = True,
) -> str:
    """`value` as the option `name` takes it.

    Args:
        policy: What a message calls the policy.
        name: The option.
        value: What is given.
        known: The options that the policy takes.
        resources: The resources of the capacity; None where they are not known yet.
        timed: Whether there are jobs.

    Raises:
        OptionError: No such option, a value that it does not take, or one that means nothing without jobs.
    """
    option = next((option for option in known if option.name == name), None)
    if option is None:
        accepted = ", ".join(option.name for option in known) or "none"
        near = did_you_mean(name, [option.name for option in known])
        raise OptionError(f"policy '{policy}' has no option '{name}'{near or ';'} accepted: {accepted}")
    accepted_values = [*option.choices, *((resources or ()) if option.resources else ())]
    anything = option.resources and resources is None
    if not isinstance(value, str) or not (value in accepted_values or anything or (option.durations and _lasts(value))):
        shown = f"'{value}'" if isinstance(value, str) else repr(value)
        near = did_you_mean(value, accepted_values) if isinstance(value, str) else ""
        expected = " or ".join([*accepted_values, *([f"{ACCEPTED}, above 0"] if option.durations else [])])
        raise OptionError(f"option '{name}' of '{policy}': found {shown}, expected {expected}{near}")
    if option.over_time and not timed and value != option.default:
        raise OptionError(f"option '{name}' of '{policy}' means nothing in one allocation: it needs {_RUN}")
    return value


def _lasts(value: str) -> bool:
    """Whether it is a duration above 0."""
    try:
        return parse_duration(value) > 0
    except QuantityError:
        return False


def faults(settings: PolicySettings, resources: Sequence[str] | None, timed: bool = True) -> Iterator[tuple[str, str]]:
    """What is wrong with a `[policy]` table, as (place, message): unknown policies, options and values.

    Args:
        settings: The table.
        resources: The resources of the capacity; None where they are not known yet.
        timed: Whether there are jobs, without which some policies and options mean nothing.
    """
    uses = [("policy.use", settings.use)]
    uses += [(f"policy.compare[{index}]", use) for index, use in enumerate(settings.compare)]
    for place, use in uses:
        try:
            cls = find(use.name)
        except (UnknownPolicyError, BadPolicyError) as error:
            yield place, str(error)
            continue
        if not timed and needs_time(cls):
            yield place, without_jobs(use.name)
        for name, value in use.options.items():
            yield from _option_fault(f"{place}.options.{name}", use.name, name, value, cls, resources, timed)
    for policy, given in settings.options.items():
        try:
            cls = find(policy)
        except (UnknownPolicyError, BadPolicyError) as error:
            yield f"policy.options.{policy}", str(error)
            continue
        for name, value in given.items():
            yield from _option_fault(f"policy.options.{policy}.{name}", policy, name, value, cls, resources, timed)


def _option_fault(
    place: str, policy: str, name: str, value: object, cls: type[Policy], resources: Sequence[str] | None, timed: bool
) -> Iterator[tuple[str, str]]:
    try:
        checked_value(policy, name, value, taken(cls), resources, timed=timed)
    except OptionError as error:
        yield place, str(error)
