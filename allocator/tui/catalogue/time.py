"""What can be done with a run over time."""

from __future__ import annotations

from allocator.tui.actions import Action

ACTIONS: tuple[Action, ...] = ()
