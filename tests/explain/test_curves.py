"""Deletion and insertion by arithmetic, and what is measured over many users."""

from dataclasses import replace

import numpy as np
import pytest

from seqrec_core.explain.curves import FIGURES, LEAST, MOST, curves
from seqrec_core.explain.game import play
from seqrec_core.explain.measure import Asked, measure
from seqrec_core.explain.orders import orders, random_orders
from seqrec_core.explain.shapley import attributions
from seqrec_core.explain.trust import report
from tests.explain.hand_made import ByFunction, additive, chaotic, history

POPULARITY = np.arange(12)[::-1].copy()


def test_curves_of_an_additive_score_are_running_sums():
    game = play(additive({1: 4.0, 2: 3.0, 3: 2.0, 4: 1.0}, target=7), history(1, 2, 3, 4), 7)
    best, worst = curves(game, [(0, 1, 2, 3), (3, 2, 1, 0)])
    np.testing.assert_allclose(best.lost, [0, 0.4, 0.7, 0.9, 1], atol=1e-6)
    np.testing.assert_allclose(best.regained, [0, 0.4, 0.7, 0.9, 1], atol=1e-6)
    np.testing.assert_allclose(worst.lost, [0, 0.1, 0.3, 0.6, 1], atol=1e-6)
    area = (0.4 + 0.7 + 0.9 + 0.5) / 4
    np.testing.assert_allclose(best.figures(), [0.7, 0.7, area, area], atol=1e-6)
    assert len(FIGURES) == 4


def test_a_group_of_older_events_is_never_taken_out_and_never_put_in():
    game = play(additive({1: 1.0, 2: 2.0}, target=7), history(*[1] * 6, *[3] * 4, 2), 7, max_players=4)
    (found,) = curves(game, [tuple(game.own[::-1])])
    assert game.n_grouped == 8
    np.testing.assert_allclose(found.lost, [0, 2 / 8, 2 / 8, 2 / 8], atol=1e-6)
    np.testing.assert_allclose(found.regained, [0, 2 / 8, 2 / 8, 2 / 8], atol=1e-6)


def test_shares_beyond_the_bounds_are_cut():
    game = play(additive({1: 50.0, 2: -50.0, 3: 1.0, 4: 0.5}, target=7), history(1, 2, 3, 4), 7)
    first, second = curves(game, [(0, 2, 3, 1), (1, 2, 3, 0)])
    assert first.lost[1] == MOST
    assert second.lost[1] == LEAST


def test_orders_name_the_most_important_first():
    seen = history(1, 2, 3, 1)
    game = play(additive({1: 1.0, 2: 5.0, 3: -1.0}, target=7), seen, 7)
    found = orders(game, attributions(game), POPULARITY)
    assert found == {"shapley": (1, 3, 0, 2), "leave_one_out": (1, 3, 0, 2), "recency": (3, 2, 1, 0), "popularity": (3, 0, 1, 2)}


def test_where_the_history_lowers_the_score_what_lowers_it_comes_first():
    game = play(additive({1: -4.0, 2: 1.0, 3: -1.0}, target=7), history(1, 2, 3), 7)
    assert orders(game, attributions(game), POPULARITY)["shapley"] == (0, 2, 1)


def test_random_orders_hold_every_event_once():
    game = play(chaotic(), history(1, 2, 3, 4), 7)
    for order in random_orders(game, 5, np.random.default_rng(0)):
        assert sorted(order) == [0, 1, 2, 3]


def planted() -> ByFunction:
    """Item 3 carries item 7 wherever it lies; the last event tells a little."""

    def row(items):
        scores = np.linspace(2, 0, 12)
        scores[7] = 0.5 + 4.0 * (3 in items) + 0.2 * (len(items) > 0 and items[-1] == 5)
        return scores

    return ByFunction(row)


def cases(n: int = 40):
    rng = np.random.default_rng(0)
    found = []
    for _ in range(n):
        items = rng.choice([1, 2, 4, 5, 6, 8], 6)
        items[rng.integers(0, 5)] = 3
        found.append((history(*items), 7))
    return found


ASKED = Asked(planted(), exclude_seen=False, n_candidates=11, popularity=POPULARITY, k=1)


def test_a_planted_cause_is_found_by_the_shares_and_not_by_recency():
    found = report("planted", measure(ASKED, cases()), k=1, seed=0)
    assert (found.users, found.checked, found.verdict) == (40, 40, "holds")
    assert found.methods["shapley"]["comprehensiveness"]["mean"] == pytest.approx(1, abs=0.06)
    assert found.against["recency"]["low"] > 0.2
    assert found.against["random"]["low"] > 0.2
    assert found.agreement == {"seeds": pytest.approx(1), "attention": None}
    assert found.counterfactual["validity"] == 1.0
    assert found.counterfactual["size"] == 1.0
    assert found.counterfactual["random"] > 1.5
    assert found.sentence.startswith("Explanations of this model hold: over 40 users")
    assert type(found).model_validate_json(found.model_dump_json()) == found


def test_a_model_of_the_last_event_does_not_beat_recency():
    def row(items):
        scores = np.linspace(2, 0, 12)
        scores[7] = 0.5 + 4.0 * (len(items) > 0 and items[-1] == 3)
        return scores

    asked = replace(ASKED, model=ByFunction(row))
    last = [(history(1, 2, 4, 6, 3), 7) for _ in range(20)]
    found = report("last", measure(asked, last), k=1, seed=0)
    assert found.verdict == "weak"
    assert found.against["recency"]["mean"] == pytest.approx(0, abs=1e-9)


def test_short_histories_are_counted_and_say_so():
    found = report("short", measure(ASKED, [(history(3), 7), (history(1, 3), 7)]), k=1, seed=0)
    assert (found.checked, found.verdict, found.verdicts["too_short"]) == (0, "none", 2)
    assert "none has 3 events" in found.sentence
    assert found.methods == {}
    assert found.counterfactual["validity"] == 1.0


def test_stopping_keeps_what_was_measured_so_far():
    answers = iter([False, False, True])
    assert len(measure(ASKED, cases(10), should_stop=lambda: next(answers))) == 2
