"""A few lines of text, wrapped to the width there is. Whoever makes it sanitises it; it is never read as markup."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from allocator.reports.table import clip, wrap


class Lines(Widget):
    """Lines of text; what does not fit is counted in the last one.

    Args:
        wraps: Whether a line that is too long goes on in the next; else it is cut.
        noun: What a line is of, for how many are not shown.
    """

    DEFAULT_CSS = "Lines { height: auto; background: $surface; color: $foreground; }"

    def __init__(self, *, wraps: bool = False, noun: str = "line", id: str | None = None) -> None:
        super().__init__(id=id)
        self._wraps = wraps
        self._noun = noun
        self._texts: Sequence[str] = ()
        self._drawn: tuple[int, list[str]] | None = None

    def show(self, texts: Sequence[str]) -> None:
        """Show these; only lines that are other than before are drawn anew."""
        if list(texts) == list(self._texts):
            return
        before, drawn = self._texts, self._drawn
        self._texts, self._drawn = texts, None
        height = self.styles.height
        if drawn is None or (len(texts) != len(before) and height is not None and height.is_auto):
            self.refresh(layout=len(texts) != len(before))
            return
        old, new = drawn[1], self._fitted(drawn[0])
        rows = range(self.size.height)
        if len(old) != len(new):
            self.refresh()
        elif changed := [Region(0, y, self.size.width, 1) for y in rows if old[y : y + 1] != new[y : y + 1]]:
            self.refresh(*changed)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as there are."""
        return len(self._fitted(width))

    def _fitted(self, width: int) -> list[str]:
        if self._drawn is None or self._drawn[0] != width:
            if self._wraps:
                lines = [clip(line, width) for text in self._texts for line in wrap(text, max(1, width))]
            else:
                lines = [clip(text, width) for text in self._texts]
            self._drawn = (width, lines)
        return self._drawn[1]

    def render_line(self, y: int) -> Strip:
        """One of them."""
        width, height, style = self.size.width, self.size.height, self.rich_style
        lines = self._fitted(width)
        text = lines[y] if y < len(lines) else ""
        if y == height - 1 and len(lines) > height:
            over = len(lines) - height + 1
            text = clip(f"{text} ..", width) if self._wraps else clip(f"+{over} {self._noun}s more", width)
        return Strip([Segment(text, style)]).crop_extend(0, width, style)
