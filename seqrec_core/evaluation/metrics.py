"""Metrics of ranked lists. One relevant item a case: the held-out target. Ranks are 1-based, among all candidates.

`docs/metrics.md` says the same for readers. Cases whose target is no candidate have rank 0 and no value (NaN).
"""

import numpy as np
from numpy.typing import NDArray

from seqrec_core.models.topk import TopK

Values = NDArray[np.float64]


def hit_rate(ranks: NDArray[np.int64], k: int) -> Values:
    """HR@k of each case: 1 if rank ≤ k, else 0; NaN for rank 0. Range {0, 1}, a share when averaged. Equals Recall@k here.

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


def _known(ranks: NDArray[np.int64], values: Values) -> Values:
    return np.where(ranks > 0, values, np.nan)


def coverage(lists: NDArray[np.int32], k: int, n_candidates: int) -> float:
    """Catalog coverage@k: distinct items in all lists / n_candidates. Range [0, 1], a share; 0 without lists.

    Source: Ge, Delgado-Battenfeld & Jannach 2010, "Beyond accuracy: evaluating recommender systems by coverage".

    Args:
        lists: item indices, best first, int32[n, ≥ k]; 0 = no item.
        k: how much of each list counts.
        n_candidates: how many items could have been recommended.
    """
    recommended = np.unique(lists[:, :k])
    return float((recommended > 0).sum() / n_candidates) if n_candidates else 0.0


def novelty(lists: NDArray[np.int32], k: int, share: Values) -> Values:
    """Novelty@k of each list: mean of −log2(share of users who had the item in training). Range [0, log2(n_users + 1)], bits.

    An item that nobody had counts with the share 1 / (n_users + 1) (`user_shares`). NaN for an empty list.
    Source: Vargas & Castells 2011, "Rank and relevance in novelty and diversity metrics" (popularity-based).

    Args:
        lists: item indices, int32[n, ≥ k]; 0 = no item.
        k: how much of each list counts.
        share: from `user_shares`, float64[V].
    """
    items = lists[:, :k]
    bits = np.where(items > 0, -np.log2(share)[items], 0.0).sum(axis=1)
    n = (items > 0).sum(axis=1)
    return np.where(n > 0, bits / np.maximum(n, 1), np.nan)


def user_shares(users: NDArray[np.integer], items: NDArray[np.integer], n_users: int, n_items: int) -> Values:
    """Share of users who had each item, float64[V], at least 1 / (n_users + 1).

    Args:
        users: user of each training event, [n].
        items: item of each training event, [n].
        n_users: number of all users.
        n_items: V, PAD included.
    """
    distinct = np.unique(users.astype(np.int64) * n_items + items)
    had = np.bincount(distinct % n_items, minlength=n_items)
    return np.where(had > 0, had / max(1, n_users), 1 / (n_users + 1))


PER_CASE = {"ndcg": ndcg, "hr": hit_rate, "mrr": reciprocal_rank}


def case_metrics(ranks: NDArray[np.int64], lists: TopK, k: tuple[int, ...], share: Values) -> dict[str, Values]:
    """Return every per-case metric by its name, such as `ndcg@10`."""
    values = {f"{name}@{n}": metric(ranks, n) for n in k for name, metric in PER_CASE.items()}
    return values | {f"novelty@{n}": np.where(ranks > 0, novelty(lists.items, n, share), np.nan) for n in k}
