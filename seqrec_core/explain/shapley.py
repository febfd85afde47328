"""Exact Shapley values over the last events of a history. Absence = remove the event and close the gap.

Source: Shapley 1953, A value for n-person games; the older events as one player follows the pruning of
Bento et al. 2021, TimeSHAP (KDD), without its sampling: with at most 12 players every coalition is scored.
"""

from dataclasses import dataclass
from math import factorial

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.history import History
from seqrec_core.explain.types import Attribution
from seqrec_core.explain.what_if import target_scores
from seqrec_core.models.protocol import Recommender

MAX_PLAYERS = 12
GROUP = -1


@dataclass(frozen=True)
class Game:
    """Scores of one target under every coalition of players.

    Args:
        values: score of coalition c, float64[2^p]; bit i of c tells whether player i is present.
        n_grouped: older events that together are player 0; 0 where every event is a player of its own.
        n_events: length of the history.
    """

    values: NDArray[np.float64]
    n_grouped: int
    n_events: int

    @property
    def n_players(self) -> int:
        """p: the events that are players of their own, and the group where there is one."""
        return len(self.values).bit_length() - 1

    @property
    def positions(self) -> tuple[int, ...]:
        """Position in the history of each player; GROUP for the group of older events."""
        own = tuple(range(self.n_grouped, self.n_events))
        return (GROUP, *own) if self.n_grouped else own

    @property
    def base_value(self) -> float:
        """Score under the empty history."""
        return float(self.values[0])

    @property
    def score(self) -> float:
        """Score under the whole history."""
        return float(self.values[-1])


def play(model: Recommender, history: History, target: int) -> Game:
    """Score the target under all 2^p coalitions of at most 12 players, in one call of the model where memory allows.

    Args:
        model: any recommender.
        history: what the model saw; where it is longer than 12, all but the last 11 events are one player.
        target: item index.
    """
    n = len(history)
    n_grouped = 0 if n <= MAX_PLAYERS else n - (MAX_PLAYERS - 1)
    present = coalitions(n - n_grouped + (n_grouped > 0))
    if n_grouped:
        present = np.hstack([np.repeat(present[:, :1], n_grouped, axis=1), present[:, 1:]])
    histories = [history.take(np.flatnonzero(row)) for row in present]
    return Game(target_scores(model, histories, target), n_grouped, n)


def coalitions(n_players: int) -> NDArray[np.bool_]:
    """Return who is present in each coalition, bool[2^p, p]: bit i of the row number is player i."""
    return (np.arange(1 << n_players)[:, None] >> np.arange(n_players)[None, :] & 1).astype(bool)


def shapley_values(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each player's Shapley value, float64[p], in the unit of `values`.

    φ_i = Σ_S |S|! (p − |S| − 1)! / p! · (v(S ∪ i) − v(S)), over all coalitions S without i; Σ φ = v(all) − v(∅).

    Args:
        values: worth of each coalition, float64[2^p], numbered as in `coalitions`.
    """
    p = len(values).bit_length() - 1
    if p == 0:
        return np.zeros(0)
    present = coalitions(p)
    size = present.sum(axis=1)
    weight = np.array([factorial(s) * factorial(p - s - 1) / factorial(p) for s in range(p)])
    joined = np.append(0.0, weight)[size] * values  # a coalition of size s counts as S ∪ i with |S| = s − 1
    left = np.append(weight, 0.0)[size] * values
    return np.where(present, joined[:, None], -left[:, None]).sum(axis=0)


def attributions(game: Game) -> tuple[Attribution, ...]:
    """Return the share of each player: the group of older events first where there is one, then by position."""
    shares = shapley_values(game.values)
    return tuple(Attribution(position, float(share)) for position, share in zip(game.positions, shares, strict=True))
