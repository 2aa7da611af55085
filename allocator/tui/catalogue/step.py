"""What can be done while the heap is stepped."""

from __future__ import annotations

from allocator.tui.actions import Action

ACTIONS: tuple[Action, ...] = ()
