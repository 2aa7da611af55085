"""The what-ifs of a command line, one session after another: every mode asks them of the scenario in the same way."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from allocator.cli.usage import UsageError
from allocator.core.text import did_you_mean

if TYPE_CHECKING:
    from allocator.session import Session


def steps(session: Session, words: argparse.Namespace) -> Iterator[tuple[Session, str]]:
    """The session after each what-if, and what it was, in words.

    Raises:
        UsageError: A resource that there is none of.
        AllocatorError: A tenant that there is not, or a factor that makes too much.
    """
    known = session.scenario.capacity
    for name, by in words.scale_demand:
        session = session.with_demand(by, name)
        yield session, f"--scale-demand {'' if name is None else f'{name}='}{by}"
    for name, by in words.scale_capacity:
        if name is not None and name not in known and not session.scenario.timed:
            there_is = f"there is {', '.join(known)}"
            raise UsageError(f"--scale-capacity: no resource '{name}'{did_you_mean(name, known) or ';'} {there_is}")
        session = session.with_capacity(by, name)
        yield session, f"--scale-capacity {'' if name is None else f'{name}='}{by}"
    if words.seed is not None:
        session = session.with_seed(words.seed)
        yield session, f"--seed {words.seed}"


def asked(session: Session, words: argparse.Namespace) -> Session:
    """The session after all of them."""
    *_, (last, _) = [(session, ""), *steps(session, words)]
    return last
