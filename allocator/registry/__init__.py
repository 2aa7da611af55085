"""Finds policies, checks each once when it is loaded, and makes one from the options that a scenario gives it.

A policy is found by its entry point in the group `fairheap.policies`, the built-in ones like anyone else's, or as
`module:Class` where a person typed that; a scenario file never names a module, since opening a file runs no code.
A policy that is not ours may fail in any way: whoever asked for it is told in a line which one it was.
"""

from __future__ import annotations

from allocator.registry.finding import GROUP, Installed, built_in, compared, find, find_in_module, installed, names
from allocator.registry.options import ON_MISFIT, faults, has_option, option_names, taken, without_jobs
from allocator.registry.preparing import Prepared, blaming, prepare, prepare_own

__all__ = [
    "GROUP",
    "ON_MISFIT",
    "Installed",
    "Prepared",
    "blaming",
    "built_in",
    "compared",
    "faults",
    "find",
    "find_in_module",
    "has_option",
    "installed",
    "names",
    "option_names",
    "prepare",
    "prepare_own",
    "taken",
    "without_jobs",
]
