"""The smallest edit found after which a wanted item enters the list: one event less, one more, a pair less, one replaced."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from seqrec_core.explain.counterfactual import MAX_PAIRS, removal_order
from seqrec_core.explain.types import Attribution, BringIn, Explanation
from seqrec_core.explain.what_if import Ranking

MOST_ADDED = 2_000  # items tried as a further event; the most likely ones after this history where there are more
MOST_REPLACED = 5
MOST_REPLACING = 100


def bring_in(ranking: Ranking, told: Explanation, k: int) -> BringIn:
    """Search for the smallest edit after which the target ranks at k or better.

    Args:
        ranking: what is explained, and its candidates.
        told: its explanation: rank, ranks without each event, and shares, by which pairs and replacements are chosen.
        k: length of the list; where the target is in it already nothing has to be done.

    Returns:
        Of one-event edits a removal wins (the history is what it is), then the added item that the model holds most likely
        next: an edit is only a reason if it could have happened. Then pairs of removals, then replacements.
    """
    rank, singles, attributions = told.rank, told.leave_one_out, told.attributions
    if rank <= k:
        return BringIn("none", (), None, rank, rank, None, 0, True)
    tried = len(singles)
    best = min(singles, key=lambda single: single.rank, default=None)
    if best is not None and best.rank <= k:
        return BringIn("remove", (best.position,), None, rank, best.rank, None, tried, True)
    likely = _likely(ranking)
    after = ranking.adding(likely)
    tried += len(likely)
    enters = np.flatnonzero(after <= k)
    if len(enters):
        at = int(enters[0])
        return BringIn("add", (), likely[at], rank, int(after[at]), at + 1, tried, True)
    pairs = _pairs(attributions, len(singles))
    if pairs:
        ranks = ranking.without(pairs)
        tried += len(pairs)
        at = int(np.argmin(ranks))
        if ranks[at] <= k:
            every_item = len(likely) >= ranking.n_candidates - 1
            return BringIn("remove", pairs[at], None, rank, int(ranks[at]), None, tried, every_item)
    return _replaced(ranking, rank, attributions, likely, after, tried, k)


def _likely(ranking: Ranking) -> list[int]:
    """Return the items that can be added, the likeliest next first; not the target itself."""
    scores: NDArray[np.float32] = ranking.model.score([ranking.history])[0, 1 : ranking.n_candidates + 1]
    order = np.argsort(-scores, kind="stable") + 1
    return [int(item) for item in order if item != ranking.target][:MOST_ADDED]


def _pairs(attributions: Sequence[Attribution], n_events: int) -> list[tuple[int, ...]]:
    """Return at most MAX_PAIRS pairs, those of events that lower the score first."""
    order = removal_order(attributions, n_events)[::-1]
    most = n_events
    while most * (most - 1) // 2 > MAX_PAIRS:
        most -= 1
    return [(min(pair), max(pair)) for pair in combinations(order[:most], 2)]


def _replaced(
    ranking: Ranking,
    rank: int,
    attributions: Sequence[Attribution],
    likely: list[int],
    added: NDArray[np.int64],
    tried: int,
    k: int,
) -> BringIn:
    """Try the additions that helped most in place of the events that lower the score most."""
    helpful = [likely[int(at)] for at in np.argsort(added, kind="stable")[:MOST_REPLACING]]
    order = removal_order(attributions, len(ranking.history))[::-1][:MOST_REPLACED]
    found: tuple[int, int, int] | None = None
    for position in order:
        ranks = ranking.adding(helpful, (position,))
        tried += len(helpful)
        at = int(np.argmin(ranks))
        if found is None or ranks[at] < found[0]:
            found = (int(ranks[at]), position, helpful[at])
    if found is None or found[0] > k:
        return BringIn("none", (), None, rank, rank, None, tried, False)
    after, position, item = found
    return BringIn("replace", (position,), item, rank, after, likely.index(item) + 1, tried, False)
