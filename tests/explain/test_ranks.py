"""Ranks without events, and the fewest removals: the candidates stay those of the full history."""

from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core.errors import BadInput, Failed
from seqrec_core.explain.counterfactual import MAX_PAIRS, counterfactual, removal_order
from seqrec_core.explain.game import play
from seqrec_core.explain.leave_one_out import leave_one_out
from seqrec_core.explain.shapley import attributions
from seqrec_core.explain.types import Attribution
from seqrec_core.explain.what_if import Ranking
from tests.explain.hand_made import ByFunction, additive, chaotic, history


def naive_rank(model, seen, edited, target, exclude_seen):
    """The definition: candidates whose score is not below the target's, the target among them."""
    scores = model.score([edited])[0]
    out = set(seen.items.tolist()) if exclude_seen else set()
    return sum(scores[i] >= scores[target] for i in range(1, 12) if i not in out)


def search(model, seen, target, k, exclude_seen=True):
    ranking = Ranking(model, seen, target, exclude_seen, 11)
    rank, singles = leave_one_out(ranking)
    return counterfactual(ranking, rank, singles, attributions(play(model, seen, target)), k)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 8), max_size=6), st.booleans(), st.integers(0, 5))
def test_leave_one_out_is_the_naive_rank(items, exclude_seen, seed):
    model, seen = chaotic(seed=seed), history(*items)
    rank, singles = leave_one_out(Ranking(model, seen, 10, exclude_seen, 11))
    assert rank == naive_rank(model, seen, seen, 10, exclude_seen)
    assert [s.position for s in singles] == list(range(len(items)))
    expected = [naive_rank(model, seen, seen.without([p]), 10, exclude_seen) for p in range(len(items))]
    assert [s.rank for s in singles] == expected


def test_a_removed_item_does_not_become_a_candidate():
    model = ByFunction(lambda items: np.array([0, 9, 8, 1, 0, 0, 0, 0, 0, 0, 0, 0]))
    _, singles = leave_one_out(Ranking(model, history(1, 2), 3, True, 11))
    assert [s.rank for s in singles] == [1, 1], "items 1 and 2 score higher, but the full history had them"


def test_edited_histories_are_ranked_among_the_same_candidates():
    model, full = chaotic(), history(1, 2, 3)
    edited = [history(3, 2, 1), history(1, 2, 3, 4), history()]
    ranks = Ranking(model, full, 9, True, 11).of(edited)
    assert ranks.tolist() == [naive_rank(model, full, one, 9, True) for one in edited]


@pytest.mark.parametrize("target", [0, 11, -1])
def test_an_item_outside_the_candidates_is_refused(target):
    with pytest.raises(BadInput, match="cannot be recommended"):
        Ranking(chaotic(), history(1), target, False, 10)


def test_a_seen_target_is_refused_only_where_seen_items_are_excluded():
    with pytest.raises(BadInput) as refused:
        Ranking(chaotic(), history(1, 4), 4, True, 11)
    assert refused.value.code == "target_seen"
    assert leave_one_out(Ranking(chaotic(), history(1, 4), 4, False, 11))[0] >= 1


def test_a_score_that_is_no_number_stops_the_work():
    model = ByFunction(lambda items: np.full(12, np.nan if len(items) == 1 else 1.0))
    with pytest.raises(Failed, match="not a number"):
        leave_one_out(Ranking(model, history(1, 2), 5, False, 11))


def smallest(model, seen, target, k):
    """Oracle: every subset, smallest first; the size of the first that pushes the target out."""
    positions = range(len(seen))
    for chosen in chain.from_iterable(combinations(positions, size) for size in range(len(seen) + 1)):
        if naive_rank(model, seen, seen.without(chosen), target, True) > k:
            return len(chosen)
    return None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 8), min_size=1, max_size=6), st.integers(1, 4), st.integers(0, 9))
def test_the_counterfactual_is_right_and_minimal_where_it_says_so(items, k, seed):
    model, seen = chaotic(seed=seed), history(*items)
    found = search(model, seen, 10, k)
    least = smallest(model, seen, 10, k)
    after = naive_rank(model, seen, seen.without(found.remove), 10, True)
    assert found.rank_before == naive_rank(model, seen, seen, 10, True)
    assert found.rank_after == after
    if found.minimal:
        assert len(found.remove) == least
    if found.remove:
        assert after > k
    if least in (0, 1, 2):
        assert len(found.remove) == least
        assert found.minimal


def test_one_of_two_sufficient_events_is_not_enough():
    model = ByFunction(lambda items: np.where(np.arange(12) == 7, 5.0 * bool({3, 4} & set(items)), 1.0))
    found = search(model, history(3, 4, 5), 7, k=2)
    assert (found.remove, found.rank_before, found.rank_after, found.minimal) == ((0, 1), 1, 8, True)


def test_many_sufficient_events_are_found_greedily_and_pruned():
    model = ByFunction(lambda items: np.where(np.arange(12) == 7, 5.0 * bool({1, 2, 3, 4} & set(items)), 1.0))
    found = search(model, history(1, 5, 2, 6, 3, 5, 4), 7, k=2)
    assert found.remove == (0, 2, 4, 6)
    assert not found.minimal


def test_a_target_beyond_the_list_needs_no_removal():
    found = search(additive({}, target=9, base=-5), history(1, 2), 9, k=3)
    assert (found.remove, found.rank_before, found.minimal) == ((), found.rank_after, True)


def test_a_target_that_the_history_does_not_hold_up_stays():
    found = search(additive({}, target=9, base=5), history(1, 2, 3, 4), 9, k=3)
    assert (found.remove, found.rank_after, found.minimal) == ((), 1, False)


def test_pairs_are_bounded_in_a_long_history():
    model = additive({}, target=9, base=5)
    found = search(model, history(*[1, 2] * 60), 9, k=3)
    assert found.remove == ()
    assert found.tried <= 120 + MAX_PAIRS + 120


def test_removal_order_puts_the_group_where_its_share_belongs():
    shares = [Attribution(-1, 0.5), Attribution(2, 0.9), Attribution(3, 0.1)]
    assert removal_order(shares, 4) == [2, 1, 0, 3]


def test_after_a_what_if_the_candidates_are_those_before_it():
    model = ByFunction(lambda items: np.array([0, 9, 8, 1, 0, 0, 0, 0, 0, 0, 0, 0]))
    edited, before = history(2), history(1, 2)
    assert Ranking(model, edited, 3, True, 11, before).of([edited]).tolist() == [1], "item 1 stays out"
    assert Ranking(model, edited, 3, True, 11).of([edited]).tolist() == [2]
    with pytest.raises(BadInput, match="already in the history"):
        Ranking(model, edited, 1, True, 11, before)
