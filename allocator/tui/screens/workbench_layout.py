"""How the workbench is laid out in terminals of each size."""

from __future__ import annotations

LAYOUT = """
WorkbenchScreen #pool-panel, WorkbenchScreen #why-panel { scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
WorkbenchScreen #main { width: 1fr; height: 1fr; }
WorkbenchScreen #side { width: 40; height: 1fr; padding: 0; border-left: none; }
WorkbenchScreen #tabs { display: none; }
WorkbenchScreen #pool-panel { height: auto; max-height: 50%; padding: 0 1; background: $surface; }
WorkbenchScreen #why-panel { height: 1fr; padding: 0 1; background: $surface; border-top: none; }
WorkbenchScreen #pool { margin-bottom: 0; }
WorkbenchScreen.-normal #side, WorkbenchScreen.-wide #side { margin-left: 1; }
WorkbenchScreen.-wide #side { width: 60; }
WorkbenchScreen.-narrow #side { width: 1fr; height: auto; }
WorkbenchScreen.-tiny #side { width: 1fr; height: 0; }
WorkbenchScreen.-narrow #pool-panel, WorkbenchScreen.-narrow #why-panel,
WorkbenchScreen.-tiny #pool-panel, WorkbenchScreen.-tiny #why-panel { display: none; height: 1fr; max-height: 100%; }
WorkbenchScreen.-narrow.-at-pool #pool-panel, WorkbenchScreen.-narrow.-at-why #why-panel,
WorkbenchScreen.-tiny.-at-pool #pool-panel, WorkbenchScreen.-tiny.-at-why #why-panel { display: block; }
WorkbenchScreen.-narrow.-at-pool #main, WorkbenchScreen.-narrow.-at-why #main { height: auto; }
WorkbenchScreen.-tiny.-at-pool #main, WorkbenchScreen.-tiny.-at-why #main { display: none; }
WorkbenchScreen.-narrow.-at-pool #tenants, WorkbenchScreen.-narrow.-at-why #tenants { display: none; }
WorkbenchScreen.-narrow.-at-pool #side, WorkbenchScreen.-narrow.-at-why #side,
WorkbenchScreen.-tiny.-at-pool #side, WorkbenchScreen.-tiny.-at-why #side { height: 1fr; }
WorkbenchScreen.-tiny #tabs { display: block; }
WorkbenchScreen.-tiny #body Titles { display: none; }
"""
