"""Quantities: what people write becomes whole numbers of the smallest unit, or a fault that says why."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocator import QuantityError, parse_quantity
from allocator.core.resources import LARGEST, is_bytes, scale, unit

BYTES = ["memory", "storage", "ephemeral-storage", "hugepages-2Mi"]
MILLI = ["cpu", "nvidia.com/gpu", "pods", "anything"]


@pytest.mark.parametrize("resource", BYTES)
def test_memory_and_storage_count_in_bytes(resource: str) -> None:
    """Memory, storage and huge pages count in bytes."""
    assert is_bytes(resource)
    assert unit(resource) == "bytes"
    assert parse_quantity(resource, 5) == 5


@pytest.mark.parametrize("resource", MILLI)
def test_everything_else_counts_in_thousandths(resource: str) -> None:
    """Every other resource counts in thousandths."""
    assert not is_bytes(resource)
    assert unit(resource) == "milli"
    assert parse_quantity(resource, 5) == 5000


@pytest.mark.parametrize(
    ("suffix", "factor"),
    [
        ("", 1),
        ("k", 10**3),
        ("K", 10**3),
        ("M", 10**6),
        ("G", 10**9),
        ("T", 10**12),
        ("P", 10**15),
        ("E", 10**18),
        ("Ki", 2**10),
        ("ki", 2**10),
        ("Mi", 2**20),
        ("Gi", 2**30),
        ("Ti", 2**40),
        ("Pi", 2**50),
        ("Ei", 2**60),
        ("B", 1),
        ("kB", 10**3),
        ("KB", 10**3),
        ("MB", 10**6),
        ("GB", 10**9),
        ("KiB", 2**10),
        ("MiB", 2**20),
        ("GiB", 2**30),
    ],
)
def test_suffixes_of_memory(suffix: str, factor: int) -> None:
    """Kubernetes' decimal and binary suffixes are read, and the byte forms that people write for memory."""
    assert parse_quantity("memory", f"2{suffix}") == 2 * factor
    assert parse_quantity("memory", f" 2{suffix} ") == 2 * factor


@pytest.mark.parametrize(
    ("text", "milli"),
    [
        ("500m", 500),
        ("1.5", 1500),
        ("1e3", 1_000_000),
        ("1E3", 1_000_000),
        ("25e-2", 250),
        ("2k", 2_000_000),
        (".5", 500),
        ("1.", 1000),
        ("+3", 3000),
        ("1000000u", 1000),
        ("1000000n", 1),
        ("0", 0),
        ("-0", 0),
        ("1.0000000000000000000", 1000),
    ],
)
def test_cpu_as_people_write_it(text: str, milli: int) -> None:
    """Millicores, decimals and exponents are exact."""
    assert parse_quantity("cpu", text) == milli


@pytest.mark.parametrize(("value", "milli"), [(0.1, 100), (0.3, 300), (2, 2000), (1e3, 1_000_000), (1e-3, 1)])
def test_a_float_means_what_was_written(value: float, milli: int) -> None:
    """0.1 is a tenth, though no float is."""
    assert parse_quantity("cpu", value) == milli


def test_rounding_only_where_it_is_asked_for() -> None:
    """Finer than the smallest unit is a fault; importers round demand up and capacity down."""
    with pytest.raises(QuantityError, match="finer than one thousandth of cpu"):
        parse_quantity("cpu", "1.0005")
    with pytest.raises(QuantityError, match="'1M' is megabytes"):
        parse_quantity("memory", "1m")
    assert parse_quantity("cpu", "1.0005", "up") == 1001
    assert parse_quantity("cpu", "1.0005", "down") == 1000
    assert parse_quantity("memory", "1500m", "up") == 2
    assert parse_quantity("memory", "1500m", "down") == 1


@pytest.mark.parametrize(
    "value",
    [
        "",
        "abc",
        "1 000",
        "1,5",
        "0x10",
        "1_000",
        "--1",
        "1e",
        "e3",
        "1Zi",
        "1kk",
        "nan",
        "inf",
        "-inf",
        float("nan"),
        float("inf"),
        True,
        None,
        [1],
        {"a": 1},
        b"1",
        "\u0661",
        "1" * 200,
        10**40,
        "1e999",
        "9E",
        "-1",
        -1,
        -0.5,
        LARGEST,
    ],
)
def test_what_is_no_quantity_is_a_fault(value: object) -> None:
    """Anything but a number in range is refused in words that say what was found and what is accepted."""
    with pytest.raises(QuantityError, match=r"found .*(expected|finer)"):
        parse_quantity("cpu", value)


def test_bytes_take_no_byte_suffix_elsewhere() -> None:
    """16GB of cpu is a mistake, not sixteen thousand million cores."""
    with pytest.raises(QuantityError, match="suffix 'GB'"):
        parse_quantity("cpu", "16GB")


def test_the_largest_quantity() -> None:
    """2^62 of the smallest unit is the most there can be of anything."""
    assert parse_quantity("memory", LARGEST) == LARGEST
    with pytest.raises(QuantityError, match="2\\^62"):
        parse_quantity("memory", LARGEST + 1)


@given(st.sampled_from(BYTES + MILLI), st.integers(0, LARGEST))
def test_round_trip_of_whole_units(resource: str, amount: int) -> None:
    """An amount written out exactly, in any exact form, is read back as the same whole number."""
    whole, part = divmod(amount, scale(resource))
    text = f"{whole}.{part:03d}" if part else str(whole)
    assert parse_quantity(resource, text) == amount
    if scale(resource) == 1000:
        assert parse_quantity(resource, f"{amount}m") == amount


@given(st.text(max_size=12) | st.from_regex(r"[+-]?[0-9]{1,6}(\.[0-9]{0,4})?(e-?[0-9])?[a-zA-Z]{0,3}", fullmatch=True))
def test_any_text_is_a_quantity_or_a_fault(text: str) -> None:
    """No text makes anything but a whole number in range or a QuantityError, and rounding brackets the exact value."""
    for resource in ("cpu", "memory"):
        try:
            up, down = parse_quantity(resource, text, "up"), parse_quantity(resource, text, "down")
        except QuantityError:
            with pytest.raises(QuantityError):
                parse_quantity(resource, text)
            continue
        assert 0 <= down <= up <= down + 1
        assert up <= LARGEST
        if up == down:
            assert parse_quantity(resource, text) == up


@given(st.fractions(min_value=0, max_value=10**6, max_denominator=10**6), st.sampled_from(["", "k", "m", "Mi"]))
def test_decimals_are_exact(number: Fraction, suffix: str) -> None:
    """A decimal with a suffix is rounded from its exact value, never from a float of it."""
    milli = int(number * 10**9)
    text = f"{milli // 10**9}.{milli % 10**9:09d}{suffix}"
    factors = {"": Fraction(1), "k": Fraction(1000), "m": Fraction(1, 1000), "Mi": Fraction(2**20)}
    exact = Fraction(milli, 10**9) * factors[suffix]
    assert parse_quantity("memory", text, "down") == exact.numerator // exact.denominator
