"""The scenario that `fairheap init` writes: small, real-looking, each key taught in a line."""

from __future__ import annotations


def starter() -> str:
    """A commented scenario as TOML text; it loads without fault or warning."""
    return _STARTER


_STARTER = """\
# A Fairheap scenario: what there is, who wants it, and how it is shared. Change anything, then run
#   fairheap THIS-FILE --simulate      who gets what, and why
#   fairheap THIS-FILE --compare       the same under other policies
title = "Three teams on one cluster"
# tenants_from = "tenants.csv"   # more tenants: name, weight, priority, work, tasks, divisible, held, resources

# What there is, as one pool. Any resource may be named; memory takes suffixes such as Gi, cpu takes m.
[capacity]
cpu = 16                         # cores
memory = "64Gi"                  # a bare number would be bytes
"nvidia.com/gpu" = 2             # a name with dots or slashes needs quotes

# Or node by node, instead of [capacity]; the pool is then their sum:
# [[nodes]]
# name = "worker"                # with count: worker-1, worker-2, worker-3
# count = 3
# capacity = { cpu = 8, memory = "32Gi" }
# pool = "general"               # a label of your own

[policy]
use = "drf"                      # `fairheap policies` lists them all
compare = ["fifo", "fair-share", "drf"]    # what --compare runs; left out: every built-in
on_misfit = "skip"               # what does not fit: "skip" tries the next, "stop" ends the round
# share_of = ["cpu", "memory"]   # measure shares in these alone; left out: in every resource

[policy.options.drf]             # options of one policy
key = "after"

# Who shares. The order decides ties.
[[tenants]]
name = "analytics"
weight = 2                       # gets twice the share of weight 1; decimals such as 0.5 are fine
priority = 10                    # the lower number goes first, where a policy looks at it; default 100
demand = { cpu = 1, memory = "6Gi" }       # what ONE task needs
tasks = 10                       # how many it wants; "unlimited" is allowed
held = 6                         # how many of them run now; leave it out if you do not know

[[tenants]]
name = "web"
guarantee = { cpu = 4 }          # the least it is owed, if it wants it
limit = { cpu = 10 }             # the most it may be granted
[[tenants.work]]                 # several kinds of work, instead of one demand
name = "frontend"
demand = { cpu = "500m", memory = "1Gi" }
tasks = 16
held = 8
[[tenants.work]]
name = "cache"
demand = { cpu = 1, memory = "8Gi" }
tasks = 2
priority = 50                    # before its other work

[[tenants]]
name = "training"
demand = { cpu = 8, memory = "24Gi", "nvidia.com/gpu" = 2 }   # without tasks: wanted once,
# divisible = false              # and any fraction of it may be granted, unless this says otherwise

# Over time: take the # away below, and jobs arrive, wait, run and end. --simulate and --compare then run them;
# what tenants want at once, above, is left alone.
# [simulation]
# duration = "8h"                # or "drain": until all is done
# seed = 42                      # the same seed, the same run
# queue = "easy"                 # what may pass a job that does not fit: "strict", "skip", "easy", "conservative"
# placement = "least-loaded"     # which node a task goes to, where there are nodes

# [[jobs]]
# tenant = "analytics"
# name = "report"                # with count: report-1 to report-6
# count = 6
# every = "1h"
# submit = "30m"                 # durations take ms, s, m, h, d
# runtime = "20m"
# estimate = "30m"               # what its owner says it will take; left out: just as long
# demand = { cpu = 2, memory = "8Gi" }
# tasks = 2                      # both start together, or none does
# [[jobs]]
# tenant = "web"
# name = "publish"
# count = 6
# after = ["report"]             # publish-1 waits for report-1 to complete, and so on
# runtime = "90s"
# deadline = "7h"                # after its submit time
# demand = { cpu = "500m" }

# [[workloads]]                  # jobs that are generated
# tenant = "training"
# arrivals = { kind = "poisson", mean = "40m" }
# runtime = { kind = "lognormal", mean = "1h", cv = 1.5 }
# demand = { cpu = 4, memory = "16Gi", "nvidia.com/gpu" = 1 }

# [[events]]
# at = "4h"
# kind = "capacity"              # or node-down, node-up, drain, weight, priority, tenant-join, tenant-leave, note
# capacity = { cpu = 12 }
"""
