"""The explanation as a whole, on planted causes and odd histories."""

import numpy as np
import pytest

from seqrec_core.data.history import EMPTY
from seqrec_core.errors import BadInput
from seqrec_core.explain.explain import explain
from tests.explain.hand_made import ByFunction, additive, chaotic, history

RULES = {"exclude_seen": True, "n_candidates": 11}


@pytest.mark.parametrize("n", [0, 1, 2, 3, 12, 13, 60])
def test_adds_up_and_names_every_event_once(n):
    items = np.random.default_rng(n).integers(1, 9, n)
    found = explain(chaotic(), history(*items), 10, **RULES)
    assert sum(a.value for a in found.attributions) + found.base_value == pytest.approx(found.score, abs=1e-5)
    assert found.players + found.n_grouped == n
    assert [s.position for s in found.leave_one_out] == list(range(n))
    assert found.absence == "remove_and_close"
    assert found.method == ("exact_shapley" if n <= 12 else "permutation_shapley")


def test_the_planted_cause_comes_first():
    """Item 3 causes item 7 however many events lie between; all else is noise of the last item."""

    def row(items):
        scores = np.linspace(1, 0, 12)
        scores[7] += 4.0 * (3 in items)
        if items:
            scores[1:] += 0.3 * np.random.default_rng(items[-1]).normal(size=11)
        return scores

    found = explain(ByFunction(row), history(5, 3, 1, 8, 2, 6), 7, **RULES)
    best = max(found.attributions, key=lambda share: share.value)
    assert best.position == 1
    assert found.rank == 1
    worst = max(found.leave_one_out, key=lambda single: single.rank)
    assert worst.position == 1
    assert found.faithfulness.verdict == "holds"


def test_an_empty_history_scores_its_base_value():
    found = explain(chaotic(), EMPTY, 10, **RULES)
    assert (found.attributions, found.leave_one_out) == ((), ())
    assert found.score == found.base_value
    assert found.faithfulness.verdict == "too_short"


def test_a_repeated_item_has_an_attribution_for_each_event():
    found = explain(additive({4: 1.0}, target=7), history(4, 4, 2), 7, **RULES)
    np.testing.assert_allclose(found.values, [1, 1, 0], atol=1e-6)


def test_a_target_already_in_the_history_is_explained_where_seen_items_count():
    found = explain(additive({7: 1.0}, target=7), history(7, 2), 7, exclude_seen=False, n_candidates=11)
    np.testing.assert_allclose(found.values, [1, 0], atol=1e-6)
    with pytest.raises(BadInput) as refused:
        explain(additive({7: 1.0}, target=7), history(7, 2), 7, **RULES)
    assert refused.value.code == "target_seen"


def test_events_of_the_group_have_no_value_of_their_own():
    found = explain(chaotic(), history(*[1, 2, 3, 4] * 5), 10, **RULES, max_players=12)
    assert np.isnan(found.values[:9]).all()
    assert np.isfinite(found.values[9:]).all()


def test_two_calls_and_two_seeds_agree():
    first = explain(chaotic(), history(1, 2, 3), 10, **RULES)
    again = explain(chaotic(), history(1, 2, 3), 10, **RULES, seed=5)
    assert first.attributions == again.attributions
    assert first.faithfulness == again.faithfulness


def test_nothing_is_asked_that_is_not_needed():
    """Five events: 1 + 5 ranks, 32 coalitions, 10 pairs, 3 larger sets at most, 1 spread: few rows, few calls."""
    model = additive({}, target=7, base=9)
    explain(model, history(1, 2, 3, 4, 5), 7, **RULES)
    assert model.rows == 6 + 32 + 10 + 3 + 1
    assert model.calls == 5


def test_a_what_if_keeps_the_candidates_of_the_history_before_it():
    """Item 1 outranks the target wherever it is a candidate; dropping its event must not make it one."""

    def row(items):
        scores = np.zeros(12)
        scores[[1, 7]] = 5, 4 + 0.1 * len(items)
        return scores

    full, edited = history(1, 2, 3), history(2, 3)
    assert explain(ByFunction(row), edited, 7, **RULES).rank == 2
    kept = explain(ByFunction(row), edited, 7, **RULES, seen=full)
    assert kept.rank == 1
    assert [single.rank for single in kept.leave_one_out] == [1, 1]
    with pytest.raises(BadInput) as refused:
        explain(ByFunction(row), history(2), 1, **RULES, seen=full)
    assert refused.value.code == "target_seen"
