"""Are scores to be believed? The chance that a score gives the first item, against how often it came next."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

Values = NDArray[np.float64]
BINS = 10


def first_confidence(scores: NDArray[np.float32], allowed: NDArray[np.bool_]) -> Values:
    """Return the chance that a softmax over the candidates gives the best of them, float64[B]; NaN without candidates.

    exp(max) / Σ exp(score): scores are logits, as everywhere. A score that is no number counts as no candidate.

    Args:
        scores: float32[B, V].
        allowed: which items are candidates, bool[B, V].
    """
    shown = np.where(allowed & ~np.isnan(scores), scores, np.float32(-np.inf))
    best = shown.max(axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):
        total = np.exp(shown - best).sum(axis=1, dtype=np.float64)
    return np.where(np.isfinite(best[:, 0]) & (total > 0), 1 / np.maximum(total, 1e-300), np.nan)


def reliability(confidence: Values, right: Values, bins: int = BINS) -> pl.DataFrame:
    """Group cases by confidence into bins of about equally many cases.

    Args:
        confidence: chance given to the first item, in [0, 1], [n]; NaN where not known.
        right: whether it came next, 0 or 1, [n]; NaN where not known.
        bins: how many at most; fewer where many cases share a value.

    Returns:
        `confidence` (mean), `right` (share), `n`, by rising confidence.
    """
    known = ~(np.isnan(confidence) | np.isnan(right))
    p, y = confidence[known], right[known]
    if not len(p):
        return pl.DataFrame(schema={"confidence": pl.Float64, "right": pl.Float64, "n": pl.Int64})
    edges = np.unique(np.quantile(p, np.linspace(0, 1, bins + 1)))
    place = np.searchsorted(edges[1:-1], p, side="left") if len(edges) > 2 else np.zeros(len(p), np.int64)
    n = np.bincount(place, minlength=max(1, len(edges) - 1))
    table = {"confidence": np.bincount(place, p, len(n)), "right": np.bincount(place, y, len(n))}
    some = n > 0
    return pl.DataFrame({**{name: sums[some] / n[some] for name, sums in table.items()}, "n": n[some]})


def calibration_error(confidence: Values, right: Values, bins: int = BINS) -> float:
    """Expected calibration error: Σ over bins of n_b / n · |share right − mean confidence|. Range [0, 1]; NaN for no case.

    Source: Naeini, Cooper & Hauskrecht 2015; Guo et al. 2017; bins of equal numbers: Nixon et al. 2019.

    Example:
        >>> calibration_error(np.array([0.5, 0.5]), np.array([1.0, 0.0]))
        0.0
    """
    table = reliability(confidence, right, bins)
    if not table.height:
        return float("nan")
    weight = table["n"].to_numpy() / table["n"].sum()
    return float((weight * np.abs(table["right"].to_numpy() - table["confidence"].to_numpy())).sum())
