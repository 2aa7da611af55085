"""Fairheap's engine and its faces; this module is the public face, what a plugin or a notebook imports.

Only core values and contracts are imported here; the functions import what they need when they are called, so that
a policy's `import allocator` costs next to nothing.
"""

from __future__ import annotations

from allocator.core.decision import Decision, Kind, Outcome, Round
from allocator.core.errors import (
    AllocatorError,
    BadPolicyError,
    Fault,
    FaultyFileError,
    OptionError,
    PolicyError,
    QuantityError,
    ScenarioError,
    SnapshotError,
    UnknownPolicyError,
    UnknownTenantError,
)
from allocator.core.fairness import entitled, fair_shares, jain_index
from allocator.core.maxmin import max_min
from allocator.core.model import Node, PolicySettings, PolicyUse, Scenario, Tenant, Work
from allocator.core.policy import (
    Claim,
    Columnar,
    Entitling,
    Explaining,
    Facts,
    Filling,
    Key,
    KeyChange,
    Option,
    Policy,
    Ranks,
    TenantView,
)
from allocator.core.resources import Quantities, parse_quantity

__version__ = "0.1.0"

__all__ = [
    "AllocatorError",
    "BadPolicyError",
    "Claim",
    "Columnar",
    "Decision",
    "Entitling",
    "Explaining",
    "Facts",
    "Fault",
    "FaultyFileError",
    "Filling",
    "Key",
    "KeyChange",
    "Kind",
    "Node",
    "Option",
    "OptionError",
    "Outcome",
    "Policy",
    "PolicyError",
    "PolicySettings",
    "PolicyUse",
    "Quantities",
    "QuantityError",
    "Ranks",
    "Round",
    "Scenario",
    "ScenarioError",
    "SnapshotError",
    "Tenant",
    "TenantView",
    "UnknownPolicyError",
    "UnknownTenantError",
    "Work",
    "entitled",
    "fair_shares",
    "jain_index",
    "max_min",
    "parse_quantity",
]
