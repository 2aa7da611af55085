"""A binary heap drawn as the tree it is, as text: root on top, as many levels as fit, what is below counted, the array
under it. Made of pieces of text with the name of a style each; knows no widget.

Everything is said by a mark before the name: who is next, who was put in, who was swapped, who is followed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from allocator.reports.table import clip, columns_of
from allocator.reports.units import count

Piece = tuple[int, str, str]
"""Column, text, style."""
Line = list[Piece]

_NARROW, _WIDE = 7, 12
"""The least columns of a node on two lines, and on one."""
_MOST_LEVELS = 7


@dataclass(frozen=True, slots=True)
class Marks:
    """What stands before a name, each one column wide."""

    next: str
    put: str
    swapped: str
    followed: str
    left_corner: str
    right_corner: str
    both: str
    one: str
    line: str


UNICODE = Marks("▸", "●", "↕", "◆", "╭", "╮", "┴", "┘", "─")
ASCII = Marks(">", "*", "%", "@", ".", ".", "+", "'", "-")


@dataclass(frozen=True, slots=True)
class Heap:
    """What is drawn."""

    size: int
    name: Callable[[int], str]
    """Of the entry at a place, sanitised; asked only for what is drawn."""
    key: Callable[[int], str]
    marked: Mapping[int, str] = field(default_factory=dict)
    """Place to `put`, `swapped`; the root is next by itself."""
    followed: Callable[[int], bool] = lambda _: False
    swaps: frozenset[tuple[int, int]] = frozenset()
    """Pairs of parent and child that changed places."""
    above: str = ""
    """Who was taken from the root."""


def draw(heap: Heap, width: int, height: int, marks: Marks) -> list[Line]:
    """The tree in `height` lines of `width` columns; fewer where it is small."""
    if width < 4 or height < 1:
        return []
    top: list[Line] = []
    if height >= 9:  # a line even where nobody was popped, so that the tree stays where it is
        top = [[_middle(heap.above, 0, width, "put")]]
    if not heap.size:
        return [*top, [_middle("Nobody waits in the heap.", 0, width, "dim")]]
    legend = len(top)
    array_lines = 1 if height < 14 else 2
    levels, two = _fitting(heap.size, width, max(1, height - 2 * legend - array_lines - 1))
    array_lines = max(array_lines, min(8, height - 2 * legend - 1 - (3 if two else 2) * levels))
    lines = top
    for level in range(levels):
        if level:
            lines.append(_branches(heap, level, width, marks))
        lines += _nodes(heap, level, width, marks, two=two)
    hidden = heap.size - min(heap.size, (1 << levels) - 1)
    below = f"+{hidden:,} below" if hidden else f"{count(heap.size, 'entry', 'entries')}, all shown"
    lines.append([(max(0, (width - len(below)) // 2), clip(below, width), "dim")])
    lines += _array(heap, width, array_lines, marks)
    if legend:
        words = f"{marks.next} next  {marks.put} put in  {marks.swapped} swapped  {marks.followed} followed"
        lines.append([(0, clip(words, width), "dim")])
    return lines[:height]


def _fitting(size: int, width: int, height: int) -> tuple[int, bool]:
    """How many levels fit, and whether a node takes two lines; one line where that shows as many."""
    levels = min(size.bit_length(), _MOST_LEVELS)
    one = max((n for n in range(1, levels + 1) if width >> (n - 1) >= _WIDE and 2 * n - 1 <= height), default=1)
    two = max((n for n in range(1, levels + 1) if width >> (n - 1) >= _NARROW and 3 * n - 1 <= height), default=0)
    return (two, True) if two > one else (one, False)


def _slot(place: int, level: int, width: int) -> tuple[int, int]:
    """Where the node at a place begins, and how wide it may be."""
    number = place - (1 << level) + 1
    begin = number * width >> level
    return begin, ((number + 1) * width >> level) - begin


def _centre(place: int, level: int, width: int) -> int:
    begin, wide = _slot(place, level, width)
    return begin + (wide - 1) // 2


def _mark(heap: Heap, place: int, marks: Marks) -> tuple[str, str]:
    """The marks of a place, and its style."""
    said = marks.next if place == 0 else ""
    style = "next" if place == 0 else "node"
    if (what := heap.marked.get(place)) is not None:
        said += marks.put if what == "put" else marks.swapped
        style = what if place else style
    if heap.followed(place):
        said += marks.followed
        style = "followed" if style == "node" else style
    return said, style


def _nodes(heap: Heap, level: int, width: int, marks: Marks, *, two: bool) -> list[Line]:
    names: Line = []
    keys: Line = []
    for place in range((1 << level) - 1, min(heap.size, (1 << level + 1) - 1)):
        begin, wide = _slot(place, level, width)
        most = wide - (1 if level else 0)
        said, style = _mark(heap, place, marks)
        name, key = said + heap.name(place), heap.key(place)
        if two:
            names.append(_middle(name, begin, most, style))
            keys.append(_middle(key, begin, most, style))
            continue
        room = most - columns_of(key) - 1
        if room >= 3 + len(said):
            name = f"{clip(name, room)} {key}"
        names.append(_middle(name, begin, most, style))
    return [names, keys] if two else [names]


def _middle(text: str, begin: int, wide: int, style: str) -> Piece:
    text = clip(text, wide)
    return begin + max(0, (wide - columns_of(text)) // 2), text, style


def _branches(heap: Heap, level: int, width: int, marks: Marks) -> Line:
    """The line from the parents of a level to its nodes; a swapped pair has its mark at the child."""
    line: Line = []
    for parent in range((1 << level - 1) - 1, (1 << level) - 1):
        left, right = 2 * parent + 1, 2 * parent + 2
        if left >= heap.size:
            break
        middle = _centre(parent, level - 1, width)
        begin = _centre(left, level, width)
        end = _centre(right, level, width) if right < heap.size else middle
        letters = [marks.line] * (end - begin + 1)
        letters[middle - begin] = marks.both if right < heap.size else marks.one
        letters[0] = marks.left_corner
        if right < heap.size:
            letters[-1] = marks.right_corner
        for child, at in ((left, 0), (right, len(letters) - 1)):
            if (parent, child) in heap.swaps:
                letters[at] = marks.swapped
        line.append((begin, "".join(letters), "dim"))
    return line


def _array(heap: Heap, width: int, lines: int, marks: Marks) -> list[Line]:
    """The array from its begin, as much as fits; who was put in is shown though it lies further on."""

    def cell(place: int) -> str:
        return f"{place}:{_mark(heap, place, marks)[0]}{clip(heap.name(place), 14)} {clip(heap.key(place), 10)}"

    put = [place for place, what in heap.marked.items() if what == "put"]
    rows: list[Line] = [[]]
    at, place = 0, 0
    while place < heap.size:
        text = cell(place)
        tail = max(put, default=0) > place and len(rows) == lines
        extra = f"  ..  {cell(max(put))}" if tail else ""
        if at and at + columns_of(text) + columns_of(extra) + 4 > width:
            if len(rows) == lines:
                rows[-1].append((at, clip(extra[2:] if extra else "..", max(1, width - at)), "array"))
                break
            rows.append([])
            at = 0
            continue
        text = clip(text, width - at)
        rows[-1].append((at, text, _mark(heap, place, marks)[1] if place else "next"))
        at += columns_of(text) + 2
        place += 1
    return rows


def text_of(lines: Sequence[Line]) -> list[str]:
    """The same without styles."""
    return ["".join(text for text, _ in runs(line)).rstrip() for line in lines]


def runs(line: Line) -> list[tuple[str, str]]:
    """Text and style from left to right, gaps filled."""
    out: list[tuple[str, str]] = []
    at = 0
    for column, text, style in sorted(line):
        if column > at:
            out.append((" " * (column - at), ""))
            at = column
        out.append((text, style))
        at += columns_of(text)
    return out
