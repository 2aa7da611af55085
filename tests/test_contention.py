"""Whether there is anything to share out: sums of what can run, and the least multiple that hurts somebody."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given

from allocator import Scenario, allocate
from allocator.contention import everything_fits, headroom, never_runs, pressures
from allocator.core.scaling import scale_demand
from tests.support import fluid, scenario, scenarios, tenant, whole


class TestPressures:
    """Wanted against capacity, each resource."""

    def test_sums(self) -> None:
        """All tasks of all tenants; short only where more is wanted than there is."""
        what = scenario(
            {"cpu": 10, "mem": 20}, tenant("a", whole({"cpu": 2, "mem": 1}, 4)), tenant("b", fluid({"cpu": 3}))
        )
        cpu, memory = pressures(what)
        assert (cpu.wanted, cpu.capacity, cpu.short, cpu.ratio) == (11, 10, True, 1.1)
        assert (memory.wanted, memory.capacity, memory.short, memory.ratio) == (4, 20, False, 0.2)

    def test_exactly_all_is_not_short(self) -> None:
        """The last unit still fits."""
        assert not pressures(scenario({"cpu": 8}, tenant("a", whole({"cpu": 2}, 4))))[0].short

    @pytest.mark.parametrize("work", [whole({"cpu": 1}), fluid({"cpu": 1}, None)])
    def test_unlimited_is_short(self, work: object) -> None:
        """Without limit there is never enough, and no ratio."""
        (cpu,) = pressures(scenario({"cpu": 8}, tenant("a", work)))  # type: ignore[arg-type]
        assert (cpu.short, cpu.unlimited, cpu.ratio) == (True, True, None)

    def test_limits_count(self) -> None:
        """What a tenant's own limit holds back is not wanted of the pool; whole tasks to the task."""
        what = scenario({"cpu": 10}, tenant("a", whole({"cpu": 2}, 50), limit={"cpu": 5}))
        assert pressures(what)[0].wanted == 4

    def test_what_can_never_run_is_left_out(self) -> None:
        """It presses on nobody."""
        what = scenario({"cpu": 10}, tenant("a", whole({"cpu": 11}, 3)), tenant("b", whole({"gpu": 1}, 1)))
        assert [pressure.wanted for pressure in pressures(what)] == [0, 0]
        assert pressures(what)[1].ratio is None
        assert never_runs(what)
        assert not never_runs(scenario({"cpu": 10}, tenant("a", whole({"cpu": 10}, 3))))


class TestHeadroom:
    """The least multiple of demand, in hundredths, at which somebody goes short."""

    def test_of_the_pool(self) -> None:
        """Divisible 7 of 100 fits 14.28 times; at 14.29 it needs 100.03."""
        room = headroom(scenario({"cpu": 100_000}, tenant("a", fluid({"cpu": 7_000}))))
        assert room is not None
        assert (room.multiple, room.resources, room.tenants) == (Fraction(1429, 100), ("cpu",), ())

    def test_whole_tasks_grow_in_number(self) -> None:
        """Ten tasks of 3 in 100: 33 fit, so the 34th, at 3.31 times, does not."""
        room = headroom(scenario({"cpu": 100}, tenant("a", whole({"cpu": 3}, 10))))
        assert room is not None
        assert room.multiple == Fraction(331, 100)

    def test_of_a_limit(self) -> None:
        """A tenant that meets its own limit before the pool runs out is named."""
        what = scenario({"cpu": 100}, tenant("a", whole({"cpu": 1}, 5), limit={"cpu": 10}))
        room = headroom(what)
        assert room is not None
        assert (room.multiple, room.tenants, room.resources) == (Fraction(201, 100), ("a",), ("cpu",))

    def test_limits_that_bind_today(self) -> None:
        """Where the pool holds all but a limit does not, the multiple is 1."""
        what = scenario({"cpu": 100}, tenant("a", whole({"cpu": 1}, 50), limit={"cpu": 10}), tenant("b"))
        assert not any(pressure.short for pressure in pressures(what))
        room = headroom(what)
        assert room is not None
        assert (room.multiple, room.tenants) == (Fraction(1), ("a",))

    def test_without_end(self) -> None:
        """None where a thousand times as much still fits: nobody wants anything, or next to nothing."""
        assert headroom(scenario({"cpu": 1})) is None
        assert headroom(scenario({"cpu": 10**6}, tenant("a", fluid({"cpu": 1})))) is None

    def test_as_far_as_numbers_go(self) -> None:
        """A multiple beyond what a quantity can be counts as one that does not fit, and is no crash."""
        room = headroom(scenario({"cpu": 2**62}, tenant("a", fluid({"cpu": 2**60}))))
        assert room is not None
        assert room.multiple == Fraction(401, 100)

    @given(scenarios(kinds="wd", guarantees=False))
    def test_is_true(self, what: Scenario) -> None:
        """At the multiple the engine leaves somebody short; a hundredth below it grants everybody all."""
        if not everything_fits(what):
            return
        room = headroom(what)
        if room is None:
            return

        def short(multiple: Fraction) -> bool:
            results = allocate(scale_demand(what, multiple), "drf").tenants
            return any(result.unmet for result in results)

        # A limit below one task is infeasible rather than short, so only pools are asked of the engine.
        if not room.tenants:
            assert short(room.multiple)
        assert not short(room.multiple - Fraction(1, 100))
