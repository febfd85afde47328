"""Each metric by its arithmetic."""

import doctest

import numpy as np
import pytest

from seqrec_core.evaluation import metrics
from seqrec_core.evaluation.metrics import hit_rate, ndcg, rarity_weights, reciprocal_rank

RANKS = np.array([1, 3, 10, 11, 0])


def test_hit_rate_is_one_up_to_rank_k_and_no_value_without_a_rank():
    np.testing.assert_array_equal(hit_rate(RANKS, 10), [1, 1, 1, 0, np.nan])


def test_ndcg_is_one_over_the_logarithm_of_one_plus_rank():
    np.testing.assert_allclose(ndcg(RANKS, 10), [1, 0.5, 1 / np.log2(11), 0, np.nan])


def test_reciprocal_rank_is_one_over_rank_up_to_k():
    np.testing.assert_allclose(reciprocal_rank(RANKS, 10), [1, 1 / 3, 0.1, 0, np.nan])


def test_a_target_that_four_times_as_many_had_counts_half():
    assert rarity_weights(np.array([0, 1, 25, 100])).tolist() == [1, 1, 0.2, 0.1]


def test_examples_in_the_docstrings_run():
    failed, tried = doctest.testmod(metrics)
    assert (failed, tried >= 4) == (0, True)


@pytest.mark.parametrize("metric", [hit_rate, ndcg, reciprocal_rank])
def test_a_worse_rank_is_never_worth_more(metric):
    values = metric(np.arange(1, 40), 20)
    assert (np.diff(values) <= 0).all()
    assert values[0] == 1
