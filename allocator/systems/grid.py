"""The words of the batch systems of supercomputers and campuses: Slurm and HTCondor."""

from __future__ import annotations

from allocator.systems.word import NONE, System, Word

SLURM = System(
    name="Slurm",
    words=(
        Word("account, association", "tenant", "Accounts form a tree with users below; tenants here are flat."),
        Word("job, job array", "work", "A job starts whole on all its nodes; here each task is granted by itself."),
        Word("TRES (cpu, mem, gres/gpu)", "resource", "Billing weights fold several into one number; here none do."),
        Word(
            "partition", "a node's pool", "It has limits and a priority tier of its own; a pool here is only a label."
        ),
        Word(
            "shares (Fairshare=)",
            "weight",
            "Shares weigh the decayed past usage among siblings; a weight here weighs what is granted now.",
        ),
        Word("job priority (sprio)", "priority", "Reversed: the larger number goes first there, the lower one here."),
        Word("nice", "priority", "The same direction: a larger nice goes later. It is one addend of many there."),
        Word("GrpTRES", "limit", "Holds for the account and everything below it together."),
        Word("MaxTRES", NONE, "Limits one job or user; here a limit is of a tenant."),
        Word("PriorityDecayHalfLife", NONE, "How fast past usage is forgotten; a decision here has no past."),
        Word("preemption, requeue", NONE, "Nothing is evicted here: every decision starts from an empty cluster."),
    ),
    policies=(
        Word("priority/basic", "fifo", "Declaration order stands for submit time."),
        Word("sched/builtin", "priority, on_misfit = stop", "Strict within each partition; here over the one pool."),
        Word(
            "sched/backfill",
            "priority, on_misfit = skip",
            "Backfill protects the start of the job in front; skip protects nobody, since there is no time in it.",
        ),
        Word(
            "priority/multifactor",
            "priority",
            "A weighted sum of age, fair share, size, QOS and more; here the one number that the scenario says.",
        ),
        Word(
            "Fair Tree (default since 19.05)",
            "drf, with weights",
            "Ranks by shares / past usage, level by level; drf looks at the grants of this decision alone.",
        ),
        Word("classic fair-share", "drf, with weights", "2^(-usage / shares) of decayed usage; no memory here."),
    ),
    source="slurm.schedmd.com: priority_multifactor, fair_tree, classic_fair_share, resource_limits, sched_config",
)

HTCONDOR = System(
    name="HTCondor",
    words=(
        Word("submitter, accounting group", "tenant", "Groups form a tree; tenants here are flat."),
        Word("slot", "capacity", "Machines are matched one slot at a time; here the pool is one sum."),
        Word(
            "priority factor",
            "weight = 1 / factor",
            "Reversed: a smaller factor gets more there, a larger weight here.",
        ),
        Word(
            "effective user priority (EUP)",
            "weight = 1 / EUP",
            "A share, not an order: EUP 5 gets twice what EUP 10 gets. It moves with past usage.",
        ),
        Word("real user priority (RUP)", NONE, "Decayed past usage (PRIORITY_HALFLIFE); a decision has no past."),
        Word("job priority", "priority of work", "Reversed: the larger number goes first; inside one submitter only."),
        Word(
            "GROUP_QUOTA, GROUP_QUOTA_DYNAMIC",
            "guarantee and limit",
            "Quotas above the pool are scaled down in proportion; guarantees above it are shared by the policy.",
        ),
        Word("GROUP_ACCEPT_SURPLUS", "no limit", "Off by default there: a quota is a hard cap until it is set."),
        Word("surplus", "borrowed", "Passed up the tree of groups; here it is whatever is granted above entitled."),
        Word("PREEMPTION_REQUIREMENTS, RANK", NONE, "Nothing is evicted here."),
    ),
    policies=(
        Word(
            "negotiation by EUP",
            "drf, weight = 1 / EUP",
            "A submitter's slice is in inverse proportion to its EUP, which past usage moves; here weights stand "
            "still.",
        ),
        Word(
            "starvation group order",
            "drf, key = current, weight = quota",
            "The group with the smallest usage / quota negotiates first, and takes its whole slice; here a task a pop.",
        ),
        Word("GROUP_SORT_EXPR", "priority", "Any expression there; here the number in the scenario, lower first."),
    ),
    source="htcondor/htcondor docs/admin-manual/user-priorities-negotiation.rst",
)
