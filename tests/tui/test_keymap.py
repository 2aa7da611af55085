"""Keys of the user's own: how keys are written, what the file may hold, and that every fault of it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocator.core.errors import ScenarioError
from allocator.scenario.syntax import parse
from allocator.tui import keyfile
from allocator.tui.catalogue import ACTIONS
from allocator.tui.keymap import keys_of, written
from allocator.tui.screens.helping import Helping
from allocator.tui.screens.telling import Telling
from tests.cli.running import ROOT
from tests.tui.harness import HOSTILE_NAMES, quoted, running
from tests.tui.terminal import Terminal


def put(text: str) -> Path:
    """The keymap file, with that in it."""
    path = keyfile.path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def faults(text: str) -> list[tuple[int | None, str, str]]:
    """Line, place and message of every fault of a file with that in it."""
    put(text)
    with pytest.raises(ScenarioError) as caught:
        keyfile.load()
    return [(fault.line, fault.place, fault.message) for fault in caught.value.faults]


class TestWritten:
    """Keys as people write them."""

    @pytest.mark.parametrize(
        ("key", "shown"),
        [
            *[("plus", "+"), ("less_than_sign", "<"), ("ctrl+r", "^r"), ("slash", "/"), ("minus", "-"), ("at", "@")],
            *[("question_mark", "?"), ("colon", ":"), ("escape", "esc"), ("pageup", "pgup"), ("comma", ",")],
            *[("backslash", "\\"), ("underscore", "_"), ("space", "space"), ("f1", "f1"), ("G", "G")],
            *[("left_square_bracket", "["), ("dollar_sign", "$"), ("ctrl+pageup", "^pgup"), ("é", "é")],
            *[("delete", "del"), ("shift+tab", "shift+tab")],
        ],
    )
    def test_written(self, key: str, shown: str) -> None:
        """By its character where it has one that is seen, else by its short name."""
        assert written(key) == shown

    def test_every_key(self) -> None:
        """No key of the catalogue is shown by Textual's long name, or as what cannot be seen."""
        shown = [written(key) for action in ACTIONS.all for key in action.keys]
        assert [key for key in shown if "_" in key.strip("_") or not key.isprintable()] == []

    def test_read_back(self) -> None:
        """Each key is read back from how it is written."""
        for action in ACTIONS.all:
            for key in action.keys:
                assert written(keyfile.named_key(written(key))) == written(key)


class TestFile:
    """`keymap.toml`."""

    def test_none(self) -> None:
        """Without a file the keys are those that come along."""
        assert keyfile.load() == {}

    def test_keys(self) -> None:
        """One key or several, in the words of help or of Textual, with quotes around the id or without."""
        put('[keys]\n"edit.undo" = "ctrl+z"\nedit.redo = ["^y", "f7"]\n"app.help" = "insert"\n"app.palette" = "@"\n')
        keymap = keyfile.load()
        assert keymap == {"edit.undo": "ctrl+z", "edit.redo": "ctrl+y,f7", "app.help": "insert", "app.palette": "@"}
        assert keys_of(ACTIONS["edit.redo"], keymap) == ("ctrl+y", "f7")

    def test_swapped(self) -> None:
        """Two actions may have each other's keys."""
        put('[keys]\n"edit.undo" = "p"\n"policy.next" = "u"\n')
        assert keyfile.load() == {"edit.undo": "p", "policy.next": "u"}

    def test_no_key_to_change(self) -> None:
        """What is only typed cannot be given a key, and that is said."""
        assert ":theme [NAME]" in faults('[keys]\n"app.theme" = "f7"\n')[0][2]

    def test_every_fault_at_once(self) -> None:
        """Ids, keys and values that are none are told by line, with what was found and what is nearest."""
        found = faults(
            '[keys]\n"edit.undoo" = "z"\n"app.help" = "escpe"\n"app.palette" = 3\n"policy.next" = []\n[kyes]\n'
        )
        assert [(line, place) for line, place, _ in found] == [
            (2, 'keys."edit.undoo"'),
            (3, 'keys."app.help"'),
            (4, 'keys."app.palette"'),
            (5, 'keys."policy.next"'),
            (6, "kyes"),
        ]
        assert "did you mean 'edit.undo'?" in found[0][2]
        assert "found 'escpe', which is no key; did you mean 'escape'?" in found[1][2]
        assert "found 3" in found[2][2]
        assert 'expected a key such as "z"' in found[3][2]
        assert "did you mean 'keys'?" in found[4][2]

    def test_one_key_for_two(self) -> None:
        """A key that another action of the same screen has is a fault; on another screen it is none."""
        fault, *_ = faults('[keys]\n"edit.undo" = "/"\n')
        assert (fault[0], "table.filter" in fault[2]) == (2, True)
        assert faults('[keys]\n"table.sort" = "<"\n"table.filter" = "less_than_sign"\n')
        put('[keys]\n"table.filter" = "]"\n')
        assert keyfile.load() == {"table.filter": "]"}

    @pytest.mark.parametrize(
        "key", ["", " ", "ab", "ctrl+", "ctrl+ab", "hyper+x", "\x1b", "+x", "Escape", "shift+ctrl"]
    )
    def test_no_key(self, key: str) -> None:
        """What no terminal sends is no key."""
        assert keyfile.named_key(key) == ""

    @pytest.mark.parametrize("text", ["[keys", "keys = 1", "\x00", "[[keys]]"])
    def test_no_table(self, text: str) -> None:
        """What is no TOML, or no table of keys, is one fault."""
        assert len(faults(text)) == 1

    def test_hostile(self) -> None:
        """Whatever stands in the file, its faults cannot drive the terminal."""
        put("[keys]\n" + "".join(f"{quoted(name)} = {quoted(name)}\n" for name in HOSTILE_NAMES))
        with pytest.raises(ScenarioError) as caught:
            keyfile.load()
        assert len(caught.value.faults) == len(HOSTILE_NAMES)
        assert not {"\x1b", "\x9b"}.intersection(str(caught.value))

    def test_template(self) -> None:
        """The template holds every action with a key, commented out; each line holds when it is not."""
        text = keyfile.template()
        assert parse(text, "keymap.toml") == {"keys": {}}
        put(text)
        assert keyfile.load() == {}
        put("\n".join(line.removeprefix("# ") if line.startswith('# "') else line for line in text.split("\n")))
        keymap = keyfile.load()
        assert set(keymap) == {action.id for action in ACTIONS.all if action.keys}
        for id in keymap:
            assert list(map(written, keys_of(ACTIONS[id], keymap))) == list(map(written, ACTIONS[id].keys))


class TestUsed:
    """In the terminal UI."""

    async def test_a_key_of_ones_own(self) -> None:
        """It does what it was given to, and the key that comes along does nothing any more."""
        put('[keys]\n"app.help" = ["f4", "f2"]\n')
        async with running(keymap=keyfile.load()) as ui:
            await ui.press("question_mark")
            assert not isinstance(ui.app.screen, Helping)
            await ui.press("f2")
            assert isinstance(ui.app.screen, Helping)
            await ui.press("escape", "f4")
            assert isinstance(ui.app.screen, Helping)

    async def test_moves(self) -> None:
        """Moves in tables can have other keys too."""
        async with running(keymap={"move.down": "f3"}) as ui:
            table = ui.app.screen.query_one("Table")
            await ui.press("j")
            assert table.cursor == 0  # type: ignore[attr-defined]
            await ui.press("f3")
            assert table.cursor == 1  # type: ignore[attr-defined]

    async def test_a_faulty_file_is_told(self) -> None:
        """The UI starts with the keys that come along, and lists every fault."""
        async with running() as ui:
            ui.app.complaint = "keymap.toml:2: one\nkeymap.toml:3: [/two]"
            ui.app.put(ui.app.desk)
            await ui.settle()
            assert isinstance(ui.app.screen, Telling)
            assert "[/two]" in ui.text
            await ui.press("enter")
            assert not isinstance(ui.app.screen, Telling)

    def test_from_the_start(self, tmp_path: Path) -> None:
        """On a real terminal the file is read: its keys work, and where it is faulty its faults are shown."""
        put('[keys]\n"app.help" = "f4"\n')
        env = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
        with Terminal([], cwd=ROOT, env=env) as terminal:
            terminal.until("f4 Help")
            terminal.press("q")
            assert terminal.wait() == 0
        put('[keys]\n"app.hlep" = "f4"\n')
        with Terminal([], cwd=ROOT, env=env) as terminal:
            terminal.until("did you mean 'app.help'?")
            terminal.press("\r")
            terminal.until("? Help")
            terminal.press("q")
            assert terminal.wait() == 0
