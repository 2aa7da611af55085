"""Why the chosen tenant got what it got: at once the reason, after a pause what explains it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.timer import Timer
from textual.widget import Widget

from allocator.core.text import sanitize
from allocator.results import Allocation
from allocator.tui.face import Face
from allocator.tui.saying import Line, said, text_of
from allocator.tui.workbench import drawing

PAUSE = 0.3
"""Seconds on a tenant before its explanation is computed."""
EAGER = 2_000
"""Tenants up to which explanations come by themselves; above, enter asks for one, which takes many runs."""


class Why:
    """The reasons of one tenant at a time.

    Args:
        face: The app.
        panel: Whose timer waits; it lives as long as the screen.
        room: How wide lines may be.
        show: Given the lines, whenever there are others.
    """

    def __init__(
        self, face: Face, panel: Widget, room: Callable[[], int], show: Callable[[Sequence[Line]], None]
    ) -> None:
        self._face = face
        self._panel = panel
        self._room = room
        self._show = show
        self._of: tuple[Allocation, int] | None = None
        self._explained: list[Line] = []
        self._pause: Timer | None = None

    def about(self, allocation: Allocation | None, row: int | None, nothing: str) -> None:
        """Another tenant, or another allocation; `nothing` is said where there is no tenant."""
        of = None if allocation is None or row is None else (allocation, row)
        if self._of and of and self._of[0] is of[0] and self._of[1] == of[1]:
            self._draw(self._explained)
            return
        self._of, self._explained = of, []
        self._face.computing.cancel("explain")
        if self._pause is not None:
            self._pause.stop()
        if of is None:
            self._show(said([nothing], "dim"))
            return
        many = len(of[0].tenants) > EAGER
        self._draw(said(["enter explains it: with so many", "tenants that takes a while"] if many else [], "dim"))
        if not many:
            self._pause = self._panel.set_timer(PAUSE, self.explain)

    def explain(self) -> None:
        """Work out what explains it."""
        of, session = self._of, self._face.desk.session
        if of is None or of[0].policy is None or session.scenario is not of[0].scenario:
            return
        if self._pause is not None:
            self._pause.stop()
        allocation, row = of
        name, policy, room, glyphs = allocation.tenants[row].name, of[0].policy, self._room(), self._face.glyphs

        def done(lines: list[str]) -> None:
            if self._of is of:
                self._explained = said(lines, "")
                self._draw(self._explained)

        self._draw(said(["..."], "dim"))
        self._face.computing.start(
            "explain",
            lambda _: drawing.explained_lines(session.explain(name, policy, allocation), room, glyphs),
            done,
            failed=lambda words: self._draw(said([words], "bad")),
        )

    def _draw(self, more: list[Line]) -> None:
        if self._of is not None:
            allocation, row = self._of
            lines = drawing.tenant_lines(allocation.tenants[row], self._room(), self._face.glyphs)
            self._show([*lines, [], *more] if more else lines)

    @property
    def copied(self) -> list[str]:
        """All that is said of the tenant, as text, its name first; nothing where there is none."""
        if self._of is None:
            return []
        allocation, row = self._of
        lines = drawing.tenant_lines(allocation.tenants[row], 100, self._face.glyphs)
        name, *rest = text_of([*lines, *self._explained])
        return [name, f"policy {sanitize(allocation.label)}", *rest]
