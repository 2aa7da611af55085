"""`fairheap CONFIG --simulate | --compare | --explain TENANT`: opens a session, asks it, prints what the views give.

A scenario with jobs is run over time: `replaying` does that.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import Any

from allocator.cli.terminal import Progress, emit, say, unicode, width
from allocator.cli.usage import check, check_time, policy_of
from allocator.cli.what_if import asked
from allocator.registry import Prepared
from allocator.session import Session
from allocator.views.forms import formatted


def run(words: argparse.Namespace, mode: str) -> int:
    """Do what the command line says."""
    check(words, mode)
    session = Session.open(words.config)
    for warning in session.warnings:
        say(f"warning: {warning}")
    check_time(words, timed=session.scenario.timed, chance=session.scenario.chance)
    if session.scenario.timed:
        from allocator.cli import replaying  # numpy, which one allocation never needs

        return replaying.run(session, words, mode)
    session = asked(session, words)
    lines = {"simulate": _simulate, "compare": _compare, "explain": _explain}[mode](session, words)
    emit(lines, words.output)
    return 0


def _simulate(session: Session, words: argparse.Namespace) -> Iterable[str]:
    policy = policy_of(session, words)
    if words.steps:
        return _steps(session, policy, None, words)
    from allocator.views import allocation_view as view

    allocation = session.allocate(policy)
    style = view.Style(width(), unicode() and words.output is None, everyone=words.all)
    return formatted(
        words.format,
        table=lambda: view.text(allocation, style),
        data=allocation.to_dict,
        csv=lambda: view.csv(allocation),
        markdown=lambda: view.markdown(allocation, style),
    )


def _compare(session: Session, words: argparse.Namespace) -> Iterable[str]:
    from allocator.views import comparison_view as view

    progress = Progress("comparing")
    comparison = session.compare(
        words.policy or [],
        dict(words.set),
        words.against,
        lambda done, total, label: progress(f"{label} ({done + 1} of {total})"),
    )
    progress.clear()
    choices: dict[str, Any] = {"show_all": words.all, "wide": words.wide, "top": words.top or 5}
    glyphs = unicode() and words.output is None
    return formatted(
        words.format,
        table=lambda: view.text(comparison, width(), unicode=glyphs, **choices),
        data=comparison.to_dict,
        csv=lambda: view.csv(comparison),
        markdown=lambda: view.markdown(comparison, **choices),
    )


def _explain(session: Session, words: argparse.Namespace) -> Iterable[str]:
    policy = policy_of(session, words)
    if words.steps:
        return _steps(session, policy, words.explain, words)
    from allocator.views import explanation_view as view

    glyphs = unicode() and words.output is None
    if words.versus is not None:
        versus = session.versus(words.explain, words.versus, policy)
        return formatted(
            words.format,
            table=lambda: view.versus_text(versus, width()),
            data=versus.to_dict,
            csv=lambda: view.versus_csv(versus),
            markdown=lambda: view.versus_markdown(versus),
        )
    explanation = session.explain(words.explain, policy)
    return formatted(
        words.format,
        table=lambda: view.text(explanation, width(), unicode=glyphs),
        data=explanation.to_dict,
        csv=lambda: view.csv(explanation),
        markdown=lambda: view.markdown(explanation),
    )


def _steps(session: Session, policy: Prepared, tenant: str | None, words: argparse.Namespace) -> Iterable[str]:
    from allocator.views import steps_view as view

    if tenant is not None:
        session.scenario.must_have(tenant)
    decisions, weight_unit = session.decisions(policy), session.scenario.weight_unit
    return {
        "table": lambda: view.text(decisions, width(), tenant=tenant, weight_unit=weight_unit),
        "json": lambda: view.json_lines(decisions, tenant=tenant, weight_unit=weight_unit),
        "csv": lambda: view.csv(decisions, tenant=tenant, weight_unit=weight_unit),
        "markdown": lambda: view.markdown(decisions, tenant=tenant, weight_unit=weight_unit),
    }[words.format]()
