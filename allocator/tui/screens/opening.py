"""Which file to open: those that were open last, or any by its path."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from allocator.core.text import sanitize
from allocator.tui.files import completed
from allocator.tui.screens.dialog import Dialog
from allocator.tui.widgets.field import Field

BUILT_IN = ""
"""The answer that means the scenario that comes along."""
MOST = 500
"""Files that are listed."""


class Opening(Dialog[str]):
    """Answers with a path, or `BUILT_IN`; None where it was left.

    Args:
        recent: Files that were open last.
    """

    DEFAULT_CSS = """
    Opening > #box { height: 80%; }
    Opening Field { background: $panel; }
    Opening OptionList { height: 1fr; border: none; padding: 0; background: $surface; }
    Opening.-tiny > #box { height: 100%; }
    """
    TITLE_LINE = "Open a scenario, or import a snapshot or a trace"
    HINT = "type a path, tab completes; up and down choose; enter opens; esc goes back"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", show=False),
        Binding("up", "list('cursor_up')", show=False),
        Binding("down", "list('cursor_down')", show=False),
        Binding("pageup", "list('page_up')", show=False),
        Binding("pagedown", "list('page_down')", show=False),
    ]

    def __init__(self, recent: Sequence[str]) -> None:
        super().__init__()
        self._recent = recent
        self._paths: list[str] = []

    def body(self) -> ComposeResult:
        """The path, and what there is."""
        yield Field(placeholder="path of a file; what was open last is below")
        yield OptionList()

    def on_mount(self) -> None:
        """What was open last, before anything is typed."""
        self.query_one(OptionList).can_focus = False
        self._list("")

    def _list(self, begun: str) -> None:
        shown = self.query_one(OptionList)
        shown.clear_options()
        if begun:
            self._paths = [path for _, path in zip(range(MOST), completed(begun), strict=False)]
            shown.add_options(Option(Content(path)) for path in self._paths)
        else:
            self._paths = [*self._recent, BUILT_IN]
            shown.add_options(_recent(path) for path in self._recent)
            shown.add_option(Option(Content("built-in quickstart")))
        shown.action_first()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Each letter narrows."""
        self._list(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Open what is chosen; where no file begins so, what was typed: whoever opens it says what is wrong."""
        at = self.query_one(OptionList).highlighted
        if at is None:
            self.dismiss(event.value)
        else:
            self._take(self._paths[at])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click opens as well."""
        self._take(self._paths[event.option_index])

    def action_complete(self) -> None:
        """Write the chosen path out."""
        at = self.query_one(OptionList).highlighted
        if at is not None and self._paths[at] != BUILT_IN:
            self._write(self._paths[at])

    def action_list(self, move: str) -> None:
        """Move in the list; the keys stay with the path."""
        getattr(self.query_one(OptionList), f"action_{move}")()

    def _take(self, path: str) -> None:
        if path.endswith("/"):
            self._write(path)
        else:
            self.dismiss(path)

    def _write(self, path: str) -> None:
        field = self.query_one(Field)
        field.value = path
        field.cursor_position = len(path)


def _recent(path: str) -> Option:
    there = os.path.isfile(path)
    return Option(Content(sanitize(path) + ("" if there else "  (no longer there)")), disabled=not there)
