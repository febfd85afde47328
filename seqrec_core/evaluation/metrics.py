"""Metrics of ranks. One relevant item a case: the held-out target. Ranks are 1-based, among all candidates.

`docs/metrics.md` says the same for readers. Cases whose target is no candidate have rank 0 and no value (NaN).
"""

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
POWER = 0.5  # how strongly the debiased metric favours rare targets: 0 = every event alike, 1 = every item alike


def hit_rate(ranks: NDArray[np.int64], k: int) -> Values:
    """HR@k of each case: 1 if rank ≤ k, else 0; NaN for rank 0. Range {0, 1}, a share when averaged.

    Args:
        ranks: int64[n].
        k: length of the list.

    Example:
        >>> hit_rate(np.array([1, 10, 11]), 10).tolist()
        [1.0, 1.0, 0.0]
    """
    return _known(ranks, (ranks <= k).astype(np.float64))


def ndcg(ranks: NDArray[np.int64], k: int) -> Values:
    """NDCG@k of each case: 1 / log2(1 + rank) if rank ≤ k, else 0; NaN for rank 0. Range [0, 1], no unit.

    With one relevant item the ideal DCG is 1. Source: Järvelin & Kekäläinen 2002, "Cumulated gain-based evaluation".

    Example:
        >>> ndcg(np.array([1, 3, 11]), 10).tolist()
        [1.0, 0.5, 0.0]
    """
    return _known(ranks, np.where(ranks <= k, 1 / np.log2(1.0 + np.maximum(ranks, 1)), 0.0))


def reciprocal_rank(ranks: NDArray[np.int64], k: int) -> Values:
    """MRR@k of each case: 1 / rank if rank ≤ k, else 0; NaN for rank 0. Range [0, 1], no unit.

    Source: Voorhees 1999, "The TREC-8 question answering track report"; cut at k as in session-based work.

    Example:
        >>> reciprocal_rank(np.array([1, 4, 11]), 10).tolist()
        [1.0, 0.25, 0.0]
    """
    return _known(ranks, np.where(ranks <= k, 1 / np.maximum(ranks, 1), 0.0))


def rarity_weights(users: NDArray[np.integer]) -> Values:
    """Weight of a case by its target: 1 / (users who had the item in training, at least 1) ^ POWER. Range (0, 1].

    A mean with these weights, Σ w · ndcg / Σ w, is the debiased NDCG: popular items are over-represented among what people
    came to, because they are shown more, and each case of them counts less.
    Source: Steck 2011, "Item popularity and recommendation accuracy" (popularity-stratified recall, β = POWER); as a
    self-normalised inverse-propensity estimate: Yang et al. 2018, "Unbiased offline recommender evaluation for
    missing-not-at-random implicit feedback".

    Args:
        users: of the target of each case, [n].

    Example:
        >>> rarity_weights(np.array([0, 1, 4, 100])).tolist()
        [1.0, 1.0, 0.5, 0.1]
    """
    return np.maximum(users, 1) ** -POWER


def _known(ranks: NDArray[np.int64], values: Values) -> Values:
    return np.where(ranks > 0, values, np.nan)


PER_CASE = {"ndcg": ndcg, "hr": hit_rate, "mrr": reciprocal_rank}
