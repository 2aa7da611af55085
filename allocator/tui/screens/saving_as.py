"""Asks where to save, and says of each path as it is typed what a save would find there."""

from __future__ import annotations

import os

from textual.app import ComposeResult
from textual.widgets import Input, Static

from allocator.core.text import sanitize
from allocator.filing import place, unfit
from allocator.tui.screens.dialog import Dialog
from allocator.tui.widgets.field import Field


class SavingAs(Dialog[str]):
    """Answers with a path at which a file can be; None where it was left.

    Args:
        path: What stands there at first.
    """

    DEFAULT_CSS = """
    SavingAs Field { margin: 1 0 0 0; }
    SavingAs #found { height: auto; margin: 0 0 1 0; color: $text-muted; }
    """
    TITLE_LINE = "Save as"
    HINT = "enter saves; esc goes back, nothing is written"

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path

    def body(self) -> ComposeResult:
        """A line to type in, and what is there."""
        # A name that cannot be shown cannot be edited either.
        path = self._path if sanitize(self._path) == self._path else ""
        yield Field(path, placeholder="a path, such as ~/cluster.toml")
        yield Static("", id="found", markup=False)

    def on_mount(self) -> None:
        """The line has the keys."""
        self.query_one(Field).focus()
        self._look()

    def on_input_changed(self, _: Input.Changed) -> None:
        """Look at the place that is named now."""
        self._look()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer, where there can be a file."""
        event.stop()
        path = place(event.value)
        if not unfit(path):
            self.dismiss(path)

    def _look(self) -> None:
        path = place(self.query_one(Field).value)
        why = unfit(path)
        if not path:
            words = "Type a path."
        elif why:
            words = f"Cannot be saved there: {why}."
        elif os.path.lexists(path):
            words = f"{os.path.abspath(path)} is there already: you are asked before it is overwritten."
        else:
            words = f"Makes {os.path.abspath(path)}."
        self.query_one("#found", Static).update(sanitize(words))
