"""What a screen shows, in the forms that the command line prints it in, and a name for its file. Knows no widget."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from allocator.comparison import Comparison
from allocator.registry import Prepared
from allocator.results import Allocation
from allocator.session import Session
from allocator.views import allocation_view, comparison_view, steps_view
from allocator.views.forms import formatted

if TYPE_CHECKING:  # numpy, which one allocation never needs
    from allocator.comparison.over_time import ReplayComparison
    from allocator.replays import Replay

PICTURE = "svg"
"""The form that is not text of the answer but what the terminal looks like."""
FORMS = {"table": "txt", "csv": "csv", "json": "json", "markdown": "md", PICTURE: PICTURE}
"""How a view can be taken along, and the ending of its file."""
NARROWEST = 60
"""Columns of a table at least."""
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Export:
    """What can be taken along."""

    what: str
    """In words."""
    stem: str
    """What its file is called, safe on every system."""
    lines: Callable[[str, int], Iterable[str]]
    """The lines of a form; a table is of that width."""

    def text(self, form: str, width: int) -> str:
        """What the command line writes into a file."""
        return "".join(f"{line}\n" for line in self.lines(form, max(NARROWEST, width)))


def of_allocation(allocation: Allocation) -> Export:
    """Who gets what: as `--simulate`."""

    def lines(form: str, width: int) -> Iterable[str]:
        style = allocation_view.Style(width)
        return formatted(
            form,
            table=lambda: allocation_view.text(allocation, style),
            data=allocation.to_dict,
            csv=lambda: allocation_view.csv(allocation),
            markdown=lambda: allocation_view.markdown(allocation, style),
        )

    return Export("the allocation", _stem(allocation.scenario.title, allocation.label), lines)


def of_decisions(session: Session, policy: Prepared) -> Export:
    """The decisions one by one: as `--simulate --steps`."""

    def lines(form: str, width: int) -> Iterable[str]:
        decisions, unit = session.decisions(policy), session.scenario.weight_unit
        if form == "table":
            return steps_view.text(decisions, width, weight_unit=unit)
        write = {"json": steps_view.json_lines, "csv": steps_view.csv, "markdown": steps_view.markdown}[form]
        return write(decisions, weight_unit=unit)

    return Export("the decisions", _stem(session.scenario.title, policy.label, "steps"), lines)


def of_comparison(comparison: Comparison) -> Export:
    """Policies side by side: as `--compare`."""

    def lines(form: str, width: int) -> Iterable[str]:
        return formatted(
            form,
            table=lambda: comparison_view.text(comparison, width),
            data=comparison.to_dict,
            csv=lambda: comparison_view.csv(comparison),
            markdown=lambda: comparison_view.markdown(comparison),
        )

    return Export("the comparison", _stem(comparison.scenario.title, "compare"), lines)


def of_replays(comparison: ReplayComparison) -> Export:
    """Runs side by side: as `--compare` of a scenario with jobs."""
    from allocator.views import timed_comparison_view as view

    def lines(form: str, width: int) -> Iterable[str]:
        return formatted(
            form,
            table=lambda: view.text(comparison, width),
            data=comparison.to_dict,
            csv=lambda: view.csv(comparison),
            markdown=lambda: view.markdown(comparison),
        )

    return Export("the comparison", _stem(comparison.scenario.title, "compare"), lines)


def of_replay(replay: Replay) -> Export:
    """One run: as `--simulate` of a scenario with jobs."""
    from allocator.views import replay_view as view

    def lines(form: str, width: int) -> Iterable[str]:
        style = view.Style(width)
        return formatted(
            form,
            table=lambda: view.text(replay, style),
            data=replay.to_dict,
            csv=lambda: view.csv(replay),
            markdown=lambda: view.markdown(replay, style),
        )

    return Export("the run", _stem(replay.scenario.title, replay.label), lines)


def _stem(*parts: str) -> str:
    """`quickstart-six-teams-on-one-cluster-drf`: letters, digits and hyphens alone, whatever a title holds."""
    slugs = [re.sub(r"[^a-z0-9]+", "-", _plain(part)).strip("-") for part in parts]
    head, *rest = slugs
    head = head[: max(0, _LONGEST - len("-".join(rest)))].rstrip("-")
    return "-".join(slug[:_LONGEST] for slug in (head, *rest) if slug) or "fairheap"


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
