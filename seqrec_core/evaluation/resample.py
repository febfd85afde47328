"""Intervals of several metrics over the same users. One column alone, and tests: `stats`."""

import numpy as np
from numpy.typing import NDArray

from seqrec_core.stats.intervals import normal_quantile

DRAWS = 1_000
LARGE = 50_000  # above this many users the central limit gives the bootstrap's interval to three digits, in no time
CELLS = 4_000_000  # resampled counts held at once


def ratio_intervals(
    above: NDArray[np.float64], below: NDArray[np.float64], owner: NDArray[np.integer], seed: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return Σ above / Σ below of each column with its 95 % percentile bootstrap interval over users.

    A mean of values is the ratio of their sum and their number; cases of one user are drawn together. All columns see the
    same resamples, drawn as counts of each user. Above LARGE users: the ratio ± 1.96 of its linearised error.

    Args:
        above: one row a case, float64[n, m], n ≥ 1, no NaN; 0 where a case has no value.
        below: the same shape; 0 where a case has no value.
        owner: user of each case, [n].
        seed: of the resampling.

    Returns:
        (ratios float64[m], intervals float64[m, 2]); NaN where Σ below is 0.

    Source: Efron & Tibshirani 1993, ch. 13; the linearised error of a ratio: Cochran 1977, Sampling Techniques, ch. 6.
    """
    users, place = np.unique(owner, return_inverse=True)
    n, m = len(users), above.shape[1]
    sums = np.stack([np.bincount(place, column, n) for column in (*above.T, *below.T)], axis=1).astype(np.float64)
    total = sums.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratios = total[:m] / total[m:]
        if n > LARGE:
            residuals = sums[:, :m] - ratios * sums[:, m:]
            half = normal_quantile(0.95) * np.sqrt(n / (n - 1) * (residuals**2).sum(axis=0)) / total[m:]
            return ratios, np.stack([ratios - half, ratios + half], axis=1)
        drawn = _drawn(sums, np.random.default_rng(seed))
        means = drawn[:, :m] / drawn[:, m:]
    known = ~np.isnan(means).all(axis=0)
    ends = np.full((m, 2), np.nan)
    ends[known] = np.nanquantile(means[:, known], [0.025, 0.975], axis=0).T
    return ratios, ends


def _drawn(sums: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the sums of DRAWS resamples of the rows, float64[DRAWS, columns]."""
    n = len(sums)
    drawn = np.empty((DRAWS, sums.shape[1]))
    block = max(1, CELLS // n)
    for start in range(0, DRAWS, block):
        rows = range(start, min(DRAWS, start + block))
        weights = np.stack([np.bincount(rng.integers(0, n, n), minlength=n) for _ in rows]).astype(np.float64)
        drawn[rows.start : rows.stop] = weights @ sums
    return drawn
