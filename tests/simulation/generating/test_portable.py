"""Arithmetic of our own against that of libm and scipy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import special

from allocator.simulation.generating import portable
from allocator.simulation.generating.streams import Streams

CHANCE = np.random.default_rng(7)


def test_logarithm() -> None:
    """`log` is that of libm, to the last bit or the one before."""
    values = np.exp(CHANCE.uniform(-60, 60, 20_000))
    assert portable.log(values) == pytest.approx(np.log(values), rel=4e-16, abs=4e-16)
    assert portable.log(np.array([1.0]))[0] == 0


def test_exponential() -> None:
    """`exp` is that of libm, to the last bit or the one before."""
    values = CHANCE.uniform(-600, 600, 20_000)
    assert portable.exp(values) == pytest.approx(np.exp(values), rel=5e-16)


def test_cosine() -> None:
    """A whole turn is back at 1, a half at -1, and between them it is that of libm."""
    turns = CHANCE.uniform(-3, 3, 20_000)
    assert portable.cosine(turns) == pytest.approx(np.cos(2 * math.pi * turns), abs=1e-14)
    assert portable.cosine(np.array([0.0, 0.5, 1.0])).tolist() == [1, -1, 1]


def test_normal_quantile() -> None:
    """The quantile is scipy's, far into both tails."""
    values = np.concatenate([CHANCE.uniform(0, 1, 20_000), 10.0 ** CHANCE.uniform(-16, -1, 500)])
    assert portable.normal_quantile(values) == pytest.approx(special.ndtri(values), rel=2e-14, abs=1e-15)


@pytest.mark.parametrize("x", [0.1, 0.5, 1, 2, 7.3, 15, 300])
def test_gamma_function(x: float) -> None:
    """The gamma function and its integral are libm's and scipy's."""
    assert portable.log_gamma(x) == pytest.approx(math.lgamma(x), rel=1e-14, abs=1e-14)
    assert portable.gamma_below(8.1737, x) == pytest.approx(float(special.gammainc(8.1737, x)), abs=1e-13)


@pytest.mark.parametrize("shape", [0.3, 1, 4.2, 312])
def test_gamma_numbers(shape: float) -> None:
    """Gamma numbers have their mean, their variance, and their share below the median."""
    drawn = Streams("a").gamma("b", 40_000, shape)
    assert drawn.mean() == pytest.approx(shape, rel=0.03)
    assert drawn.var() == pytest.approx(shape, rel=0.06)
    assert np.mean(drawn < special.gammaincinv(shape, 0.5)) == pytest.approx(0.5, abs=0.01)


def test_uniform_numbers() -> None:
    """Uniform numbers are above 0 and below 1, and a tenth of them is in each tenth."""
    drawn = Streams("a").uniform("b", 50_000)
    assert drawn.min() > 0
    assert drawn.max() < 1
    assert np.bincount((drawn * 10).astype(int)) == pytest.approx(5_000, rel=0.06)
