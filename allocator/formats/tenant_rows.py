"""A CSV of tenants and a capacity -> a scenario: what spreadsheets and queries give. Reads no amounts of its own.

The columns are those of `tenants_from` in a scenario (`allocator.scenario.tenants_csv` reads them). A CSV says nothing
of the capacity: the caller gives it, or comment lines before the header do, such as `# capacity: cpu=9, memory=18Gi`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from allocator.core.errors import Fault, QuantityError, SnapshotError
from allocator.core.model import Scenario, Tenant
from allocator.core.resources import LARGEST, parse_quantity
from allocator.formats.amounts import listed
from allocator.formats.imported import Imported
from allocator.formats.sources import opened, refusal, running_total, shown
from allocator.scenario.tenants_csv import read_tenants

_LARGEST_FILE = 256 << 20
_MARK = "capacity:"


def read_csv(
    sources: Sequence[str], capacity: Mapping[str, str] | None = None, progress: Callable[[int], None] | None = None
) -> Imported:
    """The scenario of tenants in CSV files.

    Args:
        sources: Paths, or `-` for standard input; together they are one list of tenants.
        capacity: Resource to amount as people write it (`18Gi`); goes before what the files say.
        progress: Called with the bytes read so far.

    Raises:
        SnapshotError: Faulty rows, all of them at once; a tenant in two files; no capacity, or one that is no amount.
    """
    if not sources:
        raise refusal("import", "no file was named; try: fairheap import csv tenants.csv --capacity cpu=9")
    tenants: dict[str, tuple[Tenant, str]] = {}
    pool: dict[str, int] = {}
    faults: list[Fault] = []
    warnings: list[str] = []
    rows = 0
    tell = running_total(progress)
    for source in sources:
        with opened(source, tell) as text:
            lines = _lines(text.read, source)
        pool |= _take_comments(lines, source, faults)
        found = read_tenants(lines, shown(source))
        faults += found.faults
        warnings += [str(warning) for warning in found.warnings]
        rows += sum(len(tenant.work) for tenant in found.tenants)
        for tenant in found.tenants:
            if tenant.name in tenants:
                message = (
                    f"this tenant is in {shown(tenants[tenant.name][1])} already; one tenant's rows stand in one file"
                )
                faults.append(Fault(shown(source), tenant.name, message))
            tenants.setdefault(tenant.name, (tenant, source))
    if capacity:
        pool = dict(_amounts(capacity, "--capacity", None, faults))
    if not pool and not faults:
        message = (
            "a CSV of tenants says nothing of the capacity; give --capacity cpu=9, or a first line # capacity: cpu=9"
        )
        faults.append(Fault(shown(sources[0]), "", message))
    if faults:
        raise SnapshotError(faults)
    scenario = Scenario(
        capacity=pool,
        tenants=tuple(tenant for tenant, _ in tenants.values()),
        title=f"{len(tenants)} tenants out of CSV",
    )
    _refuse_absurd(scenario, shown(sources[0]))
    demanded = {
        name for tenant in scenario.tenants for work in tenant.work for name, need in work.demand.items() if need
    }
    warnings += [f"{name} is asked for, but not in the capacity" for name in sorted(demanded - pool.keys())]
    summary = (f"read: {len(tenants)} tenants, {rows} rows of work", f"to share: {listed(pool)}")
    return Imported(scenario, summary, tuple(warnings))


def _lines(read: Callable[[], str], source: str) -> list[str]:
    parts: list[str] = []
    size = 0
    while part := read():
        parts.append(part)
        size += len(part)
        if size > _LARGEST_FILE:
            raise refusal(source, f"a CSV of more than {_LARGEST_FILE >> 20} MiB; split it into several")
    return "".join(parts).splitlines(keepends=True)


def _take_comments(lines: list[str], source: str, faults: list[Fault]) -> dict[str, int]:
    """Blank the comment lines before the header, and give the capacity that they say."""
    pool: dict[str, int] = {}
    for index, line in enumerate(lines):
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            break
        comment = stripped.lstrip("#").strip()
        if comment.lower().startswith(_MARK):
            pairs = [pair.partition("=") for pair in comment[len(_MARK) :].split(",")]
            said = {name.strip(): amount.strip() for name, _, amount in pairs if name.strip()}
            pool |= _amounts(said, shown(source), index + 1, faults)
        lines[index] = "\n"  # an empty line keeps the numbers of those after it
    return pool


def _amounts(said: Mapping[str, str], file: str, line: int | None, faults: list[Fault]) -> dict[str, int]:
    found = {}
    for name, amount in said.items():
        try:
            found[name] = parse_quantity(name, amount)
        except QuantityError as error:
            faults.append(Fault(file, f"capacity.{name}", str(error), line))
    return found


def _refuse_absurd(scenario: Scenario, file: str) -> None:
    totals: dict[str, int] = {}
    for tenant in scenario.tenants:
        for name, amount in (tenant.wanted or {}).items():
            totals[name] = totals.get(name, 0) + amount
    for name, amount in totals.items():
        if amount > LARGEST:
            raise refusal(file, f"all that is wanted of {name} together is above 2^62 of the smallest unit")
