"""Work in the background, and the end of the app."""

from __future__ import annotations

import asyncio
import threading

from allocator.core.errors import AllocatorError
from tests.tui.harness import running


def ignored(_: object) -> None:
    """Of no interest here."""


def test_leaving_does_not_wait_for_an_answer() -> None:
    """Who leaves while something long is computed is out at once."""
    held, ended = threading.Event(), []

    async def left_early() -> None:
        async with running() as ui:
            ui.app.computing.start("test", lambda _: ended.append(held.wait(20)), ignored)
            ui.app.leave()

    asyncio.run(left_early())
    assert ended == []
    held.set()


def test_what_is_being_written_is_written() -> None:
    """A file that is written when the app ends is whole before the program goes."""
    ended = []

    async def left_early() -> None:
        async with running() as ui:
            ui.app.leave()
        ui.app.computing.start("test", lambda _: ended.append(threading.Event().wait(0.2)), ignored, writes=True)
        ui.app.computing.close()

    asyncio.run(left_early())
    assert ended == [False]


async def test_a_fault_in_a_thread_ends_the_app() -> None:
    """It is a fault of ours like any other: the app ends, and keeps it for the report."""
    fault = ZeroDivisionError("ours")

    def work(_: object) -> None:
        raise fault

    try:
        async with running() as ui:
            ui.app.computing.start("test", work, ignored)
            await ui.settle()
    except ZeroDivisionError:
        pass
    assert ui.app.crashed is fault


async def test_names_in_errors_are_letters() -> None:
    """What a worker complains of is sanitised before it is told."""

    def work(_: object) -> None:
        raise AllocatorError("no tenant 'a\x1b[2Jb'")

    async with running() as ui:
        ui.app.computing.start("test", work, ignored)
        await ui.settle()
        assert ui.told == ["no tenant 'a\ufffd[2Jb'"]
