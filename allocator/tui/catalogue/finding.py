"""What makes everything else findable: help, the line of commands, the palette, files."""

from __future__ import annotations

from allocator.tui.actions import Action

ACTIONS: tuple[Action, ...] = ()
