"""How far a run's explanations can be trusted: deletion and insertion over many users, against random order and recency."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.history import History
from seqrec_core.explain.counterfactual import counterfactual, removal_order
from seqrec_core.explain.curves import curves
from seqrec_core.explain.faithfulness import deletion_check
from seqrec_core.explain.game import Game, play
from seqrec_core.explain.leave_one_out import leave_one_out
from seqrec_core.explain.looking import agreement
from seqrec_core.explain.orders import orders, random_orders
from seqrec_core.explain.shapley import attributions
from seqrec_core.explain.types import Attribution, Faithfulness
from seqrec_core.explain.what_if import Ranking
from seqrec_core.models.protocol import Recommender

PLAYERS = 20
RANDOM_ORDERS = 10
FEWEST = 3
RANDOM = "random"


@dataclass(frozen=True)
class Case:
    """Faithfulness of one explanation.

    Args:
        figures: method → FIGURES, float64[4]; empty where the history is too short or adds next to nothing.
        check: the badge.
        agreements: rank correlation of the shares with those of another seed, and with attention; None where undefined.
        removed: events that the counterfactual, the shares in order, and a random order take out before the item leaves the
            list; None where none does. The first is None too where the item was not in the list.
        tried: sets of removals that the counterfactual scored.
    """

    figures: dict[str, NDArray[np.float64]]
    check: Faithfulness
    agreements: dict[str, float | None]
    removed: dict[str, float | None]
    tried: int


@dataclass(frozen=True)
class Asked:
    """What explanations are measured on.

    Args:
        model: any recommender.
        exclude_seen, n_candidates, k: as in `explain`.
        popularity: events of each item, int64[V].
        seed: of what is drawn.
    """

    model: Recommender
    exclude_seen: bool
    n_candidates: int
    popularity: NDArray[np.int64]
    k: int = 10
    seed: int = 0


def measure(
    asked: Asked,
    cases: Sequence[tuple[History, int]],
    progress: Callable[[int, int], None] = lambda _step, _total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> list[Case]:
    """Measure the explanation of each (history, item); fewer come back where somebody asked to stop."""
    measured = []
    for number, (history, target) in enumerate(cases):
        if should_stop():
            break
        measured.append(_case(asked, history, target, number))
        progress(number + 1, len(cases))
    return measured


def _case(asked: Asked, history: History, target: int, number: int) -> Case:
    model, seed = asked.model, asked.seed + number
    ranking = Ranking(model, history, target, asked.exclude_seen, asked.n_candidates)
    rank, singles = leave_one_out(ranking)
    game = play(model, history, target, max_players=PLAYERS)
    shares = attributions(game, seed)
    spread = float(np.std(model.score([history])[0, 1 : asked.n_candidates + 1], dtype=np.float64))
    check = deletion_check(game, shares, spread, seed)
    found = counterfactual(ranking, rank, singles, shares, asked.k)
    rng = np.random.default_rng(seed)
    removed: dict[str, float | None] = {"counterfactual": len(found.remove) or None if rank <= asked.k else None}
    if rank <= asked.k:
        greedy = removal_order(shares, len(history))
        removed["greedy"] = _until_out(ranking, greedy, asked.k)
        removed[RANDOM] = _until_out(ranking, rng.permutation(len(history)).tolist(), asked.k)
    if check.verdict == "too_short":
        return Case({}, check, {}, removed, found.tried)
    named = orders(game, shares, asked.popularity)
    drawn = random_orders(game, RANDOM_ORDERS, rng)
    figures = [one.figures() for one in curves(game, [*named.values(), *drawn])]
    by_method = dict(zip(named, figures, strict=False)) | {RANDOM: np.mean(figures[len(named) :], axis=0)}
    return Case(by_method, check, _agreements(game, shares, named, seed), removed, found.tried)


def _agreements(
    game: Game, shares: Sequence[Attribution], named: dict[str, tuple[int, ...]], seed: int
) -> dict[str, float | None]:
    """Compare the shares with those of another seed (1 where they are exact), and their order with attention's."""
    values = np.array([shares[player].value for player in game.own])
    again = values
    if game.table is None:
        other = attributions(game, seed + 1_000_003)
        again = np.array([other[player].value for player in game.own])
    found = {"seeds": agreement(values, again)}
    if "attention" in named:
        place = {player: -place for place, player in enumerate(named["attention"])}
        found["attention"] = agreement(values, np.array([place[player] for player in game.own], dtype=np.float64))
    return found


def _until_out(ranking: Ranking, order: Sequence[int], k: int) -> float | None:
    """Return how many events of an order have to go before the target leaves the top k; None where it stays."""
    after = ranking.without([tuple(order[:size]) for size in range(1, len(order) + 1)])
    out = np.flatnonzero(after > k)
    return float(out[0] + 1) if len(out) else None
