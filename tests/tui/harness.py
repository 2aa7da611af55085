"""Drives the terminal UI without a terminal: keys in, the text of the screen out. Privates of Textual stay in here."""

from __future__ import annotations

import asyncio
import contextlib
import os
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from unittest.mock import patch

from textual.app import App
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input

from allocator.session import Session
from allocator.tui import themes
from allocator.tui.app import FairheapApp
from allocator.tui.glyphs import UNICODE, Glyphs
from allocator.tui.keymap import Keymap

GOLDEN = Path(__file__).parent / "golden"
SIZES = [(60, 18), (80, 24), (120, 40), (160, 50), (200, 60)]
"""Columns and rows of the terminals that layouts are made for."""
PATIENCE = 60
"""Seconds after which a test that hangs is ended; no verdict depends on it."""
SHORTLY = 0.002
"""Seconds that are waited for where nothing else is to be done; `conftest` makes the pauses of the UI shorter."""

HOSTILE_NAMES = (
    "[red]x[/]",
    "[@click=app.quit]x[/]",
    "[/]",
    "oops [/nope] \\[",
    "esc\x1b]0;T\x07\x1b[2J",
    "c1\x9b2J\r\n\ttab",
    "表計算" * 4,
    "שלום עולם",
    "rtl\u202eoverride",
    "x" * 300,
    "👩‍👩‍👧 family",
    "=cmd|' /C calc'!A0",
)
HOSTILE_RESOURCE = "[b]gpu[/]"

Drawn = TypeVar("Drawn", bound=Widget)


def quoted(text: str) -> str:
    """`text` as TOML writes it, everything doubtful escaped."""
    return '"' + "".join(f"\\U{ord(letter):08x}" for letter in text) + '"'


def hostile_scenario() -> str:
    """A scenario in which every name is hostile: title, node, resource, tenants, work."""
    text = f"title = {quoted(' '.join(HOSTILE_NAMES[:5]))}\n[[nodes]]\nname = {quoted(HOSTILE_NAMES[1])}\n"
    text += f"capacity = {{ cpu = 20, {quoted(HOSTILE_RESOURCE)} = 5 }}\n"
    for number, name in enumerate(HOSTILE_NAMES):
        text += f"[[tenants]]\nname = {quoted(name)}\n[[tenants.work]]\nname = {quoted(name)}\n"
        text += f"demand = {{ cpu = {number % 3 + 1}, {quoted(HOSTILE_RESOURCE)} = 1 }}\ntasks = 3\nheld = 1\n"
    return text


def many_tenants(count: int) -> str:
    """A scenario of that many tenants, who together want more than there is."""
    head = f"[capacity]\ncpu = {count * 2}\nmemory = {count * 3}\n"
    rows = (
        f'[[tenants]]\nname = "t{number}"\nweight = {number % 3 + 1}\n'
        f"demand = {{ cpu = {number % 4 + 1}, memory = {number % 3 + 1} }}\ntasks = 2\n"
        for number in range(count)
    )
    return head + "".join(rows)


def screen_lines(app: App[None]) -> list[str]:
    """What is on the screen, a line each, without what is blank at their ends."""
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip).rstrip() for strip in strips]


async def still(*_: float) -> None:
    """Wait until the event loop has nothing to run but what waits for a key, for a thread, or for longer than shortly.

    Exact, where the pilot's own way is to sleep 20 ms at least four times a key until the processor looks idle.
    """
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(0)
        if not loop._ready:
            soon = loop.time() + SHORTLY
            if not any(timer.when() < soon and not timer.cancelled() for timer in loop._scheduled):
                return
            await asyncio.sleep(SHORTLY / 2)


def drew(app: App[None]) -> bool:
    """Whether something waited for the next frame, drawn without waiting, or waits for others to be drawn with them."""
    resized, changed = app._resize_timer is not None, app.screen._update_timer._active.is_set()
    if resized:
        app._check_resize()
    if changed:
        app.screen._on_timer_update()
    return resized or changed or app._batch_count > 0


@dataclass(frozen=True)
class Driving:
    """A UI that runs."""

    app: FairheapApp
    pilot: Pilot[None]

    async def settle(self) -> None:
        """Wait until nothing is computed and everything is drawn."""
        async with asyncio.timeout(PATIENCE):
            await still()
            while self.app.is_running and (drew(self.app) or not self.app.computing.idle):
                await asyncio.sleep(SHORTLY / 2)
                await still()

    async def press(self, *keys: str) -> None:
        """Press keys one after another, as a person who waits for each answer."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def type(self, text: str) -> None:
        """Type letters without waiting."""
        names = {" ": "space", ":": "colon", "/": "slash", ".": "full_stop", "-": "minus", "_": "underscore"}
        await self.pilot.press(*(names.get(letter, letter) for letter in text))
        await self.settle()

    async def command(self, line: str) -> None:
        """Type a whole line after `:`, and press enter."""
        await self.press("colon")
        self.app.screen.query_one(Input).insert_text_at_cursor(line)  # letters take the pilot 40 ms each
        await self.press("enter")

    async def click(self, selector: str, at: tuple[int, int] = (0, 0), times: int = 1) -> None:
        """Click into a widget."""
        await self.pilot.click(selector, offset=at, times=times)
        await self.settle()

    async def resize(self, width: int, height: int) -> None:
        """Make the terminal another size."""
        await self.pilot.resize_terminal(width, height)
        await self.settle()

    @property
    def lines(self) -> list[str]:
        """What is on the screen, a line each."""
        return screen_lines(self.app)

    @property
    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(self.lines)

    @property
    def mode(self) -> str:
        """The mode that is shown."""
        return self.app.current_mode

    @property
    def told(self) -> list[str]:
        """What notifications have said, oldest first."""
        return [notification.message for notification in self.app._notifications]


@contextlib.asynccontextmanager
async def running(
    source: str | Path | Session | None = None,
    size: tuple[int, int] = (120, 40),
    glyphs: Glyphs = UNICODE,
    theme: str = themes.DARK.name,
    keymap: Keymap | None = None,
) -> AsyncIterator[Driving]:
    """The UI with a file, a session, or the built-in scenario open; ready when entered.

    Args:
        source: A path or a session; a text with line ends is a scenario itself.
        size: Columns and rows.
        glyphs: What is drawn with.
        theme: Its name.
        keymap: The keys of the user's own.
    """
    if isinstance(source, str) and "\n" in source:
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / "scenario.toml"
            path.write_text(source, encoding="utf-8")
            session = Session.open(str(path))
    else:
        session = source if isinstance(source, Session) else Session.open(None if source is None else str(source))
    app = FairheapApp(session, glyphs, theme, keymap)
    with patch("textual.app.wait_for_idle", still), patch("textual.pilot.wait_for_idle", still):
        async with app.run_test(size=size, notifications=True) as pilot:
            driving = Driving(app, pilot)
            await driving.settle()
            yield driving
            app.computing.close()  # the pilot takes the screens away while the app still hears answers


def golden(name: str, text: str) -> None:
    """The screen is as it is kept in `golden/`; with FAIRHEAP_UPDATE_GOLDEN=1 it is kept anew."""
    path = GOLDEN / f"{name}.txt"
    text = text.rstrip() + "\n"
    if os.environ.get("FAIRHEAP_UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"no {path.name}: run with FAIRHEAP_UPDATE_GOLDEN=1, and look at what it wrote"
    assert text == path.read_text(encoding="utf-8"), f"the screen is not {path.name} any more"
