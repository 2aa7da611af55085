"""The line of commands at the bottom: what may follow is listed above it, faults are told in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from allocator.core.text import sanitize
from allocator.tui.commands import Candidate, candidates, read
from allocator.tui.desk import Desk
from allocator.tui.offers import Offer
from allocator.tui.widgets.field import Field


class CommandLine(ModalScreen[str]):
    """Answers with the method to perform, its arguments in it; None where it was left.

    Args:
        offers: What there is.
        desk: Whose words complete what is typed.
        history: Lines that were typed before, oldest first; the new one is added.
    """

    DEFAULT_CSS = """
    CommandLine { align: left bottom; background: transparent; }
    CommandLine > Vertical { height: auto; background: $surface; border-top: solid $primary; }
    CommandLine OptionList { height: auto; max-height: 8; border: none; padding: 0; background: $surface; }
    CommandLine #fault { height: auto; color: $error; padding: 0 1; display: none; }
    CommandLine #fault.-shown { display: block; }
    CommandLine Horizontal { height: 1; background: $panel; }
    CommandLine #colon { width: 2; padding: 0 0 0 1; color: $accent; text-style: bold; }
    CommandLine Field { width: 1fr; background: $panel; padding: 0; }
    """
    AUTO_FOCUS = "Field"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss_none", show=False),
        Binding("tab", "complete(1)", show=False),
        Binding("shift+tab", "complete(-1)", show=False),
        Binding("down", "choose(1)", show=False),
        Binding("up", "choose(-1)", show=False),
    ]

    def __init__(self, offers: Sequence[Offer], desk: Desk, history: list[str]) -> None:
        super().__init__()
        self._offers = offers
        self._desk = desk
        self._history = history
        self._recalled = len(history)
        """Which line of the history is shown; their number where none is."""
        self._candidates: list[Candidate] = []

    def compose(self) -> ComposeResult:
        """What may follow, what is wrong, the line."""
        with Vertical():
            yield OptionList()
            yield Static("", id="fault", markup=False)
            with Horizontal():
                yield Static(":", id="colon", markup=False)
                yield Field(placeholder="tab completes, up and down choose, enter does it, esc leaves")

    def on_mount(self) -> None:
        """Every verb, before anything is typed."""
        self.query_one(OptionList).can_focus = False
        self._list()

    @property
    def _line(self) -> Field:
        return self.query_one(Field)

    def _list(self) -> None:
        self._candidates = candidates(self._line.value, self._offers, self._desk)
        shown = self.query_one(OptionList)
        width = max((len(one.shown) for one in self._candidates), default=0)
        shown.clear_options()
        shown.add_options(
            Option(Content.assemble((one.shown.ljust(width), "bold"), (f"  {one.help}" if one.help else "", "dim")))
            for one in self._candidates
        )
        shown.highlighted = None
        shown.display = bool(self._candidates)

    def _fill(self, text: str) -> None:
        with self.prevent(Input.Changed):
            self._line.value = text
        self._line.cursor_position = len(text)

    def _complain(self, words: str) -> None:
        fault = self.query_one("#fault", Static)
        fault.update(Content(sanitize(words)))
        fault.set_class(bool(words), "-shown")

    def on_input_changed(self, _: Input.Changed) -> None:
        """Each letter narrows what may follow."""
        self._complain("")
        self._list()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Do it, or say what is wrong with it."""
        line = event.value.strip()
        if not line:
            self.dismiss(None)
            return
        method, fault = read(line, self._offers)
        if fault:
            self._complain(fault)
            return
        if self._history[-1:] != [line]:
            self._history.append(line)
        self.dismiss(method)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click fills in."""
        self._fill(self._candidates[event.option_index].line)
        self._list()

    def action_complete(self, by: int) -> None:
        """Fill in the next candidate; the only one for good."""
        if len(self._candidates) == 1:
            self._fill(self._candidates[0].line)
            self._list()
        else:
            self._go(by)

    def action_choose(self, by: int) -> None:
        """The next candidate; where nothing is typed, lines that were typed before."""
        line, past = self._line.value, self._history
        recalling = not line or (self._recalled < len(past) and line == past[self._recalled])
        if recalling and self.query_one(OptionList).highlighted is None and (by < 0 or line):
            self._recalled = max(0, min(len(past), self._recalled + by))
            self._fill(past[self._recalled] if self._recalled < len(past) else "")
        else:
            self._go(by)

    def _go(self, by: int) -> None:
        shown, count = self.query_one(OptionList), len(self._candidates)
        if count:
            at = shown.highlighted
            shown.highlighted = (0 if by > 0 else count - 1) if at is None else (at + by) % count
            self._fill(self._candidates[shown.highlighted].line)

    def action_dismiss_none(self) -> None:
        """Leave it."""
        self.dismiss(None)
