"""Jobs in Slurm's JSON -> records: of `sacct --json`, `squeue --json`, `scontrol show job --json` and of slurmrestd.

Numbers are bare up to v0.0.39 of the plugin and `{set, infinite, number}` after; a state is a word, or a list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from allocator.formats.kubernetes.json_objects import json_objects
from allocator.formats.kubernetes.raw import Raw
from allocator.formats.kubernetes.shapes import mapping, mappings, text, whole
from allocator.formats.slurm.records import Record
from allocator.formats.slurm.values import amounts, number, requested_memory, tasks_of_array, tres
from allocator.formats.sources import TextSource
from allocator.simulation.workload import NONE

LISTS = ("jobs", "nodes", "associations", "partitions", "qos", "accounts", "users", "items")
"""The lists that are read an item at a time."""
_MB = 1 << 20
_WORDS = {
    "account": ("account",),
    "user": ("user", "user_name", "username"),
    "group": ("group", "group_name"),
    "partition": ("partition",),
    "qos": ("qos",),
    "cluster": ("cluster", "cluster_name"),
}
TENANTS = tuple(_WORDS)
"""What a tenant can be."""


def objects(source: TextSource) -> Iterator[tuple[str, Raw, Mapping[str, object]]]:
    """The items of the lists in `source`: the name of the list, the item and what is in it.

    An array that nothing names gives items of the list "".

    Raises:
        SnapshotError: Not JSON, or not all of it.
    """
    for raw in json_objects(source, LISTS):
        value = raw.value if isinstance(raw.value, dict) else {}
        inner = value.get("slurm")  # clockwork wraps what Slurm says
        yield raw.place.partition("[")[0], raw, inner if isinstance(inner, dict) else value


def is_job(item: Mapping[str, object]) -> bool:
    """Whether an object is a job of Slurm."""
    return "job_id" in item and ("job_state" in item or "state" in item)


def record(item: Mapping[str, object], word: str) -> Record:
    """A job, with the tenant that `word` says."""
    times = mapping(item, "time")
    found = _amounts(item)
    nodes = number(item.get("allocation_nodes")) or number(item.get("node_count")) or found.get("node", 1)
    limit = number(times.get("limit") if times else item.get("time_limit"))
    elapsed = number(times.get("elapsed")) if times else None
    rank = number(item.get("priority"))
    return Record(
        id=_identity(item),
        tenant=next((name for key in _WORDS[word] if (name := text(item.get(key)))), f"no-{word}"),
        state=state(item),
        partition=text(item.get("partition")),
        submit=_moment(times.get("submission") if times else item.get("submit_time")),
        eligible=_moment(times.get("eligible") if times else item.get("eligible_time")),
        start=_moment(times.get("start") if times else item.get("start_time")),
        end=_moment(times.get("end") if times else item.get("end_time")),
        elapsed=NONE if elapsed is None else elapsed * 1000,
        limit=NONE if limit is None else limit * 60_000,
        nodes=nodes,
        amounts=found,
        priority=NONE if rank is None else rank,
        cluster=text(item.get("cluster")),
        reason=_reason(item),
        copies=tasks_of_array(text(item.get("array_task_string"))) if item.get("array_task_string") else 1,
    )


def state(item: Mapping[str, object]) -> str:
    """The first word of the state of a job or node; its flags are left out."""
    value = item.get("job_state", item.get("state"))
    if isinstance(value, dict):
        value = value.get("current")
    if isinstance(value, list):
        value = value[0] if value else ""
    return (text(value).split() or [""])[0].upper()


def _reason(item: Mapping[str, object]) -> str:
    """Why a job waits; a job that is held says so first."""
    found = text(item.get("state_reason")) or text(mapping(item, "state").get("reason"))
    return "JobHeld" if item.get("hold") is True and not found.startswith("JobHeld") else found


def _moment(value: object) -> int:
    seconds = number(value)
    return seconds * 1000 if seconds else NONE


def _identity(item: Mapping[str, object]) -> str:
    """The number of a job; of a task of an array `array_task`, as Slurm shows it."""
    job = text(item.get("job_id"))
    array = mapping(item, "array")
    of = number(array.get("job_id") if array else item.get("array_job_id"))
    task = number(array.get("task_id") if array else item.get("array_task_id"))
    return f"{of}_{task}" if of and task is not None else job


def _amounts(item: Mapping[str, object]) -> dict[str, int]:
    """What a job had, or else asked for."""
    lists = mapping(item, "tres")
    had, asked = _listed(lists.get("allocated")), _listed(lists.get("requested"))
    had = had or _tres(item, "tres_alloc_str") or _counted(item.get("tres_allocated"))
    asked = asked or _tres(item, "tres_req_str") or _counted(item.get("tres_requested"))
    found = {**asked, **had}
    required = mapping(item, "required")
    cpus = number(required.get("CPUs")) or number(item.get("cpus"))
    if cpus and "cpu" not in found:
        found["cpu"] = cpus * 1000
    if "memory" not in found:
        memory = number(item.get("memory_per_node")) or number(required.get("memory"))
        of_each = number(item.get("memory_per_cpu"))
        if memory or of_each:
            unit = f"{memory}Mn" if memory else f"{of_each}Mc"
            found["memory"] = requested_memory(unit, found.get("cpu", 1000) // 1000, found.get("node", 1))
    return found


def _listed(value: object) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in mappings(value):
        kind, name = text(one.get("type")), text(one.get("name"))
        count = number(one.get("count")) or 0
        counts[f"{kind}/{name}" if name else kind] = count * _MB if kind == "mem" else count
    return amounts(counts)


def _tres(item: Mapping[str, object], key: str) -> dict[str, int]:
    try:
        return dict(tres(text(item.get(key))))
    except ValueError:
        return {}


def _counted(value: object) -> dict[str, int]:
    """TRES as clockwork has them: `num_cpus`, `mem` in megabytes, `num_gpus`."""
    table = mapping(value)
    counts = {
        "cpu": whole(table.get("num_cpus"), 0),
        "mem": whole(table.get("mem"), 0) * _MB,
        "node": whole(table.get("num_nodes"), 0),
        "gres/gpu": whole(table.get("num_gpus"), 0),
    }
    return amounts({name: count for name, count in counts.items() if count > 0})
