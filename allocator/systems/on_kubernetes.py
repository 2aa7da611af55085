"""The words of the schedulers that run beside or instead of Kubernetes' own: Volcano, KAI, YuniKorn, Armada."""

from __future__ import annotations

from allocator.systems.word import NONE, System, Word

VOLCANO = System(
    name="Volcano",
    words=(
        Word("Queue", "tenant", "Queues may form a tree; tenants here are flat."),
        Word(
            "PodGroup, gang",
            "job; work in one allocation",
            "minMember pods start at once; here all tasks of a job do; in one allocation each is granted by itself.",
        ),
        Word(
            "binpack, nodeorder",
            "placement = most-loaded, least-loaded",
            "Weighted scores of several resources there; here the fullest resource of a node decides.",
        ),
        Word("weight", "weight", "Read by the proportion plugin alone; the capacity plugin does not need it."),
        Word(
            "deserved",
            "entitled",
            "By weight (proportion), or said outright (capacity); lent while unused, then reclaimed.",
        ),
        Word(
            "guarantee",
            "guarantee",
            "Reserved there, even while idle nobody else may use it; here what is not wanted is shared out.",
        ),
        Word("capability", "limit", ""),
        Word("reclaimable", NONE, "Whether others may take back what is above deserved; nothing is evicted here."),
        Word("priority of a queue", "priority", "Reversed: the higher number goes first there."),
        Word("preempt, reclaim", NONE, "Nothing is evicted here."),
    ),
    policies=(
        Word("proportion", "fair-share", "Deserved is by weight, and never above what is asked for."),
        Word("capacity", "fair-share, with guarantee = deserved", "Whoever is above deserved gives back by eviction."),
        Word(
            "drf",
            "drf, key = current",
            "Ranks jobs, not tenants. A resource such as pods can pin every share (issue 3255): leave it out of "
            "share_of.",
        ),
        Word("hdrf", NONE, "DRF over a tree of queues."),
    ),
    source="volcano-sh/website docs/queue.md, queue_resource_management.md; volcano docs/user-guide/"
    "how_to_use_capacity_plugin.md",
)

KAI = System(
    name="KAI Scheduler (Run:ai)",
    words=(
        Word("Queue (project, department)", "tenant", "Queues have two or more levels; tenants here are flat."),
        Word(
            "quota",
            "guarantee",
            "Quotas above the cluster are kept as they are; here the policy shares them, with a warning.",
        ),
        Word(
            "over-quota weight",
            "weight",
            "Weighs what remains after quotas; here also what a guarantee covers (level x weight or the guarantee).",
        ),
        Word("limit", "limit", ""),
        Word("priority of a queue", "priority", "Reversed; a better one takes the whole surplus first."),
        Word("fair share", "fair share", "Quota plus a part of the surplus there."),
        Word("saturation ratio", "key of fair-share", "Allocated / fair share."),
        Word("reclaim", NONE, "Nothing is evicted here."),
    ),
    policies=(
        Word(
            "resource division",
            "fair-share, with guarantees",
            "Quotas first, then the surplus by over-quota weight inside each priority; whole units in both by largest "
            "remainder.",
        ),
        Word("queue order", "fair-share", "The queue furthest below its fair share now; here with its next task."),
        Word(
            "time-aware fairness",
            "fair-share, with half_life",
            "Past usage moves the fair share there; here it is what tenants are ranked by.",
        ),
    ),
    source="NVIDIA/KAI-Scheduler docs/fairness/README.md, docs/timeaware/README.md",
)

YUNIKORN = System(
    name="YuniKorn",
    words=(
        Word("queue", "tenant", "Queues form a tree; tenants here are flat."),
        Word("application", "work", ""),
        Word("vcore", "cpu", ""),
        Word("guaranteed", "guarantee, and weight", "It is also what usage is divided by when queues are ranked."),
        Word("max", "limit", "Also of every parent queue."),
        Word("limits (users, groups)", NONE, "Of one user or group inside a queue; make such users tenants."),
        Word("priority", "priority", "Reversed: the higher number goes first there, across all queues unless fenced."),
        Word("preemption", NONE, "Nothing is evicted here."),
        Word(
            "nodesortpolicy: fair, binpacking",
            "placement = least-loaded, most-loaded",
            "Weighted free parts of a node there; here its fullest resource decides.",
        ),
    ),
    policies=(
        Word("application.sort.policy: fifo", "fifo", "Inside a leaf queue, after priority unless that is disabled."),
        Word("application.sort.policy: fair", "drf, key = current", "Inside a leaf queue, over applications."),
        Word(
            "fair, between queues",
            "drf, key = current, weight = guaranteed",
            "Ranks by usage / guaranteed; here by usage / (capacity x weight).",
        ),
    ),
    source="apache/yunikorn-site docs/user_guide: queue_config.md, sorting_policies.md",
)

ARMADA = System(
    name="Armada",
    words=(
        Word("queue", "tenant", ""),
        Word(
            "job, gang",
            "job; work in one allocation",
            "A gang starts whole, as all tasks of a job here; in one allocation each task is granted by itself.",
        ),
        Word("priority factor", "weight = 1 / factor", "Reversed: a smaller factor gets more."),
        Word("cost", "dominant share", ""),
        Word("fair share of a queue", "fair share", "Counts active queues only, so it moves as queues fill and empty."),
        Word("priority class", "priority", "Reversed: the higher number may preempt the lower one."),
        Word("preemption to fair share", NONE, "Nothing is evicted here."),
    ),
    policies=(
        Word(
            "queue ordering by cost",
            "drf, key = after",
            "The queue whose weighted cost with its next gang is smallest; gangs count whole, as jobs do here over "
            "time; in one allocation one task does.",
        ),
        Word("job order inside a queue", "priority of work", "Priority class, then job priority, then submit time."),
    ),
    source="armadaproject/armada docs/scheduling_and_preempting_jobs.md",
)
