"""Edit the scenario: a tenant, one more, one like it, one less. Each is one step that undo takes back."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol, runtime_checkable

from allocator import registry
from allocator.core.model import Scenario
from allocator.scenario.editing.forms import Form, Reading, set_text
from allocator.scenario.editing.naming import duplicated, needed_by, place_of, removed
from allocator.scenario.editing.options import OptionsForm
from allocator.scenario.editing.pool import CapacityForm
from allocator.scenario.editing.tenants import TenantForm
from allocator.tui.doing.recovering import Recovering
from allocator.tui.face import Face
from allocator.tui.screens.editing import EditingDialog

EDIT = "edit"
"""The kind of question that becomes an edit; what is typed into a form is another, and does not drop it."""


@runtime_checkable
class _Looks(Protocol):
    """A screen that looks at one tenant."""

    @property
    def tenant(self) -> str | None:
        """Whose name is under the cursor."""


class Editing:
    """What changes the scenario.

    Args:
        face: The app.
        recovering: What looks after the recovery file.
    """

    def __init__(self, face: Face, recovering: Recovering) -> None:
        self._face = face
        self._recovering = recovering

    @property
    def _scenario(self) -> Scenario:
        return self._face.desk.sitting.session.scenario

    def _tenant(self) -> str | None:
        """The tenant that the screen in front looks at; says so where there is none."""
        screen = next((one for one in reversed(self._face.screen_stack) if isinstance(one, _Looks)), None)
        name = None if screen is None else screen.tenant
        if name is None:
            self._face.tell("no tenant is chosen")
        elif self._scenario.tenant(name) is None:
            self._face.tell(f"{name} is not in the scenario: its trace brings it along", fault=True)
            name = None
        return name

    # --- forms -------------------------------------------------------------------------------------------------------

    def action_edit_tenant(self) -> None:
        """Fill in the fields of the chosen tenant."""
        name = self._tenant()
        if name is not None:
            self._fill_in(TenantForm(self._scenario, name))

    def action_add_tenant(self) -> None:
        """Fill in the fields of one more tenant."""
        self._fill_in(TenantForm(self._scenario, None))

    def action_edit_capacity(self) -> None:
        """Fill in what there is to share."""
        self._fill_in(CapacityForm(self._scenario, registry.faults))

    def action_edit_options(self) -> None:
        """Fill in the options of the policy that decides."""
        policy = self._face.desk.policy
        chosen = {**policy.options, registry.ON_MISFIT.name: policy.on_misfit}
        known = registry.taken(policy.policy)
        self._fill_in(OptionsForm(self._scenario, policy.name, known, chosen, registry.faults))

    def _fill_in(self, form: Form) -> None:
        before = self._scenario
        self._face.open(
            EditingDialog(form, lambda reading: self._try(before, reading)), lambda reading: self._end(before, reading)
        )

    def _try(self, before: Scenario, reading: Reading) -> None:
        """The screen behind answers to what is typed; a run over time takes too long for that."""
        desk, scenario = self._face.desk, reading.scenario
        if scenario is None or scenario is desk.session.scenario or scenario.timed or self._scenario is not before:
            return
        desk.show_trial(replace(desk.sitting.session, scenario=scenario), reading.drops)
        desk.follow = reading.tenant
        self._face.ask()

    def _end(self, before: Scenario, reading: Reading | None) -> None:
        desk = self._face.desk
        if reading is None or not reading.done or reading.scenario is None or self._is_late(before, "nothing is kept"):
            desk.end_trial()
            if desk.answered:
                self._face.computing.cancel("allocate")
                self._face.show_desk()
            else:  # what was asked before anything was typed has not been answered yet
                self._face.ask()
        else:
            self._keep(reading.scenario, reading.done, reading.tenant, reading.drops)

    def _keep(self, scenario: Scenario, done: str, tenant: str | None, drops: tuple[str, ...] = ()) -> None:
        """`scenario` is what there is from now on."""
        desk = self._face.desk
        if desk.session.scenario is not scenario:
            desk.show_trial(replace(desk.sitting.session, scenario=scenario), drops)
        desk.follow = tenant
        if desk.keep_trial(done):
            self._recovering.watch()
            self._face.show_desk()
        else:
            self._face.ask()

    def _is_late(self, before: Scenario, lost: str) -> bool:
        """Whether what was worked out from `before` would take back what was done since; says so."""
        late = self._scenario is not before
        if late:
            self._face.tell(f"{lost}: the scenario has changed meanwhile", fault=True)
        return late

    # --- at once -----------------------------------------------------------------------------------------------------

    def action_duplicate_tenant(self) -> None:
        """One more tenant like the chosen one."""
        name = self._tenant()
        if name is None:
            return
        before = self._scenario

        def work(_: object) -> Reading:
            scenario, twin = duplicated(before, name)
            form = TenantForm(scenario, twin)
            # All together may want more than can be counted now.
            reading = form.read([field.text for field in form.fields])
            return replace(reading, tenant=twin, done=f"add {twin}, like {name}")

        def done(reading: Reading) -> None:
            if not self._is_late(before, f"{reading.tenant} is not added") and self._set(reading):
                self._face.tell(f"{reading.tenant} is added, like {name}; undo takes it back")

        self._face.computing.start(EDIT, work, done)

    def action_remove_tenant(self) -> None:
        """One tenant less."""
        name = self._tenant()
        if name is None:
            return
        if why := needed_by(self._scenario, name):
            self._face.tell(f"{name} stays: {why}", fault=True)
            return
        scenario = self._scenario
        at = place_of(scenario, scenario.must_have(name))
        left = removed(scenario, name)
        neighbour = left.tenants[min(at, len(left.tenants) - 1)].name if left.tenants else None
        self._keep(left, f"remove {name}", neighbour)
        self._face.tell(f"{name} is removed; undo brings it back")

    def action_set_field(self, words: str) -> None:
        """One field of the chosen tenant, as it was typed after `:set`."""
        name = self._tenant()
        if name is None:
            return
        word, _, text = words.partition(" ")
        before = self._scenario
        form = TenantForm(before, name)
        texts = set_text(form.fields, word, text.strip())
        if isinstance(texts, str):
            self._face.tell(texts, fault=True)
            return

        def done(reading: Reading) -> None:
            if not self._is_late(before, f"{word} is not set") and self._set(reading):
                self._face.tell(reading.done)

        self._face.computing.start(EDIT, lambda _: form.read(texts), done)

    def _set(self, reading: Reading) -> bool:
        """Keep what was read, where that changed anything; say what is wrong with it."""
        if reading.scenario is None:
            self._face.tell("; ".join([*reading.faults.values(), *reading.more]), fault=True)
        elif reading.done:
            self._keep(reading.scenario, reading.done, reading.tenant)
            return True
        return False
