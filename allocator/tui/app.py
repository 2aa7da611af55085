"""The app: holds the desk, computes in the background, and tells the screens when there is a newer answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from inspect import isawaitable
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.actions import parse
from textual.app import App
from textual.binding import Binding, BindingType
from textual.filter import NoColor
from textual.screen import ModalScreen, Screen

from allocator.core.errors import AllocatorError
from allocator.core.text import sanitize
from allocator.tui import collecting, themes
from allocator.tui.actions import EVERYWHERE
from allocator.tui.catalogue import ACTIONS
from allocator.tui.catalogue.places import TIME, WORKBENCH
from allocator.tui.computing import Computing, Ticket
from allocator.tui.face import Then
from allocator.tui.glyphs import UNICODE, Glyphs
from allocator.tui.keymap import Keymap, written
from allocator.tui.screens.loading import LoadingScreen

if TYPE_CHECKING:  # most of the program: imported while the first frame is already shown
    from allocator.registry import Prepared
    from allocator.results import Allocation
    from allocator.session import Session
    from allocator.tui.desk import Desk
    from allocator.tui.parts import Parts
    from allocator.tui.screens.desk_screen import DeskScreen

LOADING = "loading"
Answer = TypeVar("Answer")


class FairheapApp(App[None]):
    """The terminal UI.

    Args:
        opening: A session, or what makes a desk with one while the first frame is already shown.
        glyphs: What is drawn with.
        theme: The name of one of `themes`.
        keymap: The keys of the user's own.
        colours: Whether there are any; without, bold, dim and reverse video are what is left.
    """

    TITLE = "fairheap"
    CSS_PATH = "fairheap.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        *ACTIONS.bindings(EVERYWHERE),
        # Textual's own meaning of this key is to leave unasked, before any screen hears of it.
        Binding("ctrl+q", "app.do('app.quit')", show=False, priority=True),
        Binding("ctrl+c", "app.do('app.quit')", show=False),
        Binding("ctrl+z", "suspend_process", show=False),
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (70, "-narrow"), (100, "-normal"), (150, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-short"), (24, "-medium"), (40, "-tall")]  # noqa: RUF012 the base class says so
    MODES: ClassVar[dict[str, str | Callable[[], Screen[None]]]] = {
        LOADING: LoadingScreen,
    }
    DEFAULT_MODE = LOADING

    def __init__(
        self,
        opening: Session | Callable[[], Desk],
        glyphs: Glyphs = UNICODE,
        theme: str = themes.DARK.name,
        keymap: Keymap | None = None,
        *,
        colours: bool = True,
    ) -> None:
        super().__init__(ansi_color=None if colours else True)
        self.glyphs = glyphs
        self.computing = Computing(self)
        self.fault: AllocatorError | None = None
        """Why nothing could be opened, where the app ended because of it."""
        self.crashed: BaseException | None = None
        """A fault of ours that ended the app."""
        self.keymap = keymap or {}
        self.complaint = ""
        """What is wrong with the settings of the user's own, to be told once there is a screen to tell it on."""
        self.reading = ""
        """What is opened first, and its size, in words; empty for what is built in."""
        self._opening = opening
        self._desk: Desk | None = None
        self._parts: Parts | None = None
        for one in themes.ALL:
            self.register_theme(one)
        self.theme = theme if colours else themes.ANSI.name
        if not colours:
            self._filters.append(NoColor())
        self.set_keymap(self.keymap)
        self.set_class(not glyphs.unicode, "-ascii")

    @property
    def desk(self) -> Desk:
        """What the screens show; there is none before the first file is open, and no screen but the loading one."""
        assert self._desk is not None
        return self._desk

    @property
    def parts(self) -> Parts:
        """What is done on every screen; there is none of it before the first file is open."""
        assert self._parts is not None
        return self._parts

    def on_mount(self) -> None:
        """Open the file; the first frame does not wait for it."""
        self.app_resume_signal.subscribe(self, lambda _: self.screen.refresh())  # the shell has written over it
        self.computing.start("open", lambda _: _opened(self._opening), self._opened)

    def _opened(self, opened: Desk | AllocatorError) -> None:
        if isinstance(opened, AllocatorError):
            self.fault = opened
            self.exit(return_code=2)
        else:
            self.put(opened)

    def put(self, desk: Desk) -> None:
        """Show another desk."""
        from allocator.tui import recent
        from allocator.tui.parts import SCREENS, Parts

        if self._parts is None:
            self._parts = Parts(self)
            for name, screen in SCREENS.items():
                self.add_mode(name, screen)
        self._desk = desk
        collecting.suit(len(desk.session.scenario.tenants))
        self.computing.start("recent", lambda _: recent.remember(desk.session.source), _nothing, _nothing, writes=True)
        self.switch_mode(self.home)
        self.ask()
        self.parts.files.warn()
        if self.complaint:
            from allocator.tui.screens.telling import Telling

            self.open(Telling("The keys of your own are not used", self.complaint.split("\n")))
            self.complaint = ""

    @property
    def home(self) -> str:
        """The screen that comes first."""
        return TIME if self.desk.session.scenario.timed else WORKBENCH

    # --- questions and answers -----------------------------------------------------------------------------------

    def ask(self) -> None:
        """Compute in the background what the chosen policy does with the scenario as it is now."""
        desk = self.desk
        self.parts.recovering.watch()
        session, name, options = desk.session, desk.chosen, desk.options

        def work(_: Ticket) -> tuple[Prepared, Allocation | None]:
            policy = session.prepare(name, options)
            if session.scenario.timed:
                return policy, None
            allocation = session.allocate(policy)
            collecting.hold(allocation.tenants)
            return policy, allocation

        def done(answer: tuple[Prepared, Allocation | None]) -> None:
            desk.answer(*answer)
            self.show_desk()

        def failed(words: str) -> None:
            desk.give_up()
            self._asked()
            self.tell(words, fault=True)

        self.computing.start("allocate", work, done, failed)
        self._asked()

    def show_desk(self) -> None:
        """Have the screen in front draw what is on the desk."""
        for screen in self._desk_screens():
            screen.answered()

    def _asked(self) -> None:
        for screen in self._desk_screens():
            screen.asked()

    def _desk_screens(self) -> Iterator[DeskScreen]:
        from allocator.tui.screens.desk_screen import DeskScreen

        # One that is not mounted yet draws what is on the desk as soon as it is.
        return (screen for screen in self.screen_stack if isinstance(screen, DeskScreen) and screen.is_mounted)

    # --- doing what is in the catalogue ----------------------------------------------------------------------------

    async def action_do(self, id: str) -> None:
        """Do an action of the catalogue, or say why it cannot be done now."""
        action = ACTIONS[id]
        if self._desk is None:
            if id == "app.quit":
                self.exit()
        elif why := action.why_not(self.desk):
            self.notify(f"{action.title}: {sanitize(why)}", severity="warning", markup=False)
        else:
            await self.perform(action.method)

    async def perform(self, method: str) -> None:
        """Call an action method of the screen in front, else of what can be done everywhere, else of the app."""
        _, name, arguments = parse(method)
        places = (self.screen, *self.parts.doing, self)
        act = next(getattr(place, f"action_{name}") for place in places if hasattr(place, f"action_{name}"))
        try:
            if isawaitable(done := act(*arguments)):
                await done
        except AllocatorError as error:
            self.tell(str(error), fault=True)

    async def _check_bindings(self, key: str, priority: bool = False) -> bool:
        # The last that hears of a key; no letter is met with silence, where a screen of ours is in front.
        done = await super()._check_bindings(key, priority)
        ours = self._parts is not None and not isinstance(self.screen, ModalScreen)
        if ours and not done and not priority and len(written(key)) == 1:
            await self.perform(f"miss({key!r})")
        return done

    def tell(self, words: str, *, fault: bool = False) -> None:
        """Say something in passing."""
        self.notify(sanitize(words), severity="error" if fault else "information", markup=False)

    def open(self, dialog: ModalScreen[Answer], then: Then[Answer] | None = None) -> None:
        """Put a dialog in front; `then` is given its answer."""
        self.push_screen(dialog, then)

    def action_go(self, mode: str) -> None:
        """Another screen."""
        self.switch_mode(mode)

    def action_suspend_process(self) -> None:
        """Give the terminal back to the shell, until its `fg`."""
        if self._driver is not None and self._driver.can_suspend:
            super().action_suspend_process()
        else:
            self.tell("there is no shell to go back to here")

    def action_home(self) -> None:
        """The screen that comes first."""
        self.switch_mode(self.home)

    def _handle_exception(self, error: Exception) -> None:
        # The one place that all faults come through, those of threads too.
        self.crashed = self.crashed or error
        with suppress(Exception):  # whatever the fault has done to us
            self._keep()
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        # Textual's own prints a traceback with the values of variables; `running` writes a report instead.
        self._close_messages_no_wait()

    def end_by(self, number: int) -> None:
        """Leave because a signal says so, as the exit code tells; what is not saved is offered at the next start."""
        self._keep()
        self.exit(return_code=128 + number)

    def _keep(self) -> None:
        if self._parts is not None:
            self._parts.recovering.keep_now()

    def leave(self) -> None:
        """End the app; what must be asked first has been."""
        self.exit()

    def then_leave(self, then: Callable[[], None]) -> None:
        """Do what leaves the scenario behind, once nothing is lost by it that should not be."""
        self.parts.saving.then_leave(then)


def _nothing(_: object) -> None:
    """The files that were open last are a help, and no more."""


def _opened(opening: Session | Callable[[], Desk]) -> Desk | AllocatorError:
    from wcwidth import wcswidth as wcswidth  # here, so that the thread that draws finds it imported

    from allocator.tui import parts as parts  # the same
    from allocator.tui.desk import Desk

    collecting.suit_reading()
    try:
        return opening() if callable(opening) else Desk(opening)
    except AllocatorError as error:
        return error
