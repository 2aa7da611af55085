"""An argument parser whose errors are safe to print and name the nearest word, and the kinds of value it reads."""

from __future__ import annotations

import argparse
import re
from fractions import Fraction
from typing import Any, NoReturn

from allocator.core.text import did_you_mean, sanitize


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors say the nearest word and hold no control characters."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """The parsed words; ends with 2 on any other, naming the option that was probably meant."""
        known, unknown = super().parse_known_args(args, namespace)
        if unknown:
            option, _, _ = unknown[0].partition("=")
            near = did_you_mean(option, self._option_string_actions) if option.startswith("-") else ""
            self.error(f"unrecognized arguments: {' '.join(unknown)}{near}")
        return known, []

    def error(self, message: str) -> NoReturn:
        """Print one line and the way to more, and exit with 2."""
        self.exit(2, f"{self.prog}: {sanitize(message)}\n({self.prog} --help shows what is accepted)\n")


_FACTOR = re.compile(r"\d{1,9}(\.\d{0,9})?|\.\d{1,9}|\d{1,9}/[1-9]\d{0,8}", re.ASCII)
_LARGEST_FACTOR = 10**6


def factor(text: str) -> tuple[str | None, Fraction]:
    """`1.5`, `4/3`, or `web=1.5` for one tenant or resource: the name, None for all, and the factor."""
    name, separator, number = text.rpartition("=")
    # Fraction("1e999999999") would never come back, so the form is checked first.
    value = Fraction(number.rstrip(".")) if _FACTOR.fullmatch(number) else None
    if value is None or value > _LARGEST_FACTOR:
        expected = f"expected a factor from 0 to {_LARGEST_FACTOR} such as 1.5, or NAME=1.5"
        raise argparse.ArgumentTypeError(f"found '{text}', {expected}")
    return (name if separator else None), value


def option(text: str) -> tuple[str, str]:
    """`OPTION=VALUE`."""
    name, separator, value = text.partition("=")
    if not separator or not name:
        raise argparse.ArgumentTypeError(f"found '{text}', expected OPTION=VALUE")
    return name, value


def positive(text: str) -> int:
    """A whole number above 0."""
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text)):
        raise argparse.ArgumentTypeError(f"found '{text}', expected a whole number above 0")
    return int(text)


def seed(text: str) -> int:
    """A whole number from 0 to 2^63 - 1."""
    if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) < 2**63):
        raise argparse.ArgumentTypeError(f"found '{text}', expected a whole number from 0 to 2^63 - 1")
    return int(text)
