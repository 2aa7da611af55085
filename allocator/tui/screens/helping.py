"""Help: everything that can be done, here first; typing narrows the list, enter does what is chosen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from allocator.core.text import sanitize
from allocator.reports.table import padded, wrap
from allocator.tui.offers import Offer
from allocator.tui.screens.dialog import Dialog
from allocator.tui.widgets.field import Field

KEYS = 11
"""Columns for keys."""


class Helping(Dialog[str]):
    """Answers with the id of the action that was chosen; None where it was left.

    Args:
        offers: What there is.
        where: The file with the keys of the user's own.
    """

    DEFAULT_CSS = """
    Helping > #box { width: 100; height: 94%; }
    Helping Field { margin: 0; background: $panel; }
    Helping OptionList { height: 1fr; border: none; padding: 0; background: $surface; }
    Helping OptionList > .option-list--option-disabled { color: $primary; text-style: bold; }
    Helping.-tiny > #box { height: 100%; }
    """
    TITLE_LINE = "Help"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "list('cursor_up')", show=False),
        Binding("down,tab", "list('cursor_down')", show=False),
        Binding("shift+tab", "list('cursor_up')", show=False),
        Binding("pageup", "list('page_up')", show=False),
        Binding("pagedown", "list('page_down')", show=False),
    ]

    def __init__(self, offers: Sequence[Offer], where: str) -> None:
        super().__init__()
        self._offers = offers
        self._where = where

    def body(self) -> ComposeResult:
        """What to search for, and the list."""
        yield Field(placeholder="type to search")
        yield OptionList()

    def on_mount(self) -> None:
        """Everything, before anything is typed."""
        hint = f"enter does it, esc goes back\nkeys of your own: {sanitize(self._where)}"
        self.query_one("#hint", Static).update(hint)
        self.query_one(OptionList).can_focus = False
        self.call_after_refresh(self._list, "")

    def on_resize(self, _: events.Resize) -> None:
        """Lines are as long as there is room."""
        self.call_after_refresh(lambda: self._list(self.query_one(Field).value))

    def _list(self, words: str) -> None:
        found = [offer for offer in self._offers if offer.matches(words)]
        if words:
            # What is called so comes first, wherever it is done: enter does what was meant.
            found.sort(key=lambda offer: offer.rank(words))
        shown = self.query_one(OptionList)
        shown.clear_options()
        width = self.query_one(Field).size.width - 2  # a scrollbar
        shown.add_options(_options(found, width) if found else [Option(Content("nothing matches"), disabled=True)])
        shown.action_first()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Each letter narrows."""
        self._list(event.value)

    def on_input_submitted(self, _: Input.Submitted) -> None:
        """Enter does what is chosen."""
        self.query_one(OptionList).action_select()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """So does a click."""
        self.dismiss(event.option_id)

    def action_list(self, move: str) -> None:
        """Move in the list; the keys stay with what is typed."""
        getattr(self.query_one(OptionList), f"action_{move}")()


def _options(offers: Sequence[Offer], width: int) -> Iterator[Option]:
    group = ""
    for offer in offers:
        if offer.group != group:
            group = offer.group
            yield Option(Content(group.capitalize()), disabled=True)
        yield Option(prompt(offer, width), id=offer.action.id)


def prompt(offer: Offer, width: int) -> Content:
    """An action in two lines: its key and title, what it does; where it cannot be done now, dim and with the reason."""
    action, indent = offer.action, " " * KEYS
    usage = f"  {action.usage}" if action.usage else ""
    help = f"{action.help} Not now: {offer.why_not}." if offer.why_not else action.help
    lines = "\n".join(indent + line for line in wrap(help, max(20, width - KEYS)))
    title = "dim" if offer.why_not else "bold"
    return Content.assemble(
        (padded(offer.keys, KEYS - 1) + " ", title), (action.title, title), (usage, "dim"), "\n", (lines, "dim")
    )
