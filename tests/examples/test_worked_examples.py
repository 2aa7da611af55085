"""The numbers that other systems and papers publish, each held against our policy or left out with its reason.

The cases lie beside the repository; the most important ones are also written out in `test_published_numbers.py`,
which always runs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import pytest

from allocator import Node, Tenant, allocate, max_min
from allocator.core.model import OnMisfit
from allocator.core.scaling import pooled as pool_of
from policies.drf import DominantResourceFairness
from policies.fair_share import FairShare
from policies.smallest_demand_first import SmallestDemandFirst
from tests.support import SHARED, claim, fluid, run, scenario, shared, tenant, whole

Case = dict[str, Any]
FILE = SHARED / "oracles" / "worked-examples.json"
CASES: dict[str, Case] = (
    {case["id"] + "/" + case["set"]: case for case in json.loads(FILE.read_text("utf-8"))} if (FILE.exists()) else {}
)

SCALE = 1000
"""Our smallest unit is a thousandth, so that the shares a case gives with decimals are whole numbers."""


def units(amount: float) -> int:
    """An amount of a case in smallest units, exact for what has at most three decimals."""
    return int(Fraction(str(amount)) * SCALE)


def amounts(bundle: Mapping[str, float] | float) -> dict[str, int]:
    """A demand of a case; a bare number is of the one resource."""
    bundle = bundle if isinstance(bundle, Mapping) else {"r": bundle}
    return {name: units(amount) for name, amount in bundle.items()}


def weight(entry: Case) -> Fraction:
    """The weight of an entry, 1 where it has none."""
    return Fraction(str(entry.get("weight", 1)))


# --- how a case is checked -------------------------------------------------------------------------------------


def fair_share(case: Case) -> None:
    """One resource under fair-share: min is a guarantee, max a limit, no demand is a want without limit."""
    ((_, total),) = case["capacity"].items()
    tenants = []
    for entry in case["tenants"]:
        want, top = entry.get("demand"), entry.get("max")
        least = entry.get("min", entry.get("min_share", entry.get("deserved", entry.get("guarantee", 0)))) or 0
        work = fluid({"r": units(1)}, None) if want is None else fluid({"r": units(want)})
        limit = {} if top is None else {"r": units(top)}
        owed = {"r": units(least)} if least else {}
        tenants.append(tenant(entry["name"], work, weight=weight(entry), guarantee=owed, limit=limit))
    published = case["expected"]
    expected = published.get("share") or published.get("fair_share") or published.get("ideal") or published
    result = run(scenario({"r": units(total)}, *tenants), "fair-share")
    assert result.of("r") == {name: units(amount) for name, amount in expected.items()}
    if "remaining" in published:
        assert result.left == {"r": units(published["remaining"])}


def above_deserved(case: Case) -> None:
    """What is left above `deserved`, shared by `max_min` in whole units: our rule of the largest remainder."""
    ((_, total),) = case["capacity"].items()
    entries = case["tenants"]
    deserved = [min(entry["deserved"], entry["demand"]) for entry in entries]
    rest = [entry["demand"] - least for entry, least in zip(entries, deserved, strict=True)]
    more = max_min(total - sum(deserved), rest, [entry["overquota_weight"] for entry in entries])
    got = {entry["name"]: least + part for entry, least, part in zip(entries, deserved, more, strict=True)}
    assert got == case["expected"]["fair_share"]


def armada(case: Case) -> None:
    """fair_share is the slice by weight, demand_capped is max-min, uncapped is max-min if that one had no limit."""
    entries = case["tenants"]
    total = case["capacity"]["cpu"] * SCALE
    weights = [int(weight(entry)) for entry in entries]
    wants = [entry["demand"] * SCALE for entry in entries]

    def shares(wanted: list[int | None]) -> dict[str, float]:
        parts = max_min(total, wanted, weights)
        return {entry["name"]: part / total for entry, part in zip(entries, parts, strict=True)}

    assert shares([None] * len(entries)) == case["expected"]["fair_share"]
    assert shares(list(wants)) == case["expected"]["demand_capped"]
    for index, entry in enumerate(entries):
        free = [None if at == index else want for at, want in enumerate(wants)]
        assert shares(free)[entry["name"]] == case["expected"]["uncapped"][entry["name"]]


def newcomer(case: Case) -> None:
    """What a new tenant of weight 1 that wants without limit would get under fair-share."""
    there = [tenant(entry["name"], fluid(amounts(entry["demand"])), weight=weight(entry)) for entry in case["tenants"]]
    total = units(case["capacity"]["cpu"])
    got = run(scenario({"r": total}, *there, tenant("new", fluid({"r": 1}, None))), "fair-share").of("r")["new"]
    assert got / total == pytest.approx(case["expected"]["new_tenant_share"], abs=1e-5)


def drf_keys(case: Case) -> None:
    """The key of drf with key = current is the dominant share over the weight; equal keys keep the order declared."""
    policy = DominantResourceFairness(key="current")
    left_out = {name for name, factor in case.get("params", {}).get("multipliers", {}).items() if not factor}
    capacity = {name: amount for name, amount in amounts(case["capacity"]).items() if name not in left_out}
    shares = scenario(capacity).shared  # a resource that there is none of leaves every share
    pool = {name: capacity[name] for name in shares}
    entries = case["tenants"]
    keys = {
        entry["name"]: policy.key(
            claim(usage=amounts(entry["used"]), weight=weight(entry), resources=tuple(case["capacity"])), pool
        )
        for entry in entries
    }
    keys = {e["name"]: keys[e["name"]] * Fraction(str(e.get("weight", 1))).denominator for e in entries}
    published = case["expected"]
    if "cost" in published:
        assert keys == {entries[0]["name"]: pytest.approx(published["cost"])}
    if "share" in published:
        assert keys == pytest.approx(published["share"])
    if "order" in published:
        assert sorted(keys, key=lambda name: keys[name]) == published["order"]


def used_over_guaranteed(case: Case) -> None:
    """fair-share's key of nothing more is used / entitled; equal keys tie (theirs go to the higher priority)."""
    keys = {
        entry["name"]: FairShare().key(
            claim(usage={"cpu": entry["used"]}, entitlement={"cpu": entry["guaranteed"]}), {"cpu": 1000}
        )
        for entry in case["tenants"]
    }
    ranked = [keys[name] for name in case["expected"]["order"]]
    assert ranked == sorted(keys.values())


def theory_tenants(entries: list[Case], *, divisible: bool) -> list[Tenant]:
    """The tenants of a theory case, without limit where `max_tasks` does not say."""
    kind = fluid if divisible else whole
    return [
        tenant(
            entry["name"],
            kind(amounts(entry["demand_per_task"]), entry.get("max_tasks")),
            weight=weight(entry),
            priority=entry.get("priority", 100),
        )
        for entry in entries
    ]


def fractions(capacity: Mapping[str, float], entries: list[Case]) -> dict[str, float]:
    """Tasks of each tenant under divisible drf, from the resource that its demand is largest in."""
    result = run(scenario(amounts(capacity), *theory_tenants(entries, divisible=True)), "drf")
    tasks = {}
    for entry in entries:
        most = max(entry["demand_per_task"], key=lambda name: entry["demand_per_task"][name])
        tasks[entry["name"]] = result.of(most)[entry["name"]] / units(entry["demand_per_task"][most])
    return tasks


def drf_divisible(case: Case) -> None:
    """drf by filling, exact to a thousandth of a task and the pool's use with it."""
    capacity, published = case["capacity"], case["expected"]
    if "before" in capacity:
        for when in ("before", "after"):
            assert fractions(capacity[when], case["tenants"]) == pytest.approx(published[when], abs=1e-3)
        return
    assert fractions(capacity, case["tenants"]) == pytest.approx(published["tasks"], abs=1e-3)
    result = run(scenario(amounts(capacity), *theory_tenants(case["tenants"], divisible=True)), "drf")
    used = {name: (units(amount) - result.left[name]) / SCALE for name, amount in capacity.items()}
    assert used == pytest.approx(published["used"], abs=5e-3)


def drf_whole(case: Case, key: str, on_misfit: OnMisfit = "skip") -> dict[str, int]:
    """Whole tasks of each tenant under drf."""
    tenants = theory_tenants(case["tenants"], divisible=False)
    return run(scenario(amounts(case["capacity"]), *tenants), DominantResourceFairness(key=key), on_misfit).tasks


def ghodsi_trace(case: Case) -> None:
    """drf, key = current: Table 1 of the paper when B is declared first, and the other trace when A is."""
    first_a = theory_tenants(case["tenants"], divisible=False)
    policy = DominantResourceFairness(key="current")
    result = run(scenario(amounts(case["capacity"]), *first_a), policy)
    assert result.tasks == case["expected"]["tasks"]
    assert list(result.order) == case["expected"]["trace_tie_break_A_first"]
    other = run(scenario(amounts(case["capacity"]), *reversed(first_a)), policy)
    assert list(other.order) == case["expected"]["trace_tie_break_B_first"]


def stop_and_skip(case: Case) -> None:
    """drf, key = current: on_misfit = stop is Algorithm 1 as printed, skip passes the misfit over."""
    assert drf_whole(case, "current", "stop") == case["expected"]["literal_stop"]
    assert drf_whole(case, "current") == case["expected"]["skip_blocked"]


def both_keys(case: Case) -> None:
    """drf whole under key = after and key = current."""
    assert drf_whole(case, "after") == case["expected"]["post_key"]
    assert drf_whole(case, "current") == case["expected"]["pre_key"]


def whole_tasks(case: Case) -> None:
    """drf whole, the same under both keys."""
    assert drf_whole(case, "after") == case["expected"]["tasks"]
    assert drf_whole(case, "current") == case["expected"]["tasks"]


def manipulable(case: Case) -> None:
    """drf, key = after: a tenant that inflates its task ends with more tasks."""
    assert drf_whole(case, "after") == case["expected"]["honest"]
    lie = [{**entry} for entry in case["tenants"]]
    lie[0]["demand_per_task"] = case["expected"]["A_reports"]
    assert drf_whole({**case, "tenants": lie}, "after") == case["expected"]["after_lie"]


def strict_priority(case: Case) -> None:
    """priority: lower number first, all that fits a pop."""
    tenants = theory_tenants(case["tenants"], divisible=False)
    result = run(scenario(amounts(case["capacity"]), *tenants), "priority")
    assert result.tasks == case["expected"]["tasks"]
    assert result.left == amounts(case["expected"]["left"])
    assert [name for name, tasks in result.tasks.items() if not tasks] == case["expected"]["zero_grant"]


def vector_order(case: Case) -> None:
    """smallest-demand-first under measure = dominant, sum, product and the name of a resource."""
    measures = {"dominant_share": "dominant", "sum_of_shares": "sum", "product_of_shares": "product"}
    for theirs, order in case["expected"]["order_by"].items():
        policy = SmallestDemandFirst(measure=measures.get(theirs, "cpu"))
        keys = {
            entry["name"]: policy.key(
                claim(demand=amounts(entry["total_demand"]), resources=tuple(case["capacity"])),
                amounts(case["capacity"]),
            )
            for entry in case["tenants"]
        }
        assert sorted(keys, key=lambda name: keys[name]) == order, theirs


def inverse_weights(case: Case) -> None:
    """fair-share by weight = 1 / effective priority."""
    tenants = [tenant(e["name"], fluid({"r": SCALE}, None), weight=Fraction(1, e["eup"])) for e in case["tenants"]]
    got = run(scenario({"r": units(case["capacity"]["cores"])}, *tenants), "fair-share").of("r")
    assert got == {name: units(amount) for name, amount in case["expected"]["alloc"].items()}


def quota_slices(case: Case) -> None:
    """proportional by weight = quota, where the quotas exceed the pool."""
    tenants = [tenant(e["name"], fluid({"r": SCALE}, None), weight=e["quota"]) for e in case["tenants"]]
    got = run(scenario({"r": units(case["capacity"]["slots"])}, *tenants), "proportional").of("r")
    assert got == {name: units(amount) for name, amount in case["expected"]["effective_quota"].items()}


def queue_priority(case: Case) -> None:
    """priority with their numbers turned round (theirs: higher first): q9 and q7 hold the two nodes, q8 waits."""
    node = {"cpu": 2, "mem_gi": 4}
    tenants = [tenant(e["name"], whole(node, 1), priority=-e["priority"], limit=e["max"]) for e in case["tenants"]]
    assert run(scenario({"cpu": 4, "mem_gi": 8}, *tenants), "priority").tasks == {"q7": 1, "q8": 0, "q9": 1}


def pooled(case: Case) -> None:
    """drf on the pool of all nodes promises a fourth task that no node can hold; both numbers, and what is stranded."""
    nodes = tuple(Node(str(at), amounts(node)) for at, node in enumerate(case["capacity"]["nodes"]))
    tenants = theory_tenants(case["tenants"], divisible=False)
    held = allocate(replace(scenario(pool_of(nodes), *tenants), nodes=nodes), "drf").on_nodes
    assert held is not None
    assert sum(held.promised) == case["expected"]["pooled_tasks"]
    assert sum(held.placed) == case["expected"]["node_feasible_tasks"]
    assert set(held.stranded.values()) == {case["expected"]["stranded_fraction"]}


def jain(case: Case) -> None:
    """allocator.core.fairness.jain_index."""
    fairness = pytest.importorskip("allocator.core.fairness")
    if "x" in case["tenants"][0]:
        for entry, expected in zip(case["tenants"], case["expected"]["jain"], strict=True):
            assert fairness.jain_index(entry["x"]) == pytest.approx(expected)
    else:
        got = fairness.jain_index([entry["alloc"] for entry in case["tenants"]])
        assert got == pytest.approx(case["expected"]["jain"], abs=1e-6)


# --- the table -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class By:
    """A case that is a test: our policy and options, and how it is checked."""

    policy: str
    check: Callable[[Case], None]


LATER = "later issue: "
NOT_OURS = "does not apply: "
DISAGREES = "case and design disagree: "

HIERARCHY = LATER + "hierarchy of tenants"
PREEMPTION = LATER + "preemption and reclaim of what runs"
BORROWING = LATER + "quotas that are borrowed and lent"
TIME = LATER + "jobs over time"
PLACEMENT = LATER + "placement on nodes"
MEMORY = LATER + "shares that remember past use"
POLICY = LATER + "a policy that is not built in yet"
NEEDY = NOT_OURS + "ranks queues below their minimum first; our guarantees are a round of their own, not a rank"
OVERBOOKED = DISAGREES + "promises more than there is; decision 1: nothing is ever over-allocated"

FLOORS = By("fair-share; min is a guarantee, max a limit", fair_share)
DEMAND_KEY = By("drf, key = current, as comparisons of keys", drf_keys)
FILLED = By("drf, divisible", drf_divisible)
REMAINDER = By(
    "core.max_min of what is left above deserved (guarantees are floors in ours, not slices)", above_deserved
)
JAIN = By("metric: Jain's index", jain)
ARMADA = By("proportional (fair_share) and fair-share (demand_capped, uncapped) through core.max_min", armada)

TABLE: dict[str, By | str] = {
    "yarn-equal/field": FLOORS,
    "yarn-min/field": FLOORS,
    "yarn-weighted-max/field": FLOORS,
    "yarn-weighted-min/field": FLOORS,
    "yarn-empty/field": FLOORS,
    "maxmin-textbook-10/theory": FLOORS,
    "maxmin-yarn-low-max/theory": FLOORS,
    "maxmin-yarn-min-shares/theory": FLOORS,
    "maxmin-yarn-weighted-min/theory": FLOORS,
    "kai-2q-max/field": FLOORS,
    "kai-2q-prio-deserved/field": FLOORS,
    "kai-cpu-3q-spare/field": FLOORS,
    "kai-2q-weights/field": REMAINDER,
    "kai-2q-largest-remainder/field": REMAINDER,
    "kai-readme-simulator/field": REMAINDER,
    "kai-1q-oversub/field": OVERBOOKED,
    "kai-cpu-3q-oversub/field": OVERBOOKED,
    "kai-time-based-1/field": MEMORY,
    "kai-time-based-2/field": MEMORY,
    "condor-eup/field": By("fair-share, weight = 1 / effective priority", inverse_weights),
    "condor-quota-15/field": By("proportional, weight = quota", quota_slices),
    "armada-2q-one-low/field": ARMADA,
    "armada-2q-weights/field": ARMADA,
    "armada-2q-weights-low/field": ARMADA,
    "armada-theoretical-empty/field": By("fair-share with one more tenant", newcomer),
    "armada-theoretical-lowprio/field": By("fair-share with one more tenant", newcomer),
    "armada-fairness-error-none/field": NOT_OURS + "the sum of shortfalls below fair share is not one of our metrics",
    "armada-fairness-error-two/field": NOT_OURS + "the sum of shortfalls below fair share is not one of our metrics",
    "armada-drf-cost-multi/field": By("drf, key = current, share_of without the resource of multiplier 0", drf_keys),
    "armada-drf-cost-weight/field": By("drf, key = current, share_of without the resource of multiplier 0", drf_keys),
    "armada-drf-cost-multiplier/field": NOT_OURS
    + "we have no multiplier a resource; share_of only leaves out or keeps",
    "armada-drf-cost-zero-capacity/field": By("drf, key = current; capacity 0 leaves every share", drf_keys),
    "armada-balance-2-weighted/field": PREEMPTION,
    "armada-protected/field": PREEMPTION,
    "yarn-min-ratio-order/field": NEEDY,
    "yarn-drf-order-1/field": By(
        "drf, key = current; theirs breaks the tie by the second share, ours by declaration: the same here", drf_keys
    ),
    "yarn-drf-order-3/field": DEMAND_KEY,
    "yarn-drf-order-needy/field": NEEDY,
    "yarn-drf-capacity-change-4000/field": DEMAND_KEY,
    "yarn-hier-after-finish/field": HIERARCHY,
    "yarn-steady-vs-instantaneous/theory": HIERARCHY,
    "yarn-user-limit/field": HIERARCHY + " (limits of the users of a queue)",
    "yarn-preempt-maxcap/field": PREEMPTION,
    "yarn-preempt-cycle/field": PREEMPTION,
    "yarn-preempt-disabled/field": PREEMPTION,
    "capacity-reclaim/theory": By(
        "fair-share with guarantees: the ideal; moving there is preemption, later", fair_share
    ),
    "asset-nsdi11/field": POLICY,
    "ceei-nsdi11/field": POLICY,
    "ceei-not-population-monotone/theory": POLICY,
    "mesos-drf-3/field": DEMAND_KEY,
    "mesos-hier-1/field": HIERARCHY,
    "mesos-hier-2/field": HIERARCHY,
    "kueue-weight-0/field": BORROWING + "; and a weight is above 0 in ours",
    "kueue-zero-lendable/field": BORROWING,
    "kueue-one-above/field": BORROWING,
    "kueue-preempt-huge/field": PREEMPTION,
    "kueue-preempt-weight-0/field": PREEMPTION,
    "kueue-drs-myopic/field": TIME,
    "kueue-drs-gpu-dominates/theory": BORROWING,
    "kueue-drs-one-resource/theory": BORROWING,
    "kueue-drs-rounding/theory": BORROWING,
    "kueue-drs-large-weight/theory": BORROWING,
    "kueue-borrow-lend-limits/theory": BORROWING,
    "slurm-fair-tree/field": MEMORY,
    "slurm-fair-tree/theory": MEMORY,
    "slurm-classic-fairshare/theory": MEMORY,
    "karma-three-quanta/theory": MEMORY,
    "volcano-ns-1/field": HIERARCHY,
    "volcano-cap-reclaim/field": PREEMPTION,
    "volcano-cap-queue-priority/field": By("priority, their numbers turned round", queue_priority),
    "k8s-least-sizes/field": PLACEMENT,
    "k8s-least-weights/field": PLACEMENT,
    "k8s-most-sizes/field": PLACEMENT,
    "k8s-balanced-sizes/field": PLACEMENT,
    "k8s-balanced-full/field": PLACEMENT,
    "placement-best-vs-dot/theory": PLACEMENT,
    "pool-vs-nodes/theory": By("drf on the pool, then placed: least-loaded", pooled),
    "yunikorn-fair-2/field": By(
        "fair-share's key; theirs gives ties to priority, ours to declaration", used_over_guaranteed
    ),
    "yunikorn-fair-3/field": By(
        "fair-share's key; theirs gives ties to priority, ours to declaration", used_over_guaranteed
    ),
    "yunikorn-priority-fair-2/field": POLICY + " (priority, then fair)",
    "des-fcfs-9/field": TIME,
    "des-easy-9/field": TIME,
    "slowdown-def/field": TIME,
    "metric-bounded-slowdown/theory": TIME,
    "srpt-textbook/theory": TIME,
    "backfill-fcfs-easy-conservative/theory": TIME,
    "stride-ostep/theory": TIME,
    "stride-3-2-1-any-tiebreak/theory": TIME,
    "lottery-moments/theory": TIME,
    "jain-one/field": JAIN,
    "jain-mixed/field": JAIN,
    "metric-jain-gini/theory": JAIN,
    "drf-ghodsi-9-18/theory": FILLED,
    "drf-zero-demand-disjoint/theory": FILLED,
    "drf-weighted-scalar/theory": FILLED,
    "drf-weighted-per-resource-baseline/theory": FILLED,
    "drf-no-contention/theory": FILLED,
    "drf-identical-tenants/theory": FILLED,
    "drf-not-resource-monotone/theory": FILLED,
    "drf-int-ghodsi-trace/theory": By("drf, key = current; ties by declaration", ghodsi_trace),
    "drf-int-oversize-task-head-of-line/theory": By("drf, key = current, on_misfit = stop and skip", stop_and_skip),
    "drf-int-stop-vs-skip/theory": By("drf, key = current, on_misfit = stop and skip", stop_and_skip),
    "int-si-po-ef1remove-impossible/theory": By("drf, key = after and current", both_keys),
    "drf-int-post-key-manipulable/theory": By("drf, key = after", manipulable),
    "drf-int-tie-order/theory": By("drf, both keys; ties by declaration", whole_tasks),
    "priority-strict-one-shot/theory": By("priority", strict_priority),
    "smallest-first-vector-order/theory": By("smallest-demand-first, every measure", vector_order),
    "hdrf-blocked-nodes/theory": HIERARCHY,
    "hierarchy-weights-kep1714/theory": HIERARCHY,
}
"""Every case by `id/set` (one id is in both sets): how it is a test, or why it is not one."""


def test_the_table_names_every_case_and_no_other() -> None:
    """Each of the 109 published cases is either a test or left out with its reason."""
    shared("oracles", "worked-examples.json")
    assert set(TABLE) == set(CASES)
    assert len(CASES) == 109
    assert all(row for row in TABLE.values())


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if isinstance(row, By)])
def test_published_case(name: str) -> None:
    """The published numbers come out of our policy."""
    shared("oracles", "worked-examples.json")
    row = TABLE[name]
    assert isinstance(row, By)
    row.check(CASES[name])
