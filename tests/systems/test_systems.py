"""Other systems' words: each system says enough, and points only at what is there."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from allocator import registry
from allocator.core.timeline import OnFailure, Placement, Queue
from allocator.systems import SYSTEMS, System
from allocator.systems.word import NONE
from allocator.views import policies_view as view

ACCEPTED = {
    "key": ("after", "current"),
    "on_misfit": registry.ON_MISFIT.choices,
    "queue": get_args(Queue),
    "placement": get_args(Placement),
    "on_failure": get_args(OnFailure),
    "resource": ("memory",),
    "weight": ("1", "quota", "guaranteed", "guarantee", "capacity"),
    "guarantee": ("deserved",),
    "limit": ("nominalQuota",),
}
"""What stands in `theirs = ours`: our options and settings with what they take, and our words with words of theirs."""
NAMES = {"slurm", "kubernetes", "kueue", "yarn", "volcano", "kai", "yunikorn", "mesos", "armada", "htcondor"}


def test_the_systems_of_the_field_are_there() -> None:
    """Ten systems, each under the name that people type."""
    assert set(SYSTEMS) == NAMES


@pytest.mark.parametrize("system", SYSTEMS.values(), ids=SYSTEMS)
class TestSystem:
    """One system."""

    def test_it_says_the_words_that_a_user_looks_for(self, system: System) -> None:
        """Six words at least, with who shares, how much weighs, what limits, and what has no equal; and a source."""
        ours = " ".join(word.ours for word in system.words)
        assert len(system.words) >= 6
        assert "tenant" in ours
        assert "priority" in ours or "weight" in ours
        assert any(word.ours == NONE for word in system.words)
        assert system.source

    def test_the_direction_of_priority_is_said(self, system: System) -> None:
        """Where a word is a priority here, it says whether it counts the same way."""
        for word in system.words:
            if word.ours.startswith("priority"):
                assert re.search(r"Reversed|same direction", word.differs), word.theirs

    def test_its_policies_point_at_ours(self, system: System) -> None:
        """Our nearest to each of its policies is an installed policy, guarantees, or plainly nothing."""
        for word in system.policies:
            known = [*registry.built_in(), NONE, "guarantees"]
            assert any(word.ours.startswith(name) for name in known), word.ours

    def test_no_name_in_it_is_one_that_fairheap_lacks(self, system: System) -> None:
        """What it calls an option or a setting of ours is one, with a value that it takes."""
        for word in (*system.words, *system.policies):
            for name, value in re.findall(r"(\w+) = ([\w-]+)", word.ours):
                assert value in ACCEPTED[name], word.ours
            assert "half_life" not in word.ours or re.search(r"drf|fair-share|decayed use", word.ours)

    def test_it_fits_on_a_terminal(self, system: System) -> None:
        """`fairheap policies SYSTEM` keeps to 80 columns."""
        assert all(len(line) <= 80 for line in view.system(system, 80))
