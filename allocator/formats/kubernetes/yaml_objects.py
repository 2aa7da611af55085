"""YAML text -> the objects in it, one at a time, from the parser's events. Makes only text, numbers, lists and maps.

No tag is obeyed and no alias followed, so a file can neither run code nor grow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from allocator.core.errors import SnapshotError
from allocator.formats.kubernetes.raw import DEEPEST, LARGEST_OBJECT, TOO_DEEP, Raw
from allocator.formats.sources import TextSource, refusal

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_WORDS: dict[str, object] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip


def yaml_objects(source: TextSource) -> Iterator[Raw]:
    """Each item of each list, each document that is no list, in the order of the file.

    Memory for one object. Quantities stay text, as they were written.

    Raises:
        SnapshotError: The text is not YAML, uses an alias, or holds an object that is too large or too deep.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    events = _Events(source, loader(source))
    try:
        yield from _documents(events)
    except (yaml.YAMLError, UnicodeError) as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        words = " ".join(str(getattr(error, "problem", None) or getattr(error, "reason", None) or error).split())
        # The parser of some versions gives up by itself, before its first event: it looks far ahead inside brackets.
        deep = "maximum nesting depth" in words
        message = TOO_DEEP if deep else f"neither JSON nor YAML: {words[:200]}"
        raise refusal(source.name, message, line=None if mark is None else mark.line + 1) from None
    finally:
        events.close()


class _Events:
    """The parser's events with the bounds kept."""

    def __init__(self, source: TextSource, loader: Any) -> None:
        import yaml

        self._source = source
        self._loader = loader
        self.yaml = yaml
        self.index = 0
        """Characters up to the last event."""
        self.line = 1
        """Line of the last event."""

    def close(self) -> None:
        self._loader.dispose()

    def next(self) -> Any:
        event = self._loader.get_event()
        if event.start_mark is not None:
            self.index = event.start_mark.index
            self.line = event.start_mark.line + 1
        if isinstance(event, self.yaml.AliasEvent):
            raise self.fault(f"the alias *{event.anchor}: write out what it stands for (kubectl writes no aliases)")
        return event

    def peek(self) -> Any:
        return self._loader.peek_event()

    def fault(self, message: str) -> SnapshotError:
        return refusal(self._source.name, message, line=self.line)


def _documents(events: _Events) -> Iterator[Raw]:
    yaml = events.yaml
    while not isinstance(event := events.next(), yaml.StreamEndEvent):
        if isinstance(event, yaml.MappingStartEvent):
            yield from _mapping(events)
        elif isinstance(event, yaml.SequenceStartEvent):
            yield from _elements(events, "", "")
        elif isinstance(event, yaml.ScalarEvent) and _scalar(event) is not None:
            yield Raw(_scalar(event), line=events.line)


def _mapping(events: _Events) -> Iterator[Raw]:
    yaml = events.yaml
    line, start = events.line, events.index
    whole: dict[str, object] = {}
    is_list = False
    while not isinstance(events.peek(), yaml.MappingEndEvent):
        name = _key(_value(events))
        if name == "items" and isinstance(events.peek(), yaml.SequenceStartEvent):
            is_list = True
            events.next()
            before = events.index
            kind = whole.get("kind")
            yield from _elements(events, "items", kind if isinstance(kind, str) else "")
            start += events.index - before
        else:
            whole[name] = _value(events)
            is_list = is_list or (name == "items" and whole[name] is None)
        if events.index - start > LARGEST_OBJECT:
            raise events.fault(
                f"an object of more than {LARGEST_OBJECT >> 20} MiB: Kubernetes stores none of that size"
            )
    events.next()
    if not is_list:
        yield Raw(whole, line=line)


def _elements(events: _Events, place: str, list_kind: str) -> Iterator[Raw]:
    yaml = events.yaml
    index = 0
    while not isinstance(first := events.peek(), yaml.SequenceEndEvent):
        line = first.start_mark.line + 1
        yield Raw(_value(events), list_kind, f"{place}[{index}]", line)
        index += 1
    events.next()


def _value(events: _Events) -> object:
    """The next whole value, without recursion: `open_` holds each container being filled, and its pending key."""
    yaml = events.yaml
    open_: list[tuple[dict[str, object] | list[object], list[object]]] = []
    start: int | None = None
    while True:
        event = events.next()
        start = events.index if start is None else start
        value: object
        if isinstance(event, yaml.ScalarEvent):
            value = _scalar(event)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            open_.append(({} if isinstance(event, yaml.MappingStartEvent) else [], []))
            if len(open_) > DEEPEST:
                raise events.fault(TOO_DEEP)
            continue
        else:
            value = open_.pop()[0]
        if events.index - start > LARGEST_OBJECT:
            raise events.fault(
                f"an object of more than {LARGEST_OBJECT >> 20} MiB: Kubernetes stores none of that size"
            )
        if not open_:
            return value
        container, key = open_[-1]
        if isinstance(container, list):
            container.append(value)
        elif key:
            container[_key(key.pop())] = value
        else:
            key.append(value)


def _key(value: object) -> str:
    """A key as text; one that is a list or a map has no meaning here."""
    return value if isinstance(value, str) else str(value) if isinstance(value, int | None) else "?"


def _scalar(event: Any) -> object:
    text: str = event.value
    if not event.implicit[0]:
        return text  # in quotes, a block, or tagged: text whatever it looks like
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _INTEGER.fullmatch(text) else text
