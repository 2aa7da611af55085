"""Writes the golden outputs of all samples anew: `python tests/samples/regenerate.py`; read the diff."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.samples.golden import GOLDEN, SAMPLES, outputs


def main() -> None:
    """Every sample's outputs are written, and those of samples that are gone are removed."""
    made = {file: text for sample in SAMPLES for file, text in outputs(sample).items()}
    GOLDEN.mkdir(exist_ok=True)
    for stale in set(GOLDEN.iterdir()) - set(made):
        stale.unlink()
    for file, text in made.items():
        file.write_text(text, encoding="utf-8", newline="")
    print(f"{len(made)} files in {GOLDEN}")


if __name__ == "__main__":
    main()
