"""Attention as shares of events, its rollout by hand, and rank correlation against scipy."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from seqrec_core.data.history import EMPTY
from seqrec_core.explain.game import play
from seqrec_core.explain.looking import agreement, looking
from seqrec_core.explain.orders import orders
from seqrec_core.explain.shapley import attributions
from tests.explain.hand_made import ByFunction, chaotic, history


class Looks(ByFunction):
    """Two layers of one head over the last two events: the last position looks at the start, event 1 and itself."""

    def attention(self, seen):
        first = [[1, 0, 0], [0.5, 0.5, 0], [0.2, 0.6, 0.2]]
        second = [[1, 0, 0], [1, 0, 0], [0.0, 0.9, 0.1]]
        n = 1 + min(2, len(seen))
        return np.array([[first], [second]], np.float32)[:, :, :n, :n]


def looks() -> Looks:
    return Looks(chaotic().row)


def test_mean_and_rollout_by_hand():
    found = looking(looks(), history(4, 5, 6))
    assert found.heads.shape == (2, 1, 3)
    np.testing.assert_allclose(found.mean, [0, 0.75, 0.15], atol=1e-6)
    one = np.array([[1, 0, 0], [0.25, 0.75, 0], [0.1, 0.3, 0.6]])
    two = np.array([[1, 0, 0], [0.5, 0.5, 0], [0, 0.45, 0.55]])
    np.testing.assert_allclose(found.rollout, [0, *(two @ one)[-1, 1:]], atol=1e-6)


def test_no_attention_and_no_events_show_nothing():
    assert looking(chaotic(), history(1, 2)) is None
    assert looking(looks(), EMPTY) is None


def test_attention_is_one_of_the_orders_where_there_is_any():
    game = play(looks(), history(4, 5, 6), 7)
    assert orders(game, attributions(game), np.ones(12, np.int64))["attention"] == (1, 2, 0)


@pytest.mark.parametrize("seed", range(5))
def test_agreement_is_spearmans(seed):
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, 5, (2, 12)).astype(float)
    assert agreement(a, b) == pytest.approx(float(spearmanr(a, b).statistic))


def test_agreement_of_a_constant_or_of_two_figures_is_not_defined():
    assert agreement(np.ones(5), np.arange(5.0)) is None
    assert agreement(np.arange(2.0), np.arange(2.0)) is None
