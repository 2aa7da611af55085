"""Runs one command line: picks the command, and turns every ending into an exit code and, where needed, words.

Exit codes: 0 done (a refusal is data), 1 failed while running, 2 wrong usage or a faulty file, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from allocator.cli import arguments
from allocator.cli.terminal import say
from allocator.core.errors import AllocatorError

DONE, FAILED, WRONG, INTERRUPTED = 0, 1, 2, 130


def run(argv: Sequence[str]) -> int:
    """Run `fairheap` with `argv`, without the program's name; returns the exit code, raises for no user's mistake."""
    for stream in (sys.stdout, sys.stderr):
        # A name that the terminal cannot show is shown as what it can, rather than ending the program.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        parsed = arguments.parse(argv)
        code = parsed.command(parsed)
        sys.stdout.flush()
        return int(code)
    except SystemExit as ending:  # argparse has said what it had to say
        return ending.code if isinstance(ending.code, int) else WRONG
    except AllocatorError as error:
        say(str(error))
        return FAILED if isinstance(error, OSError) else WRONG
    except BrokenPipeError:
        _forget_stdout()
        return DONE
    except KeyboardInterrupt:
        say("interrupted")
        return INTERRUPTED
    except RecursionError:
        say("failed: the input is nested too deeply")
        return FAILED
    except MemoryError:
        say("failed: out of memory")
        return FAILED
    except OSError as error:
        say(f"failed: {error.strerror or error}" + (f": {error.filename}" if error.filename else ""))
        return FAILED


def _forget_stdout() -> None:
    """Whoever read our output has gone: let the interpreter's last flush go nowhere."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return
