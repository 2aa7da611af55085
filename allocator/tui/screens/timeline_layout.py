"""How the panels of the time screen lie: side by side, an accordion where it is narrow, one at a time where tiny."""

from __future__ import annotations

LAYOUT = """
TimeScreen #time-body { height: 1fr; layout: grid; grid-size: 2 3; grid-columns: 11fr 9fr;
    grid-rows: 2fr 3fr 2fr; grid-gutter: 0 1; }
TimeScreen #charts { row-span: 3; }
TimeScreen .panel { height: 1fr; }
TimeScreen .title { height: 1; width: 1fr; color: $text-muted; text-style: underline; }
TimeScreen .-open > .title { color: $foreground; text-style: bold underline; }
TimeScreen #why-text { width: 1fr; height: auto; }
TimeScreen #progress { height: auto; padding: 1 2; display: none; }
TimeScreen.-bare #time-body { display: none; }
TimeScreen.-bare #progress { display: block; height: 1fr; }
TimeScreen.-narrow #time-body, TimeScreen.-tiny #time-body { layout: vertical; }
TimeScreen.-narrow .panel { height: 1; }
TimeScreen.-narrow .panel.-open { height: 1fr; }
TimeScreen.-tiny .panel { display: none; }
TimeScreen.-tiny .panel.-open { display: block; height: 1fr; }
"""
