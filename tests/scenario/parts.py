"""Parts of scenario files about time, and what loading them says."""

from __future__ import annotations

import pytest

from allocator.core.errors import ScenarioError
from allocator.scenario.loading import loads
from allocator.scenario.starter import starter

POOL = "[capacity]\ncpu = 9\n[[tenants]]\nname = 'ann'\n[[tenants]]\nname = 'bob'\n"
NODES = "[[nodes]]\nname = 'worker'\ncount = 3\ncapacity = { cpu = 4 }\npool = 'gpu'\n[[tenants]]\nname = 'ann'\n"
JOB = "[[jobs]]\ntenant = 'ann'\nruntime = '1s'\ndemand = { cpu = 1 }\n"
TRACE = "[trace]\npath = 'x'\n"


def starter_over_time() -> str:
    """The starter with the # of its time part taken away."""
    head, _, rest = starter().partition("# Over time")
    return head + "\n".join(line.removeprefix("# ") for line in rest.split("\n")[2:])


def faults(text: str) -> list[str]:
    """What loading `text` says is wrong, a string each, without the file and the line."""
    with pytest.raises(ScenarioError) as caught:
        loads(text, file="f")
    return [str(fault).split(": ", 1)[1] for fault in caught.value.faults]


def warnings(text: str) -> list[str]:
    """The warnings of `text`, without the file and the line."""
    return [str(fault).split(": ", 1)[1] for fault in loads(text, file="f").warnings]
