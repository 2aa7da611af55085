"""The words of the command line: what is accepted, and what each means. Imports nothing that costs start-up time."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from allocator.cli.parser import Parser, factor, option, positive, seed
from allocator.cli.usage import mode_of
from allocator.version import __version__

FORMATS = ("table", "json", "csv", "markdown")

MAIN_HELP = """\
Without --simulate, --compare or --explain it opens the terminal UI; ? shows its keys.

commands besides a scenario:
  fairheap import FORMAT PATH...           a cluster snapshot or a trace becomes a scenario
  fairheap policies [NAME|SYSTEM]          what is installed; one policy, or another system's words
  fairheap check CONFIG                    all faults of a scenario, with their lines
  fairheap init [FILE]                     a commented starter scenario
  fairheap serve [CONFIG]                  the terminal UI in a browser of this machine
  fairheap config [init|keys]              files of your own, and the keys of the terminal UI
  fairheap schema                          the JSON Schema of scenarios, for editors

environment of the terminal UI:
  NO_COLOR=1               no colour at all
  FAIRHEAP_THEME=NAME      fairheap-dark, fairheap-light, fairheap-contrast or fairheap-ansi
  FAIRHEAP_ASCII=1         no Unicode, whatever the locale says
  FAIRHEAP_NO_MOUSE=1      the mouse is left to the terminal

examples:
  fairheap                                         the terminal UI, with the built-in scenario
  fairheap prod.toml --policy fair-share           the same with yours, under that policy
  fairheap --simulate                              the built-in scenario, printed
  fairheap prod.toml --simulate --policy fair-share
  fairheap prod.toml --compare                     every policy side by side
  fairheap prod.toml --explain web                 why, and the least change that helps
  fairheap prod.toml --compare --scale-demand web=1.5
  fairheap trace.toml --compare --policy fifo --policy drf
  kubectl get nodes,pods,resourcequotas -A -o json | fairheap import kubernetes - -o prod.toml
"""


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The parsed command line; its `command` is the function to call with it."""
    commands: dict[str, Callable[[], Parser]] = {
        "import": import_parser,
        "policies": policies_parser,
        "check": check_parser,
        "schema": schema_parser,
        "init": init_parser,
        "serve": serve_parser,
        "config": config_parser,
    }
    if argv and argv[0] in commands:
        return commands[argv[0]]().parse_args(argv[1:])
    return main_parser().parse_args(argv)


def main_parser() -> Parser:
    """`fairheap [CONFIG]`, or with `--simulate | --compare | --explain TENANT | --explain-job NAME`."""
    parser = Parser(
        prog="fairheap",
        description="The policy workbench for shared clusters: who gets what, why, and what another policy would do.",
        epilog=MAIN_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "config", nargs="?", metavar="CONFIG", help="a scenario (TOML); - is standard input; left out, the built-in one"
    )
    parser.add_argument("--version", action="version", version=f"fairheap {__version__}")
    modes = parser.add_argument_group("print, instead of the terminal UI (one of them)").add_mutually_exclusive_group()
    modes.add_argument(
        "--simulate", action="store_true", help="print who gets what, or with jobs who waits how long, under one policy"
    )
    modes.add_argument("--compare", action="store_true", help="print what each policy would do, side by side")
    modes.add_argument("--explain", metavar="TENANT", help="print why one tenant got what it got, and what would help")
    modes.add_argument("--explain-job", metavar="NAME", help="with jobs: print why one of them waited")
    policy = parser.add_argument_group("policy")
    policy.add_argument(
        "--policy",
        action="append",
        metavar="NAME",
        help="this policy instead of the scenario's; with --compare any number of times; module:Class for your own",
    )
    policy.add_argument(
        "--set",
        action="append",
        type=option,
        default=[],
        metavar="OPTION=VALUE",
        help="an option of the policy, such as key=current; fairheap policies NAME lists them; on_misfit=stop for any",
    )
    what_if = parser.add_argument_group("what if")
    what_if.add_argument(
        "--scale-demand",
        action="append",
        type=factor,
        default=[],
        metavar="[TENANT=]X",
        help="X times as much is wanted, by one tenant or by all (jobs arrive X times as fast); may be repeated",
    )
    what_if.add_argument(
        "--scale-capacity",
        action="append",
        type=factor,
        default=[],
        metavar="[RESOURCE=]X",
        help="X times as much capacity, of one resource or of all; may be repeated",
    )
    time = parser.add_argument_group("over time (a scenario with jobs, workloads or a trace)")
    time.add_argument("--seed", type=seed, metavar="N", help="another seed for all that is drawn by chance")
    time.add_argument(
        "--replications",
        type=positive,
        metavar="N",
        help="run N seeds (2 or more), and print means, confidence intervals and paired differences",
    )
    time.add_argument("--jobs-out", metavar="FILE", help="with --simulate: write a row for each job there, as csv")
    output = parser.add_argument_group("output")
    output.add_argument("--format", choices=FORMATS, default="table", help="table (default), json, csv or markdown")
    output.add_argument("--output", "-o", metavar="FILE", help="write there instead of to standard output")
    output.add_argument("--all", action="store_true", help="every tenant, however many there are")
    output.add_argument("--wide", action="store_true", help="with --compare: the grants of each resource")
    output.add_argument(
        "--top", type=positive, metavar="N", help="with --compare: how many losers and gainers are shown (default 5)"
    )
    output.add_argument(
        "--against",
        metavar="NAME",
        help="with --compare: the policy to compare with; now is what runs today, recorded what a trace says",
    )
    output.add_argument("--versus", metavar="TENANT", help="with --explain: set two tenants against each other")
    output.add_argument("--steps", action="store_true", help="with --simulate or --explain: the decisions one by one")
    parser.set_defaults(command=_main)
    return parser


def _main(words: argparse.Namespace) -> int:
    mode = mode_of(words)
    if mode is None:
        from allocator.cli import interactive

        return interactive.run(words)
    from allocator.cli import running

    return running.run(words, mode)


def import_parser() -> Parser:
    """`fairheap import FORMAT PATH... -o FILE`."""
    from allocator.cli import importing

    return importing.parser()


def policies_parser() -> Parser:
    """`fairheap policies [NAME|SYSTEM]`."""
    from allocator.cli import catalogue

    parser = Parser(
        prog="fairheap policies",
        description="What is installed; one policy's definition, source, properties and options; "
        "or another system's words and our nearest.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "name", nargs="?", metavar="NAME|SYSTEM", help="a policy, or slurm, kubernetes, kueue, yarn ..."
    )
    parser.set_defaults(command=catalogue.policies)
    return parser


def check_parser() -> Parser:
    """`fairheap check CONFIG`."""
    from allocator.cli import catalogue

    parser = Parser(
        prog="fairheap check", description="All faults of a scenario, each with its line.", allow_abbrev=False
    )
    parser.add_argument("config", metavar="CONFIG", help="a scenario (TOML); - is standard input")
    parser.set_defaults(command=catalogue.check)
    return parser


def schema_parser() -> Parser:
    """`fairheap schema`."""
    from allocator.cli import catalogue

    parser = Parser(
        prog="fairheap schema",
        description="The JSON Schema of scenario files, for editors with Even Better TOML (Taplo).",
        allow_abbrev=False,
    )
    parser.add_argument("--output", "-o", metavar="FILE", help="write there instead of to standard output")
    parser.set_defaults(command=catalogue.schema)
    return parser


def init_parser() -> Parser:
    """`fairheap init [FILE]`."""
    from allocator.cli import catalogue

    parser = Parser(
        prog="fairheap init", description="A commented starter scenario; never overwrites a file.", allow_abbrev=False
    )
    parser.add_argument(
        "file", nargs="?", metavar="FILE", default="scenario.toml", help="default: scenario.toml; - prints"
    )
    parser.set_defaults(command=catalogue.init)
    return parser


def serve_parser() -> Parser:
    """`fairheap serve [CONFIG] [--port N]`."""
    from allocator.cli import serving

    return serving.parser()


def config_parser() -> Parser:
    """`fairheap config [init|keys]`."""
    from allocator.cli import configuring

    return configuring.parser()
