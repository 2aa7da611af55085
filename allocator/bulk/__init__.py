"""The fast path: the grants of the one-shot engine for a million rows, in columns and without the log of decisions.

`allocate` picks the algorithm by what a policy declares (when its key changes, how it fills, what its key divides by),
never by its name; what no fast algorithm covers goes through the engine itself, so every input works. It must never
grant another unit than the engine does: a test holds the two equal.

What a policy may offer beside `key`, each for one of the algorithms:

* `columns(rows, capacity)` (`allocator.core.policy.Columnar`): the keys of all rows at once, for `STATIC` keys;
* `key_divides_by`, "capacity" or "entitlement", with `counts_next`: that its key is the largest over resources of
  (held, plus the next task if `counts_next`) / (capacity x weight), or / entitlement;
* `entitle_columns(entitlements)`: what `entitle` gives, by a call of `Entitlements.max_min`.
"""

from __future__ import annotations

from allocator.bulk.exact import Ints
from allocator.bulk.plans import plan
from allocator.bulk.rows import UNLIMITED, Rows
from allocator.bulk.scenarios import engine_grants, from_scenario, run_engine
from allocator.core.model import OnMisfit, Scenario
from allocator.core.policy import Policy

__all__ = ["UNLIMITED", "Rows", "allocate", "applies", "fast_grants", "grants"]


def allocate(rows: Rows, policy: Policy, on_misfit: OnMisfit = "skip") -> Ints:
    """(rows, resources), int64: what each row is granted, in smallest units; to the unit what the engine grants.

    Equal keys fall to the row declared first, or to the tenant of the lower index where the policy ranks tenants.
    Row order is the order of declaration, also where the rows of several tenants alternate.

    Cost: O(n log n) and some 200 bytes a row where a fast algorithm covers the rows: any policy with `STATIC` keys,
    slices, entitlements, and a level of dominant share with one row a tenant, all divisible or all whole tasks.
    Several rows of whole tasks a tenant are popped one task at a time; anything else runs the engine.

    Args:
        rows: What is wanted of which capacity; `Rows.of` makes and checks them.
        policy: Who is next.
        on_misfit: What to do with a pop that is not granted all it asked.
    """
    fast = plan(rows, policy, on_misfit)
    return run_engine(rows, policy, on_misfit) if fast is None else fast()


def applies(scenario: Scenario, policy: Policy, on_misfit: OnMisfit = "skip") -> bool:
    """Whether a fast algorithm covers the scenario, so that `grants` gives a result."""
    rows = from_scenario(scenario)
    return rows is not None and plan(rows, policy, on_misfit) is not None


def grants(scenario: Scenario, policy: Policy, on_misfit: OnMisfit = "skip") -> list[tuple[int, dict[str, int]]]:
    """(whole tasks, amounts) that each work is granted, in order of declaration; by the engine where `applies` is not.

    As in the engine's books, tasks are 0 for divisible work, and amounts leave out what is 0.
    """
    found = fast_grants(scenario, policy, on_misfit)
    return engine_grants(scenario, policy, on_misfit) if found is None else found


def fast_grants(
    scenario: Scenario, policy: Policy, on_misfit: OnMisfit = "skip"
) -> list[tuple[int, dict[str, int]]] | None:
    """What `grants` gives, or None where no fast algorithm covers the scenario."""
    rows = from_scenario(scenario)
    fast = None if rows is None else plan(rows, policy, on_misfit)
    if rows is None or fast is None:
        return None
    found: list[tuple[int, dict[str, int]]] = []
    for amounts, need, divisible in zip(fast().tolist(), rows.demand.tolist(), rows.divisible.tolist(), strict=True):
        named = {name: amount for name, amount in zip(rows.resources, amounts, strict=True) if amount}
        tasks = 0 if divisible else max((got // one for got, one in zip(amounts, need, strict=True) if one), default=0)
        found.append((tasks, named))
    return found
