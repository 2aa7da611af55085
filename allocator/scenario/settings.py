"""The `[policy]` table to `PolicySettings`. Whether a policy exists, and takes its options, is another's to say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, cast

from allocator.core.model import OnMisfit, PolicySettings, PolicyUse
from allocator.core.text import did_you_mean
from allocator.scenario.faults import Collector
from allocator.scenario.positions import Path
from allocator.scenario.values import found

_USE_KEYS = ("use", "as", "options")


class SettingsReader:
    """Reads one `[policy]` table, and knows afterwards where each of its parts stood."""

    def __init__(self, table: dict[str, Any], bad: set[Path], collect: Collector) -> None:
        self._table = {key: value for key, value in table.items() if ("policy", key) not in bad}
        self._bad = bad
        self._collect = collect
        self._compared: list[int] = []
        """Of each policy in `compare` that could be read: its index in the file."""

    def read(self, resources: Sequence[str]) -> PolicySettings:
        """The settings; a faulty part is told of and left at its default.

        Args:
            resources: Those that there are, whether or not their amounts could be read; empty where none could.
        """
        use = self._use(("policy", "use"), self._table.get("use", "drf")) or PolicyUse("drf")
        options = {
            name: _plain(table)
            for name, table in self._table.get("options", {}).items()
            if ("policy", "options", name) not in self._bad
        }
        on_misfit = cast(OnMisfit, self._table.get("on_misfit", "skip"))
        return PolicySettings(use, self._compare(), on_misfit, self._share_of(resources), options)

    def path(self, path: Path) -> Path:
        """Where in the file a place in the settings stands: faulty items of `compare` are not in the settings."""
        match path:
            case ("policy", "compare", int(index), *rest) if index < len(self._compared):
                return ("policy", "compare", self._compared[index], *rest)
        return path

    def _compare(self) -> tuple[PolicyUse, ...]:
        uses: list[PolicyUse] = []
        labels: dict[str, int] = {}
        for index, item in enumerate(self._table.get("compare", [])):
            path = ("policy", "compare", index)
            use = self._use(path, item)
            if use is None:
                continue
            label = use.label or use.name
            if label in labels:
                message = f"{found(label)} is compared already at compare[{labels[label]}]"
                self._collect.fault(path, f'{message}; tell them apart with "as"')
            labels.setdefault(label, index)
            uses.append(use)
            self._compared.append(index)
        return tuple(uses)

    def _use(self, path: Path, value: object) -> PolicyUse | None:
        if isinstance(value, str) and value:
            return PolicyUse(value)
        if not isinstance(value, dict):
            self._collect.fault(
                path, f'found {found(value)}, expected a policy\'s name, or {{ use = "drf", as = "..." }}'
            )
            return None
        good = True
        for key in value:
            if key not in _USE_KEYS:
                self._collect.fault(
                    (*path, key), f"unknown key, expected one of use, as, options{did_you_mean(key, _USE_KEYS)}"
                )
        for key in ("use", "as"):
            text = value.get(key)
            if key not in value and key == "use":
                self._collect.fault((*path, key), "missing; a policy's name is needed")
                good = False
            elif key in value and (not isinstance(text, str) or not text):
                self._collect.fault((*path, key), f"found {found(text)}, expected a name in quotes")
                good = False
        options: object = value.get("options", {})
        if not isinstance(options, dict):
            self._collect.fault((*path, "options"), f"found {found(options)}, expected a table")
            options = {}
        return PolicyUse(value["use"], value.get("as", ""), _plain(options)) if good else None

    def _share_of(self, resources: Sequence[str]) -> tuple[str, ...] | None:
        names: list[str] | None = self._table.get("share_of")
        if names is None:
            return None
        seen: set[str] = set()
        for index, name in enumerate(names):
            path = ("policy", "share_of", index)
            if path in self._bad:
                continue
            if name in seen:
                self._collect.fault(path, f"found {found(name)} a second time")
            elif resources and name not in resources:
                among = f"a resource of the capacity ({_listed(resources)})"
                self._collect.fault(path, f"found {found(name)}, expected {among}{did_you_mean(name, resources)}")
            seen.add(name)
        return tuple(name for index, name in enumerate(names) if ("policy", "share_of", index) not in self._bad)


def _listed(names: Iterable[str], most: int = 10) -> str:
    names = list(names)
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _plain(value: Any) -> Any:
    """`value` with the numbers that policies expect: a float where the file has a point."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value
