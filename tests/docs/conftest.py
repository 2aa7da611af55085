"""Makes the tools in `docs/` importable: they are scripts beside the pages, and no package."""

from __future__ import annotations

import sys

from tests.docs.prose import DOCS

sys.path.insert(0, str(DOCS))
