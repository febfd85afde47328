"""Intervals of several metrics over the same cases. One column alone, and tests: `stats`."""

import numpy as np
from numpy.typing import NDArray

from seqrec_core.stats.intervals import normal_quantile

DRAWS = 1_000
LARGE = 50_000  # above this many cases the central limit gives the bootstrap's interval to three digits, in no time


def mean_intervals(columns: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """95 % percentile bootstrap intervals of column means, float64[m, 2].

    All columns see the same resamples, drawn as counts of each case: the work of `stats.bootstrap_mean_interval` once
    instead of once a column.

    Args:
        columns: one row a case, float64[n, m], n ≥ 1, no NaN.
        seed: of the resampling.
    """
    n = len(columns)
    if n > LARGE:
        half = normal_quantile(0.95) * columns.std(axis=0, ddof=1) / np.sqrt(n)
        return np.stack([columns.mean(axis=0) - half, columns.mean(axis=0) + half], axis=1)
    rng = np.random.default_rng(seed)
    means = np.empty((DRAWS, columns.shape[1]))
    for draw in range(DRAWS):
        weights = np.bincount(rng.integers(0, n, n), minlength=n)
        means[draw] = weights @ columns / n
    return np.quantile(means, [0.025, 0.975], axis=0).T
