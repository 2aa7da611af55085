"""The options of one policy as a form, with what holds for all: `on_misfit` and `share_of`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from allocator.core.model import PolicySettings, Scenario
from allocator.core.policy import Option
from allocator.scenario.editing.forms import Field, Reading, by_field, changed, filled, told, words
from allocator.scenario.faults import Collector
from allocator.scenario.loading import PolicyFaults
from allocator.scenario.positions import Path, read
from allocator.scenario.settings import SettingsReader
from allocator.scenario.shape import check_shape
from allocator.scenario.writing import policy_table

ON_MISFIT = "on_misfit"


class OptionsForm:
    """The fields of what a policy may be told; they become the scenario's.

    Args:
        scenario: Whose `[policy]` table is edited.
        policy: The name of one that is installed.
        known: The options that it takes.
        chosen: What each is now.
        policy_faults: What says whether a value is taken.
    """

    def __init__(
        self,
        scenario: Scenario,
        policy: str,
        known: Sequence[Option],
        chosen: Mapping[str, str],
        policy_faults: PolicyFaults,
    ) -> None:
        self._scenario = scenario
        self._policy = policy
        self._policy_faults = policy_faults
        self._table = policy_table(scenario.policy)
        self.title = f"options of policy {policy}"
        self.fields = tuple(self._fields(known, chosen))

    def _fields(self, known: Sequence[Option], chosen: Mapping[str, str]) -> list[Field]:
        own: Path = ("policy", "options", self._policy)
        fields = []
        for option in known:
            if option.over_time and not self._scenario.timed:
                continue
            takes = [*option.choices, *["a resource"] * option.resources, *["a duration such as 7d"] * option.durations]
            inside = option.name != ON_MISFIT or ON_MISFIT in self._scenario.policy.options.get(self._policy, {})
            path = (*own, option.name) if inside else ("policy", option.name)
            about = f"{option.default}; " + " or ".join(takes)
            group = f"{option.name}: {' or '.join(takes)}"
            fields.append(
                Field(path, option.name, chosen.get(option.name, option.default), about, group, read=str.strip)
            )
        shared = ", ".join(self._scenario.policy.share_of or ())
        group = "share_of: the resources that shares are measured in"
        return [*fields, Field(("policy", "share_of"), "share_of", shared, "every one", group, read=words)]

    def read(self, texts: Sequence[str]) -> Reading:
        """The scenario with these options, or every fault of them."""
        numbers = changed(self.fields, texts)
        names = tuple(self.fields[number].label for number in numbers)
        tables = filled({"policy": self._table}, self.fields, texts)
        table = tables["policy"]
        _drop(table, self._scenario.policy, self._policy, names)
        collect = Collector("")
        resources = tuple(self._scenario.capacity)
        settings = check_policy(table, resources, self._scenario, self._policy_faults, collect)
        faults, notes, more = by_field(self.fields, collect)
        if faults or more:
            return Reading(None, "", None, faults, notes, more)
        if not numbers:
            return Reading(self._scenario, "")
        done = f"policy {self._policy}: {told(self.fields, texts)}"
        return Reading(replace(self._scenario, policy=settings), done, drops=names)


def _drop(table: dict[str, Any], settings: PolicySettings, policy: str, names: Sequence[str]) -> None:
    """Nothing goes before what was changed: not what the scenario says where it names its policy; no empty tables."""
    use = table.get("use")
    if settings.use.name == policy and isinstance(use, dict) and "options" in use:
        kept = {name: value for name, value in use["options"].items() if name not in names}
        table["use"] = {key: value for key, value in use.items() if key != "options"} | (
            {"options": kept} if kept else {}
        )
    options = table.get("options", {})
    if policy in options and not options[policy]:
        del options[policy]


def check_policy(
    table: dict[str, Any],
    resources: Sequence[str],
    scenario: Scenario,
    policy_faults: PolicyFaults,
    collect: Collector,
) -> PolicySettings:
    """The settings of a `[policy]` table as a file would have them; what is wrong is told.

    Args:
        table: The whole of it.
        resources: Those that there are; none where a trace is still to say so.
        scenario: Whether it has jobs and a trace.
        policy_faults: What says whether policies take their options.
        collect: Is told.
    """
    bad = check_shape({"policy": table}, collect)
    reader = SettingsReader(table, bad, collect)
    settings = reader.read(resources)
    known = resources or scenario.trace is None
    for place, message in policy_faults(settings, resources if known else None, scenario.timed):
        collect.fault(reader.path(read(place)), message)
    return settings
