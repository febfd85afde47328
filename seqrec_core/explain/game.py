"""The game that attributions share out: events as players, the score of one item as the worth of those that are present."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.history import History
from seqrec_core.explain.what_if import target_scores
from seqrec_core.models.protocol import Recommender

EXACT_PLAYERS = 12  # 2^12 coalitions are one batch
MAX_PLAYERS = 50
GROUP = -1


@dataclass(frozen=True)
class Game:
    """Events of a history as players; absence = remove the event and close the gap.

    Args:
        model: any recommender.
        history: what the model saw.
        target: item whose score is shared out.
        versus: an item whose score is taken off it (why the one rather than the other); None = the score itself.
        n_grouped: older events that together are player 0; 0 where every event is a player of its own.
        table: worth of every coalition, float64[2^p], bit i of the row number = player i present; None where p is too large.
    """

    model: Recommender
    history: History
    target: int
    versus: int | None
    n_grouped: int
    table: NDArray[np.float64] | None
    base_value: float
    score: float

    @property
    def n_players(self) -> int:
        """p: the events that are players of their own, and the group where there is one."""
        return len(self.history) - self.n_grouped + (self.n_grouped > 0)

    @property
    def positions(self) -> tuple[int, ...]:
        """Position in the history of each player; GROUP for the group of older events."""
        own = tuple(range(self.n_grouped, len(self.history)))
        return (GROUP, *own) if self.n_grouped else own

    @property
    def own(self) -> list[int]:
        """The players that are one event each, oldest first."""
        return [player for player, position in enumerate(self.positions) if position != GROUP]

    def worth(self, present: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the worth of coalitions, float64[m], in logits.

        Args:
            present: bool[m, p], who is there.
        """
        if self.table is not None:
            bits = present @ (1 << np.arange(self.n_players, dtype=np.int64))
            worth: NDArray[np.float64] = self.table[bits]
            return worth
        return _scores(self.model, self.history, self.target, self.versus, self.n_grouped, present)


def play(model: Recommender, history: History, target: int, versus: int | None = None, max_players: int = MAX_PLAYERS) -> Game:
    """Set up the game, and score all coalitions at once where there are at most 12 players.

    Args:
        model: any recommender.
        history: what the model saw; where it is longer than `max_players`, all but the last `max_players` − 1 events are
            one player, so that the base value is the empty history's.
        target: item index.
        versus: an item to compare with, or None.
        max_players: at least 2.
    """
    n = len(history)
    n_grouped = 0 if n <= max_players else n - (max_players - 1)
    n_players = n - n_grouped + (n_grouped > 0)
    exact = n_players <= EXACT_PLAYERS
    present = coalitions(n_players) if exact else np.array([[False], [True]]).repeat(n_players, axis=1)
    worth = _scores(model, history, target, versus, n_grouped, present)
    return Game(model, history, target, versus, n_grouped, worth if exact else None, float(worth[0]), float(worth[-1]))


def coalitions(n_players: int) -> NDArray[np.bool_]:
    """Return who is present in each coalition, bool[2^p, p]: bit i of the row number is player i."""
    return (np.arange(1 << n_players)[:, None] >> np.arange(n_players)[None, :] & 1).astype(bool)


def _scores(
    model: Recommender, history: History, target: int, versus: int | None, n_grouped: int, present: NDArray[np.bool_]
) -> NDArray[np.float64]:
    if n_grouped:
        present = np.hstack([np.repeat(present[:, :1], n_grouped, axis=1), present[:, 1:]])
    histories = [history.take(np.flatnonzero(row)) for row in present]
    return target_scores(model, histories, target, versus)
