"""Colours: the palette of Okabe and Ito, which people with any colour vision tell apart, dark and light; high contrast;
and one that leaves every colour to the terminal.
"""

from __future__ import annotations

from textual.theme import Theme

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
ALL = (DARK, LIGHT, CONTRAST)
