"""The clock of the time screen: it is played, moved and looked through; what is drawn is the screen's."""

from __future__ import annotations

from time import monotonic

from textual.timer import Timer

from allocator.core.errors import AllocatorError
from allocator.tui.screens.time_face import TimeFace
from allocator.tui.time.moment import Film

FRAMES = 10
"""A second, while it plays."""


class Playing(TimeFace):
    """What a person does with the clock."""

    _timer: Timer | None = None
    _ticked = 0.0

    def on_mount(self) -> None:
        """The clock."""
        self._timer = self.set_interval(1 / FRAMES, self._tick, pause=True)

    def _tick(self) -> None:
        now = monotonic()
        passed, self._ticked = now - self._ticked, now
        if self.app.screen is self:
            self.player.advance(min(passed, 1.0))
            self.moved()
        if not self.player.playing and self._timer is not None:
            self._timer.pause()

    def played(self) -> Film:
        """The run that is shown.

        Raises:
            AllocatorError: None is yet.
        """
        if self.player.film is None:
            raise AllocatorError("there is no run to look at yet")
        return self.player.film

    def go_to(self, to_ms: int) -> None:
        """Put the clock to a time."""
        self.player.seek(to_ms)
        self.moved()

    def action_play(self) -> None:
        """Play, or pause."""
        self.played()
        self.player.toggle()
        self._ticked = monotonic()
        if self.player.playing and self._timer is not None:
            self._timer.resume()
        self.moved()

    def action_step(self, by: int) -> None:
        """Some of the window on or back."""
        self.played()
        self.player.step(by)
        self.moved()

    def action_seek(self, to: int) -> None:
        """To the start, or the end."""
        self.played()
        self.go_to(self.player.end_ms if to < 0 else to)

    def action_event(self, by: int, arrivals: bool) -> None:
        """To the next event, or the one before."""
        to = self.played().neighbour(self.player.now_ms, by, arrivals=arrivals)
        if to is None:
            self.notify(f"no {'event or arrival' if arrivals else 'event'} {'later' if by > 0 else 'before'}")
        else:
            self.go_to(to)

    def action_faster(self, by: int) -> None:
        """Play faster, or slower."""
        self.played()
        self.player.faster(by)
        self.tell()

    def action_zoom(self, closer: bool) -> None:
        """Charts show less, or more."""
        self.played()
        self.player.zoom(closer)
        self.moved()

    def action_resource(self) -> None:
        """Look at the next resource."""
        if len(self.played().used) < 2 or self.player.other is None:
            self.notify("every resource is shown")
        else:
            self.player.next_resource()
            self.moved()
