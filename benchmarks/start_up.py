"""How long a cold start takes: a small scenario simulated, against the least that any such command must import.

Pairs of fresh processes, one after the other: `python -m allocator SCENARIO --simulate`, and a Python that imports
argparse, tomllib and json and defines one pydantic model. Prints both medians and the median of the pairs' ratios.

    python benchmarks/start_up.py --pairs 20

Nothing here gates: it reports.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

LEAST = """
import argparse, tomllib, json
import pydantic

class Tenant(pydantic.BaseModel):
    name: str
    weight: float = 1.0

Tenant(name="a")
"""


def seconds(command: list[str]) -> float:
    """Wall time of one fresh process, from the repository's root.

    Raises:
        SystemExit: The command failed; with what it said.
    """
    begin = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    took = time.perf_counter() - begin
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
    return took


def spread(values: list[float], scale: float = 1.0) -> str:
    """Median, then least and largest."""
    return (
        f"{statistics.median(values) * scale:.2f} (from {min(values) * scale:.2f} to {max(values) * scale:.2f} "
        f"in {len(values)} runs)"
    )


def main() -> None:
    """Read the options, run the pairs, print."""
    parser = argparse.ArgumentParser(description="Cold start of the command against the least imports.")
    parser.add_argument("scenario", nargs="?", default="sample_configs/quickstart.toml", help="what to simulate")
    parser.add_argument("--pairs", type=int, default=20, help="how many pairs of processes")
    options = parser.parse_args()
    command = [sys.executable, "-m", "allocator", options.scenario, "--simulate"]
    least = [sys.executable, "-c", LEAST]
    # The first run of each compiles bytecode and fills the file cache: it does not count.
    seconds(command)
    seconds(least)
    pairs = [(seconds(command), seconds(least)) for _ in range(options.pairs)]
    print(
        f"Python {platform.python_version()}, {platform.machine()}; python -m allocator {options.scenario} --simulate"
    )
    print(f"command, ms:        {spread([command for command, _ in pairs], 1000)}")
    print(f"least imports, ms:  {spread([least for _, least in pairs], 1000)}")
    print(f"ratio of pairs:     {spread([command / least for command, least in pairs])}")


if __name__ == "__main__":
    main()
