"""Where a network of attention looked, event by event. A weight says what was read, not what decided."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.history import History
from seqrec_core.models.protocol import ShowsAttention


@dataclass(frozen=True)
class Looking:
    """Weights of the last position on each event of a history; events that the model does not see have 0.

    Args:
        heads: share of each event by layer and head, float64[layers, H, n]; with the start's share a row sums to 1.
        mean: over layers and heads, float64[n].
        rollout: through all layers, each mixed half and half with what passes by it, float64[n].
    """

    heads: NDArray[np.float64]
    mean: NDArray[np.float64]
    rollout: NDArray[np.float64]


def looking(model: object, history: History) -> Looking | None:
    """Read the attention of the last position; None where the model has none, or the history no events.

    Weights that are not shares (of any size and sign) are made shares by their size. Rollout after Abnar and Zuidema 2020,
    Quantifying Attention Flow in Transformers (ACL).
    """
    if not isinstance(model, ShowsAttention) or not len(history):
        return None
    weights = np.abs(model.attention(history).astype(np.float64))
    weights /= np.maximum(weights.sum(axis=-1, keepdims=True), 1e-12)
    last = weights[:, :, -1, 1:]
    unseen = len(history) - last.shape[-1]
    flow = np.eye(weights.shape[-1])
    for layer in weights.mean(axis=1):
        flow = (layer / 2 + np.eye(len(layer)) / 2) @ flow
    heads = np.pad(last, ((0, 0), (0, 0), (unseen, 0)))
    return Looking(heads, heads.mean(axis=(0, 1)), np.pad(flow[-1, 1:], (unseen, 0)))


def agreement(a: NDArray[np.float64], b: NDArray[np.float64]) -> float | None:
    """Return Spearman's rank correlation of two rows of figures; None where one is constant or there are fewer than 3."""
    if len(a) < 3:
        return None
    ranks = [_ranks(np.asarray(row, dtype=np.float64)) for row in (a, b)]
    if any(np.ptp(row) == 0 for row in ranks):
        return None
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def _ranks(row: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ranks, ties with their mean."""
    _, group, size = np.unique(row, return_inverse=True, return_counts=True)
    ends = np.cumsum(size)
    middle: NDArray[np.float64] = ends - (size - 1) / 2
    return middle[group]
