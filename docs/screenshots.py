"""Pictures of the terminal UI for the README and the tutorial, made from the real app: `python docs/screenshots.py`.

Each is a scenario, a size, and the keys that a person would press; written to `docs/images/NAME.svg`.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

from textual.pilot import Pilot

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
sys.path.insert(0, str(ROOT))

from allocator.session import Session  # noqa: E402 the checkout's own, wherever this is run from
from allocator.tui.app import FairheapApp  # noqa: E402


@dataclass(frozen=True)
class Shot:
    """One picture."""

    name: str
    """Of the file, without its ending."""
    alt: str
    """What it shows, for who cannot see it."""
    sample: str
    """In `sample_configs/`, without its ending."""
    keys: tuple[str, ...] = ()
    size: tuple[int, int] = (120, 34)


SHOTS = (
    Shot(
        "workbench",
        "The workbench: tenants with bars, the pool, and why one of them got what it got",
        "quickstart",
        ("p", "1", *"jjjj"),
    ),
    Shot(
        "stepping",
        "Stepping the heap: the tree, the decision in words, the log",
        "quickstart",
        ("n", *"nnnnnnnnnnnnnn"),
    ),
    Shot(
        "editing",
        "Editing a tenant: the table behind already shows the answer",
        "quickstart",
        (*"jjjj", "e", "tab", "backspace", "3"),
    ),
    Shot("comparing", "Comparing policies: tenants down, policies across", "quickstart", ("c",), (140, 42)),
    Shot(
        "time",
        "The run over time: charts, nodes, the jobs of the moment",
        "day-in-the-cluster",
        ("v", *("right_square_bracket",) * 40),
        (140, 42),
    ),
    Shot("help", "Help: every key, searched as you type", "quickstart", ("question_mark",)),
)


async def take(shot: Shot) -> str:
    """The picture as SVG."""
    app = FairheapApp(Session.open(str(ROOT / "sample_configs" / f"{shot.sample}.toml")))
    async with app.run_test(size=shot.size) as pilot:
        await _settle(app, pilot)
        for key in shot.keys:
            await pilot.press(key)
            await _settle(app, pilot)
        return app.export_screenshot(title=f"fairheap sample_configs/{shot.sample}.toml")


async def _settle(app: FairheapApp, pilot: Pilot[None]) -> None:
    """Wait until nothing is computed, and what comes after a pause has come."""
    for _ in range(2):
        await pilot.pause(0.4)
        while not app.computing.idle:
            await pilot.pause(0.01)
    await pilot.pause()


def main() -> None:
    """Take all of them anew."""
    IMAGES.mkdir(exist_ok=True)
    for shot in SHOTS:
        path = IMAGES / f"{shot.name}.svg"
        path.write_text(asyncio.run(take(shot)), encoding="utf-8")
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
