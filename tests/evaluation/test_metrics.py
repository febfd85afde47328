"""Each metric by its arithmetic."""

import doctest

import numpy as np
import pytest

from seqrec_core.evaluation import metrics
from seqrec_core.evaluation.metrics import coverage, hit_rate, ndcg, novelty, reciprocal_rank, user_shares

RANKS = np.array([1, 3, 10, 11, 0])


def test_hit_rate_is_one_up_to_rank_k_and_no_value_without_a_rank():
    np.testing.assert_array_equal(hit_rate(RANKS, 10), [1, 1, 1, 0, np.nan])


def test_ndcg_is_one_over_the_logarithm_of_one_plus_rank():
    np.testing.assert_allclose(ndcg(RANKS, 10), [1, 0.5, 1 / np.log2(11), 0, np.nan])


def test_reciprocal_rank_is_one_over_rank_up_to_k():
    np.testing.assert_allclose(reciprocal_rank(RANKS, 10), [1, 1 / 3, 0.1, 0, np.nan])


def test_coverage_counts_distinct_items_of_the_first_k_places():
    lists = np.array([[1, 2, 9], [2, 3, 9], [2, 0, 0]])
    assert coverage(lists, 2, 10) == 0.3
    assert coverage(lists, 3, 10) == 0.4
    assert coverage(lists[:0], 3, 10) == 0.0


def test_novelty_is_the_mean_information_of_a_list_in_bits():
    share = np.array([1.0, 0.5, 0.25, 1 / 17])
    found = novelty(np.array([[1, 2], [2, 0], [0, 0], [3, 1]]), 2, share)
    np.testing.assert_allclose(found, [1.5, 2, np.nan, (np.log2(17) + 1) / 2])


def test_user_share_counts_a_user_once_and_gives_unknown_items_less_than_one_user():
    share = user_shares(np.array([0, 0, 0, 1]), np.array([1, 1, 2, 1]), 4, 4)
    assert share[1:].tolist() == [0.5, 0.25, 0.2]


def test_examples_in_the_docstrings_run():
    failed, tried = doctest.testmod(metrics)
    assert (failed, tried >= 3) == (0, True)


@pytest.mark.parametrize("metric", [hit_rate, ndcg, reciprocal_rank])
def test_a_worse_rank_is_never_worth_more(metric):
    values = metric(np.arange(1, 40), 20)
    assert (np.diff(values) <= 0).all()
    assert values[0] == 1
