"""The terminal UI in a browser: who is let in, and that keys reach it."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.cli.running import ROOT, Shell, program
from tests.tui.browser import CHROMIUM, page

TWO_TEAMS = str(ROOT / "sample_configs" / "two-teams.toml")


@contextlib.contextmanager
def served(*words: str) -> Iterator[str]:
    """`fairheap serve` on a free port; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    command = [sys.executable, "-m", "allocator", "serve", "--port", port, *words]
    env = {**os.environ, "NO_COLOR": ""}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=env) as server:
        assert server.stderr is not None
        try:
            yield server.stderr.readline().split()[-1]
        finally:
            server.terminate()


class TestGuard:
    """Only who has the whole address is let in."""

    async def test_token(self) -> None:
        """Without the token nothing is served, the socket neither; with it the page, and then its parts by cookie."""
        with served() as address:
            base = address.partition("/?")[0]
            async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
                for path in ("/", "/?token=wrong", "/ws", "/static/js/textual.js", "/ws?token=" + address[-32:]):
                    async with browser.get(base + path) as refused:
                        assert refused.status == 403
                async with browser.get(address) as page:
                    assert page.status == 200
                    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
                async with browser.get(f"{base}/static/js/textual.js") as script:
                    assert script.status == 200

    def test_faults(self, tmp_path: Path) -> None:
        """A file that is not there, a port that is none or taken: a line each, before anything is served."""
        missing = program(["serve", "nosuch.toml"], cwd=tmp_path)
        assert (missing.code, missing.err) == (2, "nosuch.toml: no such file\n")
        assert program(["serve", "-"]).code == 2
        assert "from 1 to 65535" in program(["serve", "--port", "70000"]).err
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = str(taken.getsockname()[1])
            ended = program(["serve", "--port", port])
        assert ended.code == 1
        assert "already in use; --port N takes another" in ended.err.splitlines()[-1]

    def test_without_the_extra(self, fairheap: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
        """Where its packages are not installed, it says which to install."""
        monkeypatch.setitem(sys.modules, "textual_serve.server", None)
        ended = fairheap("serve")
        assert ended.code == 1
        assert "pip install 'fairheap[web]'" in ended.err


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")
class TestBrowser:
    """A page of a real browser."""

    async def test_a_page(self) -> None:
        """It shows something, asks nothing of anybody else, takes keys, and says when the sitting has ended."""
        with served(TWO_TEAMS) as address:
            async with page() as one:
                await one.send("Page.navigate", url=address)
                await one.until("document.body && document.body.className.includes('-first-byte')")
                await one.click(400, 300)
                await one.press("q")
                await one.until("document.body.className.includes('-closed')")
                host = address.split("/")[2]
                assert {asked.split("/")[2] for asked in one.asked} == {host}
