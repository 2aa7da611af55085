"""The words of the two-level schedulers of data centres: YARN, with both its schedulers, and Mesos."""

from __future__ import annotations

from allocator.systems.word import NONE, System, Word

YARN = System(
    name="YARN (Fair and Capacity Scheduler)",
    words=(
        Word("queue", "tenant", "Queues form a tree, each level shared by itself; tenants here are flat."),
        Word("application, container", "work, task", ""),
        Word("vcores, memory-mb", "cpu, memory", "A vcore is a whole number; cpu here has thousandths."),
        Word(
            "minResources (Fair)",
            "guarantee",
            "Under DRF only the dominant resource is held against it; here every resource that is named.",
        ),
        Word("maxResources (Fair)", "limit", "Also of every parent queue."),
        Word("weight (Fair)", "weight", "0 is accepted there and served last; here a weight is above 0."),
        Word("steady fair share", "entitled", "Both count everyone, whether they want anything or not."),
        Word(
            "instantaneous fair share", "fair share", "Both count only who wants something; here never above the want."
        ),
        Word("capacity (Capacity)", "guarantee, and weight", "One number there is both the promise and the weight."),
        Word("maximum-capacity (Capacity)", "limit", ""),
        Word("user-limit-factor", NONE, "Limits one user inside a queue; make such users tenants."),
        Word("priority of an application", "priority", "Reversed: the larger number goes first there."),
        Word("preemption", NONE, "Nothing is evicted here for the sake of another."),
    ),
    policies=(
        Word(
            "fifo (FifoPolicy)",
            "fifo",
            "Priority goes first there, then submit time; here submit time alone, in one allocation declaration.",
        ),
        Word(
            "fair (FairSharePolicy)",
            "fair-share, resource = memory",
            "Memory alone decides; whoever is below its minimum share goes first there; ties by start time, then name. "
            "In one allocation drf comes nearest, with key = current and memory alone in share_of.",
        ),
        Word(
            "drf (DominantResourceFairnessPolicy)",
            "drf, key = current",
            "Equal dominant shares are decided by the next largest share, then start time and name; here by "
            "declaration.",
        ),
        Word(
            "ComputeFairShares",
            "fair-share",
            "The same shares of each resource by itself, found by 25 bisections and truncated; here exact, by largest "
            "remainder.",
        ),
        Word(
            "CapacityScheduler",
            "drf, with guarantee and weight = capacity",
            "Orders queues by used / capacity; preemption gives back in rounds. Here both are said apart.",
        ),
    ),
    source="apache/hadoop FairScheduler.md, CapacityScheduler.md; FairSharePolicy.java, "
    "DominantResourceFairnessPolicy.java, ComputeFairShares.java",
)

MESOS = System(
    name="Mesos",
    words=(
        Word("role", "tenant", ""),
        Word("framework", "work", "A framework may decline an offer; work here takes all that fits."),
        Word(
            "agent",
            "node",
            "Offers are of one agent's resources; here the pool is shared out first, then placed on nodes.",
        ),
        Word("offer", "decision", "An offer may be everything an agent has free; a decision grants one task."),
        Word("weight", "weight", ""),
        Word(
            "quota guarantee",
            "guarantee",
            "Laid away even while the role does not want it; here what is not wanted is shared out. Older releases "
            "made it the limit too.",
        ),
        Word("quota limit", "limit", ""),
        Word("reservation", "less capacity", "Bound to one agent and role; take it off the capacity."),
        Word("revocable resources", NONE, "What may be taken back later; nothing is taken back here."),
        Word("dominant share", "dominant share", ""),
    ),
    policies=(
        Word(
            "wDRF allocator",
            "drf, key = current",
            "Serves a role an agent at a time, ties by number of allocations; here a task at a time, ties by "
            "declaration.",
        ),
        Word("quota first, then wDRF", "guarantees in their own round", "What a role declines stays laid away there."),
    ),
    source="apache/mesos docs/weights.md, docs/quota.md, sorter.hpp; mesos.apache.org/documentation/latest/quota",
)
