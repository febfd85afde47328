"""A difference of means: Welch's where every case stands alone, wider where cases of a cluster go together."""

import math

import numpy as np
import pytest

from seqrec_core.errors import BadInput
from seqrec_core.stats.means import mean_difference


def test_alone_it_is_welchs_test():
    from scipy import stats

    rng = np.random.default_rng(0)
    a, b = rng.normal(0, 1, 12), rng.normal(1, 3, 40)
    found = mean_difference(np.concatenate([a, b]), np.arange(52) < 12, np.arange(52))
    welch = stats.ttest_ind(a, b, equal_var=False)
    assert found.p_value == pytest.approx(welch.pvalue)
    low, high = welch.confidence_interval()
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))
    assert found.difference == pytest.approx(a.mean() - b.mean())


def test_the_interval_holds_the_truth_although_users_differ():
    rng = np.random.default_rng(1)
    held = alone = 0
    for _ in range(200):
        cluster = np.repeat(np.arange(40), 10)
        values = rng.normal(0, 1, 40)[cluster] + rng.normal(0, 0.3, 400)
        is_in = cluster < 15
        found = mean_difference(values, is_in, cluster)
        held += found.low <= 0 <= found.high
        naive = mean_difference(values, is_in, np.arange(400))
        alone += naive.low <= 0 <= naive.high
    assert held >= 182
    assert alone < 130


def test_cases_without_a_value_are_left_out():
    values = np.array([1.0, np.nan, 3.0, 5.0, np.nan, 9.0])
    found = mean_difference(values, np.array([1, 1, 1, 0, 0, 0], bool), np.arange(6))
    assert (found.n_in, found.n_rest, found.mean_in, found.mean_rest) == (2, 2, 2.0, 7.0)
    assert found.standardised == pytest.approx(-5 / math.sqrt(5))


@pytest.mark.parametrize("values", [[1.0, 1.0, 1.0, 1.0], [2.0, 2.0, 1.0, 1.0], [np.nan] * 4, [1.0, np.nan, 2.0, 3.0]])
def test_where_nothing_varies_or_a_group_is_too_small_nothing_is_claimed(values):
    found = mean_difference(np.array(values), np.array([1, 1, 0, 0], bool), np.arange(4))
    assert math.isnan(found.p_value)
    assert math.isnan(found.low)


def test_no_case_at_all():
    found = mean_difference(np.zeros(0), np.zeros(0, bool), np.zeros(0, np.int64))
    assert (found.n_in, found.n_rest) == (0, 0)
    with pytest.raises(BadInput):
        mean_difference(np.zeros(0), np.zeros(0, bool), np.zeros(0, np.int64), level=1.5)
