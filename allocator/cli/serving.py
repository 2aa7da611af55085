"""`fairheap serve [CONFIG]`: the terminal UI in a browser of this machine, for whoever was told the address.

Each page is a Fairheap of its own. Listens on the loopback interface alone; but a machine has many users, and a browser
many pages, so an address without its token is refused, and no page may ask anything of a third party.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shlex
import subprocess
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from allocator.cli.parser import Parser
from allocator.cli.terminal import say
from allocator.core.errors import AllocatorError, Fault, ScenarioError
from allocator.scenario.reading import must_be_readable

if TYPE_CHECKING:
    from textual_serve.server import Server

HOST = "127.0.0.1"
POLICY = "default-src 'self' 'unsafe-inline' data: blob:; connect-src 'self' ws://{host}; frame-ancestors 'none'"
"""What a page may load: nothing from elsewhere, so that it works without a network and tells nobody."""


class ServeError(AllocatorError, OSError):
    """The terminal UI could not be served."""


def parser() -> Parser:
    """`fairheap serve [CONFIG] [--port N]`."""
    made = Parser(
        prog="fairheap serve",
        description="The terminal UI in a browser of this machine, at an address that only you are told. Each page is "
        "a Fairheap of its own; it ends with the page, and what was not saved is offered at the next start.",
        allow_abbrev=False,
    )
    made.add_argument("config", nargs="?", metavar="CONFIG", help="a scenario (TOML); left out, the built-in one")
    made.add_argument("--port", type=_port, default=8000, metavar="N", help="default: 8000")
    made.set_defaults(command=run)
    return made


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(f"found '{text}', expected a port from 1 to 65535")
    return int(text)


def run(words: argparse.Namespace) -> int:
    """Serve until it is interrupted; returns the exit code.

    Raises:
        ScenarioError: There is no such file.
        ServeError: The packages of the extra `web` are not installed, or the port is taken.
    """
    if words.config == "-":
        raise ScenarioError([Fault("standard input", "", "cannot be served: each page reads the file anew")])
    if words.config is not None:
        must_be_readable(words.config)
    command = [sys.executable, "-m", "allocator", *([words.config] if words.config else [])]
    try:
        made = server(command, words.port, secrets.token_urlsafe(24))
    except ImportError:
        raise ServeError("fairheap serve needs the extra 'web': pip install 'fairheap[web]'") from None
    try:
        made.serve()
    except OSError as error:
        why = os.strerror(error.errno).lower() if error.errno else str(error)
        raise ServeError(f"port {words.port} of {HOST}: {why}; --port N takes another") from None
    return 0


def server(command: list[str], port: int, token: str) -> Server:
    """What serves the program `command` at `http://127.0.0.1:PORT/?token=TOKEN`.

    Raises:
        ImportError: textual-serve is not installed.
    """
    from aiohttp import web
    from textual_serve.server import Server

    cookie = f"fairheap-{port}"

    @web.middleware
    async def guard(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Let in who knows the token, once from the address and from then on by a cookie."""
        known = request.cookies.get(cookie) or (request.query.get("token") if request.path == "/" else None)
        if not (known and secrets.compare_digest(known.encode(), token.encode())):
            raise web.HTTPForbidden(text="This is not the whole address: it ends with ?token= and many letters.")
        response = await handler(request)
        if not response.prepared:
            response.set_cookie(cookie, token, httponly=True, samesite="Strict")
            response.headers["Content-Security-Policy"] = POLICY.format(host=f"{HOST}:{port}")
            response.headers["Referrer-Policy"] = "no-referrer"
        return response

    class Guarded(Server):
        def initialize_logging(self) -> None:
            """Nothing is logged: an address holds the token."""

        async def _make_app(self) -> web.Application:
            app = await super()._make_app()
            app.middlewares.append(guard)
            return app

        async def on_startup(self, app: web.Application) -> None:
            say(f"Fairheap at {self.public_url}/?token={token}\nctrl+c ends it")

    shell = subprocess.list2cmdline(command) if os.name == "nt" else shlex.join(command)
    return Guarded(shell, host=HOST, port=port, title="Fairheap")
