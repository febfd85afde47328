"""Deletion and insertion: what is lost as events are taken out in an order, and what comes back as they are put in.

Source: Petsiuk et al. 2018, RISE (BMVC); DeYoung et al. 2020, ERASER (comprehensiveness and sufficiency). All are shares of
what the history adds (score − base value), so that models can be compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec_core.explain.game import Game
from seqrec_core.explain.orders import Order

MOST_REMOVED = 3
FIGURES = ("comprehensiveness", "sufficiency", "deletion", "insertion")
LEAST, MOST = -1.0, 2.0  # shares beyond are cut: a small gap makes ratios of any size


@dataclass(frozen=True)
class Curves:
    """Shares of what the history adds, by how many events of an order are out, or in.

    Args:
        lost: after removing the first 0…q events, float64[q + 1].
        regained: with only the first 0…q events (older events of a group stay absent), float64[q + 1].
    """

    lost: NDArray[np.float64]
    regained: NDArray[np.float64]

    def figures(self) -> NDArray[np.float64]:
        """Return FIGURES, float64[4]: lost by the first m, kept by only the first m (m = 3, at most half), areas of both."""
        m = min(MOST_REMOVED, (len(self.lost) - 1) // 2)
        return np.array([self.lost[m], self.regained[m], _area(self.lost), _area(self.regained)])


def curves(game: Game, chosen: Sequence[Order]) -> list[Curves]:
    """Return the curves of each order, all coalitions in one batch.

    Args:
        game: from `play`, whose history adds something.
        chosen: orders of the players that are one event each.
    """
    p, q = game.n_players, len(game.own)
    place = np.full((len(chosen), p), q, dtype=np.int64)  # a group of older events is never taken out, and never put in
    for row, order in zip(place, chosen, strict=True):
        row[list(order)] = np.arange(q)
    steps = np.arange(q + 1)[None, :, None]
    left = place[:, None, :] >= steps
    put_in = place[:, None, :] < steps
    worth = game.worth(np.concatenate([left, put_in]).reshape(-1, p)).reshape(2, len(chosen), q + 1)
    gap = game.score - game.base_value
    lost = np.clip((game.score - worth[0]) / gap, LEAST, MOST)
    regained = np.clip((worth[1] - game.base_value) / gap, LEAST, MOST)
    return [Curves(a, b) for a, b in zip(lost, regained, strict=True)]


def _area(curve: NDArray[np.float64]) -> float:
    return float((curve[1:] + curve[:-1]).mean() / 2)
