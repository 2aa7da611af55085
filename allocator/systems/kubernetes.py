"""The words of Kubernetes itself and of Kueue, its queueing of jobs."""

from __future__ import annotations

from allocator.systems.word import NONE, System, Word

KUBERNETES = System(
    name="Kubernetes",
    words=(
        Word("namespace", "tenant", "Or a label: fairheap import kubernetes --tenant label:KEY."),
        Word("pod, replicas", "task, tasks", "The pods of one controller are granted one by one."),
        Word("requests", "demand", "A limit without a request counts as the request, as in the cluster."),
        Word("limits of a container", NONE, "They cap what runs; a limit here is of a tenant."),
        Word("allocatable", "capacity of a node", "Less what DaemonSets and system pods take of it, once imported."),
        Word(
            "ResourceQuota, requests.*",
            "limit (--quota says otherwise)",
            "Checked when a pod is created: what it refuses never shows as pending, and no dump can tell.",
        ),
        Word("LimitRange", NONE, "Not read: the requests in a dump have its defaults already."),
        Word(
            "PriorityClass", "priority", "Reversed: the higher value goes first there. The import turns it into ranks."
        ),
        Word("extended resource", "resource", "The same name, such as nvidia.com/gpu."),
        Word("preemption", NONE, "Nothing is evicted here for the sake of another."),
        Word(
            "nodeSelector, affinity, taints",
            "pools",
            "A label of nodes that work and jobs may name, and nothing finer; the import reads none of the three.",
        ),
        Word("topology spread", NONE, ""),
        Word(
            "NodeResourcesFit: LeastAllocated, MostAllocated",
            "placement = least-loaded, most-loaded",
            "Scores average the resources there; here the fullest resource of a node decides.",
        ),
    ),
    policies=(
        Word(
            "scheduling queue (PrioritySort)",
            "priority",
            "Higher value, then time, one pod a time, whoever it belongs to; it knows no tenants.",
        ),
        Word("ResourceQuota, first come", "fifo, with limits", ""),
    ),
    source="kubernetes.io/docs: Resource Quotas, Pod Priority and Preemption, Scheduler Configuration; "
    "core/v1 PodSpec.priority",
)

KUEUE = System(
    name="Kueue",
    words=(
        Word("ClusterQueue, LocalQueue", "tenant", "A ClusterQueue shares; its LocalQueues are doors to it."),
        Word(
            "Workload",
            "job; work in one allocation",
            "Admitted whole or not at all, as a job starts; in one allocation tasks are granted one by one.",
        ),
        Word("ResourceFlavor", "resource", "Two flavors of one resource are two resources here: name them apart."),
        Word("cohort", "the pool", "Only queues of one cohort lend to each other; here all do. Cohorts form a tree."),
        Word("nominalQuota", "guarantee", "What is not used is lent in both; there it is taken back by preemption."),
        Word("borrowingLimit", "limit = nominalQuota + it", ""),
        Word("lendingLimit", NONE, "What a queue keeps though idle; take it off the capacity."),
        Word("borrowing", "borrowed", "Above nominalQuota there; above the slice by weight here."),
        Word(
            "fairSharing.weight",
            "weight",
            "Weighs only what is borrowed there; here all that is granted. 0 means an infinite share there.",
        ),
        Word(
            "dominant resource share",
            "dominant share",
            "Of what is above nominalQuota, over what the cohort can lend; here of everything, over the capacity.",
        ),
        Word("priority", "priority", "Reversed: the higher value goes first there."),
        Word("preemption, reclaim", NONE, "Nothing is evicted here: --compare says who would lose what."),
    ),
    policies=(
        Word(
            "StrictFIFO",
            "priority, on_misfit = stop",
            "Blocks its own queue there; here the round ends for all. Over time: queue = strict.",
        ),
        Word(
            "BestEffortFIFO",
            "priority, on_misfit = skip",
            "Inside one queue there; here over all tenants. Over time: queue = skip.",
        ),
        Word(
            "fair sharing",
            "no equal here yet; nearest drf with guarantees",
            "Ranks by dominant resource share after admission, of the borrowed part only; drf ranks by all that is "
            "held. Tenants that borrow nothing tie at 0 there.",
        ),
        Word("classic preemption", "fifo, with guarantees", "Borrowing there is first come, first served."),
        Word(
            "AdmissionFairSharing",
            "fair-share, with half_life",
            "Averages samples of the usage of several weighted resources, with a penalty on admission; here one "
            "resource, charged at the start by the estimate.",
        ),
    ),
    source="kubernetes-sigs/kueue site/content/en/docs/concepts: cluster_queue, fair_sharing, preemption; KEP-1714",
)
