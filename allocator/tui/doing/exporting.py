"""Take along what is shown: as a file, or a few lines on the clipboard."""

from __future__ import annotations

from allocator.core.text import did_you_mean, sanitize
from allocator.scenario.saving import save
from allocator.tui.exports import FORMS, PICTURE, Export
from allocator.tui.face import Face
from allocator.tui.screens.asking import Asking, Choice
from allocator.tui.screens.desk_screen import DeskScreen
from allocator.tui.screens.exporting import Exporting as Dialog
from allocator.tui.screens.exporting import Order, place, there


class Exporting:
    """The way out."""

    def __init__(self, face: Face) -> None:
        self._face = face
        self._form = "table"
        """The one that was taken last."""

    @property
    def _screen(self) -> DeskScreen:
        """The screen that is shown, dialogs aside."""
        return next(one for one in reversed(self._face.screen_stack) if isinstance(one, DeskScreen))

    def _front(self) -> tuple[DeskScreen, Export] | None:
        """That, and what it shows."""
        screen = self._screen
        export = screen.exported()
        if export is None:
            self._face.tell("there is nothing to export yet: it is still being computed")
            return None
        return screen, export

    def action_export(self) -> None:
        """Ask in which form, and to which file."""
        if front := self._front():
            self._ask(*front, self._form, "")

    def _ask(self, screen: DeskScreen, export: Export, form: str, path: str) -> None:
        def answered(order: Order | None) -> None:
            if order is not None:
                self._form = order.form
                self._carefully(screen, export, order)

        self._face.open(Dialog(export.what, export.stem, form, path), answered)

    def action_export_to(self, text: str) -> None:
        """`FORMAT [FILE]`, as it is typed."""
        form, _, path = text.strip().partition(" ")
        if form not in FORMS:
            near = did_you_mean(form, FORMS) or ";"
            self._face.tell(f"no format '{form}'{near} there are {', '.join(FORMS)}", fault=True)
        elif front := self._front():
            screen, export = front
            self._carefully(screen, export, Order(form, place(path) or f"{export.stem}.{FORMS[form]}"))

    def _carefully(self, screen: DeskScreen, export: Export, order: Order) -> None:
        """Write it; where something is there already, ask first."""
        if not there(order.path):
            self._write(screen, export, order)
            return

        def answered(id: str | None) -> None:
            if id == "overwrite":
                self._write(screen, export, order)
            elif id == "other":
                self._ask(screen, export, order.form, order.path)

        choices = (
            Choice("n", "other", "another name"),
            Choice("o", "overwrite", "overwrite it"),
        )
        self._face.open(Asking("Overwrite?", [sanitize(f"{order.path} is there already.")], choices), answered)

    def _write(self, screen: DeskScreen, export: Export, order: Order) -> None:
        if order.form == PICTURE:
            # Once the dialog is gone from the picture.
            screen.call_after_refresh(lambda: self._start(order, screen.app.export_screenshot(), export, 0))
        else:
            self._start(order, "", export, screen.size.width)

    def _start(self, order: Order, picture: str, export: Export, width: int) -> None:
        def work(_: object) -> str:
            save(picture or export.text(order.form, width), order.path)
            return order.path

        def failed(words: str) -> None:
            self._face.tell(words, fault=True)

        def done(path: str) -> None:
            self._face.tell(f"wrote {path}")

        self._face.computing.start("export", work, done, failed, writes=True)

    def action_copy(self) -> None:
        """What is said of what is chosen."""
        screen = self._screen
        lines = screen.copied()
        if not lines:
            self._face.tell("nothing is chosen that could be copied")
            return
        screen.app.copy_to_clipboard("\n".join(lines))
        self._face.tell(f"copied to the clipboard, if the terminal lets it: {lines[0]}")
