"""Numbers as people read them. Exact data stays in the JSON; here three digits are enough, but never a lie:
what is not all is not shown as 100 %, and what is not nothing is not shown as 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from allocator.core.resources import Quantities, is_bytes

_BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
_DECIMAL = ("", "k", "M", "G", "T", "P", "E")


def amount(resource: str, units: int) -> str:
    """An amount of `resource` without its name: `18Gi`, `1.5`, `0.25`, `12000`, from a million on `1.2M`."""
    if units < 0:
        return f"-{amount(resource, -units)}"
    if not is_bytes(resource):
        return _in_thousandths(units)
    power = 0
    while units >= 1024 ** (power + 1) and power < len(_BINARY) - 1:
        power += 1
    shown = _digits(units, 1024**power)
    if shown == "1024":  # rounded up to the next unit
        return f"1{_BINARY[power + 1]}"
    return shown + (_BINARY[power] if power else "B" if units else "")


def _in_thousandths(units: int) -> str:
    power = 0
    while units >= 10**9 and units >= 1000 ** (power + 2):
        power += 1
    shown = _digits(units, 1000 ** (power + 1))
    if power and shown == "1000":
        return f"1{_DECIMAL[power + 1]}"
    return shown + _DECIMAL[power]


def _digits(units: int, size: int) -> str:
    return str(units // size) if units % size == 0 else three_digits(units / size)


def named(resource: str, units: int) -> str:
    """An amount with its name: `3 cpu`, `18Gi memory`."""
    return f"{amount(resource, units)} {short(resource)}"


def named_list(quantities: Quantities | Iterable[tuple[str, int]]) -> str:
    """Several amounts with their names: `3 cpu, 18Gi memory`; `nothing` where there are none."""
    pairs = quantities.items() if hasattr(quantities, "items") else quantities
    return ", ".join(named(name, units) for name, units in pairs if units) or "nothing"


def short(resource: str) -> str:
    """The name of a resource without its vendor: `nvidia.com/gpu` is `gpu`."""
    return resource.rpartition("/")[2] or resource


def three_digits(value: float) -> str:
    """`value` to three significant digits, never in exponents, never rounded to 0."""
    if value >= 100:
        return f"{value:.0f}"
    if 0 < value < 0.001:
        return "<0.001"
    text = f"{value:.3g}" if value >= 0.1 else f"{value:.3f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(ratio: float | None) -> str:
    """`67%`; `>99%` and `<1%` where rounding would say all or nothing; `-` where undefined."""
    if ratio is None:
        return "-"
    if ratio > 99.99:
        return ">9999%"
    whole = round(ratio * 100)
    if ratio < 1 <= ratio + 0.005:
        return ">99%"
    if whole == 0 and ratio > 0:
        return "<1%"
    if whole == 100 and ratio > 1:
        return ">100%"
    return f"{whole}%"


def ratio(value: float | None) -> str:
    """An index from 0 to 1 with three decimals, `-` where undefined."""
    return "-" if value is None else f"{value:.3f}"


def count(number: int, noun: str, plural: str | None = None) -> str:
    """`1 tenant`, `12,000 tenants`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def duration(ms: float | None) -> str:
    """A time: `450ms`, `3.2s`, `12m`, `1h 05m`, `2d 04h`; `-` where undefined. Two units are enough."""
    if ms is None:
        return "-"
    if ms < 0:
        return f"-{duration(-ms)}"
    whole = round(ms)
    if whole < 1_000:
        return "<1ms" if 0 < ms < 0.5 else f"{whole}ms" if whole else "0s"
    if whole < 60_000:
        tenths = round(whole / 100)
        if tenths < 600:
            return f"{tenths / 10:.1f}".removesuffix(".0") + "s"
    for small, large, factor, size in (("s", "m", 60, 1_000), ("m", "h", 60, 60_000), ("h", "d", 24, 3_600_000)):
        parts = round(whole / size)
        if parts < factor * (60 if large == "m" else 24 if large == "h" else 10**9):
            more, rest = divmod(parts, factor)
            return f"{more}{large} {rest:02d}{small}" if rest else f"{more}{large}"
    raise AssertionError("the last unit takes any number")


def clock(ms: int) -> str:
    """A moment of a run: `12:00:00`, `3d 12:00:00`; with milliseconds where they are not 0."""
    seconds, rest = divmod(ms, 1_000)
    days, seconds = divmod(seconds, 86_400)
    text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return (f"{days}d " if days else "") + text + (f".{rest:03d}" if rest else "")


def tasks(number: float) -> str:
    """A number of tasks: `3`, or `2.5` of divisible work."""
    return f"{number:,.0f}" if float(number).is_integer() else three_digits(number)


def names_in_words(words: Sequence[str], most: int = 5) -> str:
    """`a, b and c`; `a, b, c and 7 more` where there are more than `most`."""
    if len(words) > most:
        return f"{', '.join(words[:most])} and {len(words) - most:,} more"
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def bar(value: float | None, width: int, *, unicode: bool = False) -> str:
    """`value` from 0 to 1 as a bar, full only where it is all, empty only where it is nothing."""
    if value is None:
        return " " * width
    filled = round(min(1.0, max(0.0, value)) * width)
    if value > 0 and filled == 0:
        filled = 1
    if value < 1 and filled == width:
        filled = width - 1
    full, empty = ("█", "░") if unicode else ("#", ".")
    return full * filled + empty * (width - filled)
