"""Values as Slurm writes them: times, durations, amounts, TRES, numbers that may be unset, lists of hosts. Pure.

What says that there is no value ("Unknown", "UNLIMITED", 4294967294, an overflow of 2^31 megabytes) is no value here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from allocator.core.durations import LARGEST_MS
from allocator.core.resources import LARGEST
from allocator.simulation.workload import NONE

_EPOCH = datetime(1970, 1, 1)
_EPOCH_THERE = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
_LENGTH = re.compile(r"(?:(\d{1,7})-)?(\d{1,9})(?::(\d{1,9}))?(?::(\d{1,9}))?(?:\.(\d{1,3})\d*)?")
_SIZE = re.compile(r"(\d{1,20}(?:\.\d{1,12})?)([KMGTPE]?)(?:i?B)?([nc]?)", re.IGNORECASE)
_GRES = re.compile(r"(?:gres[/:])?([A-Za-z_][\w-]*)(?:[:=][^:=,()]+)?[:=](\d{1,9})(?:\([^)]*\))?")
_SPAN = re.compile(r"(\d{1,9})(?:-(\d{1,9})(?::(\d{1,9}))?)?")
_POWERS = {unit: 2 ** (10 * power) for power, unit in enumerate("KMGTPE", start=1)}
_SENTINELS = (65534, 65535, 2**32 - 2, 2**32 - 1)
_OVERFLOW = 2**51  # 2^31 megabytes: what an unset memory comes out as
_USELESS = ("node", "billing", "energy", "vmem", "pages")
MOST_HOSTS = 1_000_000


def moment(text: str) -> int:
    """ms since 1970 of `2016-12-22T07:15:12`, or of whole seconds; NONE where there is no time.

    Local times are taken as they stand: their zone is not said, and one hour a year is there twice.

    Raises:
        ValueError: Something else.
    """
    if not text or text in ("Unknown", "None", "N/A", "NONE", "0"):
        return NONE
    if text.isdigit() and len(text) < 12:
        return int(text) * 1000
    found = datetime.fromisoformat(text)
    return (found - _EPOCH_THERE if found.tzinfo else found - _EPOCH) // _MS


@lru_cache(maxsize=4096)
def length(text: str) -> int:
    """ms of `[days-]hours:minutes:seconds`, `minutes:seconds` or `minutes`; NONE where there is no limit.

    Raises:
        ValueError: Something else.
    """
    if not text or text in ("UNLIMITED", "Partition_Limit", "INVALID", "N/A", "NOT_SET", "Unknown"):
        return NONE
    found = _LENGTH.fullmatch(text)
    if found is None:
        raise ValueError(text)
    days, first, second, third, part = found.groups()
    if days is not None:
        parts = [int(first), int(second or 0), int(third or 0)]
    elif third is not None:
        parts = [int(first), int(second), int(third)]
    else:
        parts = [0, int(first), int(second or 0)]
    ms = (((int(days or 0) * 24 + parts[0]) * 60 + parts[1]) * 60 + parts[2]) * 1000 + int((part or "0").ljust(3, "0"))
    if ms > LARGEST_MS:
        raise ValueError(text)
    return ms


def megabytes(text: str) -> tuple[int, str]:
    """The bytes of `62.50G` or `31000Mn` (megabytes where no unit is said), and n or c: of a node, of a cpu.

    Raises:
        ValueError: Something else.
    """
    found = _SIZE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    amount = float(found[1]) * _POWERS[(found[2] or "M").upper()]
    return (0 if amount >= _OVERFLOW else math.ceil(amount)), found[3].lower()


def requested_memory(text: str, cpus: int, nodes: int) -> int:
    """The bytes of a job whose ReqMem is `text`: of each node with a trailing n, of each cpu with c, else in all.

    0 where it says nothing that makes sense: then the job is taken to have asked for none.
    """
    try:
        amount, of = megabytes(text)
    except ValueError:
        return 0
    return amount * {"n": nodes, "c": cpus}.get(of, 1)


@lru_cache(maxsize=4096)
def tres(text: str) -> Mapping[str, int]:
    """The amounts, in smallest units, of `cpu=12,gres/gpu=2,mem=31000M,node=1`; `node` stays, as a plain count.

    Raises:
        ValueError: Something else.
    """
    counts: dict[str, int] = {}
    for part in text.split(",") if text and text not in ("(null)", "N/A", "None") else ():
        name, sign, amount = part.partition("=")
        if not sign:
            raise ValueError(part)
        counts[name] = megabytes(amount)[0] if name == "mem" else _plain(amount)
    return amounts(counts)


def amounts(counts: Mapping[str, int]) -> dict[str, int]:
    """What TRES count (memory in bytes), by the names of resources here and in smallest units.

    A GPU is `gpu`, whatever its type: of `gres/gpu=4,gres/gpu:a100=4` both say the same four.
    """
    found: dict[str, int] = {}
    typed: dict[str, int] = {}
    for name, count in counts.items():
        if count > LARGEST // 1000 and name != "mem":
            continue
        if name == "cpu":
            found["cpu"] = count * 1000
        elif name == "mem":
            found["memory"] = count
        elif name == "node":
            found["node"] = count
        elif name.startswith("gres/"):
            kind, _, sort = name[5:].partition(":")
            if kind in ("gpumem", "gpuutil"):
                continue  # what was used, no demand
            table = typed if sort else found
            table[kind] = table.get(kind, 0) + count * 1000
    return {**typed, **found}


def gres(text: str) -> dict[str, int]:
    """How many of each kind `gpu:ampere:8(S:0-1),shard:4` or `gres/gpu:8` says; nothing where it says nothing."""
    found: dict[str, int] = {}
    for kind, count in _GRES.findall(text):
        found[kind] = found.get(kind, 0) + int(count)
    return found


def tasks_of_array(text: str) -> int:
    """How many tasks `0-9:2,20%5` stands for; 1 where that cannot be told."""
    total = 0
    for part in text.partition("%")[0].split(","):
        found = _SPAN.fullmatch(part)
        if found is None:
            continue
        first, last, step = int(found[1]), int(found[2] or found[1]), int(found[3] or 1)
        total += max(last - first, 0) // max(step, 1) + 1
    return min(max(total, 1), MOST_HOSTS)


def _plain(text: str) -> int:
    found = _SIZE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    factor = 1000 ** (" KMGTPE".index(found[2].upper()) if found[2] else 0)
    return int(float(found[1]) * factor)


def number(value: object) -> int | None:
    """A number of Slurm's JSON: bare up to v0.0.39, `{set, infinite, number}` from v0.0.40 on; None where unset."""
    if isinstance(value, dict):
        if value.get("infinite") or not value.get("set", True):
            return None
        value = value.get("number")
    if isinstance(value, str) and value.strip().isdigit() and len(value) < 20:
        value = int(value)
    if isinstance(value, float) and math.isfinite(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**62 or value in _SENTINELS:
        return None
    return value


def hosts(text: str) -> Iterable[str]:
    """The names in `cn[001-080,101],gpu1`.

    Raises:
        ValueError: No list of hosts, or one of more than a million.
    """
    if text.count("[") != text.count("]"):
        raise ValueError(text)
    found: list[str] = []
    for part in re.findall(r"[^,\[\]]*(?:\[[^\]]*\][^,\[\]]*)*", text):
        if part:
            found += _expanded(part, MOST_HOSTS - len(found))
    return found


def _expanded(part: str, room: int) -> list[str]:
    before, bracket, rest = part.partition("[")
    if not bracket:
        return [part]
    inside, closing, after = rest.partition("]")
    if not closing:
        raise ValueError(part)
    numbers: list[str] = []
    for span in inside.split(","):
        first, dash, last = span.partition("-")
        if not dash:
            numbers.append(first)
            continue
        if not (first.isdigit() and last.isdigit() and len(last) < 10 and int(last) - int(first) < room):
            raise ValueError(part)
        numbers += [str(each).zfill(len(first)) for each in range(int(first), int(last) + 1)]
    tails = _expanded(after, room) if after else [""]
    if len(numbers) * len(tails) > room:
        raise ValueError(part)
    return [f"{before}{each}{tail}" for each in numbers for tail in tails]
