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
        self._charges: dict[int, Charge] = {}
        for use, earlier in zip(self._shown, repeat({}) if before is None else before, strict=False):
            use.update({name: float(earlier.get(name, 0)) for name in use})
        # What has ended is kept apart from what is charged in advance: a large charge that comes and goes would
        # otherwise take along the last digits, which are all that is left of what was used long before.
        self._ended = [dict(use) for use in self._shown]
        self._open = [dict.fromkeys(use, 0.0) for use in self._shown]
        self._running = [0] * len(self._shown)

    def rebase(self, now_ms: int) -> bool:
        """Begin units anew where they have grown large; True where it did, and every key is another."""
        steps = (now_ms - self._since_ms) // (REBASE * self.half_life_ms) * REBASE
        if not steps:
            return False
        self._since_ms += steps * self.half_life_ms
        for uses in (self._shown, self._ended, self._open):
            for use in uses:
                for name, amount in use.items():
                    use[name] = math.ldexp(amount, -steps)
        for charge in self._charges.values():
            charge.factor = math.ldexp(charge.factor, -steps)
        return True

    def start(self, job: int, tenant: int, rates: Mapping[str, int], expected_ms: int, now_ms: int) -> None:
        """Charge `tenant` for all that `job` is expected to use."""
        self._charges[job] = charge = Charge(rates, expected_ms, self.factor(now_ms))
        self._running[tenant] += 1
        _add(self._open[tenant], charge, expected_ms)
        self._show(tenant, rates)

    def end(self, job: int, tenant: int, ran_ms: int) -> None:
        """Put the charge of `job` right: it ran for `ran_ms`."""
        charge = self._charges.pop(job)
        self._running[tenant] -= 1
        if self._running[tenant]:
            _add(self._open[tenant], charge, -charge.expected_ms)
        else:
            self._open[tenant] = dict.fromkeys(self._open[tenant], 0.0)
        _add(self._ended[tenant], charge, ran_ms)
        self._show(tenant, self._shown[tenant])

    def plan(self, tenant: int, rates: Mapping[str, int], expected_ms: int, now_ms: int) -> None:
        """Count a job as if it started now; whoever plans puts the use back as it was."""
        _add(self._shown[tenant], Charge(rates, expected_ms, self.factor(now_ms)), expected_ms)

    def factor(self, now_ms: int) -> float:
        """How large a unit used now is."""
        return float(2.0 ** ((now_ms - self._since_ms) / self.half_life_ms))

    def _show(self, tenant: int, names: Iterable[str]) -> None:
        shown, ended, running = self._shown[tenant], self._ended[tenant], self._open[tenant]
        for name in names:
            shown[name] = ended[name] + running[name]


def _add(use: dict[str, Any], charge: Charge, ms: int) -> None:
    for name, rate in charge.rates.items():
        use[name] += rate * ms * charge.factor
