"""The heap of an allocation, moment by moment, is the engine's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocator import allocation, stepping
from allocator.core.decision import Kind, Round
from allocator.core.engine import Claimant, Engine
from allocator.core.heap import KeyedHeap
from allocator.core.model import Scenario
from allocator.scenario import loading
from allocator.stepping import Entry, Happening, HeapTrace, Waiting, trace
from allocator.stepping_moves import pop, push

POLICIES = ("fifo", "priority", "smallest-demand-first", "largest-first", "drf", "fair-share", "proportional")


def scenario(text: str) -> Scenario:
    """A scenario from TOML."""
    return loading.loads(text).scenario


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Some tenants with whole or divisible work, some with a guarantee; under either way to meet a misfit."""
    lines = ["[capacity]", f"cpu = {draw(st.integers(1, 30))}", f"memory = {draw(st.integers(0, 30))}"]
    lines += ["[policy]", f'on_misfit = "{draw(st.sampled_from(["skip", "stop"]))}"']
    for number in range(draw(st.integers(0, 12))):
        lines += ["[[tenants]]", f'name = "t{number}"', f"weight = {draw(st.integers(1, 3))}"]
        lines += [f"priority = {draw(st.integers(0, 2))}"]
        if draw(st.booleans()):
            lines += [f"guarantee = {{ cpu = {draw(st.integers(1, 3))} }}"]
        for work in range(draw(st.integers(1, 2))):
            lines += ["[[tenants.work]]", f'name = "w{work}"', f"tasks = {draw(st.integers(0, 4))}"]
            lines += [f"demand = {{ cpu = {draw(st.integers(0, 3))}, memory = {draw(st.integers(1, 3))} }}"]
            lines += [f"divisible = {str(draw(st.booleans())).lower()}"]
    return scenario("\n".join(lines))


class Spied(KeyedHeap[Claimant]):
    """The engine's own heap, of which everything that was in it before each pop is kept, each time anew."""

    def __init__(self, seen: list[list[tuple[Any, int, str]]], entries: Iterable[tuple[Any, int, Claimant]]) -> None:
        self.seen = seen
        super().__init__(entries)

    def pop(self) -> tuple[Any, int, Claimant]:
        """Keep what stands there, then pop."""
        self.seen.append([(key, order, claimant.claim.tenant) for key, order, claimant in self.entries])
        return super().pop()


class TestTheEnginesHeap:
    """What the trace shows is what the engine did."""

    @given(scenarios(), st.sampled_from(POLICIES))
    def test_before_each_pop(self, given: Scenario, policy: str) -> None:
        """The moment before each pop shows the array that the engine popped from, entry for entry."""
        seen: list[list[tuple[Any, int, str]]] = []
        prepared = allocation.chosen(given, policy)
        engine = Engine(given, prepared.policy, prepared.on_misfit, heap=lambda entries=(): Spied(seen, entries))
        told = list(engine.decisions())
        made = trace(given, policy)
        moments = [made.at(index) for index in range(made.last + 1)]
        assert [moment.decision for moment in moments if moment.decision] == told
        before = [moments[m.index - 1].heap for m in moments if m.decision and m.decision.kind is Kind.POP and m.popped]
        assert [[(key, order, who.tenant) for key, order, who in heap] for heap in before] == seen

    @given(scenarios(), st.sampled_from(POLICIES))
    def test_every_moment_is_a_heap(self, given: Scenario, policy: str) -> None:
        """No parent is larger than its child, and who is named is who was at the root."""
        made = trace(given, policy)
        for index in range(made.last + 1):
            moment = made.at(index)
            heap = moment.heap
            assert all(heap[(child - 1) // 2] < heap[child] for child in range(1, len(heap)))
            if moment.popped:
                assert moment.popped == made.at(index - 1).heap[0]
                assert moment.decision is not None
                assert moment.popped[2].tenant == moment.decision.tenant

    @given(scenarios(), st.sampled_from(POLICIES))
    def test_who_waits(self, given: Scenario, policy: str) -> None:
        """From one moment to the next, who waits changes by who was popped and who was put in, and by nobody else."""
        made = trace(given, policy)
        for index in range(1, made.last + 1):
            moment = made.at(index)
            if moment.happening is Happening.DECISION:
                waiting = Counter(made.at(index - 1).heap)
                for move in moment.moves:
                    waiting[move.entry] += -1 if move.popped else 1
                assert +waiting == Counter(moment.heap)

    @given(scenarios(), st.sampled_from(POLICIES), st.data())
    def test_in_any_order(self, given: Scenario, policy: str, data: st.DataObject) -> None:
        """A moment is the same wherever one comes from."""
        made = trace(given, policy)
        straight = [made.at(index) for index in range(made.last + 1)]
        for index in data.draw(st.lists(st.integers(0, made.last), max_size=20)):
            assert made.at(index) == straight[index]

    @given(scenarios(), st.sampled_from(POLICIES))
    def test_swaps(self, given: Scenario, policy: str) -> None:
        """Done by hand on the heap before, the swaps that are told lead to the heap after."""
        made = trace(given, policy)
        for index in range(1, made.last + 1):
            moment, heap = made.at(index), made.at(index - 1).heap
            if moment.happening is not Happening.DECISION:
                continue
            for move in moment.moves:
                if move.popped:
                    end = heap.pop()
                    if heap:
                        heap[0] = end
                else:
                    heap.append(move.entry)
                for parent, child in move.swaps:
                    assert parent == (child - 1) // 2
                    heap[parent], heap[child] = heap[child], heap[parent]
            assert heap == moment.heap


class TestLong:
    """Many pops, with keyframes between."""

    @given(st.lists(st.integers(-1, 50), max_size=300))
    def test_our_swaps_are_those_of_heapq(self, keys: list[int]) -> None:
        """Pops and pushes that tell their swaps leave the array as `heapq` leaves it."""
        import heapq

        ours: list[Entry] = []
        theirs: list[Entry] = []
        for order, key in enumerate(keys):
            if key < 0 and ours:
                assert pop(ours).entry == heapq.heappop(theirs)
            else:
                push(ours, (key, order, Waiting("", "")))
                heapq.heappush(theirs, (key, order, Waiting("", "")))
            assert ours == theirs

    @pytest.mark.parametrize("kept", [stepping.KEPT, 2000])
    def test_keyframes(self, kept: int, monkeypatch: pytest.MonkeyPatch) -> None:
        """Sought through keyframes, thinned out or not, a moment is what it is when stepped to."""
        monkeypatch.setattr(stepping, "KEYFRAME", 64)
        monkeypatch.setattr(stepping, "KEPT", kept)
        made = trace(many(300), "drf")
        assert made.last > 600
        straight = [made.at(index).heap for index in range(made.last + 1)]
        for index in range(made.last, -1, -7):
            assert made.at(index).heap == straight[index]
        assert sum(map(len, made._keyframes)) <= kept + 600

    def test_progress_and_cancel(self) -> None:
        """It is told how far it is, and what is raised there ends it."""

        class Enough(Exception):
            pass

        def enough(count: int) -> None:
            told.append(count)
            if len(told) == 2:
                raise Enough

        told: list[int] = []
        with pytest.raises(Enough):
            trace(many(3000), "drf", enough)
        assert told == [stepping.KEYFRAME, 2 * stepping.KEYFRAME]

    def test_no_more_than_so_many(self) -> None:
        """Of a longer allocation there are the first decisions, and it says so."""
        made = trace(many(30), "drf", most=10)
        assert (made.complete, made.decisions) == (False, 10)
        assert made.at(made.last).heap
        assert trace(many(30), "drf", most=1000).complete


def many(count: int) -> Scenario:
    """So many tenants who want three tasks each, more than there is room for."""
    rows = (f'[[tenants]]\nname="t{n}"\ndemand={{cpu={n % 4 + 1},memory={n % 3 + 1}}}\ntasks=3\n' for n in range(count))
    return scenario(f"[capacity]\ncpu={count * 4}\nmemory={count * 4}\n" + "".join(rows))


class TestTold:
    """Rounds, stages, stops and jumps."""

    def test_rounds(self) -> None:
        """Guarantees have a heap of their own; the round of everybody begins with another."""
        made = trace(
            scenario(
                "[capacity]\ncpu=4\n[[tenants]]\nname='a'\ntasks=2\ndemand={cpu=1}\nguarantee={cpu=1}\n"
                "[[tenants]]\nname='b'\ntasks=2\ndemand={cpu=1}\n"
            ),
            "drf",
        )
        assert [made.happening(index).value for index in range(made.last + 1)] == [
            "heapify", "decision", "heapify", "decision", "decision", "decision",
        ]  # fmt: skip
        assert (made.made_of(0), made.made_of(2)) == (1, 2)
        first, second = made.decision(1), made.decision(3)
        assert first is not None
        assert second is not None
        assert (first.round, second.round) == (Round.GUARANTEE, Round.SHARE)
        assert dict(made.left(0)) == {"cpu": 4000}
        assert dict(made.left(2)) == {"cpu": 3000}

    def test_stop(self) -> None:
        """Where the policy stops at a misfit, who is left is given up in a moment of its own."""
        made = trace(
            scenario(
                "[capacity]\ncpu=2\n[policy]\non_misfit='stop'\n[[tenants]]\nname='a'\ntasks=1\ndemand={cpu=3}\n"
                "[[tenants]]\nname='b'\ntasks=1\ndemand={cpu=1}\n"
            ),
            "fifo",
        )
        assert [made.happening(index).value for index in range(made.last + 1)] == ["heapify", "decision", "stop"]
        assert [len(made.at(index).heap) for index in range(made.last + 1)] == [2, 1, 0]

    def test_without_a_heap(self) -> None:
        """Who shares by slices has no heap; there is a moment before the first decision all the same."""
        made = trace(scenario("[capacity]\ncpu=2\n[[tenants]]\nname='a'\ntasks=1\ndemand={cpu=1}\n"), "drf")
        assert made.at(0).happening is Happening.HEAPIFY
        empty = trace(scenario("[capacity]\ncpu=2\n"), "drf")
        assert (empty.last, empty.at(0).heap) == (0, [])

    def test_filling(self) -> None:
        """Divisible work never stands in the heap: its decisions move nothing there."""
        text = "[capacity]\ncpu=9\n[[tenants]]\nname='a'\ntasks=5\ndivisible=true\ndemand={cpu=1}\n"
        made = trace(scenario(text + "[[tenants]]\nname='b'\ntasks=2\ndemand={cpu=1}\n"), "drf")
        kinds = {d.kind: made.at(n).moves for n in range(made.last + 1) if (d := made.decision(n))}
        assert kinds[Kind.FILL] == ()
        assert kinds[Kind.POP]

    @given(scenarios(), st.sampled_from(POLICIES))
    @settings(max_examples=30)
    def test_jumps(self, given: Scenario, policy: str) -> None:
        """The next and the previous decision of a tenant are those that a walk would find."""
        made = trace(given, policy)
        for tenant in given.tenants:
            mine = [n for n in range(made.last + 1) if (d := made.decision(n)) and d.tenant == tenant.name]
            for index in range(made.last + 1):
                assert made.next_of(tenant.name, index) == next((n for n in mine if n > index), None)
                assert made.previous_of(tenant.name, index) == next((n for n in reversed(mine) if n < index), None)


def test_empty_name() -> None:
    """Nobody has no decisions."""
    made: HeapTrace = trace(many(2), "drf")
    assert made.next_of("nobody", 0) is None
    assert made.previous_of("nobody", 3) is None
