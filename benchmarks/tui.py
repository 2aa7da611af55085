"""The terminal UI on a real terminal: how soon it shows something, how it answers, what playing and idling cost.

    python benchmarks/tui.py                      everything; some minutes
    python benchmarks/tui.py first many           only these of: first, many, play, idle
    python benchmarks/tui.py --tenants 20000 many

first   the first frame against a minimal Textual app, in pairs of fresh processes (aim: 1.5 times)
many    a scenario of 100,000 tenants: usable so long after its load (aim: 0.5 s after the first frame and the load);
        a key press is answered (30 ms); another policy: the longest that the UI stood still (50 ms), and its grants
        against the same allocation by itself, in the same process (1.2 times)
play    the cost of playing the heap and a run over time, 10 frames a second at 120x40 (15 % of a core)
idle    the cost of doing nothing (1 % of a core)

Nothing here gates: it reports.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SIZE = (120, 40)
MINIMAL = """
from textual.app import App
from textual.widgets import Static

class Minimal(App):
    def compose(self):
        yield Static("ready")

Minimal().run()
"""
PARTS = ("first", "many", "play", "idle")


class Shown:
    """A process on a terminal of its own."""

    def __init__(self, words: list[str]) -> None:
        self.begin = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.chdir(ROOT)
            os.execvpe(words[0], words, {**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"})
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", SIZE[1], SIZE[0], 0, 0))
        os.kill(self.pid, signal.SIGWINCH)
        self._seen = b""

    def read(self, seconds: float) -> bytes:
        """What is written first in that time; nothing where nothing is."""
        if not select.select([self._fd], [], [], seconds)[0]:
            return b""
        try:
            return os.read(self._fd, 1 << 16)
        except OSError as error:
            raise SystemExit(f"the program ended: {self._seen[-2000:].decode(errors='replace')}") from error

    def until(self, words: str, patience: float = 300) -> float:
        """Wait for words; returns the seconds since the process was started.

        Raises:
            SystemExit: They never came.
        """
        end = time.perf_counter() + patience
        while words.encode() not in self._seen:
            if time.perf_counter() > end:
                raise SystemExit(f"{words!r} was never shown")
            self._seen = self._seen[-100_000:] + self.read(1.0)
        return time.perf_counter() - self.begin

    def press(self, keys: str) -> None:
        """Type, and forget what was seen before."""
        self._seen = b""
        os.write(self._fd, keys.encode())

    def quiet(self, seconds: float = 0.5) -> None:
        """Wait until nothing is written for so long."""
        while self.read(seconds):
            pass

    def cpu(self, seconds: float) -> float:
        """The share of a core that it takes while its terminal is read for so long."""
        begin, used = time.perf_counter(), self._used()
        while (left := begin + seconds - time.perf_counter()) > 0:
            self.read(left)
        return (self._used() - used) / (time.perf_counter() - begin)

    def _used(self) -> float:
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def shown(words: list[str]) -> Iterator[Shown]:
    """A process on a terminal, ended afterwards."""
    one = Shown(words)
    try:
        yield one
    finally:
        os.kill(one.pid, signal.SIGKILL)
        os.waitpid(one.pid, 0)
        os.close(one._fd)


def fairheap(scenario: Path) -> list[str]:
    """The command that opens a scenario."""
    return [sys.executable, "-m", "allocator", str(scenario)]


def spread(values: list[float], unit: str = "", scale: float = 1.0) -> str:
    """Median, then least and largest."""
    low, high = min(values) * scale, max(values) * scale
    return f"{statistics.median(values) * scale:.2f}{unit} (from {low:.2f} to {high:.2f} in {len(values)} runs)"


def first(pairs: int) -> None:
    """The first frame, and when the built-in scenario can be worked with."""
    firsts, usable, minimal = [], [], []
    for count in range(pairs + 1):
        with shown([sys.executable, "-c", MINIMAL]) as one:
            least = one.until("ready")
        with shown(fairheap(ROOT / "sample_configs/quickstart.toml")) as one:
            frame, ready = one.until("opening"), one.until("tenants")
        if count:  # the first run of each fills the file cache: it does not count
            minimal.append(least)
            firsts.append(frame)
            usable.append(ready)
    print(f"minimal Textual app:           {spread(minimal, ' s')}")
    print(f"first frame:                   {spread(firsts, ' s')}")
    print(f"ratio of pairs, aim 1.5:       {spread([a / b for a, b in zip(firsts, minimal, strict=True)])}")
    print(f"the quickstart can be used:    {spread(usable, ' s')}")


def scenario_of(tenants: int) -> str:
    """A scenario of that many tenants, who together want more than there is."""
    rows = (
        f'[[tenants]]\nname = "t{number}"\nweight = {number % 3 + 1}\n'
        f"demand = {{ cpu = {number % 4 + 1}, memory = {number % 3 + 1} }}\ntasks = 2\n"
        for number in range(tenants)
    )
    return f"[capacity]\ncpu = {tenants * 2}\nmemory = {tenants * 3}\n" + "".join(rows)


LOAD = """
import sys, time
from allocator.session import Session
begin = time.perf_counter()
session = Session.open(sys.argv[1])
session.allocate(session.prepare(None, {}))
print(time.perf_counter() - begin)
"""


def many(tenants: int) -> None:
    """A large scenario: opened, moved in, and given other policies."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "many.toml"
        path.write_text(scenario_of(tenants), encoding="utf-8")
        command = [sys.executable, "-c", LOAD, str(path)]
        loads = float(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)
        with shown(fairheap(path)) as one:
            frame = one.until("opening")
            ready = one.until("weight")
            one.quiet(3)
            answers = []
            for key in "jjjjjjjjjjkkkkkkkkkkGgGg":
                begin = time.perf_counter()
                one.press(key)
                one.read(5)
                answers.append(time.perf_counter() - begin)
                one.quiet()
        print(f"{tenants:,} tenants, load and grants by themselves: {loads:.2f} s; first frame {frame:.2f} s")
        print(f"usable after both, aim 0.5 s:  {ready - frame - loads:.2f} s")
        print(f"a key is answered, aim 30 ms:  {spread(answers, ' ms', 1000)}")
        asyncio.run(_switches(path))


async def _switches(path: Path) -> None:
    from allocator.session import Session
    from allocator.tui.app import FairheapApp

    app = FairheapApp(Session.open(str(path)))
    still: list[float] = []

    async def ticker() -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0.01)
            now = time.perf_counter()
            still.append(now - last - 0.01)
            last = now

    async with app.run_test(size=SIZE) as pilot:
        while not app.computing.idle or app.current_mode == app.DEFAULT_MODE or app.desk.allocation is None:
            await asyncio.sleep(0.05)
        for key in "231":
            before, session = app.desk.allocation, app.desk.session
            ticking = asyncio.create_task(ticker())
            still.clear()
            begin = time.perf_counter()
            await pilot.press(key)
            while app.desk.allocation is before:
                await asyncio.sleep(0.002)
            took = time.perf_counter() - begin
            while not app.computing.idle:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.5)
            ticking.cancel()
            begin = time.perf_counter()
            session.allocate(app.desk.policy)
            alone = time.perf_counter() - begin
            print(
                f"to {app.desk.policy.name}: stood still for {max(still) * 1000:.0f} ms at most, aim 50; "
                f"grants after {took:.2f} s, {took / alone:.2f} times what they take alone, aim 1.2"
            )


def played(scenario: Path, keys: str, words: str, seconds: float = 5.0) -> float:
    """The share of a core that playing takes.

    Args:
        scenario: What is opened.
        keys: What is typed to play it, one after another.
        words: What is shown once it can be typed.
        seconds: How long it is played.
    """
    with shown(fairheap(scenario)) as one:
        one.until(words)
        one.quiet(1.5)
        for key in keys:
            one.press(key)
            if key != keys[-1]:
                one.quiet(1.0)
        one.until("PLAY", 10)
        return one.cpu(seconds)


def play() -> None:
    """Playing the heap of 5,000 tenants, and a run over time."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "some.toml"
        path.write_text(scenario_of(5_000), encoding="utf-8")
        heap = [played(path, "n> ", "weight") for _ in range(3)]
    print(f"playing the heap, 10 a second, aim 15 %:     {spread(heap, ' %', 100)}")
    timed = [played(ROOT / "sample_configs/day-in-the-cluster.toml", " ", "PAUSED") for _ in range(3)]
    print(f"playing a run over time, aim 15 %:           {spread(timed, ' %', 100)}")


def idle() -> None:
    """Nothing is done."""
    with shown(fairheap(ROOT / "sample_configs/quickstart.toml")) as one:
        one.until("tenants")
        one.quiet(2)
        print(f"idle, aim 1 %:                               {one.cpu(10) * 100:.2f} %")


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(description="The terminal UI: how soon, how quick, how dear.")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all where left out")
    parser.add_argument("--pairs", type=int, default=10, help="how many pairs of processes for the first frame")
    parser.add_argument("--tenants", type=int, default=100_000, help="how many of them many are")
    options = parser.parse_args()
    for part in options.parts:
        if part not in PARTS:
            parser.error(f"found {part!r}, expected any of {', '.join(PARTS)}")
    parts = options.parts or PARTS
    if "first" in parts:
        first(options.pairs)
    if "many" in parts:
        many(options.tenants)
    if "play" in parts:
        play()
    if "idle" in parts:
        idle()


if __name__ == "__main__":
    main()
