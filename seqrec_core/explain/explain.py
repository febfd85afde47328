"""Explain one recommendation: attributions, ranks without, counterfactual and deletion check, under one absence rule."""

import numpy as np

from seqrec_core.data.history import History
from seqrec_core.errors import BadInput
from seqrec_core.explain.counterfactual import counterfactual
from seqrec_core.explain.faithfulness import deletion_check
from seqrec_core.explain.game import MAX_PLAYERS, play
from seqrec_core.explain.leave_one_out import leave_one_out
from seqrec_core.explain.shapley import attributions, method_of
from seqrec_core.explain.types import Explanation
from seqrec_core.explain.what_if import Ranking
from seqrec_core.models.protocol import Recommender


def explain(
    model: Recommender,
    history: History,
    target: int,
    *,
    exclude_seen: bool,
    n_candidates: int,
    k: int = 10,
    seed: int = 0,
    seen: History | None = None,
    versus: int | None = None,
    max_players: int = MAX_PLAYERS,
) -> Explanation:
    """Explain why the model scores `target` as it does after `history`.

    Args:
        model: any recommender.
        history: what the model saw; may be empty.
        target: item index 1…n_candidates.
        exclude_seen: whether items of the history are no candidates.
        n_candidates: items 1…n_candidates can be recommended.
        k: length of the list that the counterfactual pushes the target out of.
        seed: of methods that sample; the exact method draws nothing, so that every seed gives the same answer.
        seen: the history before a what-if, which then decides the candidates; None = `history` itself.
        versus: explain the score of the target less that of this item; ranks and counterfactual stay the target's.
        max_players: events that are players of their own, the group of older ones counted as one; above 12 shares are sampled.

    Returns:
        The explanation; Σ attributions + base value = score.

    Raises:
        BadInput: the target is no candidate, or `versus` is no other item.
        Failed: the model gives a score that is not a number.

    Example:
        >>> explain(model, history, 7, exclude_seen=True, n_candidates=217).rank  # doctest: +SKIP
        2
    """
    ranking = Ranking(model, history, target, exclude_seen, n_candidates, seen)
    rank, singles = leave_one_out(ranking)
    if versus is not None and (versus == target or not 1 <= versus <= n_candidates):
        raise BadInput("explain", "versus", found=versus, n=n_candidates)
    game = play(model, history, target, versus, max_players)
    shares = attributions(game, seed)
    return Explanation(
        target=target,
        history=history,
        score=game.score,
        base_value=game.base_value,
        rank=rank,
        attributions=shares,
        leave_one_out=singles,
        counterfactual=counterfactual(ranking, rank, singles, shares, k),
        faithfulness=deletion_check(game, shares, _spread(model, history, n_candidates), seed),
        method=method_of(game),
        players=len(history) - game.n_grouped,
        n_grouped=game.n_grouped,
        versus=versus,
    )


def _spread(model: Recommender, history: History, n_candidates: int) -> float:
    """Standard deviation of the candidates' scores after this history, in logits."""
    return float(np.std(model.score([history])[0, 1 : n_candidates + 1], dtype=np.float64))
