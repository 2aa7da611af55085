"""The palette: what can be done here, found by a few of its letters. Textual's own, filled from the catalogue."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import cast

from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider, SearchIcon
from textual.content import Content

from allocator.tui.face import Face
from allocator.tui.glyphs import Glyphs
from allocator.tui.offers import EVERY, Offer, offers


class Commands(Provider):
    """What there is to do on the screen that asked; what cannot be done now says why."""

    def _offers(self) -> list[Offer]:
        face = cast("Face", self.app)
        there = offers(face.current_mode, face.desk, face.keymap)
        named = [one for one in there if one.group == EVERY or one.group.startswith("on this")]
        return [one for one in named if one.action.id != "app.palette"]

    async def discover(self) -> Hits:
        """All of it, before anything is typed."""
        for offer in self._offers():
            title = offer.action.title
            yield DiscoveryHit(_shown(offer, Content(title)), self._do(offer), title)

    async def search(self, query: str) -> Hits:
        """What holds these letters in this order."""
        matcher = self.matcher(query)
        for offer in self._offers():
            action = offer.action
            score, typed = matcher.match(action.title), matcher.match(action.verb)
            if score or typed:
                yield Hit(
                    max(score, typed), _shown(offer, matcher.highlight(action.title)), self._do(offer), action.title
                )

    def _do(self, offer: Offer) -> Callable[[], Awaitable[None]]:
        return partial(cast("Face", self.app).action_do, offer.action.id)


def _shown(offer: Offer, title: Content) -> Content:
    help = f"not now: {offer.why_not}" if offer.why_not else offer.action.help
    return Content.assemble(title, (f"  {offer.keys}  {offer.action.usage}".rstrip(), "not bold"), f"\n{help}")


class Palette(CommandPalette):
    """The palette, drawn with what the terminal has."""

    DEFAULT_CSS = """
    Palette > Vertical { margin-top: 1; }
    Palette SearchIcon { color: $foreground; }
    Palette CommandList > .option-list--option { padding: 0 1; text-style: none; }
    """

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__([Commands], placeholder="a few letters of what to do; esc leaves")
        self._glyphs = glyphs

    def on_mount(self) -> None:
        """The picture of a lens is two columns wide in some terminals, and none in others."""
        self.query_one(SearchIcon).icon = self._glyphs.cursor
