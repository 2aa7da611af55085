"""Finds policies by their entry points, or by module and class, and checks each once when it is loaded."""

from __future__ import annotations

import importlib
import inspect
import os
import sys
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from allocator.core.errors import BadPolicyError, UnknownPolicyError
from allocator.core.policy import Facts, Filling, KeyChange, Option, Policy, Ranks, needs_time
from allocator.core.text import did_you_mean

GROUP = "fairheap.policies"
OWN_DISTRIBUTION = "fairheap"


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
        raise BadPolicyError(f"{candidates[0].origin} cannot be imported: {in_a_line(error)}") from error
    return checked(loaded, candidates[0].origin)


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
        raise BadPolicyError(f"policy '{path}' cannot be imported: {in_a_line(error)}") from error
    return checked(loaded, f"policy '{path}'")


def checked(loaded: Any, origin: str) -> type[Policy]:
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


def origin_of(name: str) -> str:
    """What a message calls the policy of that name; empty for a built-in one, whose failures are ours."""
    return next((one.origin for one in installed() if one.name == name and not one.built_in), "")


def in_a_line(error: BaseException) -> str:
    """What an exception says, short and on one line."""
    told = " ".join(str(error).split())
    return (told if len(told) <= 200 else f"{told[:199]}~") or type(error).__name__
