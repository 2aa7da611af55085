"""What every reader of another system's files hands back. Values only: nothing here reads or prints."""

from __future__ import annotations

from dataclasses import dataclass

from allocator.core.model import Scenario


@dataclass(frozen=True)
class Imported:
    """A scenario made of another system's files, and what there is to say about the making.

    Lines may hold names as the files have them: whoever prints them sanitises them.
    """

    scenario: Scenario
    summary: tuple[str, ...] = ()
    """What was read, kept, reserved and skipped, and why, in counts; a line each."""
    warnings: tuple[str, ...] = ()
    """What may make the scenario differ from what the user believes it says; a line each."""
    notes: tuple[str, ...] = ()
    """Lines for the header comment of the written scenario, such as what was reserved on each node."""
