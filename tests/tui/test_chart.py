"""Lines over time: told apart without colours, and drawn again only where they say something else."""

from __future__ import annotations

import numpy as np
import pytest
from textual.app import App, ComposeResult

from allocator.tui.glyphs import ASCII, UNICODE, Glyphs
from allocator.tui.time.chart import Chart, Line
from allocator.tui.time.curves import Steps


def flat(name: str, value: float) -> Line:
    """A line that stays where it is for a second."""
    return Line(name, Steps((np.array([0, 1_000]), np.array([value, value]))))


class Alone(App[None]):
    """A chart by itself."""

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self.chart = Chart(glyphs, "{:.1f}".format)

    def compose(self) -> ComposeResult:
        """The chart."""
        yield self.chart

    @property
    def lines(self) -> list[str]:
        """What it shows."""
        return [self.chart.render_line(y).text for y in range(self.chart.size.height)]


@pytest.mark.parametrize(("glyphs", "marks"), [(UNICODE, ("⠤⠤⠤", "ooo")), (ASCII, ("*", "+"))])
async def test_two_lines(glyphs: Glyphs, marks: tuple[str, str]) -> None:
    """Of two lines each has marks of its own, in the plot and in the legend; where both are, the first is seen."""
    app = Alone(glyphs)
    async with app.run_test(size=(60, 9)):
        app.chart.show("used", [flat("fifo", 1.0), flat("drf", 0.0)], (0, 1_000), 1.0)
        app.chart.move(500)
        legend, *plot = app.lines
        assert legend.split() == ["used", marks[0], "fifo", "1.0", marks[1], "drf", "0.0"]
        ring = marks[1][0]
        assert (ring in plot[0], ring in plot[-1], marks[0][0] in plot[-1]) == (False, True, False)
        app.chart.show("used", [flat("fifo", 1.0), flat("drf", 1.0)], (0, 1_000), 1.0)
        assert not any(ring in line for line in app.lines[1:])


async def test_a_tick_that_says_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where neither the cursor's column nor a value is another, nothing is drawn."""
    app = Alone(ASCII)
    async with app.run_test(size=(60, 9)):
        app.chart.show("used", [flat("fifo", 1.0)], (0, 1_000), 1.0)
        app.chart.move(500)
        drawn: list[object] = []
        monkeypatch.setattr(app.chart, "refresh", lambda *regions, **_: drawn.append(regions))
        app.chart.move(501)
        assert drawn == []
        app.chart.move(700)
        assert len(drawn) == 2
