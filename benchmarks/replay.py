"""Replays against peers, in one run: jobs per second of whole runs, and ratios, which noise distorts least.

Each round times, one after the other: our strict FIFO, skipping FIFO, SJF, DRF and EASY through `simulate()`, columns
in and columns out, and minimal SimPy models of the same rules on the same jobs; at 10,000 jobs AccaSim 1.1.3 too, in an
environment of its own. Where rules are the same, starts must be.

    python benchmarks/replay.py --accasim ~/.cache/fairheap/accasim      # everything; makes the environment once
    python benchmarks/replay.py --quick

Jobs are like those of the Standard Workload Format: Poisson arrivals in whole seconds, log-normal run times (median
400 s, mean about 1,430 s), 140 shapes of demand of 3 resources, 100 tenants by Zipf's law (0.8), estimates of 1 to 10
run times; the load is that of the tightest resource. Times are CPU seconds on one thread. Nothing here gates: what must
hold (equal runs) is a test.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from allocator.core.model import Node, Scenario, Tenant
from allocator.core.policy import Policy
from allocator.core.timeline import Queue, SimulationSettings
from allocator.simulation.simulator import simulate
from allocator.simulation.workload import Workload, workload
from policies.drf import DominantResourceFairness
from policies.fifo import Fifo
from policies.sjf import ShortestJobFirst

try:
    from benchmarks import simpy_models
except ImportError:
    simpy_models = None  # type: ignore[assignment]

HERE = Path(__file__).resolve().parent
NAMES = ("core", "mem", "gpu")
POOL = {"core": 1024, "mem": 4 * 2**20, "gpu": 64}
NODE = {"core": 64, "mem": 256 * 2**10, "gpu": 4}
NODES = 1000
TENANTS = 100
SCAN_LIMIT = 20_000
"""Above this many jobs in overload, the SimPy model of DRF is timed once: it looks at every waiting job."""
ACCASIM = "accasim==1.1.3"


@dataclass(frozen=True)
class Jobs:
    """What is replayed; times in whole seconds."""

    submit: Any
    run: Any
    estimate: Any
    demand: Any
    tenant: Any

    @classmethod
    def of(cls, count: int, load: float, capacity: dict[str, int], most: dict[str, int] | None = None) -> Jobs:
        """`count` jobs that ask for `load` times the capacity of the tightest resource; none for more than `most`."""
        chance = np.random.default_rng(count)
        core = 2 ** chance.choice(7, 140, p=[0.25, 0.2, 0.2, 0.15, 0.1, 0.07, 0.03])
        memory = core * 2 ** chance.choice([10, 11, 12, 13], 140, p=[0.3, 0.35, 0.25, 0.1])
        gpu = np.where(chance.random(140) < 0.15, np.clip(core // 8, 1, 8), 0)
        shapes = np.stack([core, memory, gpu], axis=1)
        if most is not None:
            shapes = np.minimum(shapes, list(most.values()))
        often = np.arange(1, 141) ** -0.3
        demand = shapes[chance.choice(140, count, p=often / often.sum())]
        run = np.maximum(1, chance.lognormal(np.log(400), 1.6, count)).astype(np.int64)
        work = (demand * run[:, None]).sum(axis=0) / list(capacity.values())
        submit = np.cumsum(chance.exponential(work.max() / load / count, count)).astype(np.int64)
        zipf = np.arange(1, TENANTS + 1) ** -0.8
        tenant = chance.choice(TENANTS, count, p=zipf / zipf.sum())
        estimate = (run * chance.choice([1, 1.5, 2, 3, 5, 10], count)).astype(np.int64)
        return cls(submit, run, estimate, demand, tenant)

    def workload(self) -> Workload:
        """As `simulate` takes them."""
        return workload(
            [f"t{index}" for index in range(TENANTS)],
            NAMES,
            submit=self.submit * 1000,
            runtime=self.run * 1000,
            estimate=self.estimate * 1000,
            demand=self.demand,
            tenant=self.tenant,
        )

    def lists(self) -> tuple[list[int], list[int], list[list[int]], list[int]]:
        """As the SimPy models take them."""
        return (self.submit * 1000).tolist(), (self.run * 1000).tolist(), self.demand.tolist(), list(POOL.values())


def scenario(queue: Queue, nodes: int = 0) -> Scenario:
    """One pool, or nodes that are all alike."""
    people = tuple(Tenant(f"t{index}") for index in range(TENANTS))
    made = tuple(Node(f"n{index}", NODE) for index in range(nodes))
    capacity = {name: amount * nodes for name, amount in NODE.items()} if nodes else POOL
    return Scenario(capacity, people, made, simulation=SimulationSettings(queue=queue, placement="least-loaded"))


KINDS: dict[str, tuple[Queue, Callable[[], Policy]]] = {
    "strict FIFO": ("strict", Fifo),
    "skip FIFO": ("skip", Fifo),
    "SJF": ("skip", ShortestJobFirst),
    "DRF": ("skip", DominantResourceFairness),
    "EASY": ("easy", Fifo),
}


@dataclass
class Row:
    """What one kind of run cost, and its peers beside it in the same rounds."""

    seconds: list[float] = field(default_factory=list)
    against: dict[str, list[float]] = field(default_factory=dict)
    """Of each peer: its seconds by ours."""


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of one call, and what it gave."""
    gc.collect()
    begin = time.process_time()
    found = work()
    return time.process_time() - begin, found


def same(mine: Any, theirs: Any, what: str) -> None:
    """Say so where two that follow the same rules do not start the same jobs at the same times."""
    part = float((np.asarray(mine) == np.asarray(theirs)).mean())
    if part < 1:
        print(f"  {what}: only {part:.2%} of the starts are the same")


def rounds_of(count: int, load: float, rounds: int, accasim: Path | None) -> dict[str, Row]:
    """Everything at one size and load, round by round."""
    jobs = Jobs.of(count, load, POOL)
    columns, lists = jobs.workload(), jobs.lists()
    shared = {"tenant": jobs.tenant.tolist(), "tenants": TENANTS}
    rows = {name: Row() for name in KINDS}
    for turn in range(rounds):
        starts = {}
        for name, (queue, policy) in KINDS.items():
            seconds, run = timed(lambda q=queue, p=policy: simulate(scenario(q), columns, p()))  # type: ignore[misc]
            rows[name].seconds.append(seconds)
            starts[name] = run.start
        if simpy_models is not None and count <= 10**6:
            seconds, found = timed(simpy_models.Strict(*lists).simulate)
            rows["strict FIFO"].against.setdefault("SimPy", []).append(seconds / rows["strict FIFO"].seconds[-1])
            same(starts["strict FIFO"], found, "SimPy strict FIFO")
        if simpy_models is not None and count <= 10**5:
            for label, heads in (("SimPy", False), ("SimPy, heads only", True)):
                if not heads and turn and load > 1 and count > SCAN_LIMIT:
                    continue
                seconds, found = timed(simpy_models.Drf(*lists, **shared, heads_only=heads).simulate)
                rows["DRF"].against.setdefault(label, []).append(seconds / rows["DRF"].seconds[-1])
                if not heads:
                    same(starts["DRF"], found, "SimPy DRF")
        if accasim is not None and count <= 10**4:
            for name, kind in (("strict FIFO", "fifo"), ("EASY", "easy")):
                seconds, found = run_accasim(accasim, jobs, kind)
                rows[name].against.setdefault("AccaSim", []).append(seconds / rows[name].seconds[-1])
                if kind == "fifo":  # its EASY keeps a reservation once made, and reserves whole nodes
                    same(starts[name], np.array(found) * 1000, "AccaSim FIFO")
    return rows


# --- AccaSim -------------------------------------------------------------------------------------------------------


def environment(directory: Path) -> Path:
    """The Python of an environment that has AccaSim; made where there is none."""
    python = directory / "bin" / "python"
    if not python.exists():
        print(f"making an environment with {ACCASIM} in {directory}")
        subprocess.run([sys.executable, "-m", "venv", str(directory)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", ACCASIM], check=True)
    return python


def run_accasim(python: Path, jobs: Jobs, kind: str) -> tuple[float, list[int]]:
    """CPU seconds of its simulation alone, reading excepted, and the start of each job in seconds."""
    columns = (jobs.submit, jobs.run, jobs.estimate, jobs.demand)
    rows = [
        [number, submit, run, estimate, dict(zip(NAMES, demand, strict=True))]
        for number, (submit, run, estimate, demand) in enumerate(
            zip(*(column.tolist() for column in columns), strict=True), 1
        )
    ]
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "jobs.json"
        path.write_text(json.dumps({"capacity": POOL, "jobs": rows}), encoding="utf-8")
        command = [str(python), "-W", "ignore", str(HERE / "accasim_run.py"), str(path), kind]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    told = json.loads(done.stdout.splitlines()[-1])
    return told["seconds"], told["starts"]


# --- nodes and memory ----------------------------------------------------------------------------------------------


def thousand_nodes(count: int, load: float, rounds: int) -> tuple[list[float], list[float], list[float]]:
    """Seconds on nodes; by the skipping pool that the tables have; by the same jobs in one pool of all nodes."""
    whole = {name: amount * NODES for name, amount in NODE.items()}
    spread_out, plain = Jobs.of(count, load, whole, NODE).workload(), Jobs.of(count, load, POOL).workload()
    one_pool = scenario("skip", NODES)
    one_pool = Scenario(one_pool.capacity, one_pool.tenants, simulation=one_pool.simulation)
    seconds, of_table, of_same = [], [], []
    for _ in range(rounds):
        seconds.append(timed(lambda: simulate(scenario("skip", NODES), spread_out, Fifo()))[0])
        of_table.append(seconds[-1] / timed(lambda: simulate(scenario("skip"), plain, Fifo()))[0])
        of_same.append(seconds[-1] / timed(lambda: simulate(one_pool, spread_out, Fifo()))[0])
    return seconds, of_table, of_same


def memory(name: str, count: int, load: float) -> float:
    """Bytes a job that a fresh process grows by at its peak: the jobs, the run and all in between."""
    command = [sys.executable, __file__, "--memory-of", name, "--sizes", str(count), "--loads", str(load)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def memory_here(name: str, count: int, load: float) -> float:
    """In this process; a small run goes before, so that what is loaded once does not count."""
    queue, policy = KINDS[name]
    simulate(scenario(queue), Jobs.of(1000, load, POOL).workload(), policy())
    before = peak_kib()
    simulate(scenario(queue), Jobs.of(count, load, POOL).workload(), policy())
    return (peak_kib() - before) * 1024 / count


def peak_kib() -> int:
    """The most memory that this process had, as Linux tells it; `getrusage` would count the parent's too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


# --- what is printed -----------------------------------------------------------------------------------------------


def spread(values: list[float]) -> str:
    """Median, then least and largest."""
    if len(values) == 1:
        return f"{values[0]:.1f}"
    return f"{statistics.median(values):.1f} ({min(values):.1f}-{max(values):.1f})"


def judged(value: float, target: float, *, most: bool = False) -> str:
    """A target, and whether it was reached."""
    reached = value <= target if most else value >= target
    return f"{'at most' if most else 'at least'} {target:g}: {'PASS' if reached else 'miss'}"


def target_of(name: str, peer: str, load: float, count: int) -> float | None:
    """How many times as fast as a peer a run has to be."""
    over = load > 1
    if peer == "AccaSim":
        return {"strict FIFO": 500.0 if over else 50.0, "EASY": 60.0 if over else 8.0}[name]
    if name == "strict FIFO":
        return 3.0
    if peer == "SimPy" and count == 10**5:
        return 2.5 if over else 1.2
    return None


def show(count: int, load: float, rounds: int, rows: dict[str, Row]) -> None:
    """One table."""
    print(f"\n{count:,} jobs, load {load:g}, {rounds} rounds")
    print(f"{'':14}{'jobs/s':>12}{'us/job':>9}   peers: times as long as ours")
    for name, row in rows.items():
        seconds = statistics.median(row.seconds)
        told = []
        for peer, ratios in row.against.items():
            target = target_of(name, peer, load, count)
            verdict = "" if target is None else f" [{judged(statistics.median(ratios), target)}]"
            told.append(f"{peer} {spread(ratios)}{verdict}")
        print(f"{name:14}{count / seconds:12,.0f}{seconds / count * 1e6:9.2f}   {'; '.join(told)}")


def show_growth(tables: dict[tuple[int, float], dict[str, Row]]) -> None:
    """What overload costs, and ten times as many jobs."""
    cost = {
        (count, load, name): statistics.median(row.seconds) / count
        for (count, load), rows in tables.items()
        for name, row in rows.items()
    }
    print("\nhow the cost grows")
    for name in KINDS:
        told = []
        if (10**5, 0.9, name) in cost and (10**5, 1.3, name) in cost:
            ratio = cost[10**5, 1.3, name] / cost[10**5, 0.9, name]
            told.append(f"load 1.3 by 0.9 at 100,000: {ratio:.1f} [{judged(ratio, 4, most=True)}]")
        for load in (0.9, 1.3):
            if (10**5, load, name) in cost and (10**6, load, name) in cost:
                ratio = 10 * cost[10**6, load, name] / cost[10**5, load, name]
                limit = 13 if load < 1 or name == "strict FIFO" else 16
                verdict = "reported only" if load > 1 and name == "EASY" else judged(ratio, limit, most=True)
                told.append(f"10^5 to 10^6 at {load}: {ratio:.1f} [{verdict}]")
        if told:
            print(f"{name:14}{'; '.join(told)}")


def main() -> None:
    """Read the options, print the tables."""
    parser = argparse.ArgumentParser(description="Replays against SimPy and AccaSim, in one run.")
    parser.add_argument("--sizes", default="1e4,1e5,1e6", help="jobs, separated by commas")
    parser.add_argument("--loads", default="0.9,1.3", help="of the tightest resource, separated by commas")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds; above 100,000 jobs at most two")
    parser.add_argument("--quick", action="store_true", help="10,000 jobs, 3 rounds, no nodes")
    parser.add_argument("--accasim", type=Path, metavar="DIR", help="compare with AccaSim, installed in DIR if need be")
    parser.add_argument("--memory-of", choices=list(KINDS), help=argparse.SUPPRESS)
    options = parser.parse_args()
    sizes = [10_000] if options.quick else [int(float(size)) for size in options.sizes.split(",")]
    loads = [float(load) for load in options.loads.split(",")]
    if options.memory_of:
        print(memory_here(options.memory_of, sizes[0], loads[0]))
        return
    print(f"Python {platform.python_version()}, numpy {np.__version__}, {os.cpu_count()} cores, {platform.machine()}")
    if simpy_models is None:
        print("SimPy is not installed: no model beside ours (pip install simpy)")
    accasim = None if options.accasim is None else environment(options.accasim.expanduser())
    if accasim is None:
        print("without AccaSim: --accasim DIR makes an environment for it")
    wanted = 3 if options.quick else options.rounds
    for load in loads:  # once without a clock: imports, and what is made once
        for queue, policy in KINDS.values():
            simulate(scenario(queue), Jobs.of(1000, load, POOL).workload(), policy())
    tables = {}
    for count in sizes:
        for load in loads:
            rounds = wanted if count <= 10**5 else min(2, wanted)
            tables[count, load] = rounds_of(count, load, rounds, accasim)
            show(count, load, rounds, tables[count, load])
    show_growth(tables)
    if not options.quick:
        print(f"\n{NODES:,} nodes, least loaded, skip FIFO, 100,000 jobs")
        for load in loads:
            seconds, of_table, of_same = thousand_nodes(10**5, load, wanted)
            print(
                f"load {load:g}: {statistics.median(seconds) * 10:.2f} us/job; {spread(of_table)} times the skipping "
                f"pool of the tables [{judged(statistics.median(of_table), 4, most=True)}], {spread(of_same)} times "
                "the same jobs in one pool of all nodes"
            )
    largest = max(*sizes, 10**5)  # of fewer, what Python had before is enough
    print(f"\nmemory at {largest:,} jobs, load {loads[-1]:g}: bytes a job, peak, jobs and run included")
    for name in KINDS:
        used = memory(name, largest, loads[-1])
        print(f"{name:14}{used:8.0f} [{judged(used, 1000, most=True)}]")


if __name__ == "__main__":
    main()
