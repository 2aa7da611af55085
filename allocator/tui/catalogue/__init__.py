"""The list of everything that can be done in the terminal UI, a module for each screen; data alone."""

from __future__ import annotations

from allocator.tui.actions import Registry
from allocator.tui.catalogue import compare, edit, everywhere, export, finding, moving, saving, step, time, workbench

ACTIONS = Registry(
    (
        *workbench.ACTIONS,
        *edit.ACTIONS,
        *step.ACTIONS,
        *compare.ACTIONS,
        *time.ACTIONS,
        *moving.ACTIONS,
        *saving.ACTIONS,
        *export.ACTIONS,
        *finding.ACTIONS,
        *everywhere.ACTIONS,
    )
)
"""Everything, in the order in which help lists it."""
