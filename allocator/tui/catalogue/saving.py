"""Saving, and leaving."""

from __future__ import annotations

from allocator.tui.actions import Action

ACTIONS: tuple[Action, ...] = ()
