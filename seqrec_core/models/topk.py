"""From scores to lists and ranks: the only place where PAD, seen items, non-candidates and ties are decided.

A candidate is an item 1…n_candidates, and under `exclude_seen` one that the history does not hold. In a list, equal
scores are ordered by index; in a rank, every equal score comes before the target, so that no constant model looks good.
So metrics use ranks, and what people read beside a list uses places: item and place are those of the list.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.history import History
from seqrec_core.errors import BadInput


@dataclass(frozen=True)
class TopK:
    """The best k candidates of each history.

    Args:
        items: item indices, best first, int32[B, k]; 0 where there are fewer than k candidates.
        scores: their scores, float32[B, k]; −inf beside a 0.
    """

    items: NDArray[np.int32]
    scores: NDArray[np.float32]


def is_candidate(
    shape: tuple[int, int], histories: Sequence[History], exclude_seen: bool, n_candidates: int
) -> NDArray[np.bool_]:
    """Return which items may be recommended, bool[B, V].

    Raises:
        BadInput: as many histories as rows were expected, and no more candidates than items.
    """
    rows, width = shape
    if len(histories) != rows or n_candidates >= width:
        raise BadInput("models", "scores_shape", rows=rows, histories=len(histories), width=width, candidates=n_candidates)
    allowed = np.zeros(shape, dtype=bool)
    allowed[:, 1 : n_candidates + 1] = True
    if exclude_seen and rows:
        lengths = [len(history) for history in histories]
        allowed[np.repeat(np.arange(rows), lengths), np.concatenate([history.items for history in histories])] = False
    return allowed


def top_k(scores: NDArray[np.float32], histories: Sequence[History], k: int, exclude_seen: bool, n_candidates: int) -> TopK:
    """Return the k best candidates of each history; equal scores by index, a score that is no number last.

    Args:
        scores: float32[B, V], column 0 is PAD.
        histories: what each row was scored for.
        k: length of the lists.
        exclude_seen: leave out the items of the history.
        n_candidates: items 1…n_candidates may be recommended (`vocabulary.n_logged`).
    """
    allowed = is_candidate(scores.shape, histories, exclude_seen, n_candidates)
    keys = _allowed_keys(scores, allowed)
    width = min(k, n_candidates)
    best = np.argpartition(keys, scores.shape[1] - width, axis=1)[:, scores.shape[1] - width :] if width else keys[:, :0]
    order = np.argsort(-np.take_along_axis(keys, best, 1), axis=1)
    items = np.zeros((len(scores), k), np.int32)
    found = np.full((len(scores), k), -np.inf, np.float32)
    items[:, :width] = np.take_along_axis(best, order, 1)
    items[:, :width] *= np.take_along_axis(allowed, items[:, :width], 1)
    found[:, :width] = np.where(items[:, :width] > 0, np.take_along_axis(scores, items[:, :width], 1), -np.inf)
    return TopK(items, found)


def ranks_of(
    scores: NDArray[np.float32],
    targets: NDArray[np.integer],
    histories: Sequence[History],
    exclude_seen: bool,
    n_candidates: int,
) -> NDArray[np.int64]:
    """Return the rank of one target a row among all candidates, int64[B].

    1 = best. Equal scores, and scores that are no number, come before the target. 0 = the target is no candidate.

    Args:
        scores: float32[B, V], column 0 is PAD.
        targets: item indices, [B].
        histories: what each row was scored for.
        exclude_seen: leave out the items of the history.
        n_candidates: items 1…n_candidates may be recommended.
    """
    allowed = is_candidate(scores.shape, histories, exclude_seen, n_candidates)
    rows = np.arange(len(scores))
    own = scores[rows, targets][:, None]
    ranks = (~(scores < own) & allowed).sum(axis=1)
    return np.where(allowed[rows, targets], ranks, 0).astype(np.int64)


def places_of(
    scores: NDArray[np.float32],
    targets: NDArray[np.integer],
    histories: Sequence[History],
    exclude_seen: bool,
    n_candidates: int,
) -> NDArray[np.int64]:
    """Return the place of one target a row in the list of all candidates that `top_k` gives, int64[B]; 0 = no candidate.

    Args:
        scores: float32[B, V], column 0 is PAD.
        targets: item indices, [B].
        histories: what each row was scored for.
        exclude_seen: leave out the items of the history.
        n_candidates: items 1…n_candidates may be recommended.
    """
    allowed = is_candidate(scores.shape, histories, exclude_seen, n_candidates)
    keys = _allowed_keys(scores, allowed)
    rows = np.arange(len(scores))
    places = 1 + (keys > keys[rows, targets][:, None]).sum(axis=1)
    return np.where(allowed[rows, targets], places, 0).astype(np.int64)


def _allowed_keys(scores: NDArray[np.float32], allowed: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Keys of the candidates; a score that is no number sorts behind all others, and what is no candidate behind that."""
    keys = _keys(np.where(allowed & ~np.isnan(scores), scores, np.float32(-np.inf)))
    keys[~allowed] = np.iinfo(np.int64).min + 1  # its negative still exists
    return keys


def _keys(scores: NDArray[np.float32]) -> NDArray[np.int64]:
    """One distinct integer an entry that sorts by score and then by falling index, so that a partition is exact."""
    bits = (scores + np.float32(0)).view(np.int32).astype(np.int64)
    rising = np.where(bits >= 0, bits, np.int64(-(2**31)) - bits)
    return (rising << 31) - np.arange(scores.shape[1], dtype=np.int64)
