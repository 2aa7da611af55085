"""Who gains and who loses between policies, in exact numbers, and how each policy measures up."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator import Node, PolicySettings, PolicyUse, Scenario, Work
from allocator.comparison import Comparison, compare
from allocator.comparison.change import Direction, judged
from allocator.comparison.private_slice import slice_tasks
from allocator.comparison.reasons import ordinal
from allocator.core.errors import PolicyError, UnknownPolicyError
from tests.support import fluid, scenario, scenarios, tenant, whole

CAPACITY = {"cpu": 9000, "mem": 18000}
ONE_CPU = whole({"cpu": 1000}, 5)
ONE_MEM = whole({"mem": 1000}, 5)


def held(demand: dict[str, int], tasks: int, running: int) -> Work:
    """Whole tasks, some of which run already."""
    return Work(demand, tasks=tasks, divisible=False, held=Fraction(running))


def of(*names: str) -> list[PolicyUse]:
    """Policies by name."""
    return [PolicyUse(name) for name in names]


def directions(comparison: Comparison, label: str) -> str:
    """The first letter of each tenant's direction under a policy."""
    verdict = next(verdict for verdict in comparison.verdicts if verdict.label == label)
    return "".join(change.direction.value[0] for change in verdict.changes)


class TestGain:
    """A tenant gains when its own work gets more, in tasks it can use."""

    @pytest.mark.parametrize(
        ("before", "after", "expected"),
        [
            ((2, 2), (2, 2), Direction.SAME),
            ((2, 2), (3, 2), Direction.GAIN),
            ((2, 2), (3, 3), Direction.GAIN),
            ((2, 2), (2, 1), Direction.LOSE),
            ((0, 0), (0, 0), Direction.SAME),
        ],
    )
    def test_one_way(self, before: tuple[int, int], after: tuple[int, int], expected: Direction) -> None:
        """More of some work and less of none is a gain, and the other way round a loss."""
        assert judged([ONE_CPU, ONE_MEM], before, after, CAPACITY) is expected

    def test_traded_work_is_decided_by_the_dominant_share(self) -> None:
        """Two tasks of a scarcer resource outweigh two of a plentiful one; what weighs the same is the same."""
        assert judged([ONE_CPU, ONE_MEM], (2, 0), (0, 2), CAPACITY) is Direction.LOSE
        assert judged([ONE_CPU, ONE_MEM], (0, 2), (2, 0), CAPACITY) is Direction.GAIN
        assert judged([ONE_CPU, ONE_MEM], (2, 0), (0, 4), CAPACITY) is Direction.SAME

    def test_whole_tasks_count_to_the_last(self) -> None:
        """One task of a million is a gain."""
        work = whole({"cpu": 1}, 10**6)
        assert judged([work], (10**6 - 1,), (10**6,), {"cpu": 10**6}) is Direction.GAIN

    def test_a_unit_of_rounding_is_no_change(self) -> None:
        """A millicore more of three cores is how a policy rounded; a unit that anybody would see is a gain."""
        fine = fluid({"cpu": 3000, "mem": 10**9})
        coarse = fluid({"cpu": 30})
        assert judged([fine], (Fraction(1000, 3000),), (Fraction(1001, 3000),), CAPACITY) is Direction.SAME
        assert judged([fine], (Fraction(1000, 3000),), (Fraction(1010, 3000),), CAPACITY) is Direction.GAIN
        assert judged([coarse], (Fraction(10, 30),), (Fraction(11, 30),), CAPACITY) is Direction.GAIN

    @given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 9), st.integers(0, 9)), max_size=4))
    def test_the_way_back_is_the_opposite(self, rows: list[tuple[int, int, int, int]]) -> None:
        """Who gains from one to the other loses from the other to the one."""
        works = [whole({"cpu": cpu, "mem": mem}, 9) for _, _, cpu, mem in rows]
        before, after = [row[0] for row in rows], [row[1] for row in rows]
        opposite = {Direction.GAIN: Direction.LOSE, Direction.LOSE: Direction.GAIN, Direction.SAME: Direction.SAME}
        assert judged(works, after, before, CAPACITY) is opposite[judged(works, before, after, CAPACITY)]


class TestPrivateSlice:
    """What a tenant's slice alone would run."""

    def test_work_is_served_by_priority_then_declaration(self) -> None:
        """The second work goes first where its number is lower, and the first gets what remains."""
        mine = tenant("a", whole({"cpu": 2}, 9), whole({"cpu": 3}, 1, priority=1))
        assert slice_tasks(mine, {"cpu": 8}) == [2, 1]

    def test_want_and_limit_cap_it(self) -> None:
        """Nothing above the want or the limit runs, however large the slice."""
        assert slice_tasks(tenant("a", whole({"cpu": 1}, 3)), {"cpu": 9}) == [3]
        assert slice_tasks(tenant("a", whole({"cpu": 1}), limit={"cpu": 4}), {"cpu": 9}) == [4]

    def test_divisible_work_takes_whole_units_of_everything(self) -> None:
        """Two of three units would be two thirds, but then three of five are three fifths."""
        assert slice_tasks(tenant("a", fluid({"cpu": 3, "mem": 5})), {"cpu": 2, "mem": 4}) == [Fraction(3, 5)]

    def test_what_the_pool_lacks_runs_nothing(self) -> None:
        """A resource that there is none of runs nothing, and work that needs nothing counts nothing."""
        mine = tenant("a", whole({"gpu": 1}, 3), whole({}, 2), fluid({"gpu": 1}))
        assert slice_tasks(mine, {"cpu": 9}) == [0, 0, 0]

    def test_below_entitled_names_who_a_slice_would_serve_better(self) -> None:
        """First come takes all of it, so the second is below its half; under proportional nobody is."""
        result = compare(
            scenario({"cpu": 8}, tenant("a", whole({"cpu": 1}, 8)), tenant("b", whole({"cpu": 1}, 8))),
            of("fifo", "proportional"),
        )
        assert result.below_entitled == (("b",), ())

    def test_below_entitled_is_not_below_a_share_it_cannot_use(self) -> None:
        """Half of eight does not hold a task of five, so nothing is nothing less than the slice would run."""
        result = compare(
            scenario({"cpu": 8}, tenant("a", whole({"cpu": 1}, 8)), tenant("b", whole({"cpu": 5}, 1))), of("fifo")
        )
        assert result.below_entitled == ((),)

    @given(scenarios(guarantees=False, limits=False))
    def test_proportional_leaves_nobody_below(self, what: Scenario) -> None:
        """Static slices are the reference: under them nobody is below entitled."""
        assert compare(what, of("proportional")).below_entitled == ((),)


class TestVerdict:
    """Counts, order and reasons of one policy against the baseline."""

    def test_counts(self) -> None:
        """First come serves a then b; smallest first serves c, then b, and a keeps what remains."""
        result = compare(
            scenario(
                {"cpu": 6},
                tenant("a", whole({"cpu": 1}, 5)),
                tenant("b", whole({"cpu": 1}, 2)),
                tenant("c", whole({"cpu": 1}, 1)),
                tenant("d", whole({"cpu": 9}, 1)),
            ),
            of("fifo", "smallest-demand-first"),
        )
        assert result.baseline.label == "fifo"
        assert directions(result, "smallest-demand-first") == "lggs"
        verdict = result.verdicts[0]
        assert [change.name for change in verdict.gains] == ["c", "b"]
        assert (len(verdict.gains), len(verdict.loses), verdict.same) == (2, 1, 1)

    def test_ties_stay_in_order_of_declaration(self) -> None:
        """Those who lose equally are named in the order of the file."""
        many = [tenant(name, held({"cpu": 1}, 4, 4)) for name in "bac"]
        result = compare(scenario({"cpu": 12}, tenant("z", whole({"cpu": 12}, 1), priority=0), *many), of("priority"))
        assert [change.name for change in result.verdicts[0].loses] == ["b", "a", "c"]

    @given(scenarios(), st.sampled_from(["drf", "fair-share", "fifo", "proportional"]))
    def test_who_changes_has_a_reason(self, what: Scenario, name: str) -> None:
        """Every gain and every loss is explained, and nothing else is."""
        verdict = compare(what, of("largest-first", name), against="largest-first").verdicts[0]
        for change in verdict.changes:
            assert bool(verdict.why(change)) is (change.direction is not Direction.SAME)
        assert len(verdict.gains) + len(verdict.loses) + verdict.same == len(what.tenants)


class TestReasons:
    """Why somebody gains or loses, in facts."""

    @staticmethod
    def why(what: Scenario, policy: str, name: str, against: str | None = None) -> str:
        """The reason of one tenant's change."""
        verdict = compare(what, of(policy, *([against] if against else [])), against).verdicts[-1 if not against else 0]
        return verdict.why(next(change for change in verdict.changes if change.name == name))

    def test_borrowed_is_given_back(self) -> None:
        """Who held more than its slice, and loses, is told how much more."""
        what = scenario(
            {"cpu": 8000},
            tenant("a", held({"cpu": 1000}, 8, 7)),
            tenant("b", held({"cpu": 1000}, 8, 1)),
        )
        assert self.why(what, "drf", "a") == "borrowed 3 cpu above its entitled 4"
        assert self.why(what, "drf", "b") == "had 1 of its entitled 4 cpu"

    def test_an_order_is_told(self) -> None:
        """Who is served in an order that is fixed beforehand is told its place, and what ran out before it."""
        what = scenario(
            {"cpu": 4000},
            tenant("a", whole({"cpu": 1000}, 2), priority=5),
            tenant("b", whole({"cpu": 1000}, 4), priority=1),
        )
        assert self.why(what, "priority", "a", "fifo") == "served last of 2, priority 5; cpu ran out"
        assert self.why(what, "priority", "b", "fifo") == (
            "served first of 2, priority 1; borrows 2 cpu above its entitled 2"
        )

    def test_a_limit_is_told(self) -> None:
        """Who held more than its limit is told so."""
        what = scenario({"cpu": 8000}, tenant("a", held({"cpu": 1000}, 8, 7), limit={"cpu": 5000}))
        assert self.why(what, "drf", "a") == "had 2 cpu above its limit 5"

    def test_the_file_order_needs_no_key(self) -> None:
        """First come, first served: the place says it all, and no key is repeated beside it."""
        what = scenario({"cpu": 4000}, tenant("a", held({"cpu": 1000}, 4, 0)), tenant("b", held({"cpu": 1000}, 2, 2)))
        assert self.why(what, "fifo", "b") == "served last of 2; cpu ran out"

    def test_guarantees_of_others_are_told(self) -> None:
        """Who loses below its slice, because others are guaranteed more, is told its fair share."""
        what = scenario(
            {"cpu": 8000},
            tenant("a", held({"cpu": 1000}, 8, 4)),
            tenant("b", held({"cpu": 1000}, 8, 4), guarantee={"cpu": 6000}),
        )
        assert self.why(what, "drf", "a") == "had 2 cpu above its fair share 2"

    def test_a_slice_is_told(self) -> None:
        """Who loses under static slices, though within its own by weight, is told that idle capacity is not lent."""
        what = scenario(
            {"cpu": 8000},
            tenant("a", held({"cpu": 1000}, 8, 4)),
            tenant("b", held({"cpu": 1000}, 1, 1), guarantee={"cpu": 6000}),
        )
        assert self.why(what, "proportional", "a") == "its slice holds no more; what others leave idle is not lent"

    def test_today_has_its_own_words(self) -> None:
        """Against a policy, what runs today is a number of tasks, not a decision."""
        what = scenario({"cpu": 8000}, tenant("a", held({"cpu": 1000}, 8, 7)))
        result = compare(what, of("drf"), "drf")
        assert result.verdicts[0].why(result.verdicts[0].changes[0]) == "runs 7 of 8 tasks today"

    def test_ordinals(self) -> None:
        """Places read as people write them."""
        assert [ordinal(number) for number in (1, 2, 3, 4, 11, 12, 21, 113, 1002)] == [
            "first", "2nd", "3rd", "4th", "11th", "12th", "21st", "113th", "1,002nd"
        ]  # fmt: skip


class TestWhatIsCompared:
    """Which policies, under which names, against which baseline."""

    TWO = scenario({"cpu": 6}, tenant("a", whole({"cpu": 1}, 5)), tenant("b", whole({"cpu": 1}, 5)))
    RUNNING = scenario({"cpu": 6}, tenant("a", held({"cpu": 1}, 5, 4)), tenant("b", whole({"cpu": 1}, 5)))

    @staticmethod
    def labels(comparison: Comparison) -> list[str]:
        """What the columns are called."""
        return [allocation.label for allocation in comparison.allocations]

    def test_every_built_in_unless_told_otherwise(self) -> None:
        """Without a list of policies, all that came with Fairheap are compared, the scenario's own as baseline."""
        result = compare(self.TWO)
        assert {"drf", "fair-share", "fifo", "priority", "proportional"} <= set(self.labels(result))
        assert result.baseline.label == "drf"

    def test_the_scenario_names_them(self) -> None:
        """The scenario's list is taken in its order, its own policy is the baseline, wherever it stands."""
        settings = PolicySettings(use=PolicyUse("fifo"), compare=tuple(of("priority", "fifo")))
        result = compare(replace(self.TWO, policy=settings))
        assert self.labels(result) == ["priority", "fifo"]
        assert result.baseline.label == "fifo"
        assert self.labels(compare(replace(self.TWO, policy=settings), of("drf"))) == ["drf"]

    def test_now_is_first_and_the_baseline_where_work_is_held(self) -> None:
        """What runs today comes first and is what policies are held against."""
        result = compare(self.RUNNING, of("fifo", "drf"))
        assert self.labels(result) == ["now", "fifo", "drf"]
        assert result.baseline.label == "now"
        assert [verdict.label for verdict in result.verdicts] == ["fifo", "drf"]
        assert result.focus is result.verdicts[1]

    def test_nodes(self) -> None:
        """Of each policy, what part of the tasks that it promises the nodes hold; not of what runs today."""
        nodes = tuple(Node(str(at), {"cpu": 4}) for at in range(3))
        tenants = (tenant("a", whole({"cpu": 3}, 4)), tenant("b", held({"cpu": 1}, 3, 3)))
        what = replace(scenario({"cpu": 12}, *tenants), nodes=nodes)
        result = compare(what, of("fifo", "smallest-demand-first"))
        placed = {metric.name: metric.values for metric in result.metrics}["placed on nodes"]
        assert placed == (None, 0.75, 1.0)
        few = compare(replace(what, nodes=nodes[:1], capacity={"cpu": 4}), of("fifo"))
        assert "placed on nodes" not in [metric.name for metric in few.metrics]

    def test_another_baseline(self) -> None:
        """Any label may be the baseline; what runs today is then judged like the rest."""
        result = compare(self.RUNNING, of("fifo", "drf"), against="fifo")
        assert [verdict.label for verdict in result.verdicts] == ["now", "drf"]

    def test_an_unknown_baseline_is_refused(self) -> None:
        """A baseline that is not there is refused with what is accepted, and the nearest."""
        with pytest.raises(UnknownPolicyError, match=r"'fido'.*did you mean 'fifo'\?.*accepted: fifo, drf"):
            compare(self.TWO, of("fifo", "drf"), against="fido")
        with pytest.raises(PolicyError, match=r"now: no work .* holds; accepted: fifo, drf"):
            compare(self.TWO, of("fifo", "drf"), against="now")

    def test_equal_labels_are_made_distinct(self) -> None:
        """The same policy twice is told apart by its options, or else by a number; nothing is called now but now."""
        twice = [
            PolicyUse("drf"),
            PolicyUse("drf", options={"key": "current"}),
            PolicyUse("drf"),
            PolicyUse("fifo", label="now"),
        ]
        assert self.labels(compare(self.RUNNING, twice)) == ["now", "drf", "drf, key=current", "drf (2)", "now (2)"]

    def test_progress_is_told_before_each(self) -> None:
        """Whoever waits is told what runs next, and how many are done."""
        told: list[tuple[int, int, str]] = []
        compare(self.TWO, of("fifo", "drf"), progress=lambda *what: told.append(what))
        assert told == [(0, 2, "fifo"), (1, 2, "drf")]

    def test_nobody(self) -> None:
        """No tenants are no trouble: nobody gains, loses or stays the same."""
        result = compare(scenario({"cpu": 6}), of("fifo", "drf"))
        assert (result.verdicts[0].gains, result.verdicts[0].loses, result.verdicts[0].same) == ((), (), 0)

    def test_json(self) -> None:
        """The JSON is the title and one allocation's object for each, in the order named."""
        told = compare(replace(self.RUNNING, title="Two"), of("fifo", "drf")).to_dict()
        assert list(told) == ["fairheap", "mode", "title", "results"]
        assert (told["mode"], told["title"]) == ("compare", "Two")
        assert [one["policy"]["label"] for one in told["results"]] == ["now", "fifo", "drf"]
        assert {one["mode"] for one in told["results"]} == {"allocate"}
        assert [row["tasks_granted"] for row in told["results"][0]["tenants"]] == [4, 0]


class TestMetrics:
    """The figures that a comparison sets side by side."""

    def test_by_hand(self) -> None:
        """Of eight cores first come uses all and leaves b nothing; halves satisfy nobody and starve nobody."""
        what = scenario({"cpu": 8}, tenant("a", whole({"cpu": 1}, 8)), tenant("b", whole({"cpu": 3}, 2)))
        result = compare(what, of("fifo", "proportional"))
        figures = {f"{metric.resource} {metric.name}".strip(): metric.values for metric in result.metrics}
        assert figures == {
            "cpu utilisation": (1.0, 7 / 8),
            "cpu usable utilisation": (1.0, 7 / 8),
            "Jain index": (None, pytest.approx(49 / 50)),
            "min-max ratio": (None, 3 / 4),
            "satisfied tenants": (1, 0),
            "below entitled": (1, 0),
            "zero grants": (1, 0),
        }

    def test_usable_is_what_proportions_allow(self) -> None:
        """A slice of each resource by itself may hold cpu without its memory: granted, not usable."""
        what = scenario({"cpu": 8, "mem": 8}, tenant("a", fluid({"cpu": 8, "mem": 2})), tenant("b", fluid({"mem": 8})))
        result = compare(what, of("proportional"))
        used = {metric.name: metric.values for metric in result.metrics if metric.resource == "mem"}
        assert used == {"utilisation": (6 / 8,), "usable utilisation": (5 / 8,)}
