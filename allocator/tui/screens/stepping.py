"""Step the heap: the tree as it stands, what was just decided and why, what is left, and a log of everything."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.timer import Timer

from allocator.core.text import sanitize
from allocator.registry import Prepared
from allocator.stepping import HeapTrace
from allocator.tui.catalogue import ACTIONS
from allocator.tui.catalogue.places import STEP
from allocator.tui.computing import Ticket
from allocator.tui.exports import Export, of_decisions
from allocator.tui.screens.desk_screen import DeskScreen
from allocator.tui.step.drawing import LogRows, heap_of, pool_of, said_of
from allocator.tui.step.heap_tree import HeapTree
from allocator.tui.step.stepper import Stepper
from allocator.tui.widgets.footer import Footer
from allocator.tui.widgets.lines import Lines
from allocator.tui.widgets.table import Table
from allocator.views.wording import name_of

FRAMES = 10
"""A second, while playing."""
TRACE = "trace"


class StepScreen(DeskScreen):
    """The decisions of an allocation, one at a time."""

    MODE = STEP
    BINDINGS: ClassVar[list[BindingType]] = ACTIONS.bindings(STEP)
    AUTO_FOCUS = "#log"
    DEFAULT_CSS = """
    StepScreen #stage { height: 1fr; layout: horizontal; }
    StepScreen #tree-side { width: 1fr; height: 1fr; }
    StepScreen #log-side { width: 58; height: 1fr; border-left: solid $panel; }
    StepScreen #log { scrollbar-size-horizontal: 0; }
    StepScreen #said { height: 6; padding: 0 1; border-bottom: solid $panel; }
    StepScreen #heap { padding: 0 1; }
    StepScreen #pool { max-height: 8; padding: 0 1; border-bottom: solid $panel; }
    StepScreen.-wide #log-side { width: 72; }
    StepScreen.-narrow #stage, StepScreen.-tiny #stage { layout: vertical; }
    StepScreen.-narrow #log-side, StepScreen.-tiny #log-side {
        width: 1fr; height: 9; border-left: none; border-top: solid $panel;
    }
    StepScreen.-narrow #pool, StepScreen.-tiny #pool { max-height: 3; border-bottom: none; }
    StepScreen.-narrow #said, StepScreen.-tiny #said { height: 5; border-bottom: none; }
    StepScreen.-short #said { height: 4; border-bottom: none; }
    StepScreen.-tiny.-short #log-side { height: 6; }
    StepScreen.-tiny.-short #pool { max-height: 2; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._stepper: Stepper | None = None
        self._of: tuple[object, Prepared] | None = None
        """The scenario and the policy that are traced, or being traced."""
        self._timer: Timer | None = None
        self._logged = 0
        """The moment that is marked in the log."""

    def compose(self) -> ComposeResult:
        """Heading, tree, what was said, pool, log, footer."""
        yield Lines(id="heading")
        with Horizontal(id="stage"):
            with Vertical(id="tree-side"):
                yield Lines(wraps=True, id="said")
                yield HeapTree(unicode=self.glyphs.unicode, id="heap")
            with Vertical(id="log-side"):
                yield Lines(noun="resource", id="pool")
                yield Table(self.glyphs, id="log")
        yield Footer()

    def on_mount(self) -> None:
        """Count time only while playing."""
        self._timer = self.set_interval(1 / FRAMES, self._tick, pause=True)

    # --- the trace -----------------------------------------------------------------------------------------------

    def answered(self) -> None:
        """Trace what is on the desk, unless that is what is shown."""
        desk = self.desk
        of = (desk.session.scenario, desk.policy)
        if self._of is None or self._of[0] is not of[0] or self._of[1] is not of[1]:
            self._of, self._stepper = of, None
            session, policy = desk.session, desk.policy

            def work(ticket: Ticket) -> HeapTrace:
                return session.trace(policy, lambda count: ticket.tell(lambda: f"{count:,} decisions so far"))

            self.fairheap.computing.start(TRACE, work, self._traced, self._failed, self._heading)
        self._draw()

    def _traced(self, trace: HeapTrace) -> None:
        self._stepper = Stepper(trace)
        self.query_one("#log", Table).show(LogRows(self._stepper, self.glyphs))
        self._draw()

    def _failed(self, error: str) -> None:
        self._of = None
        self._heading("it cannot be traced")
        self.fairheap.tell(error, fault=True)

    def on_screen_suspend(self) -> None:
        """Left: stop playing, and computing what nobody waits for."""
        self._play(False)
        if self._stepper is None:
            self.fairheap.computing.cancel(TRACE)
            self._of = None

    # --- drawing -------------------------------------------------------------------------------------------------

    def _heading(self, state: str) -> None:
        self.query_one("#heading", Lines).show([f"{state}  policy {sanitize(self.desk.policy.label)}"])

    def _draw(self) -> None:
        stepper = self._stepper
        if stepper is None or not stepper.playing:
            self.query_one(Footer).show(self.keys())
        if stepper is None:
            self._heading("TRACING")
            self.query_one("#said", Lines).show(["The decisions are made once more, this time to be looked at."])
            self.query_one(HeapTree).show(None)
            self.query_one("#pool", Lines).show([])
            return
        self._heading(self._state(stepper))
        self.query_one("#said", Lines).show(said_of(stepper, self.glyphs))
        self.query_one(HeapTree).show(heap_of(stepper))
        self.query_one("#pool", Lines).show(pool_of(stepper, self.glyphs))
        log, was = self.query_one("#log", Table), self._logged
        self._logged = stepper.index
        log.select(stepper.index)
        log.redraw(was, stepper.index)

    @staticmethod
    def _state(stepper: Stepper) -> str:
        trace = stepper.trace
        playing = f"PLAY {stepper.speed:,}/s" if stepper.playing else f"STEP ({stepper.speed:,}/s)"
        more = "" if trace.complete else "+"
        follows = f"  follows {name_of(stepper.followed)}" if stepper.followed else ""
        return f"{playing}  {stepper.step:,} of {trace.decisions:,}{more}{follows}"

    def exported(self) -> Export | None:
        """All decisions, from the first to the last."""
        return of_decisions(self.desk.session, self.desk.policy)

    def copied(self) -> list[str]:
        """What is said of this moment."""
        stepper = self._stepper
        return [] if stepper is None else [line for line in said_of(stepper, self.glyphs) if line]

    # --- doing ---------------------------------------------------------------------------------------------------

    def _go(self, to: int | None) -> None:
        if self._stepper is not None and self._stepper.go(to):
            self._draw()

    def action_step(self, by: int) -> None:
        """Forward or back."""
        self._play(False)
        if self._stepper is not None:
            self._go(self._stepper.index + by)

    def action_play(self) -> None:
        """Play, or pause."""
        if self._stepper is not None:
            self._play(not self._stepper.playing)

    def _play(self, playing: bool) -> None:
        stepper, timer = self._stepper, self._timer
        if stepper is None or timer is None or stepper.playing == playing:
            return
        stepper.play(playing)
        if playing:
            timer.reset()
            timer.resume()
        else:
            timer.pause()
        self._draw()

    def _tick(self) -> None:
        stepper = self._stepper
        if stepper is None or not stepper.playing:
            return
        moved = stepper.passed(1 / FRAMES)
        if not stepper.playing and self._timer is not None:
            self._timer.pause()
        if moved or not stepper.playing:
            self._draw()

    def action_faster(self, by: int) -> None:
        """Faster, or slower."""
        if self._stepper is not None:
            self._stepper.faster(by)
            self._heading(self._state(self._stepper))

    def action_leap(self, by: int) -> None:
        """To the next decision about who is followed, or the one before."""
        stepper = self._stepper
        if stepper is None:
            return
        self._play(False)
        if stepper.jump(by):
            self._draw()
        else:
            where = "after" if by > 0 else "before"
            name = name_of(stepper.followed) or "nobody"
            self.fairheap.tell(f"no decision about {name} {where} this one")

    def action_follow(self) -> None:
        """Follow who was decided about here."""
        if self._stepper is not None:
            self._stepper.follow()
            self._draw()

    def action_follow_named(self, name: str) -> None:
        """Follow a tenant by name."""
        self.desk.session.scenario.must_have(name)
        if self._stepper is not None:
            self._stepper.followed = name
            self._draw()

    def action_go_to(self, step: str) -> None:
        """To the decision of that number, to the start for 0, to the end for nothing."""
        stepper = self._stepper
        if stepper is None:
            return
        self._play(False)
        digits = step.strip().replace(",", "")
        if not digits:
            self._go(stepper.trace.last)
        elif digits.isascii() and digits.isdigit():
            self._go(stepper.trace.moment_of(int(digits)) if int(digits) else 0)
        else:
            self.fairheap.tell(f"found {step}, expected the number of a step", fault=True)

    def on_table_chosen(self, message: Table.Chosen) -> None:
        """Enter in the log: back to that moment."""
        self._play(False)
        self._go(message.row)
