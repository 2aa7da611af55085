"""What the terminal UI holds: the sitting, the policy that was chosen, and the newest answer. Knows no widget."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from allocator import registry
from allocator.registry import Prepared
from allocator.results import Allocation
from allocator.session import Session
from allocator.sitting import Sitting
from allocator.tui.picks import Picks

_Question = tuple[str | None, dict[str, str], Session | None]
"""The policy that was chosen, its options, and the session that was asked."""


class Desk:
    """The state of the UI, for one file that is open. Made in a worker: preparing reads the trace of a scenario.

    Args:
        session: As it was opened.
        policy: What is shown first; the scenario's own where left out.
        options: What goes before the options that the scenario gives that policy.
        edits: What is done to the scenario at once, in words; it can be undone.

    Raises:
        AllocatorError: A policy, an option or an edit that cannot be.
    """

    def __init__(
        self,
        session: Session,
        policy: str | None = None,
        options: Mapping[str, str] | None = None,
        edits: Iterable[tuple[Session, str]] = (),
    ) -> None:
        self.sitting = Sitting(session)
        self.trial: Session | None = None
        """What is being typed and is not an edit yet: the screens show it meanwhile."""
        for edited, done in edits:
            self.sitting.edit(edited, done)
        self.policy: Prepared = self.session.prepare(policy, options or {})
        """The policy of the newest answer."""
        self.chosen: str | None = policy
        """The policy that was switched to, answered or not yet; None for the scenario's own."""
        self.options = dict(options or {})
        """What goes before the options that the scenario gives the chosen policy."""
        self._answered: _Question = (self.chosen, self.options, None)
        """What the newest answer is of; there is none yet."""
        self.allocation: Allocation | None = None
        """The newest answer; of an older question while the next is computed. None over time."""
        self.before: Allocation | None = None
        """The answer before it, of the same tenants: what the marks up and down compare with."""
        self.follow: str | None = None
        """The tenant that the cursor goes to when the next answer is drawn."""
        self._kept: tuple[Prepared, Allocation | None, Allocation | None, dict[str, str], _Question] | None = None
        """What was there before something was typed."""
        self._picks = Picks.of(session.scenario)

    @property
    def picks(self) -> Picks:
        """What stands side by side; it starts anew where the scenario says otherwise than before."""
        if self._picks.given != self.session.scenario.policy.compare:
            self._picks = Picks.of(self.session.scenario)
        return self._picks

    @property
    def session(self) -> Session:
        """The scenario as it is now, with what is being typed."""
        return self.sitting.session if self.trial is None else self.trial

    @property
    def policies(self) -> list[str]:
        """What keys switch to, in the order of 1 to 9: what the scenario compares, or every built-in one."""
        scenario = self.session.scenario
        named = list(dict.fromkeys(use.name for use in scenario.policy.compare))
        return named or registry.compared(timed=scenario.timed)

    @property
    def known_policies(self) -> list[str]:
        """What can be named: those of the keys, then all that are installed."""
        return list(dict.fromkeys([*self.policies, *registry.names()]))

    def choose(self, policy: str | None, options: Mapping[str, str] | None = None) -> None:
        """Switch to a policy by name; the answer comes later."""
        self.chosen = policy
        self.options = dict(options or {})

    def give_up(self) -> None:
        """What was asked for cannot be: what was chosen is what the newest answer is of."""
        self.chosen, self.options, _ = self._answered

    @property
    def answered(self) -> bool:
        """Whether the newest answer is of what is shown now."""
        chosen, options, session = self._answered
        return session is self.session and (chosen, options) == (self.chosen, self.options)

    def neighbour(self, by: int) -> str:
        """The policy that comes `by` places after the chosen one, in a circle."""
        names = self.policies
        now = self.chosen or self.policy.name
        return names[(names.index(now) + by) % len(names)] if now in names else names[0 if by > 0 else -1]

    def show_trial(self, trial: Session, drops: Iterable[str] = ()) -> None:
        """Show what is being typed; the answer comes later.

        Args:
            trial: The scenario with that.
            drops: Options that it says itself, so that nothing goes before them.
        """
        if self._kept is None:
            self._kept = self.policy, self.allocation, self.before, self.options, self._answered
        self.trial = trial
        self.options = {name: value for name, value in self._kept[3].items() if name not in drops}

    def end_trial(self) -> None:
        """All is as it was before something was typed."""
        if self._kept is not None:
            self.policy, self.allocation, self.before, self.options, self._answered = self._kept
        self.trial = self._kept = None

    def keep_trial(self, done: str) -> bool:
        """What was typed is an edit, called `done`; whether its answer is there already."""
        trial, kept = self.trial, self._kept
        assert trial is not None
        assert kept is not None
        self.sitting.edit(trial, done)
        self.trial = self._kept = None
        if not self.answered:
            # What comes is marked against what was there before anything was typed.
            self.allocation = kept[1]
        return self.answered

    def answer(self, policy: Prepared, allocation: Allocation | None) -> None:
        """Take the answer to the newest question."""
        old = self.allocation if self._kept is None else self._kept[1]
        self.before = old if old is not None and allocation is not None and _same_tenants(old, allocation) else None
        self.policy, self.allocation = policy, allocation
        self._answered = (self.chosen, self.options, self.session)


def _same_tenants(one: Allocation, other: Allocation) -> bool:
    if one.scenario is other.scenario:
        return True
    return [result.name for result in one.tenants] == [result.name for result in other.tenants]
