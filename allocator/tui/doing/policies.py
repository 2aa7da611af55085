"""Switch to another policy: the next, one by its number, one by its name."""

from __future__ import annotations

from allocator.tui.face import Face


class Policies:
    """The policy that decides."""

    def __init__(self, face: Face) -> None:
        self._face = face

    def action_next_policy(self, by: int) -> None:
        """The next policy, or the one before."""
        self.action_use(self._face.desk.neighbour(by))

    def action_pick_policy(self, number: int) -> None:
        """The policy of that number, counted from 1."""
        self.action_use(self._face.desk.policies[number - 1])

    def action_use(self, name: str) -> None:
        """Decide by another policy."""
        self._face.desk.choose(name)
        self._face.ask()
