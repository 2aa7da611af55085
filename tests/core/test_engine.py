"""The one-shot engine: pop, grant, tell, put back. Small cases that fix each decision of the design."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import ClassVar

import pytest

from allocator import Claim, KeyChange, Quantities, Ranks
from allocator.core.decision import Kind, Outcome, Round
from allocator.core.engine import Engine
from tests.support import EFFICIENT, HEAPS, POLICIES, fluid, run, scenario, share, tenant, whole

STATIC = [name for name in HEAPS if POLICIES[name].key_change is KeyChange.STATIC]
OWN_USAGE = [name for name in HEAPS if POLICIES[name].key_change is KeyChange.OWN_USAGE]
RANKS_WORK = [name for name in HEAPS if POLICIES[name].ranks is Ranks.WORK]


class TestWhatAPopGrants:
    """Decision 5: how much a pop grants follows from when the keys change."""

    @pytest.mark.parametrize("policy", STATIC)
    def test_static_keys_grant_all_that_fits(self, policy: str) -> None:
        """One decision a work: all of its tasks that fit."""
        result = share({"cpu": 10}, tenant("A", whole({"cpu": 1}, 4)), tenant("B", whole({"cpu": 1}, 4)), policy=policy)
        assert [(d.tenant, d.asked, d.tasks) for d in result.decisions] == [("A", 4, 4), ("B", 4, 4)]

    @pytest.mark.parametrize("policy", OWN_USAGE)
    def test_keys_of_own_usage_grant_one_task(self, policy: str) -> None:
        """One task a decision, and each goes to whoever is next then."""
        result = share({"cpu": 10}, tenant("A", whole({"cpu": 1}, 2)), tenant("B", whole({"cpu": 1}, 2)), policy=policy)
        assert [(d.tenant, d.asked, d.tasks) for d in result.decisions] == [
            ("A", 1, 1),
            ("B", 1, 1),
            ("A", 1, 1),
            ("B", 1, 1),
        ]

    @pytest.mark.parametrize("policy", STATIC)
    def test_divisible_work_takes_all_that_fits_in_one_pop(self, policy: str) -> None:
        """Without filling a pop gives divisible work the largest part that fits, in proportion."""
        result = share({"cpu": 10, "mem": 100}, tenant("A", fluid({"cpu": 20, "mem": 40})), policy=policy)
        assert len(result.decisions) == 1
        assert result.grants["A"]["cpu"] == 10
        assert result.grants["A"]["mem"] in (20, 21)
        assert result.decisions[0].outcome is Outcome.PARTIAL
        assert result.decisions[0].short_of == ("cpu",)

    def test_divisible_work_without_limit_takes_the_whole_pool(self) -> None:
        """Fractions may exceed 1 where there is no limit."""
        assert share({"cpu": 10}, tenant("A", fluid({"cpu": 3}, None)), policy="fifo").left == {"cpu": 0}


class TestMisfit:
    """Decision 4: a misfit is skipped, or ends the round where `stop` says so."""

    BIG = tenant("A", whole({"cpu": 3}, 4))
    SMALL = tenant("B", whole({"cpu": 1}, 20))

    @pytest.mark.parametrize("policy", HEAPS)
    def test_skip_passes_a_misfit_over(self, policy: str) -> None:
        """Under skip the small task uses what the large one cannot."""
        result = share({"cpu": 10}, self.BIG, self.SMALL, policy=policy)
        assert result.left == {"cpu": 0}

    @pytest.mark.parametrize("policy", HEAPS)
    def test_stop_ends_the_round_at_the_first_misfit(self, policy: str) -> None:
        """Under stop, nothing is granted after the first pop that did not get all it asked."""
        result = share({"cpu": 10}, self.BIG, self.SMALL, policy=policy, on_misfit="stop")
        short = [d.outcome in (Outcome.PARTIAL, Outcome.REFUSED) for d in result.decisions]
        assert short.count(True) == 1
        assert short[-1]

    @pytest.mark.parametrize("policy", HEAPS)
    def test_stop_ends_at_an_infeasible_head(self, policy: str) -> None:
        """Under stop a task that no pool could hold blocks those behind it; under skip it does not."""
        giant = tenant("A", whole({"cpu": 11}, 1), weight="1000" if policy == "smallest-demand-first, sum" else 1)
        first = replace(giant, priority=1)
        stopped = share({"cpu": 10}, first, tenant("B", whole({"cpu": 11}, 1)), policy=policy, on_misfit="stop")
        assert [d.outcome for d in stopped.decisions] == [Outcome.INFEASIBLE]
        skipped = share({"cpu": 10}, first, tenant("B", whole({"cpu": 1}, 1)), policy=policy)
        assert skipped.tasks == {"A": 0, "B": 1}

    def test_stop_books_what_has_risen(self) -> None:
        """Divisible work that was rising when the round ended keeps what its level had given it."""
        result = share(
            {"cpu": 100},
            tenant("D", fluid({"cpu": 100})),
            tenant("W", whole({"cpu": 30}, 9)),
            policy="drf",
            on_misfit="stop",
        )
        assert result.of("cpu") == {"D": 60, "W": 30}
        assert result.left == {"cpu": 10}

    @pytest.mark.parametrize("policy", RANKS_WORK)
    def test_a_limit_that_was_met_before_the_pop_is_no_misfit(self, policy: str) -> None:
        """Wants are capped by limits before the round: a tenant at its limit got all it asked, and stops nobody."""
        capped = tenant("A", whole({"cpu": 1}, 9), limit={"cpu": 2}, priority=1, weight=9)
        result = share({"cpu": 10}, capped, tenant("B", whole({"cpu": 1}, 3)), policy=policy, on_misfit="stop")
        assert result.tasks == {"A": 2, "B": 3}


class TestSeveralWorks:
    """A tenant's work: by (priority, declaration) where tenants are ranked, each by itself where work is."""

    @pytest.mark.parametrize("policy", OWN_USAGE)
    def test_a_ranked_tenant_serves_its_work_in_order(self, policy: str) -> None:
        """The first work that still wants is served, the most urgent first, then in order of declaration."""
        works = (
            whole({"cpu": 1}, 1, name="last", priority=200),
            whole({"cpu": 1}, 1, name="first", priority=1),
            whole({"cpu": 1}, 2, name="second"),
        )
        result = share({"cpu": 10}, tenant("A", *works), policy=policy)
        assert [d.work for d in result.decisions] == ["first", "second", "second", "last"]

    @pytest.mark.parametrize("policy", OWN_USAGE)
    def test_a_blocked_work_lets_the_next_be_served(self, policy: str) -> None:
        """Work that no longer fits is passed over; the tenant's next work is served."""
        works = (whole({"cpu": 6}, 3, name="large"), whole({"cpu": 1}, 9, name="small"))
        result = share({"cpu": 10}, tenant("A", *works), policy=policy)
        assert result.work_tasks() == {"A/large": 1, "A/small": 4}

    def test_priority_ranks_each_work(self) -> None:
        """Under priority a tenant's urgent work goes before another's ordinary work, and its late work after."""
        result = share(
            {"cpu": 3},
            tenant("A", whole({"cpu": 1}, 1, name="late", priority=9), whole({"cpu": 1}, 1, name="soon", priority=1)),
            tenant("B", whole({"cpu": 1}, 1, name="mid"), priority=5),
            policy="priority",
        )
        assert [d.work for d in result.decisions] == ["soon", "mid", "late"]

    def test_whole_divisible_and_unlimited_in_one_tenant(self) -> None:
        """One tenant may mix them: each is granted by its own kind."""
        works = (
            whole({"cpu": 4}, 2, name="whole"),
            fluid({"cpu": 7}, name="part"),
            fluid({"cpu": 1}, None, name="rest"),
        )
        result = share({"cpu": 20}, tenant("A", *works), policy="fifo")
        assert [work.granted.get("cpu", 0) for work in result.works] == [8, 7, 5]
        for policy in ("drf", "drf, current key", "fair-share"):
            assert share({"cpu": 20}, tenant("A", *works), policy=policy).left == {"cpu": 0}, policy

    @pytest.mark.parametrize("policy", EFFICIENT)
    def test_several_works_share_one_limit(self, policy: str) -> None:
        """The limit is the tenant's: all its work together stays below it, and uses all of it."""
        works = (whole({"cpu": 2}, 3), fluid({"cpu": 5}), whole({"cpu": 1}, 9))
        result = share({"cpu": 100}, tenant("A", *works, limit={"cpu": 9}), policy=policy)
        assert result.of("cpu") == {"A": 9}


class TestLimits:
    """Decision 7: the want the policy sees is capped by the limit, in proportion."""

    @pytest.mark.parametrize("policy", HEAPS)
    def test_whole_tasks_stay_within_the_least_quotient(self, policy: str) -> None:
        """A limit of 7 cpu and 100 mem holds three tasks of <2, 3>."""
        result = share(
            {"cpu": 50, "mem": 50},
            tenant("A", whole({"cpu": 2, "mem": 3}), limit={"cpu": 7, "mem": 100}),
            policy=policy,
        )
        assert result.tasks == {"A": 3}

    @pytest.mark.parametrize("policy", EFFICIENT)
    def test_divisible_work_is_capped_in_proportion(self, policy: str) -> None:
        """Half the cpu it wants is half of everything it wants."""
        result = share(
            {"cpu": 5000, "mem": 5000},
            tenant("A", fluid({"cpu": 2000, "mem": 600}), limit={"cpu": 1000}),
            policy=policy,
        )
        assert result.grants["A"]["cpu"] == 1000
        assert result.grants["A"]["mem"] == pytest.approx(300, abs=1)

    def test_fair_share_caps_each_resource_by_itself(self) -> None:
        """Under fair-share a limit on cpu leaves the memory as it was wanted."""
        result = share(
            {"cpu": 5000, "mem": 5000},
            tenant("A", fluid({"cpu": 2000, "mem": 600}), limit={"cpu": 1000}),
            policy="fair-share",
        )
        assert result.grants == {"A": {"cpu": 1000, "mem": 600}}

    @pytest.mark.parametrize("policy", sorted(POLICIES))
    def test_a_limit_of_zero_is_infeasible_or_nothing(self, policy: str) -> None:
        """A tenant that may have none of what it needs gets nothing, and others are served."""
        result = share(
            {"cpu": 10},
            tenant("A", whole({"cpu": 1}, 3), fluid({"cpu": 2}), limit={"cpu": 0}),
            tenant("B", whole({"cpu": 1}, 3)),
            policy=policy,
        )
        assert result.of("cpu") == {"A": 0, "B": 3}

    def test_stopped_by_its_limit_is_short_of_nothing(self) -> None:
        """`short_of` names pool resources only: a tenant at its limit in a free pool is short of none."""
        capped = tenant("A", whole({"cpu": 2}, 1), whole({"cpu": 2}, 1), limit={"cpu": 3})
        result = share({"cpu": 50}, capped, policy="fifo")
        assert [d.short_of for d in result.decisions] == [(), ()]
        assert result.tasks == {"A": 1}


class TestGuarantees:
    """Decision 7: guarantees come first, in a round of their own under the same policy."""

    @pytest.mark.parametrize("policy", EFFICIENT)
    def test_a_guarantee_is_served_before_anybody_else(self, policy: str) -> None:
        """The last in every order still gets what it is owed."""
        result = share(
            {"cpu": 10},
            tenant("A", whole({"cpu": 1}), priority=1, weight=100),
            tenant("Z", whole({"cpu": 1}, 6), priority=9, guarantee={"cpu": 4}),
            policy=policy,
        )
        assert result.tasks["Z"] >= 4
        assert [d.tenant for d in result.decisions if d.round is Round.GUARANTEE and d.granted] == ["Z"] * len(
            [d for d in result.decisions if d.round is Round.GUARANTEE and d.granted]
        )

    @pytest.mark.parametrize("policy", EFFICIENT)
    def test_divisible_work_is_owed_its_guarantee(self, policy: str) -> None:
        """Divisible work within a guarantee gets exactly that much before the rest is shared."""
        result = share(
            {"cpu": 1000},
            tenant("A", fluid({"cpu": 1000}), priority=1, weight=100),
            tenant("Z", fluid({"cpu": 1001}), priority=9, guarantee={"cpu": 400}),
            policy=policy,
        )
        owed = sum(d.granted.get("cpu", 0) for d in result.decisions if d.round is Round.GUARANTEE)
        assert owed == 400
        assert result.of("cpu")["Z"] >= 400
        assert result.left == {"cpu": 0}

    def test_what_the_guarantee_gave_counts_as_held(self) -> None:
        """In the second round drf ranks the guaranteed tenant with what it has."""
        result = share(
            {"cpu": 12},
            tenant("A", whole({"cpu": 1}), guarantee={"cpu": 4}),
            tenant("B", whole({"cpu": 1})),
            policy="drf",
        )
        assert result.order == "AAAA" + "BBBB" + "ABAB"
        assert result.tasks == {"A": 6, "B": 6}

    def test_fair_share_takes_the_larger_of_guarantee_and_level(self) -> None:
        """fair-share: max(guarantee, level x weight) of each resource."""
        result = share(
            {"cpu": 100},
            tenant("A", fluid({"cpu": 90})),
            tenant("B", fluid({"cpu": 90})),
            tenant("C", fluid({"cpu": 90}), guarantee={"cpu": 60}),
            policy="fair-share",
        )
        assert result.of("cpu") == {"A": 20, "B": 20, "C": 60}

    def test_proportional_slices_add_to_the_capacity(self) -> None:
        """proportional: the same level, the slices adding to the capacity, nothing redistributed."""
        result = share(
            {"cpu": 100},
            tenant("A", fluid({"cpu": 5})),
            tenant("B", fluid({"cpu": 90})),
            tenant("C", fluid({"cpu": 90}), guarantee={"cpu": 60}),
            policy="proportional",
        )
        assert result.of("cpu") == {"A": 5, "B": 20, "C": 60}

    @pytest.mark.parametrize("policy", sorted(POLICIES))
    def test_guarantees_above_the_capacity_are_shared(self, policy: str) -> None:
        """Together too much, they are shared by the policy, and nothing is over-allocated."""
        result = share(
            {"cpu": 10},
            tenant("A", whole({"cpu": 1}, 9), guarantee={"cpu": 9}),
            tenant("B", whole({"cpu": 1}, 9), guarantee={"cpu": 9}),
            policy=policy,
        )
        assert result.left == {"cpu": 0}
        if policy in ("drf", "drf, current key", "fair-share", "proportional"):
            assert result.tasks == {"A": 5, "B": 5}

    @pytest.mark.parametrize("policy", HEAPS)
    def test_the_guarantee_round_always_skips(self, policy: str) -> None:
        """A misfit in the guarantee round does not stop it, even under stop."""
        result = share(
            {"cpu": 10},
            tenant("A", whole({"cpu": 6}, 2), guarantee={"cpu": 12}),
            tenant("B", whole({"cpu": 1}, 3), guarantee={"cpu": 3}),
            policy=policy,
            on_misfit="stop",
        )
        assert result.tasks["B"] == 3

    def test_a_gpu_guarantee_does_not_guarantee_cpu_only_work(self) -> None:
        """Work that needs none of the guaranteed resources waits for the second round."""
        works = (whole({"cpu": 1}, 10, name="web", priority=1), whole({"cpu": 1, "gpu": 1}, 2, name="train"))
        result = share(
            {"cpu": 10, "gpu": 4},
            tenant("A", whole({"cpu": 1}, 10)),
            tenant("B", *works, guarantee={"gpu": 2}),
            policy="fifo",
        )
        assert [d.work for d in result.decisions if d.round is Round.GUARANTEE] == ["train"]
        assert result.work_tasks() == {"A/": 8, "B/web": 0, "B/train": 2}

    def test_whole_tasks_never_exceed_a_guarantee_in_its_round(self) -> None:
        """A guarantee of 5 holds two tasks of 2; the third has to compete."""
        result = share({"cpu": 10}, tenant("A", whole({"cpu": 2}), guarantee={"cpu": 5}), policy="fifo")
        owed = sum(d.tasks for d in result.decisions if d.round is Round.GUARANTEE)
        assert owed == 2
        assert result.tasks == {"A": 5}


class TestEdges:
    """Nothing there, nothing wanted, nobody, everybody the same."""

    @pytest.mark.parametrize("policy", sorted(POLICIES))
    @pytest.mark.parametrize("on_misfit", ["skip", "stop"])
    def test_nobody(self, policy: str, on_misfit: str) -> None:
        """No tenants: no decision, and everything is left."""
        result = run(scenario({"cpu": 5}), policy, on_misfit)  # type: ignore[arg-type]
        assert result.decisions == []
        assert result.left == {"cpu": 5}

    @pytest.mark.parametrize("policy", sorted(POLICIES))
    def test_nothing_wanted(self, policy: str) -> None:
        """No work, zero tasks and zero demands want nothing: no decision grants, refuses or blames anything."""
        idle = (
            tenant("A"),
            tenant("B", whole({"cpu": 1}, 0), fluid({"cpu": 1}, 0)),
            tenant("C", whole({"cpu": 0}, 5), whole({}, None), fluid({}), fluid({"cpu": 0}, None)),
        )
        result = share({"cpu": 8}, *idle, tenant("D", whole({"cpu": 1}, 2)), policy=policy)
        assert result.of("cpu") == {"A": 0, "B": 0, "C": 0, "D": 2}
        assert {d.tenant for d in result.decisions if d.outcome in (Outcome.REFUSED, Outcome.INFEASIBLE)} == set()

    @pytest.mark.parametrize("policy", sorted(POLICIES))
    @pytest.mark.parametrize("capacity", [{}, {"cpu": 0}, {"cpu": 0, "mem": 0}])
    def test_nothing_there(self, policy: str, capacity: Quantities) -> None:
        """With no capacity everything that needs something is infeasible."""
        result = share(capacity, tenant("A", whole({"cpu": 1}, 2)), tenant("B", fluid({"cpu": 1}, None)), policy=policy)
        assert set(result.outcomes().values()) == {"infeasible"}
        assert all(d.short_of == ("cpu",) for d in result.decisions)

    @pytest.mark.parametrize("policy", sorted(POLICIES))
    def test_a_resource_that_is_absent(self, policy: str) -> None:
        """Work that needs a resource the pool does not name is infeasible; work that does not is served."""
        result = share(
            {"cpu": 5}, tenant("A", whole({"cpu": 1, "tpu": 1}, 2)), tenant("B", whole({"cpu": 1}, 5)), policy=policy
        )
        if policy == "proportional":
            assert result.tasks == {"A": 0, "B": 2}
        else:
            assert result.tasks == {"A": 0, "B": 5}
        assert result.outcomes()["A"] == "infeasible"

    @pytest.mark.parametrize("policy", sorted(POLICIES))
    def test_one_tenant_gets_all_it_wants(self, policy: str) -> None:
        """Alone in the pool, whatever the policy: all that fits."""
        result = share({"cpu": 9, "mem": 9}, tenant("A", whole({"cpu": 2, "mem": 1})), policy=policy)
        assert result.tasks == {"A": 4}
        assert result.left == {"cpu": 1, "mem": 5}

    @pytest.mark.parametrize("policy", sorted(POLICIES))
    def test_everything_fits(self, policy: str) -> None:
        """Where slices hold everything that is wanted, every policy grants exactly that."""
        tenants = [tenant(n, whole({"cpu": 1, "mem": 2}, 3), fluid({"cpu": 4})) for n in "ABC"]
        result = share({"cpu": 30, "mem": 30}, *tenants, policy=policy)
        assert all(grant == {"cpu": 7, "mem": 6} for grant in result.grants.values())

    @pytest.mark.parametrize("policy", ["drf", "drf, current key", "fair-share", "proportional"])
    def test_equal_everything_differs_by_one_task_in_order_of_declaration(self, policy: str) -> None:
        """Five equals among eleven cpus: two each, and what no slice holds goes to the first, or stays idle."""
        result = share({"cpu": 11}, *(tenant(name, whole({"cpu": 1})) for name in "ABCDE"), policy=policy)
        assert result.tasks == {"A": 3, "B": 2, "C": 2, "D": 2, "E": 2}

    def test_share_of_leaves_a_resource_out_of_shares_not_out_of_the_pool(self) -> None:
        """A resource out of share_of still constrains; it just ranks nobody."""
        tenants = (tenant("A", whole({"cpu": 1, "pods": 5})), tenant("B", whole({"cpu": 2, "pods": 1})))
        everything = run(scenario({"cpu": 20, "pods": 20}, *tenants), "drf")
        by_cpu = run(scenario({"cpu": 20, "pods": 20}, *tenants, share_of=("cpu",)), "drf")
        assert everything.tasks == {"A": 2, "B": 9}
        assert everything.order.startswith("BBA")
        assert by_cpu.tasks == {"A": 3, "B": 5}
        assert by_cpu.order.startswith("AABA")
        assert by_cpu.left == {"cpu": 7, "pods": 0}

    def test_a_resource_of_capacity_zero_leaves_every_share(self) -> None:
        """A demand for nothing of a resource there is nothing of is no division by zero."""
        result = share({"cpu": 4, "gpu": 0}, tenant("A", whole({"cpu": 1, "gpu": 0}, 9)), policy="drf")
        assert result.tasks == {"A": 4}

    def test_amounts_beyond_a_float(self) -> None:
        """Quantities of 2^60 add up to the last unit."""
        big = 2**60 + 1
        for policy in POLICIES:
            result = share({"mem": big}, *(tenant(n, fluid({"mem": big})) for n in "ABC"), policy=policy)
            assert sum(result.of("mem").values()) + result.left["mem"] == big
            assert result.left["mem"] <= (0 if policy != "proportional" else 2), policy


class TestDecisions:
    """What the loop tells of itself."""

    def test_steps_count_from_one_and_left_is_what_remains(self) -> None:
        """Each decision has the next number, and what is left after it."""
        result = share({"cpu": 5}, tenant("A", whole({"cpu": 2}, 1)), tenant("B", whole({"cpu": 2}, 9)), policy="fifo")
        assert [d.step for d in result.decisions] == [1, 2]
        assert [d.left for d in result.decisions] == [{"cpu": 3}, {"cpu": 1}]
        assert result.decisions[1].outcome is Outcome.PARTIAL
        assert result.decisions[1].short_of == ("cpu",)

    def test_key_and_words(self) -> None:
        """A pop carries its key and the policy's words for it."""
        decision = share({"cpu": 5}, tenant("A", whole({"cpu": 2}, 1)), policy="drf").decisions[0]
        assert decision.key == 0.4
        assert decision.key_words == "share 0.4 of cpu"

    def test_a_refusal_names_every_resource_it_is_short_of(self) -> None:
        """`short_of` holds each resource whose remainder is below one more task."""
        result = share(
            {"cpu": 2, "mem": 2, "gpu": 9}, tenant("A", whole({"cpu": 2, "mem": 2, "gpu": 1}, 2)), policy="fifo"
        )
        assert result.decisions[0].short_of == ("cpu", "mem")

    def test_infeasible_names_what_the_pool_does_not_have(self) -> None:
        """An infeasible task is short of what the whole pool is short of."""
        result = share({"cpu": 2, "mem": 2}, tenant("A", whole({"cpu": 3, "mem": 1}, 2)), policy="fifo")
        assert (result.decisions[0].outcome, result.decisions[0].short_of) == (Outcome.INFEASIBLE, ("cpu",))

    def test_shares_are_told_as_shares(self) -> None:
        """Entitlements are handed out before the heap is asked at all."""
        result = share({"cpu": 10}, tenant("W", whole({"cpu": 3})), tenant("D", fluid({"cpu": 9})), policy="fair-share")
        assert (result.decisions[0].kind, result.decisions[0].tenant) == (Kind.SHARE, "D")
        assert result.decisions[1].kind is Kind.POP

    @pytest.mark.parametrize("policy", sorted(POLICIES))
    def test_the_loop_is_a_generator(self, policy: str) -> None:
        """Nothing is decided before it is asked for: after one decision the rest is still free."""
        engine = Engine(scenario({"cpu": 9}, *(tenant(n, whole({"cpu": 1}, 3)) for n in "ABC")), POLICIES[policy])
        next(iter(engine.decisions()))
        assert engine.ledger.free["cpu"] in (6, 8)


class TestTheHeapIsTrue:
    """In debug mode the engine holds a policy to what it declares about its keys."""

    class Lies:
        """Declares a static key that follows what its tenant holds."""

        ranks: ClassVar = Ranks.WORK
        key_change: ClassVar = KeyChange.STATIC

        def key(self, claim: Claim, capacity: Quantities) -> int:
            """What the tenant holds: changes for all its waiting work when one is served."""
            return sum(claim.usage.values())

    def test_a_false_declaration_is_caught(self) -> None:
        """A key that moves while it waits fails the check, and the message names the policy and the tenant."""
        what = scenario({"cpu": 9}, tenant("A", whole({"cpu": 1}, 1), whole({"cpu": 1}, 1)))
        with pytest.raises(AssertionError, match=r"Lies declares .* key of 'A' went from 0 to 1"):
            list(Engine(what, self.Lies(), check=True).decisions())

    def test_nobody_is_held_to_it_without_the_check(self) -> None:
        """Outside debug mode keys are not recomputed."""
        what = scenario({"cpu": 9}, tenant("A", whole({"cpu": 1}, 1), whole({"cpu": 1}, 1)))
        assert len(list(Engine(what, self.Lies()).decisions())) == 2

    def test_weights_are_exact(self) -> None:
        """Weights of 0.1 and 0.3 share as 1 and 3 do, decision for decision."""
        tenants = [tenant("A", whole({"cpu": 1}), weight="1/10"), tenant("B", whole({"cpu": 1}), weight="3/10")]
        plain = [replace(one, weight=one.weight * Fraction(10)) for one in tenants]
        assert share({"cpu": 41}, *tenants).order == share({"cpu": 41}, *plain).order
