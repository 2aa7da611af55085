"""A browser for tests: Chromium without a window, driven through its DevTools protocol."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp

PATIENCE = 60
CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)


class Page:
    """One page that is open."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._asked: dict[str, str] = {}

    @property
    def asked(self) -> list[str]:
        """Every address that the page has asked for, and was let."""
        return list(self._asked.values())

    async def send(self, method: str, **params: Any) -> Any:
        """Ask something of the browser; its answer."""
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": params})
        async with asyncio.timeout(PATIENCE):
            while True:
                message = await self._socket.receive_json()
                happened, told = message.get("method"), message.get("params", {})
                if happened == "Network.requestWillBeSent":
                    self._asked[told["requestId"]] = told["request"]["url"]
                elif happened == "Network.webSocketCreated":
                    self._asked[told["requestId"]] = told["url"]
                elif happened == "Network.loadingFailed" and told.get("blockedReason") == "csp":
                    del self._asked[told["requestId"]]
                if message.get("id") == number:
                    return message.get("result")

    async def value(self, script: str) -> Any:
        """What a line of JavaScript gives."""
        answer = await self.send("Runtime.evaluate", expression=script, returnByValue=True)
        return answer["result"].get("value")

    async def until(self, script: str) -> None:
        """Wait until a line of JavaScript gives true."""
        async with asyncio.timeout(PATIENCE):
            while not await self.value(script):
                await asyncio.sleep(0.05)

    async def press(self, key: str) -> None:
        """Press a letter."""
        await self.send("Input.dispatchKeyEvent", type="keyDown", text=key, key=key)
        await self.send("Input.dispatchKeyEvent", type="keyUp", key=key)

    async def click(self, x: int, y: int) -> None:
        """Click there."""
        for kind in ("mousePressed", "mouseReleased"):
            await self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)


@contextlib.asynccontextmanager
async def page() -> AsyncIterator[Page]:
    """An empty page of a browser of the test's own."""
    assert CHROMIUM is not None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        words = [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            f"--user-data-dir={profile}",
        ]
        browser = subprocess.Popen(
            [*words, "--remote-debugging-port=0", "--window-size=1280,800", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            told = Path(profile) / "DevToolsActivePort"
            async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as session:
                while not (told.exists() and told.read_text().count("\n")):
                    await asyncio.sleep(0.05)
                port = told.read_text().split("\n")[0]
                async with session.get(f"http://127.0.0.1:{port}/json/list") as listed:
                    pages = [one for one in await listed.json() if one["type"] == "page"]
                async with session.ws_connect(pages[0]["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                    opened = Page(socket)
                    await opened.send("Network.enable")
                    yield opened
        finally:
            browser.kill()
            browser.wait()
