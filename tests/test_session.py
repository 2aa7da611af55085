"""A sitting: open, ask what-ifs, run; each what-if is another session."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

import allocator
from allocator import OptionError, ScenarioError, UnknownTenantError
from allocator.session import Session, quickstart

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def session() -> Session:
    """The built-in scenario."""
    return Session.open(None)


class TestOpening:
    """From a file, or the built-in one."""

    def test_built_in(self, session: Session) -> None:
        """Without a source it is the quickstart."""
        assert session.scenario == allocator.load(quickstart())
        assert quickstart().read_text() == (ROOT / "sample_configs" / "quickstart.toml").read_text()

    def test_faults_of_the_policy_table_come_with_the_others(self, tmp_path: Path) -> None:
        """The session knows what is installed, so unknown policies are faults of the file."""
        path = tmp_path / "s.toml"
        path.write_text('[capacity]\ncpu = -1\n[policy]\nuse = "drff"\n')
        with pytest.raises(ScenarioError) as caught:
            Session.open(str(path))
        assert [(fault.line, fault.place) for fault in caught.value.faults] == [(2, "capacity.cpu"), (4, "policy.use")]

    def test_warnings_are_kept(self, tmp_path: Path) -> None:
        """What is odd but no fault is there to be shown."""
        path = tmp_path / "s.toml"
        path.write_text('[capacity]\ncpu = 1\n[[tenants]]\nname = "a"\ndemand = { gpu = 1 }\n')
        assert len(Session.open(str(path)).warnings) == 1


class TestWhatIf:
    """A what-if leaves the session that it was asked of alone."""

    def test_demand(self, session: Session) -> None:
        """More of one tenant, in another session."""
        more = session.with_demand(Fraction(2), "web")
        assert more.scenario.tenants[0].work[0].tasks == 48
        assert session.scenario.tenants[0].work[0].tasks == 24

    def test_capacity(self, session: Session) -> None:
        """Half of one resource, in another session."""
        assert session.with_capacity(Fraction(1, 2), "cpu").scenario.capacity["cpu"] == 40_000
        assert session.scenario.capacity["cpu"] == 80_000

    @pytest.mark.parametrize("name", ["wbe", "", "WEB "])
    def test_unknown_tenant(self, session: Session, name: str) -> None:
        """Nobody of that name: who is nearest, and who there is."""
        with pytest.raises(UnknownTenantError, match="there are: web, search"):
            session.with_demand(Fraction(2), name)
        with pytest.raises(UnknownTenantError):
            session.explain(name, session.prepare(None, {}))
        with pytest.raises(UnknownTenantError):
            session.versus("web", name, session.prepare(None, {}))


class TestRunning:
    """Allocate, step, compare, explain."""

    def test_allocate_and_decisions_agree(self, session: Session) -> None:
        """The decisions add up to the allocation."""
        policy = session.prepare("fifo", {})
        granted = dict.fromkeys((tenant.name for tenant in session.scenario.tenants), 0)
        for decision in session.decisions(policy):
            granted[decision.tenant] += decision.granted.get("cpu", 0)
        assert granted == {result.name: result.granted["cpu"] for result in session.allocate(policy).tenants}

    def test_compare_takes_every_built_in_policy(self, session: Session) -> None:
        """Where neither the words nor the scenario name any; what runs today comes first."""
        labels = [one.label for one in session.compare([], {}).allocations]
        assert labels[0] == "now"
        assert len(labels) == 8

    def test_compare_options_go_where_they_fit(self, session: Session) -> None:
        """An option reaches the policies that have it, and is an error where none has."""
        by_label = {one.label: one for one in session.compare(["fifo", "drf"], {"key": "current"}).allocations}
        drf, fifo = by_label["drf"].policy, by_label["fifo"].policy
        assert drf is not None
        assert fifo is not None
        assert (drf.options["key"], fifo.options) == ("current", {})
        with pytest.raises(OptionError, match="none of fifo, drf has an option 'kee'; did you mean 'key'"):
            session.compare(["fifo", "drf"], {"kee": "current"})

    def test_resources_that_only_a_trace_names(self) -> None:
        """Options may name them, and nothing else, once the trace is read."""
        session = Session.open(str(ROOT / "sample_configs" / "hpc-trace.toml"))
        assert session.prepare("fair-share", {"resource": "cpu"}).options["resource"] == "cpu"
        with pytest.raises(OptionError, match="found 'cqu', expected busiest or cpu"):
            session.prepare("fair-share", {"resource": "cqu"})

    def test_compare_reports_progress(self, session: Session) -> None:
        """Before each policy: how many are done, of how many, and which is next."""
        seen: list[tuple[int, int, str]] = []
        session.compare(["fifo", "drf"], {}, None, lambda *said: seen.append(said))
        assert [label for _, _, label in seen if label != "now"] == ["fifo", "drf"]
        assert all(done < total for done, total, _ in seen)

    def test_explain(self, session: Session) -> None:
        """The explanation is about the tenant asked for."""
        assert session.explain("ci", session.prepare(None, {})).to_dict()
