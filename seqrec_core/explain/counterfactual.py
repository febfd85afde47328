"""The fewest removals that push the target out of the top k: singles, pairs, then greedily by attribution."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from seqrec_core.explain.types import Attribution, Counterfactual, RankWithout
from seqrec_core.explain.what_if import Ranking

MAX_PAIRS = 1_000
MAX_PRUNED = 64

Removal = tuple[int, ...]


def counterfactual(
    ranking: Ranking, rank: int, singles: Sequence[RankWithout], attributions: Sequence[Attribution], k: int
) -> Counterfactual:
    """Search for the fewest removals after which the target ranks below k.

    Args:
        ranking: what is explained, and its candidates.
        rank: 1-based rank under the full history; where it is beyond k nothing has to be removed.
        singles: rank without each single event, from `leave_one_out`.
        attributions: shares, which order the greedy search and, in long histories, choose the pairs.
        k: length of the list that the target must leave.

    Returns:
        Among removals of equal size the one that pushes the target furthest. Empty where the target is not in the top k
        (then minimal), or where no removal was found (then not minimal).
    """
    if rank > k:
        return Counterfactual((), rank, rank, 0, True)
    tried = len(singles)
    worst = max(singles, key=lambda single: single.rank, default=None)
    if worst is not None and worst.rank > k:
        return Counterfactual((worst.position,), rank, worst.rank, tried, True)
    order = removal_order(attributions, len(singles))
    pairs, all_pairs = _pairs(order, len(singles))
    tried += len(pairs)
    found = _furthest(ranking, pairs, k)
    if found is not None:
        return Counterfactual(found[0], rank, found[1], tried, True)
    removed, after, spent = _greedy(ranking, order, k)
    if not removed:
        return Counterfactual((), rank, rank, tried + spent, False)
    minimal = len(removed) == 2 or (all_pairs and len(removed) == 3)
    return Counterfactual(removed, rank, after, tried + spent, minimal)


def removal_order(attributions: Sequence[Attribution], n_events: int) -> list[int]:
    """Return all positions, the largest attribution first; events of the group of older ones together, newest first."""
    own = {attribution.position for attribution in attributions}
    grouped = [position for position in range(n_events - 1, -1, -1) if position not in own]
    order: list[int] = []
    for attribution in sorted(attributions, key=lambda share: -share.value):
        order.extend([attribution.position] if attribution.position >= 0 else grouped)
    return order


def _pairs(order: Sequence[int], n_events: int) -> tuple[list[Removal], bool]:
    """Return at most MAX_PAIRS pairs, those of large attributions, and whether they are all there are."""
    most = n_events
    while most * (most - 1) // 2 > MAX_PAIRS:
        most -= 1
    return [(min(pair), max(pair)) for pair in combinations(order[:most], 2)], most == n_events


def _furthest(ranking: Ranking, removals: Sequence[Removal], k: int) -> tuple[Removal, int] | None:
    if not removals:
        return None
    after = ranking.without(removals)
    best = int(np.argmax(after))
    return (removals[best], int(after[best])) if after[best] > k else None


def _greedy(ranking: Ranking, order: Sequence[int], k: int) -> tuple[Removal, int, int]:
    """Remove ever more of the largest attributions until the target is out, then take back what was not needed."""
    prefixes = [tuple(sorted(order[:size])) for size in range(3, len(order) + 1)]
    if not prefixes:
        return (), 0, 0
    after = ranking.without(prefixes)
    out = np.flatnonzero(after > k)
    if not len(out):
        return (), 0, len(prefixes)
    removed, rank = prefixes[out[0]], int(after[out[0]])
    spent = len(prefixes)
    for position in [p for p in reversed(order) if p in removed][:MAX_PRUNED]:
        smaller = tuple(p for p in removed if p != position)
        spent += 1
        without = int(ranking.without([smaller])[0])
        if without > k:
            removed, rank = smaller, without
    return removed, rank, spent
