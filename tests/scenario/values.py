"""Random values that stand in scenario files."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8) | st.sampled_from(
    ['"', "'''", '"""', "a\nb", "a\r\nb", "\\", "#", "\x7f\x1b[31m", "🦀", "a.b", "worker-1", "worker-2", "  ", "[[x]]"]
)
resources = st.sampled_from(["cpu", "memory", "nvidia.com/gpu", "hugepages-2Mi", "ephemeral-storage", 'a "b"\n'])
amounts = st.integers(0, 2**40) | st.sampled_from([0, 1, 1024, 10**9, 2**34, 3 * 2**20, 500, 1500])
quantities = st.dictionaries(resources, amounts, max_size=3)
weights = st.builds(
    Fraction, st.integers(1, 10**6), st.sampled_from([1, 2, 3, 7, 10, 64, 1000, 10**9])
) | st.sampled_from([Fraction(1, 3), Fraction(1, 10), Fraction(22, 7)])
priorities = st.integers(-(10**15), 10**15)
option_values = st.recursive(
    st.booleans() | st.integers() | st.floats(allow_nan=False) | names,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names, inner, max_size=2),
    max_leaves=4,
)
options = st.dictionaries(names, option_values, max_size=2)
