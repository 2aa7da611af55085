"""Find what can be done: help, the palette, the line of commands; and other colours."""

from __future__ import annotations

from allocator.core.text import did_you_mean
from allocator.tui import themes
from allocator.tui.catalogue import ACTIONS
from allocator.tui.face import Face
from allocator.tui.keyfile import path
from allocator.tui.keymap import keys_of, written
from allocator.tui.offers import TABLES, offers
from allocator.tui.screens.command_line import CommandLine
from allocator.tui.screens.helping import Helping
from allocator.tui.screens.palette import Palette


class Finding:
    """The ways to everything."""

    def __init__(self, face: Face) -> None:
        self._face = face
        self._typed: list[str] = []
        """What was typed on the line of commands, oldest first."""

    def action_help(self) -> None:
        """Everything that there is, by its keys."""
        face = self._face
        there = {offer.action.id: offer for offer in offers(face.current_mode, face.desk, face.keymap)}

        async def chosen(id: str | None) -> None:
            if id is None or there[id].group == TABLES:
                return
            if there[id].why_not:
                face.tell(f"{ACTIONS[id].title}: {there[id].why_not}")
            else:
                await face.action_do(id)

        face.open(Helping(list(there.values()), str(path())), chosen)

    def action_miss(self, key: str) -> None:
        """Say that a key means nothing here, and where it does: nobody is left to wonder whether it was heard."""
        face = self._face
        there = offers(face.current_mode, face.desk, face.keymap)
        elsewhere = [one for one in there if one.why_not and key in keys_of(one.action, face.keymap)]
        if elsewhere:
            face.tell(f"{elsewhere[0].action.title}: {elsewhere[0].why_not}")
        else:
            face.tell(f"{written(key)} means nothing here; ? shows what does")

    def action_palette(self) -> None:
        """What can be done here, by a few letters."""
        self._face.open(Palette(self._face.glyphs))

    def action_command_line(self) -> None:
        """Type what to do."""
        face = self._face

        async def typed(method: str | None) -> None:
            if method is not None:
                await face.perform(method)

        there = offers(face.current_mode, face.desk, face.keymap)
        face.open(CommandLine(there, face.desk, self._typed), typed)

    def action_next_theme(self) -> None:
        """Other colours."""
        names = themes.NAMES
        self.action_use_theme(names[(names.index(self._face.theme) + 1) % len(names)])

    def action_use_theme(self, name: str) -> None:
        """The colours of that name."""
        if name in themes.NAMES:
            self._face.theme = name
            self._face.tell(f"theme {name}; FAIRHEAP_THEME={name} keeps it")
        else:
            near = did_you_mean(name, themes.NAMES) or ";"
            self._face.tell(f"no theme '{name}'{near} there are {', '.join(themes.NAMES)}", fault=True)
