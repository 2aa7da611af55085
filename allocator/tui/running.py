"""Runs the terminal UI, or says in one line why it cannot be shown here."""

from __future__ import annotations

import os
import sys

from allocator.session import Session
from allocator.tui import themes
from allocator.tui.app import FairheapApp
from allocator.tui.glyphs import glyphs


def run(source: str | None) -> int:
    """Show the scenario at `source`, or the built-in one; returns the exit code."""
    session = Session.open(source)
    # Textual draws on stderr, so that stdout stays data.
    app = FairheapApp(session, glyphs(getattr(sys.__stderr__, "encoding", None)), themes.DARK.name)
    app.run(mouse=not os.environ.get("FAIRHEAP_NO_MOUSE"))
    return app.return_code or 0
