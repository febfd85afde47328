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
    width = min(k, n_candidates)
    items = np.zeros((len(scores), k), np.int32)
    found = np.full((len(scores), k), -np.inf, np.float32)
    if width and len(scores):
        best = _best(_comparable(scores, allowed), allowed, width)
        items[:, :width] = np.where(np.take_along_axis(allowed, best, 1), best, 0)
        found[:, :width] = np.where(items[:, :width] > 0, np.take_along_axis(scores, best, 1), -np.inf)
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
    shown, rows = _comparable(scores, allowed), np.arange(len(scores))
    own, index = shown[rows, targets][:, None], np.arange(scores.shape[1])
    before = (shown > own) | ((shown == own) & (index < np.asarray(targets)[:, None]))
    places = 1 + (before & allowed).sum(axis=1)
    return np.where(allowed[rows, targets], places, 0).astype(np.int64)


def _comparable(scores: NDArray[np.float32], allowed: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Scores with −inf for what is no candidate and for what is no number."""
    return np.where(allowed & ~np.isnan(scores), scores, np.float32(-np.inf))


def _best(shown: NDArray[np.float32], allowed: NDArray[np.bool_], width: int) -> NDArray[np.int64]:
    """Indices of the best `width` of each row, best first: by score, then candidates before others, then by index.

    A partition of the scores gives the last score that is in the list; only what reaches it is sorted.
    """
    last = np.partition(shown, shown.shape[1] - width, axis=1)[:, shown.shape[1] - width]
    row, column = np.nonzero(shown >= last[:, None])
    order = np.lexsort((column, ~allowed[row, column], -shown[row, column], row))
    first = np.searchsorted(row, np.arange(len(shown)))  # rows are still in order: the sort is by row first
    return column[order][first[:, None] + np.arange(width)]
