"""What a scenario, its generators and its trace make together, ready to run."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from allocator.core.errors import ScenarioError
from allocator.replay import recorded, stage
from allocator.session import Session
from tests.cli.running import SAMPLES

TRACE = f'[trace]\npath = "{SAMPLES / "hpc-trace.swf"}"\n'


def opened(path: Path, text: str) -> Session:
    """A sitting with a scenario of that text."""
    path.write_text(text)
    return Session.open(str(path))


def test_tenants_of_a_trace_are_tenants(tmp_path: Path) -> None:
    """Who only the trace knows shares like anyone else; who the file declares keeps what it says of him."""
    session = opened(tmp_path / "s.toml", f'{TRACE}[[tenants]]\nname = "user-2"\nweight = 3\n')
    scenario = stage(session.scenario).scenario
    assert [tenant.name for tenant in scenario.tenants] == ["user-2", "user-1", "user-3", "user-4", "user-5", "user-6"]
    assert [int(tenant.weight) for tenant in scenario.tenants] == [3, 1, 1, 1, 1, 1]


def test_an_event_may_name_who_only_the_trace_knows(tmp_path: Path) -> None:
    """Names are held against the trace once it is read; every one that nobody has is told of."""
    event = '[[events]]\nat = "1h"\nkind = "tenant-leave"\ntenant = "{}"\n'
    text = TRACE + "".join(event.format(name) for name in ("user-1", "user-9", "nobody"))
    with pytest.raises(ScenarioError) as raised:
        stage(opened(tmp_path / "s.toml", text).scenario)
    assert [fault.place for fault in raised.value.faults] == ["events[1].tenant", "events[2].tenant"]
    assert "did you mean 'user-" in raised.value.faults[0].message


@pytest.mark.parametrize("what_if", ["load", "all", "one"])
def test_what_was_recorded_does_not_compare_at_another_pace(tmp_path: Path, what_if: str) -> None:
    """Jobs that come at other times did not wait as those that came did; that is said, and the record is left out."""
    session = opened(tmp_path / "s.toml", TRACE + ("load = 0.9\n" if what_if == "load" else ""))
    if what_if != "load":
        session = session.with_demand(Fraction(6, 5), None if what_if == "all" else "user-2")
    assert recorded(session.staged) is None
    assert session.staged.told[-1].endswith("what really happened does not compare")
    assert recorded(opened(tmp_path / "t.toml", TRACE).staged) is not None
