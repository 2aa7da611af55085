"""Lines of keys in TOML text."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator.scenario.positions import Path, find_lines, read, show

TEXT = '''title = "x"
[capacity]
cpu = 9  # [[tenants]]
"nvidia.com/gpu" = 1
[[nodes]]
capacity = { cpu = 4, memory = """a
[b]"""", 'q' = 3 }
[policy]
compare = ["a]", # c, d
 "b", { use = "drf", as = "x" },
 [1,
 2]]
options . drf . key = \'x\'
[policy.options."fair-share"]
k = """\\
 y\\"""  """""
m = 1
[[tenants]]
name = "a"
[[tenants.work]]
demand = {cpu=1}
[[tenants]]
[tenants.limit]
cpu = 3
[[tenants.work]]
[[tenants.work]]
"n\\u0061me" = 1979-05-27 07:32:00
'''
LINES = {
    "title": 1,
    "capacity": 2,
    "capacity.cpu": 3,
    'capacity."nvidia.com/gpu"': 4,
    "nodes[0].capacity.memory": 6,
    "nodes[0].capacity.q": 7,
    "policy.compare[0]": 9,
    "policy.compare[1]": 10,
    "policy.compare[2].as": 10,
    "policy.compare[3][1]": 12,
    "policy.options.drf": 13,
    "policy.options.drf.key": 13,
    "policy.options.fair-share.k": 15,
    "policy.options.fair-share.m": 17,
    "tenants[0].work[0].demand.cpu": 21,
    "tenants[1]": 22,
    "tenants[1].weight": 22,
    "tenants[1].limit.cpu": 24,
    "tenants[1].work[1].name": 27,
    "nothing": None,
}


def test_the_example_is_toml() -> None:
    """The text whose lines are looked for is one that tomllib takes."""
    assert tomllib.loads(TEXT)["tenants"][1]["work"][1]["name"]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("place", LINES)
def test_lines(place: str, ending: str) -> None:
    """Each key is found on the line it stands on, or on that of the table that lacks it."""
    path = read(place)
    assert find_lines(TEXT.replace("\n", ending), [path]) == {path: LINES[place]}


paths = st.lists(st.text(min_size=1, max_size=5) | st.integers(0, 10**6), min_size=1, max_size=4)


@given(paths.filter(lambda path: isinstance(path[0], str)))
def test_places_read_back(path: list[str | int]) -> None:
    """A place that is shown can be read again, whatever the keys are."""
    assert read(show(tuple(path))) == tuple(path)


WANTED: list[Path] = [read(place) for place in LINES]


@given(
    st.text() | st.lists(st.sampled_from(["[", "]", "{", "}", '"', "'", '"""', "=", ",", ".", "\n", "\\", "a", "#"]))
)
def test_anything_goes(text: str | list[str]) -> None:
    """Whatever the text is, the answer is a line of it or None."""
    text = "".join(text)
    lines = find_lines(text, WANTED)
    assert all(line is None or 1 <= line <= text.count("\n") + 1 for line in lines.values())


@pytest.mark.parametrize(
    "text",
    [
        "[" * 50_000,
        "a={" * 50_000,
        "a." * 50_000,
        '"' * 50_000,
        f"[{'a.' * 50_000}a]\n" + "x = 1\n" * 50_000,
        "\\" * 50_000,
    ],
)
def test_depth_is_no_trap(text: str) -> None:
    """Nesting without end neither raises nor takes the square of its depth."""
    assert find_lines(text, [("zz", "y")]) == {("zz", "y"): None}
