"""Scenario files: what they mean, and every fault that they can have."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from allocator.core.errors import ScenarioError
from allocator.core.model import Node, PolicySettings, PolicyUse, Tenant, Work
from allocator.scenario import reading
from allocator.scenario.loading import load, loads
from allocator.scenario.starter import starter

POOL = '[capacity]\ncpu = 9\nmemory = "18Gi"\n'


def faults(text: str) -> list[str]:
    """What loading `text` says is wrong, a string each."""
    with pytest.raises(ScenarioError) as caught:
        loads(text, file="f")
    return [str(fault) for fault in caught.value.faults]


def tenant(keys: str) -> Tenant:
    """The one tenant that `keys` describe."""
    return loads(f"{POOL}[[tenants]]\nname = 'a'\n{keys}").scenario.tenants[0]


def fault_of(keys: str) -> str:
    """The one fault of a tenant with these keys, without file and line."""
    (fault,) = faults(f"{POOL}[[tenants]]\nname = 'a'\n{keys}")
    return fault.split(": ", 1)[1]


class TestMeaning:
    """DESIGN section 3, key by key."""

    def test_amounts(self) -> None:
        """Bytes for memory, thousandths for the rest, and the nodes' sum for the pool."""
        text = "[[nodes]]\nname='w'\ncount=2\ncapacity={cpu=1.5, memory='1Gi'}\npool='p'\n[[nodes]]\ncapacity={gpu=1}"
        scenario = loads(text).scenario
        assert scenario.capacity == {"cpu": 3000, "memory": 2**31, "gpu": 1000}
        each = {"cpu": 1500, "memory": 2**30}
        assert scenario.nodes == (Node("w-1", each, "p"), Node("w-2", each, "p"), Node("node", {"gpu": 1000}))

    def test_defaults(self) -> None:
        """What a file does not say is as documented."""
        scenario = loads("[capacity]\ncpu = 1").scenario
        assert scenario.policy == PolicySettings(PolicyUse("drf"))
        assert (scenario.title, scenario.tenants, scenario.nodes) == ("", (), ())
        assert tenant("demand = {}") == Tenant("a", (Work({}),), Fraction(1), 100)

    @pytest.mark.parametrize(
        ("keys", "work"),
        [
            ("", Work({"cpu": 1000}, tasks=1, divisible=True)),
            ("divisible = false", Work({"cpu": 1000}, tasks=1, divisible=False)),
            ("tasks = 5", Work({"cpu": 1000}, tasks=5, divisible=False)),
            ("tasks = 5\ndivisible = true\nheld = 2.5", Work({"cpu": 1000}, tasks=5, held=Fraction(5, 2))),
            ("tasks = 'unlimited'\nheld = 7", Work({"cpu": 1000}, tasks=None, divisible=False, held=Fraction(7))),
            ("tasks = 5.0", Work({"cpu": 1000}, tasks=5, divisible=False)),
            ("held = '1/3'", Work({"cpu": 1000}, held=Fraction(1, 3))),
        ],
    )
    def test_work(self, keys: str, work: Work) -> None:
        """With tasks only whole ones are granted, without it any fraction, unless `divisible` says otherwise."""
        assert tenant(f"demand = {{ cpu = 1 }}\n{keys}").work == (work,)

    @pytest.mark.parametrize(
        ("written", "weight"),
        [("0.1", Fraction(1, 10)), ("2", Fraction(2)), ("1e-3", Fraction(1, 1000)), ("'1/3'", Fraction(1, 3))],
    )
    def test_weight_is_exact(self, written: str, weight: Fraction) -> None:
        """A weight is the number as written, not the nearest float."""
        assert tenant(f"demand = {{}}\nweight = {written}").weight == weight

    def test_several_kinds_of_work(self) -> None:
        """Each work has its own name and priority; one without a name is called by its number."""
        text = "[[tenants.work]]\nname='x'\ndemand={cpu=1}\npriority=7\n[[tenants.work]]\ndemand={}\n"
        assert tenant(text).work == (Work({"cpu": 1000}, "x", priority=7), Work({}, "work-2"))

    def test_policy(self) -> None:
        """Policies are a name or a table, and decimals among options are floats."""
        text = (
            POOL
            + """[policy]
use = { use = "drf", as = "mine", options = { key = "after" } }
compare = ["fifo", { use = "fifo", as = "strict", options = { on_misfit = "stop" } }]
on_misfit = "stop"
share_of = ["cpu"]
options.fifo.x = [1.5]
"""
        )
        policy = loads(text).scenario.policy
        assert policy == PolicySettings(
            PolicyUse("drf", "mine", {"key": "after"}),
            (PolicyUse("fifo"), PolicyUse("fifo", "strict", {"on_misfit": "stop"})),
            "stop",
            ("cpu",),
            {"fifo": {"x": [1.5]}},
        )
        assert not isinstance(policy.options["fifo"]["x"][0], Decimal)  # type: ignore[index]

    def test_windows_files(self) -> None:
        """A byte order mark and CRLF do no harm."""
        data = b"\xef\xbb\xbf" + POOL.replace("\n", "\r\n").encode()
        assert loads(reading.decode(data, "f")).scenario.capacity["cpu"] == 9000

    def test_starter(self) -> None:
        """The starter loads without fault or warning, whichever of its optional lines are taken in."""
        assert loads(starter()).warnings == ()
        assert loads(starter().replace("# share_of", "share_of")).warnings == ()
        assert loads(starter().replace("# divisible", "divisible")).warnings == ()


class TestFaults:
    """Each rule, in the words that the reader gets."""

    @pytest.mark.parametrize(
        ("keys", "words"),
        [
            ("weight = 0\ndemand = {}", "tenants[0].weight: found 0, expected a number above 0 (tenant 'a')"),
            ("weight = nan\ndemand = {}", "tenants[0].weight: found nan, expected a number above 0 (tenant 'a')"),
            ("weight = true\ndemand = {}", "tenants[0].weight: found true, expected a number above 0 (tenant 'a')"),
            ("weight = '1/0'\ndemand = {}", "found '1/0'"),
            ("weight = 1e-999999999\ndemand = {}", "found 1e-999999999"),
            ("weight = 1e99999999999999999999\ndemand = {}", "found infinity"),
            ("weight = 0.0000000000000000001\ndemand = {}", "expected 1e-9 to 1e9"),
            ("priority = 1.5\ndemand = {}", "tenants[0].priority: found 1.5, expected a whole number"),
            ("priority = 10000000000000000\ndemand = {}", "expected -1e15 to 1e15"),
            ("demand = { cpu = -1 }", "tenants[0].demand.cpu: found -1, expected no less than 0"),
            ("demand = { cpu = inf }", "tenants[0].demand.cpu: found infinity, expected a number of at least 0"),
            ("demand = { cpu = 1979-05-27 }", "found a date or time"),
            ("demand = { cpu = 0.0001 }", "found 0.0001, finer than one thousandth of cpu"),
            ("demand = { cpu = '5x' }", "with suffix 'x'"),
            ("demand = { '' = 5 }", "found an empty name"),
            ("demand = 5", "tenants[0].demand: found 5, expected a table"),
            ("demand = {}\ntasks = -1", "tenants[0].tasks: found -1, expected a whole number"),
            ("demand = {}\ntasks = 1.5", "found 1.5, expected a whole number"),
            ("demand = {}\ntasks = 'many'", "or \"unlimited\""),
            ("demand = {}\ntasks = 5\nheld = 6", "tenants[0].held: found 6, expected no more than tasks, 5"),
            ("demand = {}\ntasks = 5\nheld = 1.5", "found 1.5, expected a whole number"),
            ("demand = {}\nheld = -1", "tenants[0].held: found -1, expected a number of at least 0"),
            ("demand = {}\ndivisible = 1", "tenants[0].divisible: found 1, expected true or false"),
            ("demand = {}\ntask = 1", "tenants[0].task: unknown key, expected one of name,"),
            ("demand = {}\ntask = 1", "; did you mean 'tasks'?"),
            ("weight = 1", "tenants[0]: expected demand or work of tenant 'a'"),
            ("demand = {}\nwork = []", "tenants[0].work: found demand and work, expected one of them"),
            ("work = []\ntasks = 1", "tenants[0].tasks: belongs inside [[tenants.work]]"),
            ("work = [{}]", "tenants[0].work[0].demand: missing; work needs a demand"),
            ("work = [{name='x', demand={}}, {name='x', demand={}}]", "work[1].name: work 'x' is declared already"),
            ("work = 3", "expected tables, each under its own [[tenants.work]]"),
            ("demand = {}\nguarantee = {cpu=2}\nlimit = {cpu=1}", "guarantee.cpu: the guarantee is above"),
            ("demand = {}\n[[tenants]]\nname='a'\nwork=[]", "tenants[1].name: tenant 'a' is declared already"),
            ("demand = {}\n[[tenants]]\nname=''\nwork=[]", "tenants[1].name: found '', expected a name"),
            ("demand = {}\n[[tenants]]\nwork=[]", "tenants[1].name: missing; a tenant needs a name"),
            ("demand = {cpu=1}\ntasks=4611686018427387904", "more than 2^62 of the smallest unit of cpu is wanted"),
            ("demand = {}\n[policy]\nuse = 3", "policy.use: found 3, expected a policy's name"),
            ("demand = {}\n[policy]\nuse = ''", "policy.use: found '', expected a policy's name"),
            ("demand = {}\n[policy]\nuse = {as='x'}", "policy.use.use: missing"),
            ("demand = {}\n[policy]\ncompare = ['a', 'a']", "policy.compare[1]: 'a' is compared already at compare[0]"),
            ("demand = {}\n[policy]\ncompare = [{use='a', key=1}]", "policy.compare[0].key: unknown key"),
            ("demand = {}\n[policy]\ncompare = [{use='a', options=1}]", "[0].options: found 1, expected a table"),
            ("demand = {}\n[policy]\ncompare = 'a'", "policy.compare: found 'a', expected a list in [ ]"),
            ("demand = {}\n[policy]\non_misfit = 'wait'", "found 'wait', expected 'skip' or 'stop'"),
            ("demand = {}\n[policy]\nshare_of = ['cpus']", "(cpu, memory); did you mean 'cpu'?"),
            ("demand = {}\n[policy]\nshare_of = []", "policy.share_of: found a list, expected at least one item"),
            ("demand = {}\n[policy]\noptions.drf = 1", "policy.options.drf: found 1, expected a table"),
        ],
    )  # fmt: skip
    def test_of_a_tenant(self, keys: str, words: str) -> None:
        """One thing wrong is one fault, at its place."""
        assert words in fault_of(keys)

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", "f: empty; expected [capacity] with what there is to share, such as cpu = 9, or [[nodes]]"),
            ("title = 'x'", "f: missing capacity; expected [capacity]"),
            ("nodes = []", "f: missing capacity"),
            ("[capacity]\n[[nodes]]\ncapacity = {}", "f:2: nodes: found both [capacity] and [[nodes]], expected one"),
            ("[[nodes]]\ncapacity={}\n[[nodes]]\ncapacity={}", "f:3: nodes[1].name: a node 'node' is declared"),
            ("[[nodes]]\nname='w-2'\ncapacity={}\n[[nodes]]\nname='w'\ncount=2\ncapacity={}", "f:5: nodes[1].name: a"),
            ("[[nodes]]\ncount=0\ncapacity={}", "f:2: nodes[0].count: found 0, expected at least 1"),
            ("[[nodes]]\ncount=99999999999\ncapacity={}", "expected at most 1,000,000 nodes in all"),
            ("[[nodes]]\ncount=9\ncapacity={memory='1Ei'}", "f:1: nodes: memory is more than 2^62"),
            ("[capacity]\nmemory = '8Ei'", "expected at most 2^62 of the smallest unit"),
            ("[capacity]\ncpu = 12345678901234567890123456789012345", "found a number of more than 30 digits"),
            ("capacity = 3", "f:1: capacity: found 3, expected a table"),
            ("[capacity]\n[tenants]\nname = 'a'", "expected tables, each under its own [[tenants]]"),
            ("[capacity]\n[[policy]]\nuse = 'drf'", "f:2: policy: found a list, expected a table"),
            ("title = 1.5\n[capacity]", "f:1: title: found 1.5, expected text in quotes"),
        ],
    )  # fmt: skip
    def test_of_the_file(self, text: str, words: str) -> None:
        """What is wrong with the pool or the file as a whole is one fault too."""
        (fault,) = faults(text)
        assert words in fault

    def test_two_digits_of_unlike_weights(self) -> None:
        """Weights without a common denominator in reach are refused where they leave it."""
        primes = (999_999_937, 999_999_929, 999_999_893)
        text = "".join(f"[[tenants]]\nname='{p}'\nweight='1/{p}'\nwork=[]\n" for p in primes)
        (fault,) = faults(f"[capacity]\n{text}".replace("1/", "7/"))
        assert "tenants[2].weight" in fault
        assert "no common denominator" in fault

    def test_all_at_once_in_order(self) -> None:
        """Faults of every kind are reported together, sorted by line."""
        text = """titel = "x"
[capacity]
cpu = -9
[policy]
use = "drff"
share_of = ["gpu"]
[[tenants]]
name = "a"
weight = 0
demand = { cpu = "1x" }
[[tenants]]
name = "a"
tasks = 1.5
limit = { cpu = 1 }
guarantee = { cpu = 2 }
"""

        def hook(settings: PolicySettings, resources: Sequence[str] | None, timed: bool) -> Iterable[tuple[str, str]]:
            assert (list(resources or ()), timed) == (["cpu"], False)
            yield "policy.use", f"no policy '{settings.use.name}'; did you mean 'drf'?"

        with pytest.raises(ScenarioError) as caught:
            loads(text, file="two.toml", policy_faults=hook)
        found = [(fault.line, fault.place) for fault in caught.value.faults]
        assert found == [
            (1, "titel"),
            (3, "capacity.cpu"),
            (5, "policy.use"),
            (6, "policy.share_of[0]"),
            (9, "tenants[0].weight"),
            (10, "tenants[0].demand.cpu"),
            (11, "tenants[1]"),
            (12, "tenants[1].name"),
            (13, "tenants[1].tasks"),
            (15, "tenants[1].guarantee.cpu"),
        ]
        assert "two.toml:5: policy.use: no policy 'drff'; did you mean 'drf'?" in str(caught.value)

    def test_hook_places_survive_faulty_neighbours(self) -> None:
        """A fault of a compared policy is told at its place in the file, though one before it could not be read."""
        text = f"{POOL}[policy]\ncompare = [\n3,\n{{ use = 'drf', options = {{ key = 1 }} }}]\n"
        with pytest.raises(ScenarioError) as caught:
            loads(text, policy_faults=lambda *_: [("policy.compare[0].options.key", "bad")])
        assert [(fault.line, fault.place) for fault in caught.value.faults] == [
            (6, "policy.compare[0]"),
            (7, "policy.compare[1].options.key"),
        ]


class TestSyntax:
    """Text that is no TOML."""

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("[capacity]\nmemory = 18Gi\n", "found Gi; a number with a suffix needs quotes: \"18Gi\""),
            ("[capacity]\ncpu = four\n", "f:2: column 7: expected a value: a number, true, false"),
            ("[capacity]\ncpu\n", "f:2: column 4: expected '=' after the key"),
            ("[capacity\ncpu = 1\n", "f:1: column 10: expected ']' to close the name of the table"),
            ("[capacity]\ncpu = 1\ncpu = 2\n", "f:3: column 8: this key is here for the second time"),
            ("[capacity]\n[capacity]\n", "f:2: column 10: this table is opened for the second time"),
            ("title = 'x\n[capacity]\n", "f:1: the text in quotes has no closing quote"),
            ("title = \"C:\\data\"\n", "a backslash in text in double quotes"),
            ("title = \"\"\"x", "f:1: the text in quotes has no closing quote"),
            ("x = [1, 2", "the file ends too early: "),
            ("a = 1\n\0", "f:2: found a NUL byte"),
            ("a = \"\ud800\"", "f:1: found half of a surrogate pair"),
            (f"x = {'[' * 5000}", "nested hundreds deep"),
            (f"\nx = {'9' * 5000}", "f:2: found a number of thousands of digits"),
            (f"{'a.' * 100_000}b = 1", "f:1: found a key of more than 64 parts"),
            (f"[{'a.' * 100_000}b]", "f:1: found a key of more than 64 parts"),
        ],
    )  # fmt: skip
    def test_one_fault(self, text: str, words: str) -> None:
        """It has one fault with the line, in words that say what to do."""
        (fault,) = faults(text)
        assert words in fault


class TestWarnings:
    """What loads, but was hardly meant."""

    def warnings(self, text: str) -> list[str]:
        """The warnings of `text`."""
        return [str(fault) for fault in loads(text, file="f").warnings]

    def test_unknown_resource(self) -> None:
        """A resource that there is none of is told once, with the nearest and how often it is named."""
        text = POOL + "[[tenants]]\nname='a'\ndemand={memroy='1Gi'}\n[[tenants]]\nname='b'\nwork=[]\nlimit={memroy=1}\n"
        assert self.warnings(text) == [
            "f:6: tenants[0].demand.memroy: no 'memroy' in the capacity, so nothing that needs it fits; "
            "did you mean 'memory'? (and 1 more such place)"
        ]

    def test_bare_memory(self) -> None:
        """A bare number below a mebibyte is probably gibibytes; text, 0 and large numbers are what they say."""
        assert self.warnings("[capacity]\nmemory = 16\n") == [
            'f:2: capacity.memory: memory = 16 is 16 bytes; "16Gi" is gibibytes'
        ]
        for fine in ("0", "'16'", "1048576"):
            assert self.warnings(f"[capacity]\nmemory = {fine}\n") == []
        assert self.warnings("[capacity]\ncpu = 16\n") == []

    def test_promises_above_the_capacity(self) -> None:
        """Guarantees, and what is held, above the capacity together are told for each resource."""
        text = POOL + "[[tenants]]\nname='a'\ndemand={cpu=3}\ntasks=9\nheld=4\nguarantee={cpu=10}\n"
        assert self.warnings(text) == [
            "f:4: tenants: guarantees together are above the capacity of cpu: 111% of it",
            "f:4: tenants: held tasks together are above the capacity of cpu: 133% of it",
        ]


class TestFiles:
    """Everything that can stand in the way of reading a file."""

    def fault(self, path: object) -> str:
        """The one fault of loading `path`."""
        with pytest.raises(ScenarioError) as caught:
            load(str(path))
        (fault,) = caught.value.faults
        return str(fault)

    def test_missing(self, tmp_path: Path) -> None:
        """A missing file is told with the nearest name beside it."""
        (tmp_path / "good.toml").write_text(POOL)
        assert self.fault(tmp_path / "god.toml") == f"{tmp_path}/god.toml: no such file; did you mean 'good.toml'?"

    def test_not_a_file(self, tmp_path: Path) -> None:
        """A directory, and a name with a NUL byte, are told in words."""
        assert "a directory, expected a file" in self.fault(tmp_path)
        assert "NUL byte" in self.fault("a\0b")

    def test_no_permission(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A file that may not be read is told so."""

        def refuse(*_: object) -> bytes:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(reading, "_bytes", refuse)
        assert self.fault(tmp_path / "a.toml").endswith("no permission to read it")

    def test_not_text(self, tmp_path: Path) -> None:
        """Bytes that are not UTF-8 are told with their line."""
        path = tmp_path / "a.toml"
        path.write_bytes(b"\xef\xbb\xbf# \n\xe9")
        assert self.fault(path) == f"{path}:2: found byte 0xe9, expected UTF-8 text"
        path.write_bytes(POOL.encode("utf-16"))
        assert "UTF-16" in self.fault(path)

    def test_devices_do_not_hang(self) -> None:
        """A device without end is read up to the limit and refused; an empty one is an empty file."""
        assert "larger than 64 MiB" in self.fault("/dev/zero")
        assert "empty" in self.fault("/dev/null")

    def test_too_large(self, tmp_path: Path) -> None:
        """A file above the limit is refused by its size alone."""
        path = tmp_path / "a.toml"
        with open(path, "wb") as file:
            file.truncate(reading.LARGEST_FILE + 1)
        assert "larger than 64 MiB" in self.fault(path)

    def test_link_and_standard_input(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A symbolic link is followed, and "-" is standard input."""
        (tmp_path / "a.toml").write_text(POOL)
        (tmp_path / "b.toml").symlink_to(tmp_path / "a.toml")
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(POOL.encode())))
        assert load(tmp_path / "b.toml") == load("-")

    def test_fault_of_standard_input(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Faults call it by its name."""
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff")))
        assert self.fault("-").startswith("standard input:1: ")


def test_loading_is_light() -> None:
    """Loading a scenario imports nothing that only larger work needs."""
    heavy = ["numpy", "textual", "rich", "yaml", "ijson", "tomli_w", "jsonschema"]
    code = (
        "import sys; from allocator.scenario.loading import loads; from allocator.scenario.starter import starter\n"
        f"loads(starter()); print([name for name in {heavy} if name in sys.modules])"
    )
    root = Path(__file__).resolve().parents[2]
    result = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
