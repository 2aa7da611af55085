"""Finds policies, checks each once when it is loaded, and makes one from the options that a scenario gives it.

A policy is found by its entry point in the group `fairheap.policies`, the built-in ones like anyone else's, or as
`module:Class` where a person typed that; a scenario file never names a module, since opening a file runs no code.
A policy that is not ours may fail in any way: whoever asked for it is told in a line which one it was.
"""

from __future__ import annotations

import importlib
import inspect
import os
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any, get_args

from allocator.core.durations import ACCEPTED, parse_duration
from allocator.core.errors import (
    AllocatorError,
    BadPolicyError,
    OptionError,
    PolicyError,
    QuantityError,
    UnknownPolicyError,
)
from allocator.core.model import OnMisfit, PolicySettings, PolicyUse
from allocator.core.policy import Facts, Filling, KeyChange, Option, Policy, Ranks, needs_time, options
from allocator.core.text import did_you_mean

GROUP = "fairheap.policies"
OWN_DISTRIBUTION = "fairheap"

ON_MISFIT = Option(
    "on_misfit",
    default="skip",
    choices=get_args(OnMisfit),
    help="what a round does with a pop that is not granted all it asked: pass it over (skip), or end (stop); over time "
    "the queue of [simulation] says what may pass a job that does not fit",
)

_RUN = "a run over time, of a scenario with [[jobs]], [[workloads]] or [trace]"


@dataclass(frozen=True, slots=True)
class Installed:
    """One installed policy, not loaded yet."""

    name: str
    distribution: str
    entry_point: EntryPoint

    @property
    def built_in(self) -> bool:
        """Whether it came with Fairheap."""
        return self.distribution == OWN_DISTRIBUTION

    @property
    def origin(self) -> str:
        """What a message calls it."""
        return f"policy '{self.name}' of distribution '{self.distribution}'"


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


@cache
def installed() -> tuple[Installed, ...]:
    """Every installed policy in order of name, built-in ones first; nothing is imported."""
    found = {
        (point.name, point.value): Installed(point.name, point.dist.name if point.dist else "unknown", point)
        for point in entry_points(group=GROUP)
    }
    return tuple(sorted(found.values(), key=lambda one: (not one.built_in, one.name, one.distribution)))


def names() -> list[str]:
    """The names of all installed policies."""
    return list(dict.fromkeys(one.name for one in installed()))


def built_in() -> list[str]:
    """The names of the policies that came with Fairheap."""
    return [one.name for one in installed() if one.built_in]


def compared(*, timed: bool) -> list[str]:
    """What a comparison shows unless it is told otherwise: every built-in policy that can rank what there is.

    Args:
        timed: Whether the scenario has jobs.
    """
    return [name for name in built_in() if timed or not needs_time(find(name))]


@cache
def find(name: str) -> type[Policy]:
    """The class of the policy called `name`, checked.

    Raises:
        UnknownPolicyError: None is installed under that name.
        BadPolicyError: It cannot be imported, does not satisfy the contract, or two distributions claim the name.
    """
    candidates = [one for one in installed() if one.name == name]
    if not candidates:
        raise UnknownPolicyError(f"no policy '{name}'{did_you_mean(name, names())} installed: {', '.join(names())}")
    if len(candidates) > 1:
        sources = " and ".join(one.distribution for one in candidates)
        raise BadPolicyError(f"policy '{name}' is claimed by {sources}: uninstall one of them")
    try:
        loaded = candidates[0].entry_point.load()
    except (Exception, SystemExit) as error:
        raise BadPolicyError(f"{candidates[0].origin} cannot be imported: {_in_a_line(error)}") from error
    return _checked(loaded, candidates[0].origin)


def find_in_module(path: str) -> type[Policy]:
    """The class that `module:Class` names, checked. Imports the module: only for what a person typed.

    Raises:
        BadPolicyError: There is no such module or class, or it does not satisfy the contract.
    """
    module, _, attribute = path.partition(":")
    if os.getcwd() not in sys.path:
        # The command's own path begins where it is installed; a person who types a module means the one here.
        sys.path.insert(0, os.getcwd())
    try:
        loaded = getattr(importlib.import_module(module), attribute)
    except (Exception, SystemExit) as error:
        raise BadPolicyError(f"policy '{path}' cannot be imported: {_in_a_line(error)}") from error
    return _checked(loaded, f"policy '{path}'")


def _checked(loaded: Any, origin: str) -> type[Policy]:
    """`loaded` if it satisfies the contract of `allocator.core.policy`."""

    def wrong(what: str) -> BadPolicyError:
        return BadPolicyError(f"{origin} {what}")

    if not isinstance(loaded, type):
        raise wrong(f"is {loaded!r}, expected a class")
    key = getattr(loaded, "key", None)
    if not callable(key):
        raise wrong("has no method key(self, claim, capacity)")
    try:
        inspect.signature(key).bind(None, None, None)
    except TypeError:
        raise wrong(f"has key{inspect.signature(key)}, expected key(self, claim, capacity)") from None
    for attribute, kind, optional in (
        ("ranks", Ranks, False),
        ("key_change", KeyChange, False),
        ("filling", Filling, True),
        ("facts", Facts, True),
    ):
        value = getattr(loaded, attribute, None)
        if not (isinstance(value, kind) or (optional and value is None)):
            raise wrong(f"has {attribute} = {value!r}, expected a value of allocator.{kind.__name__}")
    how = getattr(loaded, "filling", None)
    if how in (Filling.ENTITLEMENT, Filling.SLICE) and not hasattr(loaded, "entitle"):
        raise wrong(f"has filling = {how}, which needs a method entitle(self, tenants, capacity)")
    offered = getattr(loaded, "options", ())
    if not isinstance(offered, tuple | list):
        raise wrong(f"has options = {offered!r}, expected a tuple of allocator.Option")
    for option in offered:
        if not isinstance(option, Option):
            raise wrong(f"has {option!r} among its options, expected an allocator.Option")
    return loaded


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
    origin = f"policy '{use.name}'" if typed else _origin(use.name)
    if not timed and needs_time(cls):
        raise PolicyError(without_jobs(use.name))
    given = {**settings.options.get(use.name, {}), **use.options}
    known = taken(cls)
    chosen: dict[str, str] = {option.name: option.default for option in known}
    chosen[ON_MISFIT.name] = settings.on_misfit
    for name, value in given.items():
        chosen[name] = _value(use.name, name, value, known, resources, timed=timed)
    on_misfit: OnMisfit = "stop" if chosen.pop(ON_MISFIT.name) == "stop" else "skip"
    try:
        policy = cls(**chosen)
    except (Exception, SystemExit) as error:  # perhaps a plugin's own check of its options
        told = _in_a_line(error)
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
    _checked(type(policy), f"policy '{name}'")
    if not timed and needs_time(policy):
        raise PolicyError(without_jobs(name))
    on_misfit: OnMisfit = settings.on_misfit
    for option, value in given.items():
        on_misfit = "stop" if _value(name, option, value, (ON_MISFIT,), ()) == "stop" else "skip"
    return Prepared(name, name, policy, {}, on_misfit, f"policy '{name}'")


def without_jobs(name: str) -> str:
    """What to say where the policy of that name is asked for one allocation."""
    return f"policy '{name}' ranks jobs, and one allocation has none: it needs {_RUN}"


def _origin(name: str) -> str:
    return next((one.origin for one in installed() if one.name == name and not one.built_in), "")


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
                raise BadPolicyError(
                    f"{prepared.origin} failed: {type(error).__name__}: {_in_a_line(error)}"
                ) from error
        raise


def _in_a_line(error: BaseException) -> str:
    told = " ".join(str(error).split())
    return (told if len(told) <= 200 else f"{told[:199]}~") or type(error).__name__


def _value(
    policy: str,
    name: str,
    value: object,
    known: Sequence[Option],
    resources: Sequence[str] | None,
    *,
    timed: bool = True,
) -> str:
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


def taken(policy: Policy | type[Policy]) -> tuple[Option, ...]:
    """The options that `policy` takes: its own and, unless jobs are all it ranks, `on_misfit`."""
    return options(policy) if needs_time(policy) else (*options(policy), ON_MISFIT)


def option_names(policy: Policy) -> list[str]:
    """The names of the options that `policy` takes."""
    return [option.name for option in taken(policy)]


def has_option(policy: Policy, name: str) -> bool:
    """Whether `policy` takes an option of that name."""
    return name in option_names(policy)


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
        _value(policy, name, value, taken(cls), resources, timed=timed)
    except OptionError as error:
        yield place, str(error)
