"""Whatever bytes a file holds, a reader either reads it or refuses it; and memory is bounded by the jobs kept."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.core.errors import SnapshotError
from allocator.core.timeline import TraceUse
from allocator.formats.slurm.snapshot import SlurmOptions, read_slurm_state
from allocator.formats.traces import FORMATS, read_trace
from tests.formats.traces.files import swf
from tests.formats.traces.test_csv_traces import NODES, PHILLY, PODS
from tests.formats.traces.test_sacct import row, table
from tests.formats.traces.test_slurm_state import NODES as SLURM_NODES
from tests.formats.traces.test_slurm_state import QUEUE, SHARES

GOOD = {
    "swf": swf("1 0 5 60 4 -1 -1 4 120 -1 1 7", "2 9 5 60 4 -1 -1 4 120 -1 1 7 1 1 1 1 1 1 {1} q 2:ppn=2"),
    "slurm": table(row(), row(JobID="8.batch"), row(State="CANCELLED by 9")),
    "openb": PODS + "a,4000,1024,1,460,P100,LS,Running,10,110,20\n",
    "philly": PHILLY + "2017-10-09 07:01:55,66.0,1,66.0,vc1\n",
}
JSON = (
    '{"jobs": [{"job_id": 1, "job_state": ["RUNNING"], "tres_alloc_str": "cpu=1,mem=2G", "time_limit": {"number": 3}}]}'
)
TOKENS = st.sampled_from(
    ["-1", "0", "nan", "1e400", "9" * 30, "-", "|", ",", "\n", "\r", "\x00", "\t", '"', "{", "]", "\u202e", "1-0:0:0"]
)


@st.composite
def damaged(draw: st.DrawFn, texts: list[str]) -> str:
    """A good file with some places replaced, cut out or repeated."""
    text = draw(st.sampled_from(texts))
    for _ in range(draw(st.integers(1, 4))):
        begin = draw(st.integers(0, len(text)))
        end = min(begin + draw(st.integers(0, 12)), len(text))
        text = text[:begin] + draw(TOKENS) + text[end:]
    return text


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file for all examples."""
    return tmp_path_factory.mktemp("fuzz") / "file"


@pytest.mark.parametrize("name", FORMATS)
def test_a_damaged_trace_is_read_or_refused(name: str, file: Path) -> None:
    """Never anything but a trace or a SnapshotError; what is read is a workload that can run."""

    @given(damaged([GOOD[name], JSON] if name == "slurm" else [GOOD[name]]))
    def check(text: str) -> None:
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            jobs = read_trace(TraceUse(str(file), format=name)).workload
        except SnapshotError:
            return
        assert jobs.submit.tolist() == sorted(jobs.submit.tolist())
        assert min(jobs.submit[0], jobs.runtime.min(), jobs.estimate.min(), jobs.demand.min()) >= 0
        assert jobs.tasks.min() >= 1

    check()


def test_a_damaged_state_is_read_or_refused(file: Path) -> None:
    """The queue, the nodes, the shares, as text and as JSON."""
    node = file.with_name("nodes")
    node.write_text(SLURM_NODES, encoding="utf-8")

    @given(damaged([QUEUE, SLURM_NODES, SHARES, JSON, GOOD["slurm"]]))
    def check(text: str) -> None:
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            read_slurm_state([str(file), str(node)], SlurmOptions())
        except SnapshotError:
            return

    check()


def test_damaged_nodes_are_read_or_refused(file: Path) -> None:
    """A file of nodes of any kind."""
    trace = file.with_name("jobs.swf")
    trace.write_text(GOOD["swf"], encoding="utf-8")

    @given(
        damaged([NODES, SLURM_NODES, "0 big 2 80 1 1024\n", '{"nodes": [{"name": "a", "real_memory": 5, "cpus": 3}]}'])
    )
    def check(text: str) -> None:
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            read_trace(TraceUse(str(trace), nodes_from=str(file)))
        except SnapshotError:
            return

    check()


def test_memory_grows_with_the_jobs_kept(tmp_path: Path) -> None:
    """Less than 500 bytes a job of 5,000, and next to nothing for twenty thousand lines that are no jobs."""
    path = tmp_path / "big.swf"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{job} {job * 7} 3 60 4 -1 -1 4 90 1024 1 {job % 99} 1 1 1 1 -1 -1\n" for job in range(5_000))
        file.writelines("; a comment that goes on for a while, as they do in the archive\n" for _ in range(20_000))
    tracemalloc.start()
    try:
        trace = read_trace(TraceUse(str(path)))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 500 * len(trace.workload) + (3 << 20)
