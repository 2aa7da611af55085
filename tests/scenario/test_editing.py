"""Forms: what is typed is read by the rules of a file, and becomes a scenario that a file can hold."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allocator import registry
from allocator.core.errors import ScenarioError
from allocator.core.model import Node, PolicySettings, PolicyUse, Scenario, Tenant, Work
from allocator.registry import ON_MISFIT
from allocator.scenario.editing.forms import Form, Reading, set_text
from allocator.scenario.editing.naming import duplicated, needed_by, removed
from allocator.scenario.editing.options import OptionsForm
from allocator.scenario.editing.pool import CapacityForm
from allocator.scenario.editing.tenants import TenantForm
from allocator.scenario.loading import loads
from allocator.scenario.saving import dumps
from tests.scenario.strategies import scenarios

FILE = """
[capacity]
cpu = 9
memory = "18Gi"

[[tenants]]
name = "other"
weight = "1/999999937"
demand = { cpu = "4611686018427380" }

[[tenants]]
name = "web"
"""
ALONE = ("on_misfit", "share_of")
TYPED = "demand = { cpu = 1 }\ntasks = 4\n"
TIMED = """
[capacity]
cpu = 9
[[tenants]]
name = "web"
[[tenants]]
name = "idle"
[[jobs]]
tenant = "web"
submit = 0
runtime = "1m"
demand = { cpu = 1 }
[[workloads]]
tenants = ["web"]
arrivals = { kind = "poisson", mean = "1m" }
runtime = { kind = "constant", value = "1m" }
demand = { cpu = 1 }
jobs = 3
[[events]]
at = "1m"
kind = "weight"
tenant = "web"
value = 2
"""


def typed(form: Form, **texts: str) -> Reading:
    """What the form says with these texts in the fields of these names."""
    now = [field.text for field in form.fields]
    for name, text in texts.items():
        changed = set_text(form.fields, name if name in ALONE else name.replace("_", "-"), text)
        assert not isinstance(changed, str), changed
        now = [new if new != field.text else old for field, old, new in zip(form.fields, now, changed, strict=True)]
    return form.read(now)


def scenario_of(reading: Reading) -> Scenario:
    """The scenario of a reading without faults, which a file can hold."""
    assert reading.scenario is not None, (reading.faults, reading.more)
    assert loads(dumps(reading.scenario)).scenario == reading.scenario
    return reading.scenario


def told(form: Form, reading: Reading) -> dict[str, str]:
    """Each fault by the name of its field."""
    return {f"{form.fields[n].of}{form.fields[n].label}": words for n, words in reading.faults.items()}


class TestTenant:
    """A tenant's fields."""

    @settings(max_examples=60, deadline=None)
    @given(scenarios())
    def test_untouched(self, scenario: Scenario) -> None:
        """A form that nobody typed into says what was there, to the last digit, and that nothing was done."""
        for tenant in scenario.tenants:
            reading = typed(TenantForm(scenario, tenant.name))
            assert (reading.scenario, reading.done) == (scenario, "")

    @settings(max_examples=60, deadline=None)
    @given(scenarios(), st.data())
    def test_what_was_typed_can_be_saved(self, scenario: Scenario, data: st.DataObject) -> None:
        """Whatever is typed into whichever field, it is a fault or a scenario that comes back from a file."""
        if not scenario.tenants:
            return
        form = TenantForm(scenario, data.draw(st.sampled_from(scenario.tenants)).name)
        texts = [field.text for field in form.fields]
        words = st.sampled_from(
            ["", "0", "1", "2.5", "1/3", "500m", "2Gi", "-1", "unlimited", "yes", "no", "web", "1e18"]
        )
        for number in data.draw(st.lists(st.integers(0, len(texts) - 1), min_size=1, max_size=4)):
            texts[number] = data.draw(words)
        reading = form.read(texts)
        if reading.scenario is None:
            assert reading.faults or reading.more
        else:
            scenario_of(reading)

    @pytest.mark.parametrize(
        ("field", "text"),
        [
            ("name", ""),
            ("name", "other"),
            ("weight", "0"),
            ("weight", "-2"),
            ("weight", "heavy"),
            ("weight", "1e-12"),
            ("weight", "2/1999999973"),
            ("priority", "1.5"),
            ("priority", "first"),
            ("priority", "99999999999999999"),
            ("tasks", "-1"),
            ("tasks", "1.5"),
            ("tasks", "lots"),
            ("divisible", "maybe"),
            ("held", "-1"),
            ("held", "5"),
            ("held", "1.5"),
            ("demand-cpu", "x"),
            ("demand-cpu", "-1"),
            ("demand-cpu", "0.0001"),
            ("demand-cpu", "4611686018427387"),
            ("demand-memory", "500m"),
            ("limit-cpu", "1Q"),
            ("guarantee-cpu", "9e99"),
        ],
    )
    def test_faults_are_those_of_the_file(self, field: str, text: str) -> None:
        """What the loader says of a value in a file is said of it beside the field."""
        bare = text.replace(".", "").replace("-", "").replace("e", "").isdigit()
        value = text if bare else '"' + text + '"'
        key, _, resource = field.partition("-")
        lines = {"name": '"web"', "demand": "{ cpu = 1 }", "tasks": "4"}
        lines[key] = f"{{ cpu = 1, {resource} = {value} }}" if resource == "memory" else value
        if resource == "cpu":
            lines[key] = f"{{ cpu = {value} }}"
        file = FILE.removesuffix('name = "web"\n') + "".join(f"{key} = {value}\n" for key, value in lines.items())
        with pytest.raises(ScenarioError) as caught:
            loads(file)
        scenario = loads(FILE + TYPED).scenario
        form = TenantForm(scenario, "web")
        name = "".join([form.fields[0].label]) if field == "name" else field.replace("-", " ")
        assert told(form, typed(form, **{field: text}))[name] == caught.value.faults[0].message

    def test_a_guarantee_above_the_limit(self) -> None:
        """Fields that do not go together are told of as the file does."""
        form = TenantForm(loads(FILE + TYPED).scenario, "web")
        reading = typed(form, guarantee_cpu="3", limit_cpu="2")
        assert told(form, reading) == {
            "guarantee cpu": "the guarantee is above the limit of cpu (tenant 'web'); expected at most the limit"
        }

    def test_hardly_meant(self) -> None:
        """A bare number of bytes is taken, and asked about."""
        form = TenantForm(loads(FILE + TYPED).scenario, "web")
        reading = typed(form, demand_memory="2")
        assert scenario_of(reading).must_have("web").work[0].demand["memory"] == 2
        assert list(reading.notes.values()) == ['memory = 2 is 2 bytes; "2Gi" is gibibytes']

    def test_people_s_words(self) -> None:
        """What was done is told in the words that were typed."""
        form = TenantForm(loads(FILE + TYPED).scenario, "web")
        reading = typed(form, weight="2", demand_cpu="500m", tasks="unlimited", held="1")
        assert reading.done == "web: weight 1 -> 2, demand cpu 1 -> 500m, tasks 4 -> unlimited, and 1 more"
        web = scenario_of(reading).must_have("web")
        assert web == Tenant("web", (Work({"cpu": 500}, tasks=None, divisible=False, held=Fraction(1)),), Fraction(2))

    def test_each_kind_of_work(self) -> None:
        """Each work of a tenant has fields of its own, and a change is told by its name."""
        works = (Work({"cpu": 1000}, "front"), Work({"cpu": 2000}, "back", 3, False))
        form = TenantForm(Scenario({"cpu": 9000}, (Tenant("web", works),)), "web")
        reading = typed(form, **{"back_tasks": "5", "back_priority": "7"})
        assert reading.done == "web: back tasks 3 -> 5, back priority none -> 7"
        assert scenario_of(reading).must_have("web").work[1] == Work({"cpu": 2000}, "back", 5, False, None, 7)

    def test_another_name(self) -> None:
        """Jobs, workloads and events go with a tenant that is renamed."""
        scenario = scenario_of(typed(TenantForm(loads(TIMED).scenario, "web"), name="site"))
        assert scenario.jobs[0].tenant == scenario.events[0].tenant == "site"
        assert scenario.generators[0].tenants == ("site",)


class TestWho:
    """One more, one like it, one less."""

    def test_one_more(self) -> None:
        """A new tenant has a name that nobody has, and comes last."""
        scenario = loads(FILE + TYPED).scenario
        reading = typed(TenantForm(scenario, None), demand_cpu="1")
        assert reading.done == "add tenant-3"
        assert scenario_of(reading).tenants[-1] == Tenant("tenant-3", (Work({"cpu": 1000}),))

    def test_twins(self) -> None:
        """A duplicate comes right after, with the next number that is free."""
        scenario = Scenario({}, (Tenant("a"), Tenant("a-2"), Tenant("b")))
        assert [one.name for one in duplicated(scenario, "a")[0].tenants] == ["a", "a-3", "a-2", "b"]
        assert duplicated(scenario, "a-2")[1] == "a-3"

    def test_one_less(self) -> None:
        """Who is named by a job, a workload or an event is needed; others can go."""
        scenario = loads(TIMED).scenario
        assert needed_by(scenario, "web") == "1 job and 1 workload and 1 event of this scenario name it"
        assert needed_by(scenario, "idle") == ""
        assert [one.name for one in removed(scenario, "idle").tenants] == ["web"]


class TestCapacity:
    """What there is."""

    def test_pool(self) -> None:
        """Amounts change, go and come."""
        form = CapacityForm(loads(FILE + TYPED).scenario, registry.faults)
        reading = typed(form, cpu="12", memory="", one_more="gpu 4")
        assert scenario_of(reading).capacity == {"cpu": 12000, "gpu": 4000}
        assert reading.done == "capacity: cpu 9 -> 12, memory 18Gi -> none, one more none -> gpu 4"

    @pytest.mark.parametrize(
        ("one_more", "words"),
        [("gpu", "found 'gpu'"), ("cpu 4", "'cpu' is above already"), ("gpu x", "found 'x', expected a number")],
    )
    def test_one_more_that_is_none(self, one_more: str, words: str) -> None:
        """What is wrong with one more resource stands beside it."""
        form = CapacityForm(loads(FILE + TYPED).scenario, registry.faults)
        assert words in told(form, typed(form, one_more=one_more))["one more"]

    def test_what_shares_are_measured_in_stays(self) -> None:
        """A resource that the policy names cannot go."""
        scenario = Scenario({"cpu": 1, "gpu": 1}, policy=PolicySettings(share_of=("gpu",)))
        reading = typed(CapacityForm(scenario, registry.faults), gpu="")
        assert reading.more == ("found 'gpu', expected a resource of the capacity (cpu); did you mean 'cpu'?",)

    def test_kinds_of_node(self) -> None:
        """Equal nodes are one kind: fewer drop the last, more go on counting, and all of a kind are changed at once."""
        nodes = tuple(Node(name, {"cpu": cpu}) for name, cpu in [("a-1", 1000), ("x", 5000), ("a-2", 1000)])
        form = CapacityForm(Scenario({"cpu": 7000}, nodes=nodes), registry.faults)
        assert [field.text for field in form.fields] == ["2", "1", "", "1", "5", ""]
        more = scenario_of(form.read(["3", "2", "", "1", "5", ""]))
        assert [(node.name, node.capacity["cpu"]) for node in more.nodes] == [
            ("a-1", 2000),
            ("x", 5000),
            ("a-2", 2000),
            ("a-3", 2000),
        ]
        assert [node.name for node in scenario_of(form.read(["1", "1", "", "2", "5", ""])).nodes] == ["a-1", "x", "x-2"]
        assert [node.name for node in scenario_of(form.read(["0", "1", "", "1", "5", ""])).nodes] == ["x"]
        assert form.read(["0", "1", "", "0", "5", ""]).more == ("expected at least one node",)
        assert told(form, form.read(["-1", "1", "", "1", "5", ""])) == {
            "a-1 to a-2 nodes": "found -1, expected at least 1"
        }

    @settings(max_examples=40, deadline=None)
    @given(scenarios())
    def test_untouched(self, scenario: Scenario) -> None:
        """A form that nobody typed into changes nothing."""
        form = CapacityForm(scenario, lambda *_: ())
        assert typed(form).scenario is scenario


class TestOptions:
    """What a policy may be told."""

    def form(self, policy: PolicySettings) -> OptionsForm:
        """Of drf, all its options as they are where nothing is said."""
        known = registry.taken(registry.find("drf"))
        return OptionsForm(Scenario({"cpu": 1}, policy=policy), "drf", known, {}, registry.faults)

    def test_they_become_the_scenario_s(self) -> None:
        """Only what was changed is written, and it goes before what stood where the policy is named."""
        use = PolicyUse("drf", options={"key": "after"})
        reading = typed(self.form(PolicySettings(use)), key="current", on_misfit="stop", share_of="cpu")
        policy = scenario_of(reading).policy
        assert (policy.use, policy.options) == (PolicyUse("drf"), {"drf": {"key": "current"}})
        assert (policy.on_misfit, policy.share_of) == ("stop", ("cpu",))
        assert set(reading.drops) == {"key", ON_MISFIT.name, "share_of"}

    def test_faults(self) -> None:
        """What a policy does not take is said in the words of the file."""
        form = self.form(PolicySettings())
        reading = typed(form, key="new", on_misfit="wait", share_of="gpu")
        assert told(form, reading) == {
            "key": "option 'key' of 'drf': found 'new', expected after or current",
            "on_misfit": "found 'wait', expected 'skip' or 'stop'",
            "share_of": "found 'gpu', expected a resource of the capacity (cpu); did you mean 'cpu'?",
        }
