"""How the panels of the compare screen lie: one below the other, two where it is low, one where it is lower still."""

from __future__ import annotations

LAYOUT = """
CompareScreen #verdict { height: auto; max-height: 6; padding: 0 1; color: $primary; }
CompareScreen #compare-body { height: 1fr; }
CompareScreen #grants { height: 1fr; min-height: 5; }
CompareScreen #metrics-panel, CompareScreen #detail-panel { height: auto; border-top: solid $panel; }
CompareScreen #metrics-panel { max-height: 45%; }
CompareScreen #detail-panel { max-height: 35%; padding: 0 1; }
CompareScreen #metrics-panel:focus, CompareScreen #detail-panel:focus { border-top: solid $accent; }
CompareScreen.-medium #metrics-panel, CompareScreen.-medium #detail-panel { display: none; max-height: 55%; }
CompareScreen.-medium #metrics-panel.-below, CompareScreen.-medium #detail-panel.-below { display: block; }
CompareScreen.-short #grants, CompareScreen.-short #metrics-panel, CompareScreen.-short #detail-panel {
    display: none; height: 1fr; max-height: 100%; border-top: none; }
CompareScreen.-short #grants.-open, CompareScreen.-short #metrics-panel.-open,
CompareScreen.-short #detail-panel.-open { display: block; }
"""
