"""What to say of a name that is not there: the nearest that is, or what there is."""

from __future__ import annotations

from collections.abc import Iterable

from allocator.core.text import did_you_mean

_HINTS = 10
"""Looking for the nearest takes a while: who gets this many names wrong has another trouble than spelling."""
_LOOKED_AT = 5_000
_LISTED = 8


class Names:
    """The names of one kind that there are."""

    def __init__(self, known: Iterable[str], none: str = "none", also: Iterable[str] = ()) -> None:
        """Know `known`.

        Args:
            known: In the order in which they are listed.
            none: What to say where there are none.
            also: Other words that may have been meant.
        """
        self._known = dict.fromkeys(name for name in known if name)
        self._none = none
        self._also = tuple(also)
        self._hints: dict[str, str] = {}

    def __contains__(self, name: str) -> bool:
        """Whether it is one of them."""
        return name in self._known

    def __len__(self) -> int:
        """How many there are."""
        return len(self._known)

    def hint(self, name: str) -> str:
        """`; did you mean 'x'?`, or `; there are: x, y`; after several names of which that was said, nothing."""
        if name not in self._hints:
            if len(self._hints) >= _HINTS:
                return ""
            names = list(self._known)
            shown = ", ".join(names[:_LISTED]) + (f", and {len(names) - _LISTED:,} more" if names[_LISTED:] else "")
            self._hints[name] = (
                did_you_mean(name, [*names[:_LOOKED_AT], *self._also]) or f"; there are: {shown or self._none}"
            )
        return self._hints[name]
