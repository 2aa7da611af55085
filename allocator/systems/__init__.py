"""Other systems' words and policies, our nearest, and what differs. Shown by `fairheap policies SYSTEM`.

Only what their documentation or source says; each system names where. Data, no behaviour: nothing is computed from it.
"""

from __future__ import annotations

from collections.abc import Mapping

from allocator.systems.datacentre import MESOS, YARN
from allocator.systems.grid import HTCONDOR, SLURM
from allocator.systems.kubernetes import KUBERNETES, KUEUE
from allocator.systems.on_kubernetes import ARMADA, KAI, VOLCANO, YUNIKORN
from allocator.systems.word import System, Word

__all__ = ["SYSTEMS", "System", "Word"]

SYSTEMS: Mapping[str, System] = {
    "kubernetes": KUBERNETES,
    "kueue": KUEUE,
    "volcano": VOLCANO,
    "kai": KAI,
    "yunikorn": YUNIKORN,
    "armada": ARMADA,
    "slurm": SLURM,
    "htcondor": HTCONDOR,
    "yarn": YARN,
    "mesos": MESOS,
}
"""By the name that is typed."""
