"""What is wrong with the events of a scenario file, in the words that the reader gets."""

from __future__ import annotations

import pytest

from tests.scenario.parts import JOB, NODES, POOL, TRACE, faults, warnings


class TestEvents:
    """What is wrong with an event."""

    @pytest.mark.parametrize(
        ("keys", "words"),
        [
            ("kind = 'node-dwon'", "events[0].kind: found 'node-dwon', expected 'node-down', 'node-up', 'drain',"),
            ("kind = 'drain'", "events[0].node: missing; an event of kind 'drain' needs node"),
            ("kind = 'capacity'\nnode = 'worker-1'", "events[0].capacity: missing; an event of kind 'capacity' needs"),
            ("kind = 'capacity'\ncapacity = { cpu = 1 }", "events[0].node: missing; an event of kind 'capacity' needs"),
            ("kind = 'capacity'\nnode = 'worker-1'\ncapacity = {}", "events[0].capacity: found a table without a"),
            ("kind = 'weight'\ntenant = 'ann'", "events[0].value: missing; an event of kind 'weight' needs tenant and"),
            ("kind = 'weight'\ntenant = 'ann'\nvalue = 0", "events[0].value: found 0, expected a number above 0"),
            ("kind = 'priority'\ntenant = 'ann'\nvalue = 1.5", "events[0].value: found 1.5, expected a whole number"),
            ("kind = 'note'", "events[0].text: missing; an event of kind 'note' needs text"),
            ("kind = 'drain'\nnode = 'worker-1'\nvalue = 3",
             "events[0].value: an event of kind 'drain' takes only at, kind, priority, text, node"),
            ("kind = 'tenant-join'\ntenant = 'ann'\ncapacity = { cpu = 1 }",
             "events[0].capacity: an event of kind 'tenant-join' takes only at, kind, priority, text, tenant"),
            ("kind = 'node-up'\nnode = 'worker-4'", "events[0].node: no node 'worker-4'; did you mean 'worker-"),
            ("kind = 'tenant-join'\ntenant = 'zoe'", "events[0].tenant: no tenant 'zoe'; there are: ann"),
            ("kind = 'note'\ntext = 'x'\nat = 5", "events[0].at: found 5, expected a duration"),
            ("kind = 'note'\ntext = 'x'\nwhen = 5", "events[0].when: unknown key, expected one of at, kind, priority,"),
        ],
    )  # fmt: skip
    def test_of_a_key(self, keys: str, words: str) -> None:
        """One thing wrong is one fault, at its place."""
        at = "" if "at = " in keys else "at = '1h'\n"
        (fault,) = faults(f"{NODES}{JOB}[[events]]\n{at}{keys}\n")
        assert words in fault

    def test_what_is_missing(self) -> None:
        """An event needs its time and its kind."""
        assert faults(f"{POOL}{JOB}[[events]]\n") == [
            "events[0].at: missing; an event needs its time, such as 4h",
            "events[0].kind: missing; an event needs one of node-down, node-up, drain, capacity, weight, priority, "
            "tenant-join, tenant-leave, note",
        ]

    def test_nodes_of_a_pool(self) -> None:
        """Where the capacity is one pool there are no nodes to name."""
        for keys in ("kind = 'drain'\nnode = 'x'", "kind = 'capacity'\ncapacity = { cpu = 1 }\nnode = 'x'"):
            assert faults(f"{POOL}{JOB}[[events]]\nat = 0\n{keys}") == [
                "events[0].node: no node 'x'; there are: none, expected [[nodes]]"
            ]

    def test_what_a_trace_brings_is_not_missed(self) -> None:
        """Beside a trace a tenant or a node may be the trace's; nodes only where the file has none."""
        event = "[[events]]\nat = 0\nkind = 'tenant-leave'\ntenant = 'zoe'\n"
        event += "[[events]]\nat = 0\nkind = 'drain'\nnode = 'x'\n"
        assert warnings(f"{TRACE}{event}") == []
        assert faults(f"{NODES}{TRACE}{event}") == [
            "events[1].node: no node 'x'; there are: worker-1, worker-2, worker-3"
        ]

    def test_totals(self) -> None:
        """No event lets the capacity grow past 2^62, or leaves the weights without a common denominator."""
        text = "[[events]]\nat = 0\nkind = 'capacity'\ncapacity = { cpu = '4P' }\n"
        (fault,) = faults(f"{POOL}{JOB}{text}{text}")
        assert fault.startswith("events[1].capacity.cpu: with this, cpu may be more than 2^62 of its smallest unit")
        primes = (999_999_937, 999_999_929, 999_999_893)
        weights = "".join(
            f"[[events]]\nat = 0\nkind = 'weight'\ntenant = 'ann'\nvalue = '7/{prime}'\n" for prime in primes
        )
        (fault,) = faults(f"{POOL}{JOB}{weights}")
        assert "events[2].value: found 7/999999893; with this, the weights have no common denominator" in fault
