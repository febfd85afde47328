"""Deletion check: whether the events with the largest attributions matter more than random ones, and than the last.

Source: DeYoung et al. 2020, ERASER (comprehensiveness), under the same absence rule as the attributions.
"""

from collections.abc import Sequence
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from seqrec_core.explain.game import Game
from seqrec_core.explain.types import Attribution, Faithfulness, Verdict

MOST_REMOVED = 3
FEWEST_EVENTS = 3
TINY = 0.01
EQUAL = 1e-9
RANDOM_SETS = 300


def deletion_check(game: Game, attributions: Sequence[Attribution], spread: float, seed: int = 0) -> Faithfulness:
    """Compare the share of what the history adds (score − base value) that three kinds of removal take away.

    Removed are m = min(3, half) of the events that are players of their own; a group of older events stays. The random
    removals are all sets of m events where there are at most 300 of them, so that mean and central 95 % are exact; else 300
    sets drawn by the seed.

    Args:
        game: from `play`.
        attributions: shares of the players, in the order of `game.positions`.
        spread: standard deviation of the scores of all candidates; a gap below 1 % of it is too small to check.
        seed: of the sets that are drawn.

    Returns:
        Shares of the gap (1 = all of it; more than 1 or less than 0 is possible), and the verdict.
    """
    gap = game.score - game.base_value
    own = game.own
    if len(own) < FEWEST_EVENTS or abs(gap) <= max(TINY * spread, EQUAL):
        return Faithfulness(None, None, None, None, None, 0, "too_short")
    m = min(MOST_REMOVED, len(own) // 2)
    by_share = sorted(own, key=lambda player: (-np.sign(gap) * attributions[player].value, -player))
    top, recent, *drawn = (float(share) for share in _lost(game, [by_share[:m], own[-m:], *_random_sets(own, m, seed)], gap))
    low, high = np.quantile(drawn, [0.025, 0.975])
    verdict = _verdict(top, recent, np.array(drawn))
    return Faithfulness(top, float(np.mean(drawn)), float(low), float(high), recent, m, verdict)


def _random_sets(own: Sequence[int], m: int, seed: int) -> list[list[int]]:
    if comb(len(own), m) <= RANDOM_SETS:
        return [list(chosen) for chosen in combinations(own, m)]
    rng = np.random.default_rng(seed)
    return [rng.choice(own, m, replace=False).tolist() for _ in range(RANDOM_SETS)]


def _lost(game: Game, removals: Sequence[Sequence[int]], gap: float) -> NDArray[np.float64]:
    present = np.ones((len(removals), game.n_players), dtype=bool)
    for row, players in zip(present, removals, strict=True):
        row[list(players)] = False
    return (game.score - game.worth(present)) / gap


def _verdict(top: float, recent: float, drawn: NDArray[np.float64]) -> Verdict:
    """Beating random = above the mean by a standard deviation, or by half the way to the best set where that is less.

    The second matters where few sets exist or one event carries all: then nothing can be a deviation above the mean.
    """
    mean, best = float(drawn.mean()), float(drawn.max())
    margin = min(float(drawn.std()), (best - mean) / 2)
    if top < mean + max(margin, EQUAL):
        return "fails"
    return "holds" if top >= recent - EQUAL else "weak"
