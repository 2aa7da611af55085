"""What can be done where policies stand side by side."""

from __future__ import annotations

from allocator.tui.actions import Action

ACTIONS: tuple[Action, ...] = ()
