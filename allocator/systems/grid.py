"""The words of the batch systems of supercomputers and campuses: Slurm and HTCondor."""

from __future__ import annotations

from allocator.systems.word import NONE, System, Word

SLURM = System(
    name="Slurm",
    words=(
        Word("account, association", "tenant", "Accounts form a tree with users below; tenants here are flat."),
        Word(
            "job, job array",
            "job; work in one allocation",
            "Starts whole in both; only in one allocation is each task granted by itself. An array is that many jobs.",
        ),
        Word("time limit (--time)", "estimate", "The job is killed at it there; here at_limit says kill or extend."),
        Word("--dependency=afterok", "after", "The other kinds, such as afterany, have no equal here."),
        Word("TRES (cpu, mem, gres/gpu)", "resource", "Billing weights fold several into one number; here none do."),
        Word(
            "partition", "a node's pool", "It has limits and a priority tier of its own; a pool here is only a label."
        ),
        Word(
            "shares (Fairshare=)",
            "weight",
            "Shares weigh decayed usage among siblings; a weight here what is held, or with half_life what was used.",
        ),
        Word("job priority (sprio)", "priority", "Reversed: the larger number goes first there, the lower one here."),
        Word("nice", "priority", "The same direction: a larger nice goes later. It is one addend of many there."),
        Word("GrpTRES", "limit", "Holds for the account and everything below it together."),
        Word("MaxTRES", NONE, "Limits one job or user; here a limit is of a tenant."),
        Word(
            "PriorityDecayHalfLife",
            "half_life of drf and fair-share",
            "Usage is charged as it runs and decayed in periods there; here charged at the start by the estimate, put "
            "right at the end, and decayed steadily.",
        ),
        Word("JobRequeue", "on_failure = requeue", "After a node failed, in both."),
        Word("preemption", NONE, "Nothing is evicted here for the sake of another."),
    ),
    policies=(
        Word("priority/basic", "fifo", "By submit time; in one allocation declaration order stands for it."),
        Word(
            "sched/builtin",
            "priority, queue = strict",
            "Strict within each partition; here over all nodes. In one allocation: on_misfit = stop.",
        ),
        Word(
            "sched/backfill",
            "priority, queue = conservative",
            "Plans as many jobs as bf_max_job_test, in steps of bf_resolution; here every job, to the millisecond. One "
            "allocation has no time in it: on_misfit = skip protects nobody.",
        ),
        Word(
            "priority/multifactor",
            "priority",
            "A weighted sum of age, fair share, size, QOS and more; here the one number that the scenario says.",
        ),
        Word(
            "Fair Tree (default since 19.05)",
            "fair-share, with weights and half_life",
            "Ranks by shares / decayed usage, level by level of a tree; here tenants are flat. One allocation "
            "remembers nothing: drf, with weights.",
        ),
        Word(
            "classic fair-share",
            "fair-share, with weights and half_life",
            "2^(-usage / shares) of decayed usage is one addend of a job's priority there; here it alone is the order.",
        ),
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
        Word(
            "real user priority (RUP)",
            "decayed use (half_life)",
            "The number of slots in use, smoothed by PRIORITY_HALFLIFE; here the use of a resource over time.",
        ),
        Word("job priority", "priority of work", "Reversed: the larger number goes first; inside one submitter only."),
        Word(
            "GROUP_QUOTA, GROUP_QUOTA_DYNAMIC",
            "guarantee and limit",
            "Quotas above the pool are scaled down in proportion; guarantees above it are shared by the policy.",
        ),
        Word("GROUP_ACCEPT_SURPLUS", "no limit", "Off by default there: a quota is a hard cap until it is set."),
        Word("surplus", "borrowed", "Passed up the tree of groups; here it is whatever is granted above entitled."),
        Word("PREEMPTION_REQUIREMENTS, RANK", NONE, "Nothing is evicted here for the sake of another."),
    ),
    policies=(
        Word(
            "negotiation by EUP",
            "fair-share, weight = 1 / factor, with half_life",
            "A submitter's slice is in inverse proportion to its EUP; here whoever used least by weight goes first. "
            "One allocation remembers nothing: drf, weight = 1 / EUP.",
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
