"""Use that is forgotten: it halves every half-life, kept in units that grow instead, so that it never has to shrink.

An amount used at `s` is kept times 2^((s - t0) / half-life). That is what decaying everything to now would give, times
one number for all, so the order of tenants is the same, and the key of a tenant that does nothing stays as it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import repeat
from typing import Any

REBASE = 400
"""Half-lives after which units begin anew, before 2^1023 ends the floats; an exact power of two changes no order."""


@dataclass(slots=True, eq=False)
class Charge:
    """What a running job was charged when it started: its estimate, in the units of that instant."""

    rates: Mapping[str, int]
    """Amount of each resource in use, whose product with a time in ms is charged."""
    expected_ms: int
    factor: float


class DecayingUse:
    """The decayed use of every tenant.

    Args:
        half_life_ms: After which half counts.
        shown: Of each tenant its use by resource, which is kept here.
        before: Of each tenant what it used before the start, amount times ms; nothing where left out.
    """

    def __init__(
        self, half_life_ms: int, shown: Iterable[dict[str, Any]], before: Iterable[Mapping[str, int]] | None = None
    ) -> None:
        self.half_life_ms = half_life_ms
        self._since_ms = 0
        self._shown = list(shown)
        self._open: dict[int, Charge] = {}
        for use, earlier in zip(self._shown, repeat({}) if before is None else before, strict=False):
            use.update({name: float(earlier.get(name, 0)) for name in use})

    def rebase(self, now_ms: int) -> bool:
        """Begin units anew where they have grown large; True where it did, and every key is another."""
        steps = (now_ms - self._since_ms) // (REBASE * self.half_life_ms) * REBASE
        if not steps:
            return False
        self._since_ms += steps * self.half_life_ms
        for use in self._shown:
            for name, amount in use.items():
                use[name] = math.ldexp(amount, -steps)
        for charge in self._open.values():
            charge.factor = math.ldexp(charge.factor, -steps)
        return True

    def start(self, job: int, tenant: int, rates: Mapping[str, int], expected_ms: int, now_ms: int) -> None:
        """Charge `tenant` for all that `job` is expected to use."""
        charge = Charge(rates, expected_ms, self.factor(now_ms))
        self._open[job] = charge
        self._add(tenant, charge, expected_ms)

    def end(self, job: int, tenant: int, ran_ms: int) -> None:
        """Put the charge of `job` right: it ran for `ran_ms`."""
        charge = self._open.pop(job)
        self._add(tenant, charge, ran_ms - charge.expected_ms)

    def plan(self, tenant: int, rates: Mapping[str, int], expected_ms: int, now_ms: int) -> None:
        """Count a job as if it started now; whoever plans puts the use back as it was."""
        self._add(tenant, Charge(rates, expected_ms, self.factor(now_ms)), expected_ms)

    def factor(self, now_ms: int) -> float:
        """How large a unit used now is."""
        return float(2.0 ** ((now_ms - self._since_ms) / self.half_life_ms))

    def _add(self, tenant: int, charge: Charge, ms: int) -> None:
        use = self._shown[tenant]
        for name, rate in charge.rates.items():
            use[name] += rate * ms * charge.factor
