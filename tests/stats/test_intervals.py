"""Intervals: by arithmetic, against scipy, and by how often they hold the truth."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from seqrec_core.errors import BadInput
from seqrec_core.stats.intervals import bootstrap_mean_interval, newcombe_interval, normal_quantile, share, wilson_interval


def test_the_normal_quantile_of_95_percent_is_1_96():
    assert normal_quantile(0.95) == pytest.approx(1.959963985)


def test_wilson_of_8_in_10_by_arithmetic():
    z2 = 1.959963985**2
    half = math.sqrt(z2) * math.sqrt(0.8 * 0.2 / 10 + z2 / 400)
    low, high = wilson_interval(8, 10)
    assert float(low) == pytest.approx((0.8 + z2 / 20 - half) / (1 + z2 / 10))
    assert float(high) == pytest.approx((0.8 + z2 / 20 + half) / (1 + z2 / 10))


@settings(max_examples=60, deadline=None)
@given(n=st.integers(1, 300), part=st.floats(0, 1), level=st.sampled_from([0.8, 0.95, 0.99]))
def test_wilson_equals_scipy(n: int, part: float, level: float):
    count = round(part * n)
    expected = binomtest(count, n).proportion_ci(level, method="wilson")
    low, high = wilson_interval(count, n, level)
    assert (float(low), float(high)) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_wilson_of_arrays_is_wilson_of_each_and_nothing_known_is_all_of_it():
    low, high = wilson_interval([0, 3, 7, 0], [5, 9, 7, 0])
    assert low.shape == (4,)
    assert [float(wilson_interval(3, 9)[side]) for side in (0, 1)] == [low[1], high[1]]
    assert (low[0], high[2], low[3], high[3]) == (0, 1, 0, 1)


def test_newcombe_gives_the_published_example():
    """Newcombe 1998, table II, example (a): 56/70 − 48/80 = 0.2000, method 10: 0.0524 to 0.3339."""
    low, high = newcombe_interval(48, 80, 56, 70)
    assert (float(low), float(high)) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_newcombe_turns_its_sign_with_its_groups():
    low, high = newcombe_interval([9, 0], [10, 10], [3, 0], [10, 20])
    back_low, back_high = newcombe_interval([3, 0], [10, 20], [9, 0], [10, 10])
    np.testing.assert_allclose(low, -back_high)
    np.testing.assert_allclose(high, -back_low)
    assert low[0] < -0.6 < high[0]


def test_newcombe_of_an_empty_group_knows_nothing():
    low, high = newcombe_interval(0, 0, 5, 10)
    assert (float(low), float(high)) == (-1, 1)
    assert math.isnan(share(0, 0))


@settings(max_examples=60, deadline=None)
@given(n=st.integers(1, 50), m=st.integers(1, 50), seed=st.integers(0, 1000))
def test_newcombe_stays_in_bounds_and_holds_the_difference(n: int, m: int, seed: int):
    rng = np.random.default_rng(seed)
    a, b = int(rng.integers(0, n + 1)), int(rng.integers(0, m + 1))
    low, high = newcombe_interval(a, n, b, m)
    assert -1 - 1e-12 <= low <= b / m - a / n + 1e-12
    assert b / m - a / n - 1e-12 <= high <= 1 + 1e-12


def test_intervals_hold_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(5)
    p, q = rng.uniform(0.05, 0.95, (2, 8000))
    a, b = rng.binomial(40, p), rng.binomial(60, q)
    low, high = wilson_interval(a, 40)
    assert 0.94 < ((low <= p) & (p <= high)).mean() < 0.96
    low, high = newcombe_interval(a, 40, b, 60)
    assert 0.94 < ((low <= q - p) & (q - p <= high)).mean() < 0.965


def test_bootstrap_equals_the_normal_interval_where_that_holds():
    values = np.random.default_rng(1).normal(3, 2, 900)
    half = 1.96 * values.std() / 30
    low, high = bootstrap_mean_interval(values, np.random.default_rng(2), draws=4000)
    assert (low, high) == pytest.approx((values.mean() - half, values.mean() + half), abs=0.015)


def test_bootstrap_is_the_same_for_the_same_generator_and_whatever_its_blocks(monkeypatch: pytest.MonkeyPatch):
    values = np.random.default_rng(1).exponential(1, 50)
    whole = bootstrap_mean_interval(values, np.random.default_rng(2), draws=500)
    monkeypatch.setattr("seqrec_core.stats.intervals.CHUNK", 700)
    assert bootstrap_mean_interval(values, np.random.default_rng(2), draws=500) == whole


def test_bootstrap_of_one_value_is_that_value_and_of_none_unknown():
    assert bootstrap_mean_interval([0.25], np.random.default_rng(0)) == (0.25, 0.25)
    assert all(math.isnan(end) for end in bootstrap_mean_interval([], np.random.default_rng(0)))


@pytest.mark.parametrize(("count", "n"), [(-1, 5), (6, 5), (1, math.nan), (0, -1)])
def test_impossible_counts_are_refused(count: float, n: float):
    with pytest.raises(BadInput, match="has to lie between"):
        wilson_interval(count, n)


def test_a_level_given_in_percent_is_refused():
    with pytest.raises(BadInput, match="between 0 and 1"):
        wilson_interval(1, 2, level=95)


def test_values_that_are_missing_are_refused_with_their_number():
    with pytest.raises(BadInput, match="2 of the 3"):
        bootstrap_mean_interval([1.0, math.nan, math.inf], np.random.default_rng(0))
