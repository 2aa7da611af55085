"""What the screens of the modes have in common: they draw what is on the desk, when it changes and when shown."""

from __future__ import annotations

from typing import ClassVar, cast

from textual.screen import Screen

from allocator.core.text import sanitize
from allocator.tui.catalogue import ACTIONS
from allocator.tui.desk import Desk
from allocator.tui.exports import Export, of_allocation
from allocator.tui.face import Face
from allocator.tui.glyphs import Glyphs
from allocator.tui.keymap import keys_of, written
from allocator.tui.widgets.footer import Footer


class DeskScreen(Screen[None]):
    """One mode of the app."""

    MODE: ClassVar[str]
    """Its name in the catalogue."""

    @property
    def fairheap(self) -> Face:
        """The app."""
        return cast("Face", self.app)

    @property
    def desk(self) -> Desk:
        """What is shown."""
        return self.fairheap.desk

    @property
    def called(self) -> str:
        """What the scenario is called, safe to show."""
        return sanitize(self.desk.session.scenario.title or self.desk.sitting.source)

    @property
    def mark(self) -> str:
        """Says that what is shown is not what is on disk; nothing where it is."""
        return " [modified]" if self.desk.sitting.dirty else ""

    @property
    def glyphs(self) -> Glyphs:
        """What is drawn with."""
        return self.fairheap.glyphs

    def on_screen_resume(self) -> None:
        """Shown again: draw the newest answer."""
        self.answered()

    def asked(self) -> None:
        """Another question is on the desk, and has no answer yet."""

    def answered(self) -> None:
        """There is a newer answer on the desk, or another desk."""
        raise NotImplementedError

    def exported(self) -> Export | None:
        """What is taken along of it; None while there is nothing yet."""
        allocation = self.desk.allocation
        return None if allocation is None else of_allocation(allocation)

    def copied(self) -> list[str]:
        """What is said of what is chosen, in lines; none where nothing is."""
        return []

    def keys(self) -> list[tuple[str, str, str]]:
        """What the footer shows: what can be done here now, the most important first."""
        shown = [action for action in ACTIONS.of(self.MODE) if action.footer and not action.why_not(self.desk)]
        shown.sort(key=lambda action: -action.footer)
        keys = [(action, keys_of(action, self.fairheap.keymap)) for action in shown]
        return [(action.id, written(own[0]), action.title) for action, own in keys if own]

    async def on_footer_pressed(self, message: Footer.Pressed) -> None:
        """A key in the footer was clicked."""
        await self.fairheap.action_do(message.id)
