"""Attributions are the Shapley values of the events, and add up to score − base value."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core.data.history import EMPTY
from seqrec_core.explain.game import EXACT_PLAYERS, GROUP, MAX_PLAYERS, coalitions, play
from seqrec_core.explain.shapley import MAX_WORTHS, attributions, sampled, shapley_values
from tests.explain.hand_made import ByFunction, additive, chaotic, history


def by_permutations(values: np.ndarray) -> np.ndarray:
    """The definition: the mean, over all orders of arrival, of what a player adds on arriving."""
    p = len(values).bit_length() - 1
    total = np.zeros(p)
    orders = list(permutations(range(p)))
    for order in orders:
        there = 0
        for player in order:
            total[player] += values[there | 1 << player] - values[there]
            there |= 1 << player
    return total / len(orders)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 6).flatmap(lambda p: st.lists(st.floats(-5, 5), min_size=1 << p, max_size=1 << p)))
def test_values_equal_the_definition(worth):
    worth = np.array(worth)
    np.testing.assert_allclose(shapley_values(worth), by_permutations(worth), atol=1e-9)


def test_no_player_gets_nothing():
    assert shapley_values(np.array([3.0])).shape == (0,)


def test_a_coalition_is_numbered_by_its_bits():
    assert coalitions(3)[0b101].tolist() == [True, False, True]


def test_additive_scores_give_back_their_weights():
    game = play(additive({3: 2.0, 5: -1.0}, target=7), history(3, 4, 5), 7)
    np.testing.assert_allclose([a.value for a in attributions(game)], [2, 0, -1], atol=1e-6)
    assert (game.base_value, game.score) == pytest.approx((0.5, 1.5))


@pytest.mark.parametrize("n", [1, 2, 7, 12, 13, 40, 70])
def test_attributions_add_up_at_every_length(n):
    items = np.random.default_rng(n).integers(1, 12, n)
    game = play(chaotic(), history(*items), 4)
    assert sum(a.value for a in attributions(game)) + game.base_value == pytest.approx(game.score, abs=1e-6)


def test_up_to_twelve_events_are_players_of_their_own():
    game = play(chaotic(), history(*range(1, 12), 1), 4)
    assert (game.n_players, game.n_grouped, game.positions) == (12, 0, tuple(range(12)))


def test_older_events_of_a_long_history_are_one_player_more():
    model = additive({1: 0.25, 2: 1.0}, target=7)
    game = play(model, history(*[1] * 9, *[2, 3] * 5, 2), 7, max_players=12)
    assert (game.n_players, game.n_grouped) == (12, 9)
    shares = attributions(game)
    assert shares[0].position == GROUP
    assert shares[0].value == pytest.approx(9 * 0.25)
    assert [a.position for a in shares[1:]] == list(range(9, 20))
    assert game.base_value == pytest.approx(0.5), "the base value is the empty history's, the older events absent too"


def test_all_coalitions_are_scored_in_one_call():
    model = chaotic()
    play(model, history(*range(1, 12), 2), 5)
    assert (model.calls, model.rows) == (1, 2**EXACT_PLAYERS)


def test_batches_are_smaller_where_there_are_many_items():
    model = chaotic(n_items=100_000)
    model.row = lambda items: np.zeros(100_000)
    play(model, history(*range(1, 10)), 5)
    assert model.calls == 2
    assert model.rows == 2**9


def test_absence_closes_the_gap():
    seen = []
    model = chaotic()
    row = model.row
    model.row = lambda items: (seen.append(items), row(items))[1]
    play(model, history(4, 5, 6), 2)
    assert sorted(seen) == [(), (4,), (4, 5), (4, 5, 6), (4, 6), (5,), (5, 6), (6,)]


def test_an_empty_history_has_no_attribution():
    game = play(chaotic(), EMPTY, 3)
    assert attributions(game) == ()
    assert game.base_value == game.score


@pytest.mark.parametrize("n", [2, 5, 8])
def test_equals_shap_exact_explainer(n):
    shap = pytest.importorskip("shap")
    model = chaotic(seed=n)
    items = np.random.default_rng(n).integers(1, 12, n)
    whole = history(*items)

    def presence(rows):
        return model.score([whole.take(np.flatnonzero(row)) for row in np.asarray(rows) > 0.5])[:, 6].astype(float)

    explainer = shap.ExactExplainer(presence, shap.maskers.Independent(np.zeros((1, n))))
    expected = explainer(np.ones((1, n)), silent=True)
    game = play(model, whole, 6)
    np.testing.assert_allclose([a.value for a in attributions(game)], expected.values[0], atol=1e-4)
    assert game.base_value == pytest.approx(float(expected.base_values[0]), abs=1e-4)


def test_up_to_fifty_events_are_players_of_their_own():
    assert play(chaotic(), history(*[1, 2] * 25), 4).n_grouped == 0
    game = play(chaotic(), history(*[1, 2] * 25, 3), 4)
    assert (game.n_players, game.n_grouped) == (MAX_PLAYERS, 2)


@pytest.mark.parametrize("n", [3, 8, 12])
def test_sampled_shares_are_the_exact_ones_within_their_errors(n):
    items = np.random.default_rng(n).integers(1, 12, n)
    game = play(chaotic(seed=n), history(*items), 6)
    exact = shapley_values(game.table)
    far = 0
    for seed in range(20):
        values, errors = sampled(game, seed, max_worths=2_000)
        assert values.sum() == pytest.approx(game.score - game.base_value, abs=1e-6)
        far += (np.abs(values - exact) > 3 * errors + 1e-9).sum()
    assert far <= 0.05 * 20 * n


def test_sampled_shares_of_an_additive_score_are_exact():
    game = play(additive({1: 2.0, 2: -1.0}, target=7), history(*[1, 2, 3] * 10), 7)
    shares = attributions(game)
    np.testing.assert_allclose([a.value for a in shares], [2, -1, 0] * 10, atol=1e-6)
    np.testing.assert_allclose([a.standard_error for a in shares], 0, atol=1e-6)


def test_two_events_that_only_count_together_share_what_they_add():
    def row(items):
        scores = np.zeros(12)
        scores[7] = 4.0 * (3 in items and 5 in items)
        return scores

    shares = attributions(play(ByFunction(row), history(*[1] * 9, 3, *[2] * 9, 5), 7))
    assert [shares[9].value, shares[19].value] == pytest.approx([2, 2])
    # an order and its reversal share alike
    assert max(share.standard_error for share in shares) == pytest.approx(0, abs=1e-9)


def test_sampling_is_repeatable_by_its_seed_and_differs_by_it():
    game = play(chaotic(), history(*[1, 2, 3] * 6), 4)
    assert attributions(game, 1) == attributions(game, 1)
    assert attributions(game, 1) != attributions(game, 2)


def test_sampling_stops_early_where_the_top_is_clear_and_at_the_budget_where_it_is_not():
    clear = additive({1: 5.0, 2: 3.0, 3: 2.0}, target=7)
    attributions(play(clear, history(*[4] * 27, 1, 2, 3), 7))
    assert clear.rows == 2 + 2 * 16 * 29
    never = chaotic()
    attributions(play(never, history(*[4] * 27, 1, 2, 3), 7))
    assert 2 + 4 * 16 * 29 <= never.rows <= 2 + MAX_WORTHS


def test_equals_shap_permutation_explainer_on_many_orders():
    shap = pytest.importorskip("shap")
    model = additive({1: 1.0, 2: 2.0}, target=6)
    smooth = ByFunction(lambda items: np.tanh(model.row(items)))
    items = np.random.default_rng(3).integers(1, 5, 14)
    whole = history(*items)

    def presence(rows):
        return smooth.score([whole.take(np.flatnonzero(row)) for row in np.asarray(rows) > 0.5])[:, 6].astype(float)

    explainer = shap.PermutationExplainer(presence, shap.maskers.Independent(np.zeros((1, 14))), seed=0)
    expected = explainer(np.ones((1, 14)), max_evals=14 * 2 * 120, silent=True).values[0]
    shares = attributions(play(smooth, whole, 6))
    errors = np.array([a.standard_error for a in shares])
    assert (np.abs([a.value for a in shares] - expected) <= 4 * errors + 0.02).all()


def test_why_one_item_rather_than_another_is_the_difference_of_their_shares():
    model, seen = chaotic(), history(1, 2, 3, 4)
    one, other, both = (attributions(play(model, seen, *items)) for items in ((6,), (9,), (6, 9)))
    np.testing.assert_allclose([b.value for b in both], [a.value - o.value for a, o in zip(one, other, strict=True)], atol=1e-5)
