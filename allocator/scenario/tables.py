"""Reads values out of the checked tables of a file; what is faulty is told of and read as its default.

Owns the way from a key to a value of the core, whatever the table. Which keys a table has, and what they mean, is the
builders'.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from allocator.core.errors import QuantityError
from allocator.scenario import values
from allocator.scenario.faults import Collector
from allocator.scenario.positions import Path

T = TypeVar("T")
D = TypeVar("D")


class TableReader:
    """The tables of one file, and what the check of their shape found must not be used."""

    def __init__(self, tables: dict[str, Any], bad: set[Path], collect: Collector) -> None:
        self.tables = tables
        self.collect = collect
        self._bad = bad

    def is_bad(self, path: Path) -> bool:
        """Whether what stands there has been told of, and must not be used."""
        return path in self._bad

    def get(self, table: dict[str, Any], path: Path, key: str, default: Any) -> Any:
        """A key's value, or `default` where there is none or it has the wrong kind."""
        return table[key] if key in table and (*path, key) not in self._bad else default

    def value(
        self, table: dict[str, Any], path: Path, key: str, read: Callable[[object], T], default: D, who: str = ""
    ) -> T | D:
        """What `read` makes of a key's value, or `default` where there is none or it is faulty.

        Args:
            table: It may have the key.
            path: Of the table.
            key: In the table.
            read: Raises `QuantityError` with what was found and what is accepted.
            default: Where there is nothing to read.
            who: Named at the end of the fault.
        """
        if key not in table or (*path, key) in self._bad:
            return default
        try:
            return read(table[key])
        except QuantityError as error:
            self.collect.fault((*path, key), f"{error} ({who})" if who else str(error))
            return default

    def amounts(self, table: dict[str, Any], path: Path, key: str) -> dict[str, int]:
        """The quantities by resource in the table under a key; none where there is no such table."""
        made: dict[str, int] = {}
        raw: dict[str, Any] = self.get(table, path, key, {})
        for resource, value in raw.items():
            place = (*path, key, resource)
            if not resource:
                self.collect.fault(place, "found an empty name, expected a resource such as cpu")
                continue
            try:
                made[resource] = values.quantity(resource, value)
            except QuantityError as error:
                self.collect.fault(place, str(error))
                continue
            # Text, "16", was written by someone who thought about units.
            if not isinstance(value, str) and values.looks_like_gibibytes(resource, value):
                self.collect.warn(place, values.in_bytes_warning(resource, value), ("bytes", resource))
        return made

    def texts_at(self, table: dict[str, Any], path: Path, key: str) -> list[tuple[int, str]]:
        """The texts in the list under a key, each with its place in it; an empty one is told of and left out."""
        kept: list[tuple[int, str]] = []
        for index, text in enumerate(self.get(table, path, key, [])):
            place = (*path, key, index)
            if text == "":
                self.collect.fault(place, "found '', expected a name that is not empty")
            elif place not in self._bad:
                kept.append((index, text))
        return kept

    def texts(self, table: dict[str, Any], path: Path, key: str) -> tuple[str, ...]:
        """As `texts_at`, without the places."""
        return tuple(text for _, text in self.texts_at(table, path, key))

    def list_of(self, table: dict[str, Any], path: Path, key: str) -> list[tuple[int, dict[str, Any]]]:
        """The tables in the list under a key, each with its index in the file."""
        items = enumerate(self.get(table, path, key, []))
        return [(index, item) for index, item in items if (*path, key, index) not in self._bad]
