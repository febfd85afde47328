"""Ways to say which events matter most: each names an order in which events are taken out or put back."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from seqrec_core.explain.game import Game
from seqrec_core.explain.looking import looking
from seqrec_core.explain.types import Attribution

METHODS = ("shapley", "leave_one_out", "attention", "recency", "popularity")
Order = tuple[int, ...]


def orders(game: Game, shares: Sequence[Attribution], popularity: NDArray[np.int64]) -> dict[str, Order]:
    """Return the players that are one event each, the most important first, by every method that applies.

    Where the history lowers the score, what lowers it most comes first. Ties go to the later event.

    Args:
        game: from `play`.
        shares: of its players.
        popularity: events of each item, int64[V].
    """
    own = game.own
    sign = 1 if game.score >= game.base_value else -1
    positions = [game.positions[player] for player in own]
    present = np.ones((len(own), game.n_players), dtype=bool)
    present[np.arange(len(own)), own] = False
    weights: dict[str, Sequence[float] | NDArray[np.float64]] = {
        "shapley": [sign * shares[player].value for player in own],
        "leave_one_out": sign * (game.score - game.worth(present)),
        "recency": [float(position) for position in positions],
        "popularity": [float(popularity[game.history.items[position]]) for position in positions],
    }
    seen = looking(game.model, game.history)
    if seen is not None:
        weights["attention"] = seen.mean[positions]
    return {name: tuple(own[place] for place in _largest_first(weights[name])) for name in METHODS if name in weights}


def random_orders(game: Game, n: int, rng: np.random.Generator) -> list[Order]:
    """Return n random orders of the players that are one event each."""
    return [tuple(int(player) for player in rng.permutation(game.own)) for _ in range(n)]


def _largest_first(weights: Sequence[float] | NDArray[np.float64]) -> NDArray[np.intp]:
    values = np.asarray(weights, dtype=np.float64)
    return np.lexsort((-np.arange(len(values)), -values))
