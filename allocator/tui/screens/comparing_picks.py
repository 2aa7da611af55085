"""What a person does with the columns of a comparison: choose, move, take out, add, judge against, open, keep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from textual import on

from allocator.core.model import PolicyUse
from allocator.core.text import did_you_mean, sanitize
from allocator.results import NOW
from allocator.tui.compare.board import Board
from allocator.tui.compare.policy_table import PolicyTable
from allocator.tui.exports import Export
from allocator.tui.picks import Picks, Sort, called
from allocator.tui.screens.comparing_running import Comparisons
from allocator.tui.screens.desk_screen import DeskScreen
from allocator.tui.screens.listing import Listing


class Picking(DeskScreen):
    """The half of the compare screen that changes what is compared."""

    comparisons: Comparisons

    shown_from: int
    """The first column on screen."""

    @property
    def picks(self) -> Picks:
        """What stands side by side."""
        raise NotImplementedError

    @property
    def board(self) -> Board | None:
        """The newest comparison."""
        raise NotImplementedError

    def draw(self) -> None:
        """Everything that is known."""
        raise NotImplementedError

    def order(self) -> None:
        """Have the rows ordered and filtered."""
        raise NotImplementedError

    def chosen_changed(self) -> None:
        """Another column is chosen."""
        raise NotImplementedError

    # --- the chosen column -------------------------------------------------------------------------------------------

    @property
    def column(self) -> int:
        """The chosen column."""
        board = self.board
        if board is None:
            return 0
        labels = list(board.labels)
        if self.picks.chosen in labels:
            return labels.index(self.picks.chosen)
        own = self.desk.policy.label
        at = labels.index(own) if own in labels else len(labels) - 1
        return at if at != board.baseline else (at + 1) % len(labels)

    @property
    def place(self) -> int | None:
        """Which of the picks the chosen column is; None for what runs, or ran, without a policy."""
        board, uses = self.board, self.comparisons.uses
        at = -1 if board is None else self.column - (board.policies[0] is None)
        return self.picks.uses.index(uses[at]) if 0 <= at < len(uses) and uses[at] in self.picks.uses else None

    def _choose(self, column: int) -> None:
        board = self.board
        if board is not None:
            self.picks.chosen = board.labels[max(0, min(column, len(board.labels) - 1))]
            self.chosen_changed()

    def action_column(self, by: int) -> None:
        """The next policy, or the one before."""
        self._choose(self.column + by)

    def action_next_policy(self, by: int) -> None:
        """The same in a circle."""
        board = self.board
        if board is not None:
            self._choose((self.column + by) % len(board.labels))

    def action_pick_policy(self, number: int) -> None:
        """The column of that number, counted from 1."""
        self._choose(number - 1)

    def action_use(self, name: str) -> None:
        """Choose a policy by name; one that is not shown is added."""
        board = self.board
        if board is None or name in board.labels:
            self.picks.chosen = name
            self.chosen_changed()
        else:
            self._add(name)

    @on(PolicyTable.Aside)
    def _aside(self, message: PolicyTable.Aside) -> None:
        self.action_column(message.by)

    @on(PolicyTable.Headed)
    def _headed(self, message: PolicyTable.Headed) -> None:
        """A heading was clicked: sort by it; a policy is chosen, and once more sorted by what is lost."""
        picks = self.picks
        if message.column == 0:
            picks.sort = Sort.DECLARED if picks.sort is Sort.NAME else Sort.NAME
        else:
            column = self.shown_from + message.column - 1
            again = column == self.column and picks.sort is Sort.COLUMN
            picks.sort = Sort.LOSS if again else Sort.COLUMN
            self._choose(column)
        self.draw()
        self.order()

    # --- what is compared --------------------------------------------------------------------------------------------

    def _want(self) -> None:
        self.comparisons.want(self.picks)
        self.draw()

    def action_baseline(self) -> None:
        """Judge against the chosen column."""
        if self.board is not None:
            self.action_against(self.board.labels[self.column])

    def action_against(self, label: str) -> None:
        """Judge against the column of that label."""
        labels = list(self.board.labels) if self.board else []
        if label not in labels:
            near = did_you_mean(label, labels) or ";"
            self.fairheap.tell(f"{label} is not compared{near} there are: {', '.join(labels)}", fault=True)
            return
        self.picks.chosen = labels[self.column]
        self.picks.baseline = label
        self._want()

    def action_against_now(self) -> None:
        """Judge against what runs now, or ran."""
        board = self.board
        if board is not None and board.policies[0] is None:
            self.action_against(board.labels[0])
        else:
            self.fairheap.tell("no work says what it holds, and no trace when it started: there is no now")

    def action_move(self, by: int) -> None:
        """Put the chosen policy elsewhere."""
        place, board = self.place, self.board
        if place is None or board is None:
            self.fairheap.tell("what runs without a policy stays first")
            return
        self.picks.chosen = board.labels[self.column]
        self.picks.move(place, by)
        self._want()

    def action_take_out(self) -> None:
        """Compare without the chosen policy."""
        place, board = self.place, self.board
        if place is None or board is None:
            self.fairheap.tell("what runs without a policy cannot be taken out")
        elif len(self.picks.uses) == 1:
            self.fairheap.tell("the last policy cannot be taken out: a adds another")
        else:
            at = self.column
            if self.picks.baseline == board.labels[at]:
                self.picks.baseline = None
            self.picks.chosen = board.labels[at + 1 if at + 1 < len(board.labels) else at - 1]
            del self.picks.uses[place]
            self._want()

    def action_add(self) -> None:
        """Choose a policy to add, from a list."""
        names = self.picks.others(timed=self.desk.session.scenario.timed)
        if not names:
            self.fairheap.tell("every installed policy is compared already")
            return
        self.fairheap.open(Listing("Compare with", names), lambda name: self._add(name) if name else None)

    def _add(self, name: str) -> None:
        place = self.place
        at = len(self.picks.uses) if place is None else place + 1
        self.picks.uses.insert(at, name)
        self.picks.chosen = name
        self._want()

    def action_stop(self) -> None:
        """Stop comparing, or go on with it."""
        if not self.comparisons.stop():
            self.comparisons.want(self.picks, again=True)
        self.draw()

    def action_losers(self) -> None:
        """Only who loses, or all."""
        self.picks.losers = not self.picks.losers
        self.draw()
        self.order()

    def action_sort(self) -> None:
        """Order by the next thing."""
        self.fairheap.tell(f"tenants {self.picks.next_sort().value}")
        self.draw()
        self.order()

    def exported(self) -> Export | None:
        """The comparison that is shown."""
        return None if self.board is None else self.board.exported()

    # --- what follows from it ----------------------------------------------------------------------------------------

    @on(PolicyTable.Chosen)
    async def action_open_policy(self) -> None:
        """Decide by the chosen policy, and see it."""
        place, board = self.place, self.board
        policy = board.policies[self.column] if board else None
        if board is None or place is None or policy is None:
            self.fairheap.tell(f"{board.labels[self.column] if board else NOW} is no policy: there is none to open")
            return
        use = self.picks.uses[place]
        options = {} if isinstance(use, str) else use.options
        own = {**policy.options, "on_misfit": policy.on_misfit}
        self.desk.choose(policy.name, {name: own[name] for name in options if name in own})
        await self.fairheap.action_do("go.time" if self.desk.session.scenario.timed else "go.workbench")
        self.fairheap.ask()

    def action_keep(self) -> None:
        """Have the scenario compare these policies."""
        desk, uses = self.desk, self.picks.uses
        compare = tuple(PolicyUse(use) if isinstance(use, str) else use for use in uses)
        scenario = desk.session.scenario
        if compare == scenario.policy.compare:
            self.fairheap.tell("the scenario compares these already")
            return
        edited = replace(scenario, policy=replace(scenario.policy, compare=compare))
        desk.sitting.edit(replace(desk.session, scenario=edited), f"compare {_words(uses)}")
        desk.picks.given = compare
        self.comparisons.keep(desk.session)
        self.fairheap.tell(f"the scenario compares {_words(uses)}; s saves it")
        self.fairheap.ask()


def _words(uses: Sequence[str | PolicyUse]) -> str:
    names = [called(use) for use in uses]
    return sanitize(", ".join(names) if len(names) < 5 else f"{', '.join(names[:4])} and {len(names) - 4} more")
