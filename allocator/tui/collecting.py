"""How memory is given back while a large scenario is open: never much at once, which stops the UI.

A full search for garbage among the objects of 100,000 tenants takes half a second, and freeing the results of one
allocation a fifth of one; no thread runs meanwhile. So the whole is never searched, what becomes garbage is freed by
its reference count, and large results are let go of in a thread of their own, a few at a time.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterable
from threading import Lock, Thread

LARGE = 5_000
"""Tenants, from which on the whole is never searched."""
_NEVER = 1 << 30
_PAUSE_S = 0.2
_AT_A_TIME = 500
_OURS = 2
"""References to a result that nobody else holds: that of our list, and that of the call that counts them."""

_held: list[list[object]] = []
_lock = Lock()


def suit(tenants: int) -> None:
    """Suit a scenario of so many tenants."""
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, _NEVER if tenants >= LARGE else 10)


def suit_reading() -> None:
    """Suit a file that is being read, and may be of any size; `suit` follows once it is known."""
    suit(LARGE)


def hold(results: Iterable[object]) -> None:
    """Have `results` freed in the background, a few at a time, once nobody else holds them; few are left alone.

    Asked as soon as they are made, so that whoever lets go of them last need not know.
    """
    mine = list(results)
    if len(mine) < LARGE:
        return
    with _lock:
        _held.append(mine)
        if len(_held) == 1:
            Thread(target=_let_go, name="letting go", daemon=True).start()


def _let_go() -> None:
    while True:
        time.sleep(_PAUSE_S)
        for mine in _held:
            if not _wanted(mine):
                while mine:
                    del mine[-_AT_A_TIME:]
                    time.sleep(0)  # the others first
        with _lock:
            _held[:] = [mine for mine in _held if mine]
            if not _held:
                return


def _wanted(mine: list[object]) -> bool:
    """Whether the results are still part of anything; one of them may be kept by itself, so several are asked."""
    return all(sys.getrefcount(mine[at]) > _OURS for at in (0, len(mine) // 2, -1))
