"""Logarithm, exponential, cosine and normal quantile that give the same bits on every machine.

Those of libm and numpy differ in the last bit between processors and versions, which would move a job by a
millisecond. These are made of IEEE additions, multiplications and divisions alone, one at a time, and are exact to
some 1e-15.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]

_LN2_HIGH = float.fromhex("0x1.62e42feep-1")
_LN2_LOW = float.fromhex("0x1.a39ef35793c76p-33")
_ROOT_HALF = 0.7071067811865476
_TURN = 6.283185307179586
_FACTORIALS = (1.0, 1.0, 2.0, 6.0, 24.0, 120.0, 720.0, 5040.0, 40320.0, 362880.0, 3628800.0, 39916800.0, 479001600.0)


def log(x: Floats) -> Floats:
    """The natural logarithm of positive numbers."""
    fraction, exponent = np.frexp(x)
    small = fraction < _ROOT_HALF
    fraction = np.where(small, fraction * 2.0, fraction)
    power = np.where(small, exponent - 1, exponent).astype(np.float64)
    ratio = (fraction - 1.0) / (fraction + 1.0)
    series = _polynomial(ratio * ratio, [2.0 / (2 * n + 1) for n in range(12)])
    return power * _LN2_HIGH + (power * _LN2_LOW + ratio * series)


def exp(x: Floats) -> Floats:
    """e to the power of numbers between -700 and 700."""
    power = np.rint(x / (_LN2_HIGH + _LN2_LOW))
    rest = (x - power * _LN2_HIGH) - power * _LN2_LOW
    series = _polynomial(rest, [1.0 / factorial for factorial in _FACTORIALS] + [1.0 / 6227020800.0])
    return np.ldexp(series, power.astype(np.int64))


def cosine(turns: Floats) -> Floats:
    """The cosine of angles in whole turns: 0.25 is a right angle."""
    part = np.abs(turns - np.rint(turns))
    beyond = part > 0.25
    angle = np.where(beyond, 0.5 - part, part) * _TURN
    terms, factor = [], 1.0
    for n in range(12):
        terms.append(factor)
        factor /= -float((2 * n + 1) * (2 * n + 2))
    value = _polynomial(angle * angle, terms)
    return np.where(beyond, -value, value)


def normal_quantile(p: Floats) -> Floats:
    """The value below which a standard normal is with probability p, 0 < p < 1.

    Source: Wichura, Algorithm AS 241, 1988 (PPND16).
    """
    q = p - 0.5
    tail = np.minimum(p, 1.0 - p)
    root = np.sqrt(-log(tail))
    middle = 0.180625 - q * q
    centre = q * _ratio(middle, _CENTRE)
    far = np.where(root <= 5.0, _ratio(root - 1.6, _NEAR_TAIL), _ratio(root - 5.0, _FAR_TAIL))
    return np.where(np.abs(q) <= 0.425, centre, np.where(q < 0.0, -far, far))


def log_gamma(x: float) -> float:
    """The logarithm of the gamma function of x > 0."""
    product = 1.0
    while x < 12.0:
        product *= x
        x += 1.0
    square = 1.0 / (x * x)
    # Stirling's series; its next term is below 1e-17 from 12 on.
    rest = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square * (1 / 1188))))) / x
    return (x - 0.5) * scalar_log(x) - x + 0.9189385332046727 + rest - scalar_log(product)


def gamma_below(shape: float, x: float) -> float:
    """The probability that a gamma variable of that shape and scale 1 is below x."""
    if x <= 0.0:
        return 0.0
    term = total = 1.0 / shape
    n = shape
    while term > total * 1e-17:
        n += 1.0
        term *= x / n
        total += term
    return total * scalar_exp(shape * scalar_log(x) - x - log_gamma(shape))


def scalar_log(x: float) -> float:
    """`log` of one number."""
    return float(log(np.array([x]))[0])


def scalar_exp(x: float) -> float:
    """`exp` of one number."""
    return float(exp(np.array([x]))[0])


def _polynomial(x: Floats, coefficients: list[float]) -> Floats:
    value = np.full_like(x, coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        value = value * x + coefficient
    return value


def _ratio(x: Floats, coefficients: tuple[list[float], list[float]]) -> Floats:
    return _polynomial(x, coefficients[0]) / _polynomial(x, coefficients[1])


# Coefficients, the constant first: of the numerator, of the denominator.
_CENTRE = (
    [
        3.3871328727963666080e0,
        1.3314166789178437745e2,
        1.9715909503065514427e3,
        1.3731693765509461125e4,
        4.5921953931549871457e4,
        6.7265770927008700853e4,
        3.3430575583588128105e4,
        2.5090809287301226727e3,
    ],
    [
        1.0,
        4.2313330701600911252e1,
        6.8718700749205790830e2,
        5.3941960214247511077e3,
        2.1213794301586595867e4,
        3.9307895800092710610e4,
        2.8729085735721942674e4,
        5.2264952788528545610e3,
    ],
)
_NEAR_TAIL = (
    [
        1.42343711074968357734e0,
        4.63033784615654529590e0,
        5.76949722146069140550e0,
        3.64784832476320460504e0,
        1.27045825245236838258e0,
        2.41780725177450611770e-1,
        2.27238449892691845833e-2,
        7.74545014278341407640e-4,
    ],
    [
        1.0,
        2.05319162663775882187e0,
        1.67638483018380384940e0,
        6.89767334985100004550e-1,
        1.48103976427480074590e-1,
        1.51986665636164571966e-2,
        5.47593808499534494600e-4,
        1.05075007164441684324e-9,
    ],
)
_FAR_TAIL = (
    [
        6.65790464350110377720e0,
        5.46378491116411436990e0,
        1.78482653991729133580e0,
        2.96560571828504891230e-1,
        2.65321895265761230930e-2,
        1.24266094738807843860e-3,
        2.71155556874348757815e-5,
        2.01033439929228813265e-7,
    ],
    [
        1.0,
        5.99832206555887937690e-1,
        1.36929880922735805310e-1,
        1.48753612908506148525e-2,
        7.86869131145613259100e-4,
        1.84631831751005468180e-5,
        1.42151175831644588870e-7,
        2.04426310338993978564e-15,
    ],
)
