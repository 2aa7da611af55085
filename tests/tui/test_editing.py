"""Editing, used as a person does it: what is typed is answered at once, kept as one step, or left as it was."""

from __future__ import annotations

import threading

import pytest
from textual.widgets import Input

from allocator.scenario.loading import loads
from allocator.scenario.saving import dumps
from allocator.session import Session
from allocator.tui.desk import Desk
from allocator.tui.glyphs import ASCII
from allocator.tui.screens.editing import EditingDialog
from tests.tui.harness import HOSTILE_NAMES, Driving, hostile_scenario, many_tenants, running

JOBS = """
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


async def field(ui: Driving, label: str, text: str) -> None:
    """Go to a field and type into it, in place of what was there."""
    dialog = ui.app.screen
    assert isinstance(dialog, EditingDialog)
    row = next(row for row in dialog.query("Row") if str(row.query_one(".label").render()).strip() == label)
    row.query_one(Input).focus()
    row.query_one(Input).select_all()
    await ui.pilot.press("backspace")
    await ui.type(text)


def tenant(ui: Driving) -> str | None:
    """The tenant under the cursor."""
    return ui.app.screen.tenant


def names(ui: Driving) -> list[str]:
    """Who shares."""
    return [one.name for one in ui.app.desk.session.scenario.tenants]


def outcome(ui: Driving, name: str) -> float:
    """How many tasks that tenant is shown to get."""
    allocation = ui.app.desk.allocation
    assert allocation is not None
    return next(one.tasks_granted for one in allocation.tenants if one.name == name)


class TestTenant:
    """`e` edits the tenant under the cursor."""

    async def test_answered_while_typed_and_kept(self) -> None:
        """The workbench answers to what is typed; enter makes one step of it, which undo takes back and redo does."""
        async with running() as ui:
            before = outcome(ui, "search")
            await ui.press("j", "e")
            await field(ui, "weight", "9")
            await field(ui, "tasks", "30")
            assert outcome(ui, "search") > before
            assert not ui.app.desk.sitting.dirty
            await ui.press("enter")
            assert ui.app.desk.sitting.undoable == "search: weight 2 -> 9, tasks 10 -> 30"
            assert (tenant(ui), "[modified]" in ui.text, "▲ search" in ui.text) == ("search", True, True)
            await ui.press("u")
            assert (outcome(ui, "search"), ui.app.desk.sitting.dirty) == (before, False)
            await ui.press("ctrl+r")
            assert outcome(ui, "search") > before

    async def test_left_as_it_was(self) -> None:
        """Escape gives back the answer that was there, and leaves nothing to undo."""
        async with running() as ui:
            was = ui.app.desk.allocation
            await ui.press("e")
            await field(ui, "tasks", "50")
            assert ui.app.desk.allocation is not was
            await ui.press("escape")
            assert ui.app.desk.allocation is was
            assert (ui.app.desk.sitting.undoable, ui.app.desk.trial) == ("", None)

    async def test_faults(self) -> None:
        """A fault stands below its field in the words of a file, enter goes there, and what was right stays shown."""
        async with running() as ui:
            await ui.press("e")
            await field(ui, "weight", "0")
            await field(ui, "priority", "5")
            assert "! found 0, expected a number above 0" in ui.text
            assert "* priority" in ui.text
            await ui.press("enter")
            assert isinstance(ui.app.screen, EditingDialog)
            assert isinstance(ui.app.focused, Input)
            assert ui.app.focused.value == "0"
            await field(ui, "weight", "3")
            assert "! found" not in ui.text
            await ui.press("enter")
            assert ui.app.desk.sitting.undoable == "web: weight 2 -> 3, priority 10 -> 5"

    async def test_nothing_typed_is_no_edit(self) -> None:
        """Enter without a change is no step."""
        async with running() as ui:
            await ui.press("e", "enter")
            assert ui.app.desk.sitting.undoable == ""

    async def test_enter_at_once(self) -> None:
        """Enter right after the last letter waits until it is read."""
        async with running() as ui:
            await ui.press("e", "down")
            await ui.pilot.press("8", "enter")
            await ui.settle()
            assert ui.app.desk.sitting.undoable == "web: weight 2 -> 8"

    @pytest.mark.parametrize("size", [(60, 18), (120, 40)])
    async def test_every_name(self, size: tuple[int, int]) -> None:
        """Names from clusters stay as they are in data and do nothing on the screen, at every size."""
        async with running(hostile_scenario(), size) as ui:
            for number in (1, 4):
                name = HOSTILE_NAMES[number]
                await ui.press("g", *["j"] * number, "e")
                await field(ui, "weight", "2")
                assert "\x1b" not in ui.text
                await ui.press("enter")
                assert ui.app.desk.session.scenario.must_have(name).weight == 2

    async def test_small(self) -> None:
        """At 60x18 the form fills the screen, and the field that has the keys scrolls into it."""
        async with running(size=(60, 18), glyphs=ASCII) as ui:
            await ui.press("e", "shift+tab")
            assert "limit: the most it may be granted" in ui.text
            assert "enter keeps" in ui.text
            assert set(ui.text) - set("▁▂▃▄▅▆▇█") <= set(map(chr, range(128)))  # the scrollbar is the terminal's

    async def test_up_and_down(self) -> None:
        """Up and down go to the field above and below, where the form scrolls too."""
        async with running(size=(60, 18)) as ui:
            await ui.press("e", "down", "down", "8", "up", "7", "enter")
            edited = ui.app.desk.session.scenario.tenants[0]
            assert (float(edited.weight), edited.priority) == (7, 8)

    async def test_a_long_name(self) -> None:
        """However long the name is, the line that says how to leave is there."""
        async with running(
            f'[capacity]\ncpu = 1\n[[tenants]]\nname = "{"very-" * 60}"\ndemand = {{ cpu = 1 }}\n', (80, 24)
        ) as ui:
            await ui.press("e")
            assert "enter keeps; esc leaves" in ui.text


class TestWho:
    """`a`, `D` and `X`, and `:set`."""

    async def test_add(self) -> None:
        """A new tenant is shown while it is typed, and the cursor goes to it."""
        async with running() as ui:
            await ui.press("a")
            await field(ui, "name", "new")
            await field(ui, "demand cpu", "1")
            assert outcome(ui, "new") > 0
            await ui.press("enter")
            assert (names(ui)[-1], tenant(ui)) == ("new", "new")
            assert ui.app.desk.sitting.undoable == "add new"

    async def test_duplicate(self) -> None:
        """One more like it stands right after it."""
        async with running() as ui:
            await ui.press("j", "D")
            assert names(ui)[1:3] == ["search", "search-2"]
            assert (tenant(ui), ui.told) == ("search-2", ["search-2 is added, like search; undo takes it back"])

    async def test_remove(self) -> None:
        """The neighbour is under the cursor then, and undo brings it back."""
        async with running() as ui:
            await ui.press("j", "X")
            assert (names(ui)[1], tenant(ui)) == ("analytics", "analytics")
            await ui.press("u")
            assert names(ui)[1] == "search"

    async def test_last_one(self) -> None:
        """With nobody left, the keys that need somebody say so."""
        async with running("[capacity]\ncpu = 1\n[[tenants]]\nname = 'a'\ndemand = { cpu = 1 }\n") as ui:
            await ui.press("X", "e")
            assert ui.told[-1] == "Edit: there are no tenants; add one first"

    async def test_set(self) -> None:
        """`:set` sets one field of the tenant under the cursor, or says what is wrong with it."""
        async with running() as ui:
            await ui.command("set weight 7")
            assert ui.app.desk.sitting.undoable == "web: weight 2 -> 7"
            await ui.command("set weight 0")
            assert "found 0, expected a number above 0" in ui.told[-1]
            await ui.command("set wait 1")
            assert "no field 'wait'; did you mean 'weight'?" in ui.told[-1]


class TestRest:
    """`C` and `O`."""

    async def test_capacity(self) -> None:
        """Fewer nodes give less while it is typed; the edit can be saved and undone."""
        async with running() as ui:
            await ui.press("C")
            await field(ui, "nodes", "2")
            assert ui.app.desk.session.scenario.capacity["cpu"] == 32000
            await ui.press("enter")
            scenario = ui.app.desk.session.scenario
            assert loads(dumps(scenario)).scenario == scenario
            assert ui.app.desk.sitting.undoable == "capacity: worker-1 to worker-5 nodes 5 -> 2"
            await ui.press("u")
            assert ui.app.desk.session.scenario.capacity["cpu"] == 80000

    async def test_options(self) -> None:
        """An option of the policy that decides becomes the scenario's."""
        async with running() as ui:
            await ui.press("O")
            await field(ui, "key", "current")
            await ui.press("enter")
            assert ui.app.desk.policy.options["key"] == "current"
            assert ui.app.desk.session.scenario.policy.options == {"drf": {"key": "current"}}
            assert ui.app.desk.sitting.undoable == "policy drf: key after -> current"

    async def test_over_time(self) -> None:
        """Over time capacity is edited as well; the run answers once it is kept."""
        async with running(JOBS) as ui:
            await ui.press("C")
            await field(ui, "cpu", "1")
            assert ui.app.desk.trial is None
            await ui.press("enter")
            assert ui.app.desk.session.scenario.capacity == {"cpu": 1000}


async def test_tenant_over_time() -> None:
    """Over time it is the tenant of the chosen job that is edited, without a demand, which only its jobs have."""
    async with running(JOBS) as ui:
        await ui.press("m", "e")
        await field(ui, "weight", "4")
        assert "demand" not in ui.text
        await ui.press("enter")
        assert ui.app.desk.sitting.undoable == "web: weight 1 -> 4"


async def test_many_tenants() -> None:
    """With thousands of tenants one is edited as with a few."""
    async with running(many_tenants(1_000)) as ui:
        await ui.press("G", "e")
        await field(ui, "weight", "50")
        await ui.press("enter")
        assert ui.app.desk.sitting.undoable == "t999: weight 1 -> 50"
        assert tenant(ui) == "t999"


class TestMeanwhile:
    """What happens while an answer or an edit is still worked out is not lost, and loses nothing."""

    async def test_a_dialog_that_is_left_leaves_the_question(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A policy that was switched to right before answers after all, whatever was typed and given up meanwhile."""
        async with running() as ui:
            held, allocate = threading.Event(), Session.allocate
            monkeypatch.setattr(Session, "allocate", lambda *words: (held.wait(30), allocate(*words))[1])
            following = ui.app.desk.neighbour(1)
            await ui.pilot.press("p", "e", "down", "9")
            await ui.pilot.press("escape")
            held.set()
            await ui.settle()
            assert ui.app.desk.allocation.policy.name == following
            assert ui.app.desk.allocation.scenario is ui.app.desk.sitting.session.scenario

    def test_options_come_back(self) -> None:
        """An option that what is typed says itself is back once given up, even after a policy that cannot be."""
        desk = Desk(Session.open(None), "drf", {"key": "current"})
        answer = desk.policy, desk.session.allocate(desk.policy)
        desk.answer(*answer)
        desk.show_trial(desk.session, ["key"])
        desk.answer(*answer)
        desk.end_trial()
        desk.choose("nothing of that name")
        desk.give_up()
        assert desk.options == {"key": "current"}

    async def test_an_edit_while_another_is_worked_out(self) -> None:
        """Neither takes the other back: the one that comes late is dropped, and says so."""
        async with running() as ui:
            await ui.app.perform("duplicate_tenant")
            await ui.app.perform("remove_tenant")
            await ui.settle()
            assert "web" not in names(ui)
            assert "web-2" not in names(ui)
            assert ui.told[-1] == "web-2 is not added: the scenario has changed meanwhile"

    async def test_another_file_under_an_open_form(self) -> None:
        """What was typed for one scenario never becomes an edit of another."""
        async with running() as ui:
            await ui.press("e")
            await field(ui, "weight", "9")
            ui.app.desk.sitting.edit(Session.open(None), "another")
            await ui.press("enter")
            assert ui.app.desk.sitting.undoable == "another"
            assert ui.told[-1] == "nothing is kept: the scenario has changed meanwhile"
