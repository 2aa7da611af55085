"""Streams of chance, one a purpose: what is drawn for one never moves what is drawn for another.

A stream begins anew with each call, so that the first of many draws are those of few. Made of PCG64's raw words,
which numpy keeps the same in all its versions, and of `portable` arithmetic.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from allocator.simulation.generating.portable import Floats, exp, log, normal_quantile


@dataclass(frozen=True)
class Streams:
    """The streams of one seed and one generator, or of one part of it."""

    name: str

    def under(self, part: str) -> Streams:
        """The streams of a part."""
        return Streams(f"{self.name}:{part}")

    def uniform(self, purpose: str, count: int) -> Floats:
        """Numbers above 0 and below 1, every one as likely."""
        digest = hashlib.sha256(f"{self.name}:{purpose}".encode()).digest()
        words = np.random.PCG64(int.from_bytes(digest, "big")).random_raw(count)
        return ((words >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52

    def exponential(self, purpose: str, count: int) -> Floats:
        """Exponential numbers of mean 1."""
        return -log(self.uniform(purpose, count))

    def normal(self, purpose: str, count: int) -> Floats:
        """Standard normal numbers."""
        return normal_quantile(self.uniform(purpose, count))

    def gamma(self, purpose: str, count: int, shape: float) -> Floats:
        """Gamma numbers of that shape and scale 1.

        Source: Marsaglia and Tsang, A simple method for generating gamma variables, 2000.
        """
        boosted = shape < 1.0
        d = (shape + 1.0 if boosted else shape) - 1.0 / 3.0
        c = 1.0 / np.sqrt(9.0 * d)
        tried = count + count // 10 + 16
        while True:
            x = self.normal(f"{purpose}:gamma", tried)
            root = np.maximum(1.0 + c * x, 1e-300)
            v = root * root * root
            accepted = (1.0 + c * x > 0.0) & (
                log(self.uniform(f"{purpose}:accept", tried)) < 0.5 * x * x + d * (1.0 - v + log(v))
            )
            kept: Floats = d * v[accepted]
            if len(kept) >= count:
                break
            tried *= 2
        if boosted:
            kept = kept[:count] * exp(np.maximum(log(self.uniform(f"{purpose}:boost", count)) / shape, -700.0))
        return kept[:count]
