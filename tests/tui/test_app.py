"""The app itself: policies switch, answers come in the background, the newest wins."""

from __future__ import annotations

import threading

import pytest
from textual import events

from allocator.session import Session
from allocator.tui.desk import Desk
from allocator.tui.screens.asking import Asking, Choice
from allocator.tui.screens.workbench import WorkbenchScreen
from tests.tui.harness import HOSTILE_NAMES, SIZES, hostile_scenario, many_tenants, running

TWO_POLICIES = """
[capacity]
cpu = 1
[policy]
compare = ["fifo", "drf"]
[[tenants]]
name = "a"
demand = { cpu = 1 }
"""

OVER_TIME = """
[capacity]
cpu = 2
[[tenants]]
name = "web"
[[jobs]]
tenant = "web"
submit = 0
runtime = "1m"
demand = { cpu = 1 }
"""


class TestPolicies:
    """`p`, `P`, and the digits."""

    async def test_next_and_previous(self) -> None:
        """`p` goes through what the scenario compares, in a circle, and `P` back."""
        async with running() as ui:
            names = ui.app.desk.policies
            first = names.index(ui.app.desk.policy.name)
            await ui.press("p")
            assert ui.app.desk.policy.name == names[(first + 1) % len(names)]
            await ui.press("P", "P")
            assert ui.app.desk.policy.name == names[(first - 1) % len(names)]

    async def test_digits(self) -> None:
        """A digit is the policy of that number; where there is none, the reason is said."""
        async with running(
            "[capacity]\ncpu=1\n[policy]\ncompare=['fifo','drf']\n[[tenants]]\nname='a'\ndemand={cpu=1}\n"
        ) as ui:
            await ui.press("2")
            assert ui.app.desk.policy.name == "drf"
            await ui.press("1")
            assert ui.app.desk.policy.name == "fifo"
            await ui.press("7")
            assert (ui.app.desk.policy.name, ui.told) == ("fifo", ["Policy 7: there are 2 policies"])

    async def test_keys_pressed_faster_than_answers_come(self) -> None:
        """Each key counts, and what is shown in the end is the answer to the last."""
        async with running() as ui:
            names = ui.app.desk.policies
            first = names.index(ui.app.desk.policy.name)
            await ui.pilot.press("p", "p", "p")
            await ui.settle()
            assert ui.app.desk.policy.name == names[(first + 3) % len(names)]
            assert ui.app.desk.allocation is not None
            assert ui.app.desk.allocation.policy.name == ui.app.desk.policy.name


class TestComputing:
    """Questions run in the background, one of a kind; an old answer is never shown."""

    async def test_the_newest_wins(self) -> None:
        """Of three questions the first is dropped when it ends, the second never runs, the third is answered."""
        async with running() as ui:
            held, ran, answers = threading.Event(), [], []

            def work(name: str) -> str:
                held.wait(30)
                ran.append(name)
                return name

            for name in "abc":
                ui.app.computing.start("test", lambda _, name=name: work(name), answers.append)
            assert ui.app.computing.busy("test")
            held.set()
            await ui.settle()
            assert (ran, answers) == (["a", "c"], ["c"])

    async def test_cancel(self) -> None:
        """A question that is cancelled stops at its next look at its ticket, and has no answer."""
        async with running() as ui:
            begun, held, answers = threading.Event(), threading.Event(), []

            def work(ticket) -> str:  # type: ignore[no-untyped-def]
                begun.set()
                held.wait(30)
                ticket.tell(lambda: "half")
                return "done"

            ui.app.computing.start("test", work, answers.append, told=answers.append)
            while not begun.is_set():
                await ui.pilot.pause()
            ui.app.computing.cancel("test")
            assert not ui.app.computing.busy("test")
            held.set()
            await ui.settle()
            assert answers == []

    async def test_an_error_is_told(self) -> None:
        """A policy that does not exist leaves everything as it was, and is told as it was typed."""
        async with running() as ui:
            before = ui.app.desk.allocation
            await ui.app.perform("use('[@click=app.quit]drff')")
            await ui.settle()
            assert ui.app.desk.allocation is before
            assert "no policy '[@click=app.quit]drff'" in ui.told[0]
            assert ui.app.desk.chosen is None


class TestScreens:
    """The first screen at every size."""

    @pytest.mark.parametrize("size", SIZES, ids=str)
    async def test_hostile_names_are_shown_as_letters(self, size: tuple[int, int]) -> None:
        """No name is read as markup, none drives the terminal, and none can be clicked to do something."""
        async with running(hostile_scenario(), size) as ui:
            for name in HOSTILE_NAMES[:3]:
                assert name in ui.text
            assert "\x1b" not in ui.text
            assert "\x9b" not in ui.text
            await ui.press("j", "j", "p")
            for row in (2, 3, 4):
                await ui.click("#tenants", (4, row))
            assert ui.app.is_running

    async def test_a_dialog_answers_once(self) -> None:
        """Keys that come faster than a question goes close no other screen, and the first of them is the answer."""
        answers: list[str | None] = []
        async with running() as ui:
            ui.app.open(
                Asking("Which?", [], [Choice("a", "first", "One"), Choice("b", "second", "Other")]), answers.append
            )
            await ui.settle()
            for key in "abb":
                ui.app.post_message(events.Key(key, key))
            await ui.settle()
            assert answers == ["first"]
            assert isinstance(ui.app.screen, WorkbenchScreen)

    async def test_an_answer_before_the_screen_is_there(self) -> None:
        """An answer that comes while a screen is still being made is drawn once it is, and breaks nothing."""
        async with running(OVER_TIME) as ui:
            ui.app.put(Desk(Session.open(None)))
            ui.app.show_desk()
            await ui.settle()
            assert "analytics" in ui.text

    async def test_no_key_is_met_with_silence(self) -> None:
        """A letter that means nothing here is told, with the screen where it does mean something."""
        async with running() as ui:
            await ui.press("c", "n", "Q", "w", "Q")
            assert ui.told == [
                "Step: it is done on the workbench screen",
                "Q means nothing here; ? shows what does",
                "Q means nothing here; ? shows what does",
            ]

    async def test_the_first_frame_does_not_wait(self) -> None:
        """What opens a file runs after the first frame, and keys already work: `q` leaves."""
        from allocator.tui.app import FairheapApp
        from allocator.tui.desk import Desk
        from tests.tui.harness import Driving

        held = threading.Event()

        def opening() -> Desk:
            held.wait(30)
            return Desk(Session.open(None))

        app = FairheapApp(opening)
        async with app.run_test(size=(80, 24)) as pilot:
            ui = Driving(app, pilot)
            await pilot.pause()
            assert "opening" in ui.text
            held.set()
            await ui.settle()
            assert "analytics" in ui.text

    async def test_many_tenants(self) -> None:
        """Twenty thousand tenants are switched and moved through like six."""
        async with running(many_tenants(20_000)) as ui:
            await ui.press("G")
            assert "t19999" in ui.text
            await ui.press("p", "g")
            assert "t0 " in ui.text
