"""Runs the terminal UI on this terminal, and leaves the terminal and the user's work in order however it ends."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.scrollbar import ScrollBar

from allocator.core.errors import ScenarioError
from allocator.tui import crash, keyfile, themes
from allocator.tui.app import FairheapApp
from allocator.tui.glyphs import ASCII, AsciiBar, glyphs
from allocator.tui.keymap import Keymap

if TYPE_CHECKING:  # a desk is most of the program: imported while the first frame is already shown
    from allocator.tui.desk import Desk

WATCH_S = 2
"""Seconds between two looks at whether there still is a terminal."""


def run(opening: Callable[[], Desk], reading: str = "") -> int:
    """Show what `opening` makes until the user leaves; returns the exit code.

    Args:
        opening: Called in a thread, while the first frame is already shown.
        reading: What it reads, in words, for that frame.

    Raises:
        AllocatorError: It could not be opened.
    """
    colours = not os.environ.pop("NO_COLOR", "")  # Textual's own answer to it is grey, which is a colour
    # Textual draws on stderr, so that stdout stays data.
    encoding = getattr(sys.__stderr__, "encoding", None)
    drawn_with = ASCII if os.environ.get("FAIRHEAP_ASCII") else glyphs(encoding, os.environ)
    if not drawn_with.unicode:
        ScrollBar.renderer = AsciiBar
    keys, complaint = _keys()
    app = FairheapApp(opening, drawn_with, themes.suiting(os.environ), keys, colours=colours)
    app.complaint, app.reading = complaint, reading
    asyncio.run(_shown(app))
    app.computing.close()
    if app.fault is not None:
        raise app.fault
    if app.crashed is not None:
        print(crash.report(app.crashed), file=sys.stderr)
        return 1
    return app.return_code or 0


def _keys() -> tuple[Keymap, str]:
    """The keys of the user's own, and what is wrong with their file; with a faulty one, the keys stay as they come."""
    try:
        return keyfile.load(), ""
    except ScenarioError as error:
        return {}, str(error)


async def _shown(app: FairheapApp) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, app.end_by, number)
    watching = loop.create_task(_watch(app))
    await app.run_async(mouse=not os.environ.get("FAIRHEAP_NO_MOUSE"))
    watching.cancel()


async def _watch(app: FairheapApp) -> None:
    """End where the terminal is gone: not every process is told so, and Textual would read from nothing for ever."""
    keyboard = 0
    if not os.isatty(keyboard):  # a browser is the terminal
        return
    while os.isatty(keyboard):
        await asyncio.sleep(WATCH_S)
    app.end_by(signal.SIGHUP)
