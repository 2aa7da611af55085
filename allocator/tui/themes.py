"""Colours: the palette of Okabe and Ito, which people with any colour vision tell apart, dark and light; high contrast;
and one that leaves every colour to the terminal.
"""

from __future__ import annotations

from collections.abc import Mapping

from textual.theme import BUILTIN_THEMES, Theme

from allocator.core.errors import OptionError
from allocator.core.text import did_you_mean

DARK = Theme(
    name="fairheap-dark",
    primary="#56B4E9",
    secondary="#CC79A7",
    accent="#E69F00",
    success="#009E73",
    warning="#F0E442",
    error="#D55E00",
    foreground="#E6E6E6",
    background="#101418",
    surface="#161B21",
    panel="#222A33",
    dark=True,
)
LIGHT = Theme(
    name="fairheap-light",
    primary="#0072B2",
    secondary="#8F3F6F",
    accent="#B35900",
    success="#00694D",
    warning="#7A6A00",
    error="#B23A00",
    foreground="#1A1A1A",
    background="#FFFFFF",
    surface="#F5F5F2",
    panel="#E4E4DE",
    dark=False,
)
CONTRAST = Theme(
    name="fairheap-contrast",
    primary="#FFFFFF",
    secondary="#FFFF00",
    accent="#00FFFF",
    success="#00FF00",
    warning="#FFFF00",
    error="#FF8080",
    foreground="#FFFFFF",
    background="#000000",
    surface="#000000",
    panel="#202020",
    dark=True,
)
ANSI = Theme(
    name="fairheap-ansi",
    ansi=True,
    primary="ansi_blue",
    secondary="ansi_magenta",
    accent="ansi_yellow",
    success="ansi_green",
    warning="ansi_yellow",
    error="ansi_red",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    dark=True,
    # What has the keys is told by reverse video: the terminal's own colours could be any.
    variables={
        **BUILTIN_THEMES["ansi-dark"].variables,
        "block-cursor-foreground": "ansi_default",
        "block-cursor-background": "ansi_default",
        "block-cursor-text-style": "reverse bold",
        "block-cursor-blurred-text-style": "reverse",
        "input-cursor-foreground": "ansi_default",
        "input-cursor-background": "ansi_default",
        "input-cursor-text-style": "reverse",
        "input-selection-foreground": "ansi_default",
        "input-selection-background": "ansi_default",
        "screen-selection-foreground": "ansi_default",
        "screen-selection-background": "ansi_default",
    },
)
ALL = (DARK, LIGHT, CONTRAST, ANSI)
"""In the order in which they are listed."""
NAMES = tuple(theme.name for theme in ALL)


def suiting(environment: Mapping[str, str]) -> str:
    """The name of the theme for a terminal: what `FAIRHEAP_THEME` says, the light one where the terminal is light.

    Args:
        environment: `COLORFGBG`, which some terminals set, ends with the colour of the background.

    Raises:
        OptionError: There is no such theme.
    """
    if asked := environment.get("FAIRHEAP_THEME"):
        if asked not in NAMES:
            near = did_you_mean(asked, NAMES) or ";"
            raise OptionError(f"FAIRHEAP_THEME: no theme '{asked}'{near} there are: {', '.join(NAMES)}")
        return asked
    background = environment.get("COLORFGBG", "").rpartition(";")[2]
    return LIGHT.name if background in ("7", "15") else DARK.name
