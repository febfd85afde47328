"""Lists and ranks: candidates, seen items, ties, and the smallest example by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core.data.history import EMPTY, History
from seqrec_core.errors import BadInput
from seqrec_core.models.topk import places_of, ranks_of, top_k

SMALL = settings(max_examples=60, deadline=None)


def row(*scores: float) -> np.ndarray:
    return np.array([scores], np.float32)


def seen(*items: int) -> History:
    return History(np.array(items, np.int32))


def test_list_leaves_out_pad_seen_items_and_what_only_the_catalogue_knows():
    scores = row(9, 1, 3, 2, 8)
    assert top_k(scores, [seen(2)], 3, True, 3).items.tolist() == [[3, 1, 0]]
    assert top_k(scores, [seen(2)], 3, False, 3).items.tolist() == [[2, 3, 1]]


def test_missing_places_of_a_short_list_are_zero_with_the_lowest_score():
    best = top_k(row(0, 5, 4), [EMPTY], 4, False, 2)
    assert best.items.tolist() == [[1, 2, 0, 0]]
    assert best.scores.tolist() == [[5, 4, -np.inf, -np.inf]]


def test_equal_scores_come_by_index_in_a_list_and_before_the_target_in_a_rank():
    scores = row(0, 2, 2, 2, 2)
    assert top_k(scores, [EMPTY], 2, False, 4).items.tolist() == [[1, 2]]
    assert ranks_of(scores, np.array([1]), [EMPTY], False, 4).tolist() == [4]


def test_minus_zero_and_zero_are_one_score():
    assert top_k(row(0, -0.0, 0.0), [EMPTY], 2, False, 2).items.tolist() == [[1, 2]]


def test_rank_counts_better_candidates_and_is_zero_for_what_is_no_candidate():
    scores = np.repeat(row(0, 4, 3, 2, 1), 4, axis=0)
    histories = [EMPTY, seen(1), seen(3), EMPTY]
    assert ranks_of(scores, np.array([3, 3, 3, 4]), histories, True, 3).tolist() == [3, 2, 0, 0]


def test_score_that_is_no_number_never_helps():
    scores = row(0, np.nan, 1, 2)
    assert top_k(scores, [EMPTY], 2, False, 3).items.tolist() == [[3, 2]]
    assert ranks_of(scores, np.array([1]), [EMPTY], False, 3).tolist() == [3]
    assert ranks_of(scores, np.array([3]), [EMPTY], False, 3).tolist() == [2]


def test_scores_of_other_histories_are_refused():
    with pytest.raises(BadInput, match="1 rows"):
        top_k(row(0, 1), [EMPTY, EMPTY], 1, False, 1)


@SMALL
@given(st.data())
def test_list_and_ranks_equal_a_plain_sort(data):
    n = data.draw(st.integers(1, 12))
    scores = np.array([data.draw(st.lists(st.sampled_from([-1.5, -0.0, 0.0, 0.25, 3e9, -3e9]), min_size=n + 1, max_size=n + 1))])
    scores = scores.astype(np.float32)
    gone = seen(*data.draw(st.lists(st.integers(1, n), max_size=4)))
    exclude, n_candidates, k = data.draw(st.booleans()), data.draw(st.integers(1, n)), data.draw(st.integers(1, 15))
    allowed = [i for i in range(1, n_candidates + 1) if not (exclude and i in gone.items)]
    expected = sorted(allowed, key=lambda i: (-scores[0, i], i))[:k]
    found = top_k(scores, [gone], k, exclude, n_candidates).items[0].tolist()
    assert found == expected + [0] * (k - len(expected))
    target = data.draw(st.integers(1, n))
    rank = sum(scores[0, i] >= scores[0, target] for i in allowed) if target in allowed else 0
    assert ranks_of(scores, np.array([target]), [gone], exclude, n_candidates).tolist() == [rank]
    whole = top_k(scores, [gone], n, exclude, n_candidates).items[0].tolist()
    place = whole.index(target) + 1 if target in allowed else 0
    assert places_of(scores, np.array([target]), [gone], exclude, n_candidates).tolist() == [place]
