"""The deletion check by arithmetic, and its verdicts."""

from itertools import combinations

import numpy as np
import pytest

from seqrec_core.explain.faithfulness import deletion_check
from seqrec_core.explain.game import play
from seqrec_core.explain.shapley import attributions
from seqrec_core.explain.types import Attribution
from tests.explain.hand_made import additive, history


def check(model, seen, target, shares=None):
    game = play(model, seen, target)
    return deletion_check(game, attributions(game) if shares is None else shares, spread=1.0)


def test_shares_by_arithmetic():
    weights = {1: 4.0, 2: 3.0, 3: 2.0, 4: 1.0}  # history 1 2 3 4: gap 10, m = 2
    found = check(additive(weights, target=7), history(1, 2, 3, 4), 7)
    losses = [sum(pair) / 10 for pair in combinations((4, 3, 2, 1), 2)]
    assert found.m == 2
    assert found.top == pytest.approx(0.7)
    assert found.recent == pytest.approx(0.3)
    assert found.random == pytest.approx(0.5)
    assert (found.random_low, found.random_high) == pytest.approx(tuple(np.quantile(losses, [0.025, 0.975])), abs=1e-6)
    assert found.verdict == "holds"


@pytest.mark.parametrize(("n", "m"), [(3, 1), (4, 2), (5, 2), (6, 3), (12, 3), (30, 3)])
def test_at_most_half_and_at_most_three_are_removed(n, m):
    weights = {1: 1.0, 2: 0.1}
    assert check(additive(weights, target=7), history(1, *[2] * (n - 1)), 7).m == m


def test_wrong_attributions_fail():
    seen = history(1, 2, 3, 4, 5, 6)
    wrong = [Attribution(position, float(-w)) for position, w in enumerate([6, 5, 4, 3, 2, 1])]
    model = additive({1: 6.0, 2: 5.0, 3: 4.0, 4: 3.0, 5: 2.0, 6: 1.0}, target=7)
    found = check(model, seen, 7, wrong)
    assert found.top == pytest.approx(6 / 21)
    assert found.verdict == "fails"


def test_attributions_that_beat_chance_but_not_recency_are_weak():
    """Of 12 events the last three weigh 3 each and the first 2; the shares given here prefer the first to one of them."""
    seen = history(1, *[2] * 8, 3, 4, 5)
    shares = [Attribution(p, v) for p, v in enumerate([9, *[0] * 8, 3, 3, 1])]
    found = check(additive({1: 2.0, 3: 3.0, 4: 3.0, 5: 3.0}, target=7), seen, 7, shares)
    assert (found.top, found.recent) == pytest.approx((8 / 11, 9 / 11))
    assert found.random_high == pytest.approx(6 / 11)
    assert found.verdict == "weak"


def test_the_last_events_being_the_top_ones_holds():
    found = check(additive({5: 3.0, 6: 4.0, 1: 0.1}, target=7), history(1, 2, 5, 6), 7)
    assert found.top == found.recent
    assert found.verdict == "holds"


def test_a_history_that_lowers_the_score_is_checked_by_what_lowers_it():
    found = check(additive({1: -4.0, 2: -0.5, 3: 1.0, 4: -0.5}, target=7), history(1, 2, 3, 4), 7)
    assert found.top == pytest.approx(4.5 / 4)
    assert found.verdict == "holds"


@pytest.mark.parametrize("seen", [history(), history(1), history(1, 2)])
def test_fewer_than_three_events_are_too_short(seen):
    found = check(additive({1: 4.0}, target=7), seen, 7)
    assert (found.verdict, found.top, found.random, found.recent) == ("too_short", None, None, None)


def test_a_gap_below_one_percent_of_the_spread_is_too_small():
    assert check(additive({1: 0.009}, target=7), history(1, 2, 3, 4), 7).verdict == "too_short"
    assert check(additive({1: 0.02}, target=7), history(1, 2, 3, 4), 7).verdict == "holds"


def test_the_group_of_older_events_is_never_removed():
    weights = {1: 5.0, 2: 1.0}
    found = check(additive(weights, target=7), history(*[1] * 10, *[3] * 46, *[2] * 3), 7)
    assert found.top == pytest.approx(3 / 53)


def test_one_event_that_carries_all_holds_though_many_random_sets_hold_it_too():
    """27 % of the sets of three hold the one event, so that top cannot be above the random 95 %."""
    seen = history(1, *[2] * 9, 3)
    found = check(additive({1: 5.0}, target=7), seen, 7)
    assert found.top == pytest.approx(1.0)
    assert found.random_high == pytest.approx(1.0)
    assert found.random == pytest.approx(3 / 11)
    assert found.verdict == "holds"


def test_two_equal_causes_of_three_events_hold():
    found = check(additive({1: 1.0, 2: 1.0}, target=7), history(1, 3, 2), 7)
    assert found.top == pytest.approx(0.5)
    assert found.verdict == "holds"


def test_equal_events_have_no_top():
    found = check(additive({1: 1.0}, target=7), history(1, 1, 1, 1), 7)
    assert found.verdict == "fails"


def test_random_attributions_mostly_fail():
    """An explainer that guesses is above the bar of one deviation in about a sixth of the cases, never in most."""
    rng = np.random.default_rng(0)
    failed = 0
    for _ in range(60):
        weights = dict(enumerate(rng.normal(1, 1, 11), start=1))
        shares = [Attribution(position, float(value)) for position, value in enumerate(rng.normal(size=11))]
        failed += check(additive(weights, target=12, n_items=14), history(*range(1, 12)), 12, shares).verdict == "fails"
    assert failed >= 40
