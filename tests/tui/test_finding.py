"""Everything can be found: by help, by the line of commands, by the palette, by the footer."""

from __future__ import annotations

import pytest
from textual.command import CommandPalette
from textual.widgets import OptionList

from allocator.core.errors import QuantityError
from allocator.core.text import sanitize
from allocator.tui.actions import EVERYWHERE
from allocator.tui.catalogue import ACTIONS
from allocator.tui.catalogue.places import COMPARE, STEP, TABLE, TIME, WORKBENCH
from allocator.tui.commands import candidates, read
from allocator.tui.glyphs import ASCII
from allocator.tui.keyfile import clashes
from allocator.tui.offers import offers
from allocator.tui.parts import SCREENS
from allocator.tui.screens.command_line import CommandLine
from allocator.tui.screens.helping import Helping
from allocator.tui.widgets.field import Field
from allocator.tui.widgets.footer import Footer
from allocator.tui.widgets.table import Table
from tests.tui.harness import HOSTILE_NAMES, SIZES, hostile_scenario, running

SMALLEST = (60, 18)
JOBS = """[capacity]
cpu = 4
[[tenants]]
name = "web"
[[jobs]]
tenant = "web"
runtime = "1h"
demand = { cpu = 1 }
"""


class TestCatalogue:
    """What is listed is there."""

    async def test_every_action_can_be_reached_and_is_there(self) -> None:
        """Each has a key or a verb, and its methods exist wherever it can be done."""
        async with running() as ui:
            everywhere = [*ui.app.parts.doing, ui.app]
            own = {TABLE: [Table], **{name: [make()] for name, make in SCREENS.items()}}
            for action in ACTIONS.all:
                assert action.keys or action.verb, action.id
                assert action.help.endswith("."), action.id
                names = {action.method.partition("(")[0], *([action.typed.method] if action.typed else [])}
                for screen in action.screens:
                    places = [*own.get(screen, []), *everywhere]
                    lost = [name for name in names if not any(hasattr(place, f"action_{name}") for place in places)]
                    assert lost == [], action.id

    def test_no_key_means_two_things(self) -> None:
        """On no screen do two actions share a key, except that a screen's own goes before one of everywhere."""
        for screen in (EVERYWHERE, TABLE, *SCREENS):
            keys = [key for action in ACTIONS.all if screen in action.screens for key in action.keys]
            assert sorted(keys) == sorted(set(keys))

    def test_no_verb_means_two_things(self) -> None:
        """On no screen do two actions share a verb."""
        for screen in (EVERYWHERE, *SCREENS):
            verbs = [verb for action in ACTIONS.of(screen) for verb in (action.verb, *action.also) if verb]
            assert sorted(verbs) == sorted(set(verbs))

    def test_keys_that_others_take(self) -> None:
        """Nothing has only a key that tmux, screen, a shell or a browser takes."""
        taken = {f"ctrl+{letter}" for letter in "abcdhijkmqstwz"}
        assert [action.id for action in ACTIONS.all if action.keys and taken.issuperset(action.keys)] == []


class TestHelp:
    """`?`."""

    @pytest.mark.parametrize("size", SIZES[:2], ids=str)
    async def test_it_lists_what_is_here_first(self, size: tuple[int, int]) -> None:
        """What is of this screen comes first, with its key and what is typed; the file of keys is named."""
        async with running(size=size) as ui:
            await ui.press("question_mark")
            assert isinstance(ui.app.screen, Helping)
            ids = [option.id for option in ui.app.screen.query_one(OptionList).options if option.id]
            assert ids[: len(ids)] == [*dict.fromkeys(ids)]
            assert set(ids) == {action.id for action in ACTIONS.all}
            assert ids.index("table.filter") < ids.index("policy.next") < ids.index("step.next")
            assert "/          Filter  :filter [WORDS]" in ui.text
            assert "keymap.toml" in ui.text.replace("\n", "")

    async def test_typing_narrows_and_enter_runs(self) -> None:
        """Letters filter at once; enter does what is chosen."""
        async with running(size=SMALLEST) as ui:
            await ui.press("question_mark")
            await ui.type("policy 2")
            await ui.press("enter")
            assert ui.app.desk.policy.name == ui.app.desk.policies[1]

    async def test_arrows_move(self) -> None:
        """Down and up go through the list while the keys stay with the search."""
        async with running() as ui:
            await ui.press("question_mark")
            shown = ui.app.screen.query_one(OptionList)
            first = shown.highlighted
            await ui.press("down", "down", "up")
            assert shown.highlighted == (first or 0) + 1
            await ui.press("escape")
            assert not isinstance(ui.app.screen, Helping)

    async def test_what_is_called_so_comes_first(self) -> None:
        """What has the words in its name goes before what only mentions them, so that enter does what was meant."""
        async with running() as ui:
            await ui.press("question_mark")
            await ui.type("undo")
            shown = ui.app.screen.query_one(OptionList)
            assert shown.highlighted_option is not None
            assert shown.highlighted_option.id == "edit.undo"

    async def test_what_cannot_be_done_says_why(self) -> None:
        """The reason stands in words beside it, and choosing it does nothing but say so."""
        async with running() as ui:
            await ui.press("question_mark")
            await ui.type("take back")
            assert "Not now: nothing was changed." in ui.text
            await ui.press("enter")
            assert any("nothing was changed" in told for told in ui.told)

    async def test_of_another_screen(self) -> None:
        """What belongs to another screen says which, and is not run here."""
        async with running() as ui:
            await ui.press("question_mark")
            await ui.type("step.faster")
            await ui.press("enter")
            assert ui.told == ["Faster: it is done on the step screen"]
            assert ui.app.is_running

    async def test_moves_are_listed(self) -> None:
        """How one moves in a table is listed; choosing it only closes the list."""
        async with running() as ui:
            await ui.press("question_mark")
            await ui.type("one row up")
            assert "k up" in ui.text
            await ui.press("enter")
            assert (ui.told, ui.mode) == ([], WORKBENCH)

    async def test_nothing_matches(self) -> None:
        """Words that nothing holds say so, and enter then does nothing."""
        async with running(hostile_scenario(), SMALLEST) as ui:
            await ui.press("question_mark")
            await ui.type("[/nope]")
            assert "nothing matches" in ui.text
            await ui.press("enter")
            assert isinstance(ui.app.screen, Helping)

    async def test_own_keys(self) -> None:
        """A key of the user's own is the one that is shown, in help and footer, and the one that works."""
        async with running(keymap={"app.help": "z"}) as ui:
            assert "z Help" in ui.text
            await ui.press("z")
            assert isinstance(ui.app.screen, Helping)
            await ui.type("every key there is")
            assert "z          Help" in ui.text


class TestCommandLine:
    """`:`."""

    async def test_verbs(self) -> None:
        """A verb alone does its action; an argument after it is given to it."""
        async with running() as ui:
            await ui.command("policy fifo")
            assert ui.app.desk.policy.name == "fifo"
            await ui.command("step")
            assert ui.mode == STEP
            await ui.command("goto 3")
            assert ui.mode == STEP
            await ui.command("workbench")
            await ui.command("filter web")
            assert ui.app.screen.query_one(Table).shown == 1

    async def test_help_and_theme(self) -> None:
        """`:help` opens help, `:theme NAME` changes colours, and a theme that is none is told with the nearest."""
        async with running() as ui:
            await ui.command("theme fairheap-light")
            assert ui.app.theme == "fairheap-light"
            await ui.command("theme fairheap-lihgt")
            assert ui.app.theme == "fairheap-light"
            assert "did you mean 'fairheap-light'?" in ui.told[-1]
            await ui.command("theme")
            assert ui.app.theme == "fairheap-contrast"
            await ui.command("help")
            assert isinstance(ui.app.screen, Helping)

    async def test_quit(self) -> None:
        """`:q` leaves."""
        async with running() as ui:
            await ui.command("q")
            assert not ui.app.is_running

    async def test_faults(self) -> None:
        """What is wrong is said in the line, which stays open to be put right."""
        faults = {
            "polcy": "no command 'polcy'; did you mean 'policy'?",
            "xyzzyx": "no command 'xyzzyx'; :help lists them",
            "undo": ":undo: nothing was changed",
            "help me": ":help takes nothing after it, found 'me'",
            "follow web": ":follow: it is done on the step screen",
        }
        async with running(size=SMALLEST) as ui:
            for line, fault in faults.items():
                await ui.command(line)
                assert isinstance(ui.app.screen, CommandLine)
                assert fault in ui.text
                await ui.press("backspace")
                assert fault not in ui.text
                await ui.press("escape")
                assert not isinstance(ui.app.screen, CommandLine)

    async def test_tab_completes(self) -> None:
        """Tab fills in what is listed: the verb with room for its argument, then the argument."""
        async with running() as ui:
            await ui.press("colon")
            await ui.type("pol")
            assert ":policy [POLICY]  Decide by the next policy" in ui.text
            await ui.press("tab")
            assert ui.app.screen.query_one(Field).value == "policy "
            await ui.type("fi")
            await ui.press("tab", "enter")
            assert ui.app.desk.policy.name == "fifo"

    async def test_arrows_choose(self) -> None:
        """Down and up go through what is listed, in a circle."""
        async with running() as ui:
            await ui.press("colon")
            await ui.type("policy f")
            await ui.press("down", "down", "down", "up")
            names = [one.line for one in candidates("policy f", _offers(ui), ui.app.desk)]
            assert ui.app.screen.query_one(Field).value == names[2 % len(names) if len(names) < 3 else 1]

    async def test_history(self) -> None:
        """Up on an empty line brings back what was typed before, the newest first; down goes on to the empty line."""
        async with running() as ui:
            await ui.command("policy fifo")
            await ui.command("policy drf")
            await ui.press("colon", "up")
            line = ui.app.screen.query_one(Field)
            assert line.value == "policy drf"
            await ui.press("up")
            assert line.value == "policy fifo"
            await ui.press("down", "down")
            assert line.value == ""
            await ui.press("up", "up", "enter")
            assert ui.app.desk.policy.name == "fifo"

    async def test_hostile_text(self) -> None:
        """Whatever is pasted is text: nothing of it is read as markup or as Python, and nothing drives the terminal."""
        async with running(hostile_scenario(), SMALLEST) as ui:
            for name in HOSTILE_NAMES:
                await ui.press("colon")
                ui.app.screen.query_one(Field).value = f"policy {name}') or quit('"
                await ui.settle()
                assert not {"\x1b", "\x9b", "\u202e"}.intersection(ui.text)
                await ui.press("enter")
                assert ui.app.is_running
                assert f"no policy '{sanitize(name)}') or quit('" in ui.told[-1]
            assert not {"\x1b", "\x9b", "\u202e"}.intersection("".join(ui.told) + ui.text)

    async def test_hostile_names_are_completed(self) -> None:
        """Names out of data are listed safely, and the tenant is found by what was completed where that is its name."""
        async with running(hostile_scenario()) as ui:
            await ui.command("step")
            await ui.press("colon")
            await ui.type("follow [red")
            await ui.press("tab", "enter")
            assert ui.app.is_running
            assert [told for told in ui.told if "no tenant" in told] == []

    async def test_an_error_is_told(self) -> None:
        """What a method refuses is told in its words, and nothing ends."""
        async with running() as ui:

            def action_refuse() -> None:
                raise QuantityError("found 'x', expected a number")

            ui.app.action_refuse = action_refuse  # type: ignore[attr-defined]
            await ui.app.perform("refuse")
            await ui.settle()
            assert ui.told == ["found 'x', expected a number"]

    async def test_an_unknown_tenant(self) -> None:
        """A tenant that there is not is told with the nearest."""
        async with running() as ui:
            await ui.command("step")
            await ui.command("follow wbe")
            assert "did you mean 'web'?" in ui.told[-1]

    async def test_reading(self) -> None:
        """An argument is passed as Python writes it; a colon typed twice is one."""
        async with running() as ui:
            there = _offers(ui)
            assert read(':policy it\'s "x" )', there) == ("use('it\\'s \"x\" )')", "")
            assert read("  undo  ", there)[0] == ""


class TestPalette:
    """ctrl+p."""

    @pytest.mark.parametrize("size", SIZES[:3], ids=str)
    async def test_letters_find(self, size: tuple[int, int]) -> None:
        """A few letters find an action, and enter does it."""
        async with running(hostile_scenario(), size) as ui:
            await ui.press("ctrl+p")
            assert isinstance(ui.app.screen, CommandPalette)
            await ui.type("policy 2")
            await ui.press("enter")
            assert ui.app.desk.policy.name == ui.app.desk.policies[1]

    async def test_what_cannot_be_done(self) -> None:
        """It is listed with the reason, and choosing it says the reason."""
        async with running() as ui:
            await ui.press("ctrl+p")
            await ui.type("undo")
            assert "not now: nothing was changed" in ui.text
            await ui.press("enter")
            assert ui.told == ["Undo: nothing was changed"]

    async def test_ascii(self) -> None:
        """Without Unicode nothing of it needs any."""
        async with running(glyphs=ASCII) as ui:
            await ui.press("ctrl+p")
            await ui.type("undo")
            assert ui.text.isascii()


class TestFooter:
    """The way to the rest is never cut."""

    @pytest.mark.parametrize("screen", [WORKBENCH, STEP, COMPARE])
    async def test_help_is_at_the_end(self, screen: str) -> None:
        """On every screen and at every size the last thing in the footer is the way to help, and it can be clicked."""
        async with running() as ui:
            await ui.command(screen)
            assert ui.mode == screen
            for size in SIZES:
                await ui.resize(*size)
                assert ui.lines[-1].endswith("? Help")
            await ui.click("Footer", (ui.lines[-1].index("? Help"), 0))
            assert isinstance(ui.app.screen, Helping)

    async def test_over_time(self) -> None:
        """So it is over time."""
        async with running(JOBS, SMALLEST) as ui:
            assert ui.mode == TIME
            assert ui.lines[-1].endswith("? Help")

    async def test_commands(self) -> None:
        """Where everything fits, the line of commands is named as well."""
        async with running(size=(220, 50)) as ui:
            assert ui.lines[-1].endswith(": Commands  ? Help")
            await ui.click("Footer", (ui.lines[-1].index(": Commands"), 0))
            assert isinstance(ui.app.screen, CommandLine)

    async def test_wide_letters(self) -> None:
        """Keys are clicked where they are seen."""
        async with running(size=(80, 24)) as ui:
            footer = ui.app.screen.query_one(Footer)
            footer.show([("policy.next", "表", "計算"), ("app.help", "?", "Help")])
            await ui.settle()
            assert footer._placed()[0][0] == 1
            assert ui.lines[-1].endswith("? Help")


def _offers(ui):  # type: ignore[no-untyped-def]
    return offers(ui.app.current_mode, ui.app.desk, ui.app.keymap)


def test_own_keys_that_meet_nothing_do_not_clash() -> None:
    """The keys that the program comes with have no clash with themselves."""
    assert list(clashes({action.id: ",".join(action.keys) for action in ACTIONS.all if action.keys})) == []
