"""Asks in which form to take along what is shown, and to which file."""

from __future__ import annotations

import os
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from allocator.core.text import sanitize
from allocator.tui.exports import FORMS
from allocator.tui.screens.dialog import Dialog
from allocator.tui.widgets.field import Field

_WORDS = {
    "table": "a table, as it is printed",
    "csv": "csv, for a spreadsheet or a notebook",
    "json": "json, with everything",
    "markdown": "markdown, for a ticket or a wiki",
    "svg": "svg, a picture of the screen",
}


@dataclass(frozen=True, slots=True)
class Order:
    """What to write where."""

    form: str
    path: str


class Exporting(Dialog[Order]):
    """Answers with a form and a path; None where it was left.

    Args:
        what: What is exported, in words.
        stem: What the file is called without its ending.
        form: What is chosen at first.
        path: Where it goes; the stem with the ending of the form where left out.
    """

    DEFAULT_CSS = """
    Exporting OptionList { height: auto; border: none; padding: 0; margin: 1 0; background: $surface; }
    Exporting OptionList:focus { border: none; }
    Exporting #found { height: auto; margin: 0 0 1 0; color: $text-muted; }
    Exporting.-short OptionList { margin: 0; }
    """
    HINT = "a letter or the arrows choose; tab to the file; enter exports; esc goes back"

    def __init__(self, what: str, stem: str, form: str = "table", path: str = "") -> None:
        super().__init__()
        self._what, self._stem, self._form, self._path = what, stem, form, path

    def body(self) -> ComposeResult:
        """The forms, and a line for the path."""
        yield OptionList(*(Option(Content(f"{form[0]}  {_WORDS[form]}"), id=form) for form in FORMS))
        yield Field(self._path or self._named(self._form), placeholder="a path, such as ~/shares.csv")
        yield Static("", id="found", markup=False)

    def on_mount(self) -> None:
        """The forms have the keys."""
        self.query_one("#title", Static).update(Content(f"Export {self._what}"))
        forms = self.query_one(OptionList)
        forms.highlighted = list(FORMS).index(self._form)
        forms.focus()
        self._look()

    def _named(self, form: str) -> str:
        return f"{self._stem}.{FORMS[form]}"

    def on_key(self, event: events.Key) -> None:
        """A letter chooses a form, unless the path is typed."""
        forms = self.query_one(OptionList)
        if forms.has_focus:
            for at, form in enumerate(FORMS):
                if event.character == form[0]:
                    event.stop()
                    forms.highlighted = at

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """The ending of the file follows the form."""
        field, old, form = self.query_one(Field), FORMS[self._form], str(event.option_id)
        self._form = form
        if field.value.endswith(f".{old}"):
            field.value = f"{field.value.removesuffix(old)}{FORMS[form]}"

    def on_option_list_option_selected(self, _: OptionList.OptionSelected) -> None:
        """Enter exports."""
        self._answer()

    def on_input_submitted(self, event: Field.Submitted) -> None:
        """Enter exports."""
        event.stop()
        self._answer()

    def on_input_changed(self, _: Field.Changed) -> None:
        """Look at the place that is named now."""
        self._look()

    def _answer(self) -> None:
        if path := place(self.query_one(Field).value):
            self.dismiss(Order(self._form, path))

    def _look(self) -> None:
        path = place(self.query_one(Field).value)
        if not path:
            words = "Type a path."
        elif there(path):
            words = f"{os.path.abspath(path)} is there already: you are asked before it is overwritten."
        else:
            words = f"Makes {os.path.abspath(path)}"
        self.query_one("#found", Static).update(sanitize(words))


def place(typed: str) -> str:
    """The path that was typed: `~` is a home."""
    return os.path.expanduser(typed.strip())


def there(path: str) -> bool:
    """Whether something is at that path."""
    try:
        return os.path.lexists(path)
    except ValueError:
        return False
