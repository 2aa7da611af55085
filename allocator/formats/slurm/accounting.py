"""Slurm's accounting, as text or JSON -> recorded jobs, with the shares of a second file where one is named."""

from __future__ import annotations

import os

from allocator.core.text import did_you_mean
from allocator.core.timeline import TraceUse
from allocator.formats.recorded import Recorded, counted, understood
from allocator.formats.slurm import json_jobs, sacct
from allocator.formats.slurm.records import Gathered
from allocator.formats.slurm.shares import read_shares
from allocator.formats.sources import TextSource, opened, refusal

OPTIONS = ("shares",)


def read_slurm(source: TextSource, use: TraceUse) -> Recorded:
    """The jobs of `sacct -P` or `sacct --json`, and of what looks like them.

    `use.tenant` is account (default), user, group, partition, qos or another field of the file. Option `shares` is a
    file of `sshare -P`, `sacctmgr -P show assoc` or of associations as JSON: it gives weights and what each tenant
    has used. Times count from when a job was eligible; its partition is its pool.

    Raises:
        SnapshotError: A damaged file, with the line; one that lists no job; an option that does not exist.
    """
    understood(use, "slurm", OPTIONS)
    if source.head().lstrip()[:1] in ("{", "["):
        gathered, word, told = _read_json(source, use)
    else:
        gathered, word, told = sacct.read_text(source, use)
    jobs = gathered.workload()
    lines = [*gathered.told(jobs, word or "tenant"), *told]
    named = use.options.get("shares", "")
    if not named:
        lines.append(f"no shares: every {word or 'tenant'} has weight 1 and starts at zero; sshare -P would say more")
        return Recorded(jobs, told=tuple(lines))
    with opened(os.path.join(use.directory, named)) as file:
        shares = read_shares(file, word)
    tenants = tuple(one for one in shares.tenants if one.name in jobs.tenants)
    usage = {name: used for name, used in shares.usage.items() if name in jobs.tenants}
    return Recorded(jobs, tenants=tenants, usage=usage, told=(*lines, *shares.told))


def _read_json(source: TextSource, use: TraceUse) -> tuple[Gathered, str, list[str]]:
    word = use.tenant.lower() or "account"
    if word not in json_jobs.TENANTS:
        known = ", ".join(json_jobs.TENANTS)
        message = f"tenant is {use.tenant}, expected one of {known}{did_you_mean(word, json_jobs.TENANTS)}"
        raise refusal(source.name, message)
    gathered = Gathered()
    other = 0
    for _, raw, item in json_jobs.objects(source):
        if not json_jobs.is_job(item):
            other += 1
        elif wrong := gathered.add(json_jobs.record(item, word)):
            raise refusal(source.name, wrong, line=raw.line, place=raw.place)
    if not gathered.read:
        raise refusal(source.name, f"found no job, but {counted(other, 'other object')}; sacct --json lists jobs")
    return gathered, word, [f"passed over {counted(other, 'object')} that are no jobs"] if other else []
