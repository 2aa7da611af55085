"""Strict order: the first that waits blocks the rest until it fits. One pool, jobs numbered by rank.

Restricted Python that a compiler takes as it is: whole numbers, flat lists, a heap with one integer an event
(end << bits | job). Writes the starts, computes nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush

BREATH = 4096
"""Instants from one yield to the next."""


def in_order_of_submission(
    submit: list[int], run: list[int], need: list[int], free: int, guards: int, bits: int, stop: int, start: list[int]
) -> Iterator[tuple[int, int]]:
    """Start each job as soon as the one before it has started and it fits; O(log n) a job.

    Starts never go back in time then, so there is no need to go from event to event: each job waits for the ends
    that make room for it.

    Args:
        submit: ms of each job, ascending.
        run: ms it will run.
        need: Packed; no more than all there is.
        free: All there is, packed, with the guard bits.
        guards: All guard bits.
        bits: Bits of a job number.
        stop: Nothing starts at this ms or later.
        start: ms of each job, written here; left as it is where a job does not start.

    Yields:
        Now and then the number of jobs that have ended, and the time in ms.
    """
    count: int = len(submit)
    ends: list[int] = []
    job_bits: int = (1 << bits) - 1
    now: int = 0
    job: int = 0
    pause: int = 0
    while job < count:
        pause = min(count, job + BREATH)
        while job < pause:
            if submit[job] > now:
                now = submit[job]
            needed: int = need[job]
            while ends and (ends[0] >> bits <= now or (free - needed) & guards != guards):
                ended: int = heappop(ends)
                free += need[ended & job_bits]
                if ended >> bits > now:
                    now = ended >> bits
            if now >= stop:
                return
            free -= needed
            start[job] = now
            heappush(ends, now + run[job] << bits | job)
            job += 1
        yield job - len(ends), now


def by_rank(
    submit: list[int],
    arriving: list[int],
    run: list[int],
    need: list[int],
    free: int,
    guards: int,
    bits: int,
    stop: int,
    start: list[int],
) -> Iterator[tuple[int, int]]:
    """As long as the lowest-ranked that waits fits, start it; O(log n) an event.

    Args:
        submit: ms of each arrival, ascending.
        arriving: The job (its rank) of each arrival.
        run: ms each job will run.
        need: Packed; no more than all there is.
        free: All there is, packed, with the guard bits.
        guards: All guard bits.
        bits: Bits of a job number.
        stop: Nothing starts at this ms or later.
        start: ms of each job, written here; left as it is where a job does not start.

    Yields:
        Now and then the number of jobs that have ended, and the time in ms.
    """
    count: int = len(submit)
    ends: list[int] = []
    waiting: list[int] = []
    job_bits: int = (1 << bits) - 1
    arrived: int = 0
    now: int = 0
    while True:
        for _ in range(BREATH):
            if ends and (arrived >= count or ends[0] >> bits <= submit[arrived]):
                now = ends[0] >> bits
                if now >= stop:
                    return
                while ends and ends[0] >> bits == now:
                    free += need[heappop(ends) & job_bits]
            elif arrived < count:
                now = submit[arrived]
            else:
                return
            while arrived < count and submit[arrived] == now:
                heappush(waiting, arriving[arrived])
                arrived += 1
            while waiting:
                job: int = waiting[0]
                if (free - need[job]) & guards != guards:
                    break
                heappop(waiting)
                free -= need[job]
                start[job] = now
                heappush(ends, now + run[job] << bits | job)
        yield arrived - len(waiting) - len(ends), now
