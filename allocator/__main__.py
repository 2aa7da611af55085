"""`python -m allocator`, the same as `fairheap`."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line; returns the exit code."""
    try:
        from allocator.cli.main import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:  # while it was still importing
        return 130


if __name__ == "__main__":
    sys.exit(main())
