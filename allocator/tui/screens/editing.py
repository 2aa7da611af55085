"""A form over the screen that asked: fields with the fault of each below it, while what is behind answers already."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from allocator.core.text import sanitize
from allocator.reports.table import clip
from allocator.scenario.editing import forms
from allocator.scenario.editing.forms import Form, Reading
from allocator.tui.face import Face
from allocator.tui.screens.dialog import Dialog
from allocator.tui.widgets.field import Field

PAUSE = 0.1
"""Seconds after a letter before what was typed is read."""


_TITLE = 50
"""Columns of a title: a name is whole in its field."""


class Row(Vertical):
    """A mark where it was changed, a label, the field, and below it what is wrong."""

    DEFAULT_CSS = """
    Row { height: auto; }
    Row > Horizontal { height: 1; }
    Row .mark { width: 2; color: $accent; }
    Row .label { width: 24; height: 1; }
    .-tiny Row .label { width: 18; }
    Row Field { width: 1fr; }
    Row .fault { height: auto; padding: 0 0 0 2; display: none; color: $warning; }
    Row .fault.-bad { color: $error; }
    """

    def __init__(self, field: forms.Field) -> None:
        super().__init__()
        self._field = field
        self._shown = sanitize(field.text)
        self._input = Field(self._shown, placeholder=sanitize(field.about).replace("[", "\\["))
        self._input.select_on_focus = field.read is not str

    def compose(self) -> ComposeResult:
        """Mark, label, field, fault."""
        with Horizontal():
            yield Static("", classes="mark", markup=False)
            yield Static(clip(sanitize(self._field.label), 23), classes="label", markup=False)
            yield self._input
        yield Static("", classes="fault", markup=False)

    @property
    def text(self) -> str:
        """What is typed; untouched, it is what was there, to the last character."""
        return self._field.text if self._input.value == self._shown else self._input.value

    def mark(self, glyph: str) -> None:
        """Mark a field that was changed."""
        changed = self.text != self._field.text
        self.query_one(".mark", Static).update(Content(glyph if changed else ""))

    def tell(self, fault: str, note: str) -> None:
        """Say what is wrong, or was hardly meant."""
        line = self.query_one(".fault", Static)
        line.set_class(bool(fault), "-bad")
        line.display = bool(fault or note)
        line.update(Content(f"! {sanitize(fault)}" if fault else f"? {sanitize(note)}" if note else ""))

    def take_keys(self) -> None:
        """Type here."""
        self._input.focus()


class EditingDialog(Dialog[Reading]):
    """Fields of one form; answers what they say once they are kept, None where all is to be as it was.

    Args:
        form: What is edited.
        heard: Told of each reading without a fault, so that the screen behind can answer.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        # Before the rows have them, who would scroll.
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("enter", "keep", show=False),
    ]
    DEFAULT_CSS = """
    EditingDialog { align: right top; background: $background 0%; }
    EditingDialog > #box { width: 64; max-height: 100%; }
    EditingDialog #rows { height: auto; max-height: 100%; }
    EditingDialog .group { height: 1; color: $text-muted; text-style: bold; margin-top: 1; }
    EditingDialog #more { height: auto; color: $error; display: none; }
    EditingDialog.-normal > #box { width: 56; }
    EditingDialog.-narrow > #box { width: 100%; max-width: 100%; }
    EditingDialog.-tiny > #box { height: 100%; }
    EditingDialog.-short .group { margin-top: 0; }
    """
    HINT = "enter keeps; esc leaves it as it was; tab moves"

    def __init__(self, form: Form, heard: Callable[[Reading], None]) -> None:
        super().__init__()
        self._form = form
        self._heard = heard
        self._rows = [Row(field) for field in form.fields]
        self._read: tuple[list[str], Reading] | None = None
        self._keeping = False
        self._pause: Timer | None = None

    @property
    def _face(self) -> Face:
        return cast("Face", self.app)

    def body(self) -> ComposeResult:
        """The fields, with a heading over those that belong together."""
        group = ""
        with VerticalScroll(id="rows", can_focus=False):
            for field, row in zip(self._form.fields, self._rows, strict=True):
                if field.group != group:
                    group = field.group
                    yield Static(sanitize(group), classes="group", markup=False)
                yield row
        yield Static("", id="more", markup=False)

    def on_mount(self) -> None:
        """The first field has the keys; what is summed once is summed now."""
        self.query_one("#title", Static).update(Content(clip(sanitize(self._form.title), _TITLE)))
        self._fit()
        self._ask()

    def on_resize(self, _: events.Resize) -> None:
        """What does not fit scrolls."""
        self._fit()

    def _fit(self) -> None:
        # A box as high as its rows cannot say how high its rows may be; the screen can.
        self.query_one("#rows").styles.max_height = max(4, self.size.height - (3 if self.has_class("-tiny") else 5))

    # --- reading ---------------------------------------------------------------------------------------------------

    @property
    def _texts(self) -> list[str]:
        return [row.text for row in self._rows]

    @on(Field.Changed)
    def _typed(self) -> None:
        for row in self._rows:
            row.mark("*")
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE, self._ask)

    def _ask(self) -> None:
        texts, form = self._texts, self._form
        self._face.computing.start(
            "reading", lambda _: form.read(texts), lambda reading: self._answered(texts, reading)
        )

    def _answered(self, texts: list[str], reading: Reading) -> None:
        if not self.is_attached:
            return
        self._read = texts, reading
        for number, row in enumerate(self._rows):
            row.tell(reading.faults.get(number, ""), reading.notes.get(number, ""))
        more = self.query_one("#more", Static)
        more.display = bool(reading.more)
        more.update(Content("\n".join(f"! {sanitize(line)}" for line in reading.more)))
        if reading.scenario is not None:
            self._heard(reading)
        if self._keeping:
            self._conclude(reading)

    # --- what a person does ------------------------------------------------------------------------------------------

    @on(Field.Submitted)
    def action_keep(self) -> None:
        """Keep what was typed, as soon as it is read."""
        self._keeping = True
        if self._read is not None and self._read[0] == self._texts:
            self._conclude(self._read[1])
        else:
            self._ask()

    def _conclude(self, reading: Reading) -> None:
        self._keeping = False
        if reading.scenario is not None:
            self._end()
            self.dismiss(reading)
        elif reading.faults:
            self._rows[min(reading.faults)].take_keys()

    def action_move(self, by: int) -> None:
        """The next field, or the one before."""
        if by > 0:
            self.focus_next()
        else:
            self.focus_previous()

    def action_leave(self) -> None:
        """All is as it was."""
        self._end()
        super().action_leave()

    def _end(self) -> None:
        """What is read from now on would be shown with nobody left to take it back."""
        if self._pause is not None:
            self._pause.stop()
        self._face.computing.cancel("reading")
