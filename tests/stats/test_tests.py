"""Tests and corrections: by arithmetic, against scipy, and by how often they cry wolf."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from seqrec_core.errors import BadInput
from seqrec_core.stats.tests import (
    benjamini_yekutieli,
    fisher_p,
    holm,
    paired_bootstrap_interval,
    sign_flip_p,
    two_proportion_p,
)

PS = st.lists(st.floats(0, 1), max_size=30)


def test_fisher_on_the_lady_tasting_tea():
    """3 of 4 against 1 of 4: (16 + 1) of 70 tables on each side, 34/70 together."""
    assert fisher_p(3, 4, 1, 4) == pytest.approx(34 / 70)
    assert float(two_proportion_p(3, 4, 1, 4)) == pytest.approx(34 / 70)


@settings(max_examples=80, deadline=None)
@given(n=st.integers(1, 60), m=st.integers(1, 60), x=st.floats(0, 1), y=st.floats(0, 1))
def test_fisher_equals_scipy(n: int, m: int, x: float, y: float):
    a, b = round(x * n), round(y * m)
    expected = stats.fisher_exact([[a, n - a], [b, m - b]]).pvalue
    assert fisher_p(a, n, b, m) == pytest.approx(expected, rel=1e-6)


def test_large_counts_are_a_chi_square_without_correction():
    table = [[60, 140], [100, 120]]
    expected = stats.chi2_contingency(table, correction=False).pvalue
    assert float(two_proportion_p(60, 200, 100, 220)) == pytest.approx(expected, rel=1e-9)


def test_small_and_large_cells_of_one_array_take_each_their_test():
    p = two_proportion_p([[60, 2]], [[200, 9]], [[100, 7]], [[220, 10]])
    assert p.shape == (1, 2)
    assert p[0, 0] == pytest.approx(stats.chi2_contingency([[60, 140], [100, 120]], correction=False).pvalue)
    assert p[0, 1] == pytest.approx(stats.fisher_exact([[2, 7], [7, 3]]).pvalue)


def test_nothing_to_compare_is_no_evidence():
    np.testing.assert_array_equal(two_proportion_p([0, 0, 5, 0], [0, 9, 5, 5], [3, 0, 8, 0], [4, 9, 8, 0]), [1, 1, 1, 1])


def test_a_huge_difference_is_never_quite_impossible():
    assert 0 < float(two_proportion_p(0, 10**6, 10**6, 10**6)) < 1e-300


def test_equal_shares_are_called_different_no_more_often_than_promised():
    rng = np.random.default_rng(3)
    p = two_proportion_p(rng.binomial(80, 0.3, 3000), 80, rng.binomial(120, 0.3, 3000), 120)
    assert 0.035 < (p <= 0.05).mean() < 0.065


def test_benjamini_yekutieli_by_arithmetic():
    """m = 3, H = 11/6: 0.01·3·H/1, 0.02·3·H/2, 0.04·3·H/3 = 0.055, 0.055, 0.0733."""
    np.testing.assert_allclose(benjamini_yekutieli([0.04, 0.01, 0.02]), [0.04 * 11 / 6, 0.055, 0.055])


def test_holm_by_arithmetic():
    np.testing.assert_allclose(holm([0.04, 0.01, 0.02]), [0.04, 0.03, 0.04])


@settings(max_examples=60, deadline=None)
@given(p=PS)
def test_benjamini_yekutieli_equals_scipy(p: list[float]):
    expected = stats.false_discovery_control(p, method="by") if p else []
    np.testing.assert_allclose(benjamini_yekutieli(p), expected, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(p=PS, alpha=st.floats(0.001, 0.5))
def test_holm_rejects_what_the_stepwise_procedure_rejects(p: list[float], alpha: float):
    rejected = set()
    for place, index in enumerate(sorted(range(len(p)), key=lambda i: p[i])):
        if min(1.0, p[index] * (len(p) - place)) > alpha:
            break
        rejected.add(index)
    assert set(np.flatnonzero(holm(p) <= alpha)) == rejected


@given(p=PS)
@settings(max_examples=40, deadline=None)
def test_a_correction_never_helps_and_keeps_the_order(p: list[float]):
    for adjusted in (holm(p), benjamini_yekutieli(p)):
        assert (adjusted >= np.array(p) - 1e-12).all()
        assert (adjusted <= 1).all()
        assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= -1e-12).all()


@settings(max_examples=40, deadline=None)
@given(d=st.lists(st.integers(-5, 5), min_size=1, max_size=9))
def test_few_users_are_counted_over_all_sign_patterns(d: list[int]):
    reached = [abs(sum(s * x for s, x in zip(signs, d, strict=True))) >= abs(sum(d)) for signs in product((-1, 1), repeat=len(d))]
    p = sign_flip_p(np.zeros(len(d)), d, np.random.default_rng(0))
    assert p == pytest.approx(sum(reached) / len(reached))


def test_many_users_agree_with_scipy_and_with_the_blocks(monkeypatch: pytest.MonkeyPatch):
    rng = np.random.default_rng(8)
    a = rng.exponential(1, 60)
    b = a + rng.normal(0.12, 0.5, 60)
    p = sign_flip_p(a, b, np.random.default_rng(1), draws=20_000)
    expected = stats.permutation_test(
        (a, b), lambda x, y: np.mean(y - x), permutation_type="samples", n_resamples=20_000, rng=np.random.default_rng(2)
    ).pvalue
    assert p == pytest.approx(expected, abs=0.012)
    monkeypatch.setattr("seqrec_core.stats.tests.CHUNK", 777)
    assert sign_flip_p(a, b, np.random.default_rng(1), draws=20_000) == p


def test_two_equal_runs_are_called_different_no_more_often_than_promised():
    rng = np.random.default_rng(4)
    p = [sign_flip_p(rng.normal(size=40), rng.normal(size=40), rng, draws=300) for _ in range(500)]
    assert 0.02 < np.mean(np.array(p) <= 0.05) < 0.08


def test_a_run_against_itself_and_no_users_at_all_are_no_evidence():
    rng = np.random.default_rng(0)
    assert sign_flip_p([0.1, 0.5], [0.1, 0.5], rng) == 1
    assert sign_flip_p([], [], rng) == 1


def test_a_random_p_value_is_never_zero():
    assert sign_flip_p(np.zeros(100), np.ones(100), np.random.default_rng(0), draws=99) == pytest.approx(1 / 100)


def test_the_paired_interval_uses_the_pairs():
    rng = np.random.default_rng(6)
    level = rng.normal(0, 50, 200)
    low, high = paired_bootstrap_interval(level, level + 1 + rng.normal(0, 0.1, 200), rng)
    assert 0.95 < low < 1 < high < 1.05


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: two_proportion_p(3, 2, 1, 5), "has to lie between"),
        (lambda: holm([0.2, 1.2]), "p-values lie between"),
        (lambda: benjamini_yekutieli([math.nan]), "p-values lie between"),
        (lambda: sign_flip_p([1.0], [1.0, 2.0], np.random.default_rng(0)), "same cases in both"),
        (lambda: sign_flip_p([1.0], [math.nan], np.random.default_rng(0)), "1 of the 1"),
        (lambda: sign_flip_p([1.0], [2.0], np.random.default_rng(0), draws=0), "random draws"),
    ],
)
def test_what_cannot_be_compared_is_refused(call: object, said: str):
    with pytest.raises(BadInput, match=said):
        call()
