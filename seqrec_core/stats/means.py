"""Differences of means between two groups whose cases may belong together, such as sessions of one user."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec_core.stats.intervals import normal_quantile

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class MeanDifference:
    """Mean of a group minus mean of the rest.

    Args:
        n_in, n_rest: cases that have a value.
        mean_in, mean_rest: their means; NaN without cases.
        difference: mean_in − mean_rest.
        low, high: its interval; NaN where a group has fewer than two clusters or nothing varies.
        standardised: difference / pooled standard deviation; NaN where nothing varies.
        p_value: two-sided, that the means are equal; NaN where there is no interval.
    """

    n_in: int
    n_rest: int
    mean_in: float
    mean_rest: float
    difference: float
    low: float
    high: float
    standardised: float
    p_value: float


def mean_difference(
    values: Floats, is_in: NDArray[np.bool_], cluster: NDArray[np.integer], level: float = 0.95
) -> MeanDifference:
    """Compare the mean of a group with that of the rest, with errors that are allowed to go together inside a cluster.

    The variance is the sum over clusters of (Σ residual / n of its group)², each group scaled by clusters / (clusters − 1);
    where every case is its own cluster, this is Welch's. Degrees of freedom are Satterthwaite's.

    Args:
        values: one number a case, NaN where it has none, [n].
        is_in: whether a case is in the group, bool[n].
        cluster: what a case belongs to, such as its user, [n].
        level: confidence level in (0, 1).

    Raises:
        BadInput: level.

    Source: Welch 1947, Biometrika 34, 28–35; clusters: Liang & Zeger 1986, Biometrika 73, 13–22.
    """
    normal_quantile(level)
    known = ~np.isnan(values)
    x, inside, owner = values[known], is_in[known], np.unique(cluster[known], return_inverse=True)[1]
    parts = [_part(x, inside, owner), _part(x, ~inside, owner)]
    (n_in, mean_in, of_in, g_in), (n_rest, mean_rest, of_rest, g_rest) = parts
    difference = mean_in - mean_rest
    unknown = MeanDifference(
        n_in, n_rest, mean_in, mean_rest, difference, np.nan, np.nan, _standardised(x, inside, difference), np.nan
    )
    if min(g_in, g_rest) < 2:
        return unknown
    own = float((of_in**2).sum()), float((of_rest**2).sum())
    variance = float(((of_in - of_rest) ** 2).sum())
    scale = max(abs(mean_in), abs(mean_rest), 1e-300)
    if np.sqrt(variance) <= 1e-12 * scale:
        return unknown
    freedom = sum(own) ** 2 / (own[0] ** 2 / (g_in - 1) + own[1] ** 2 / (g_rest - 1))
    from scipy.special import stdtr, stdtrit

    error = float(np.sqrt(variance))
    half = float(stdtrit(freedom, (1 + level) / 2)) * error
    p = 2 * float(stdtr(freedom, -abs(difference) / error))
    p = float(np.clip(p, np.finfo(float).tiny, 1.0))
    return MeanDifference(
        n_in, n_rest, mean_in, mean_rest, difference, difference - half, difference + half, unknown.standardised, p
    )


def _part(x: Floats, is_part: NDArray[np.bool_], owner: NDArray[np.intp]) -> tuple[int, float, Floats, int]:
    """Return cases, mean, scaled residuals / n by cluster, and clusters of one group."""
    n = int(is_part.sum())
    size = int(owner.max()) + 1 if len(owner) else 0
    if not n:
        return 0, float("nan"), np.zeros(size), 0
    mean = float(x[is_part].mean())
    residuals = np.bincount(owner[is_part], x[is_part] - mean, size) / n
    clusters = len(np.unique(owner[is_part]))
    return n, mean, residuals * np.sqrt(clusters / max(1, clusters - 1)), clusters


def _standardised(x: Floats, inside: NDArray[np.bool_], difference: float) -> float:
    groups = [x[inside], x[~inside]]
    freedom = sum(max(0, len(group) - 1) for group in groups)
    if not freedom or not all(len(group) for group in groups):
        return float("nan")
    pooled = np.sqrt(sum(((group - group.mean()) ** 2).sum() for group in groups) / freedom)
    return float(difference / pooled) if pooled > 1e-12 * max(1e-300, float(np.abs(x).max())) else float("nan")
