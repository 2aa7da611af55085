"""Use that is forgotten by halves: the option of the policies that rank tenants by what they used over time."""

from __future__ import annotations

from allocator import Option, parse_duration

HALF_LIFE = Option(
    "half_life",
    default="none",
    choices=("none",),
    help="rank tenants by what they used, not only by what they use now: of what was used, half counts after this "
    "long, a quarter after twice as long; jobs are charged their estimates when they start, and what they really "
    "used when they end; the next job does not count",
    durations=True,
    over_time=True,
)


def half_life_of(text: str) -> int | None:
    """The half-life in ms that the option says; None for `none`."""
    return None if text == HALF_LIFE.default else parse_duration(text)


def in_words(used: float, resource: str, half_life: str) -> str:
    """A key of decayed use in words; such numbers grow with time, so that only their order says anything."""
    return f"decayed use {used:.3g} of {resource or 'nothing'} / weight, half-life {half_life}"
