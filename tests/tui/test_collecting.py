"""Memory is given back a little at a time while a large scenario is open."""

from __future__ import annotations

import gc
import time
import weakref
from collections.abc import Iterator

import pytest

from allocator.allocation import allocate
from allocator.core.ledger import TenantAccount
from allocator.scenario.loading import loads
from allocator.tui import collecting
from tests.tui.harness import many_tenants, running


class Result:
    """Something that says when it is gone."""


@pytest.fixture(autouse=True)
def searching() -> Iterator[None]:
    """Garbage is looked for as before, once the test is over."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


def gone(watched: weakref.ref[Result]) -> bool:
    """Whether it is, after so long as it may take."""
    end = time.monotonic() + 10
    while watched() is not None and time.monotonic() < end:
        time.sleep(0.01)
    return watched() is None


def test_results_are_freed_once_nobody_else_holds_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is held in the background stays as long as it is part of an answer, and is freed after that."""
    monkeypatch.setattr(collecting, "_PAUSE_S", 0.001)
    results = tuple(Result() for _ in range(collecting.LARGE))
    watched = weakref.ref(results[3])
    collecting.hold(results)
    time.sleep(0.02)
    assert watched() is results[3]
    del results
    assert gone(watched)


def test_few_results_are_left_to_whoever_holds_them() -> None:
    """A small answer is freed at once by who lets go of it."""
    results = [Result()]
    watched = weakref.ref(results[0])
    collecting.hold(results)
    del results
    assert watched() is None


def test_an_allocation_leaves_no_garbage_to_look_for() -> None:
    """The books of an allocation are freed without a search, which a large scenario never has."""
    scenario = loads(many_tenants(50)).scenario
    gc.collect()
    gc.disable()
    try:
        allocate(scenario)
        left = sum(isinstance(one, TenantAccount) for one in gc.get_objects())
    finally:
        gc.enable()
    assert left == 0


async def test_a_small_file_is_searched_for_garbage_as_ever() -> None:
    """After a small scenario is read, nothing is left of what suits one that may be large."""
    collecting.suit_reading()
    async with running():
        assert gc.get_threshold()[2] == 10
