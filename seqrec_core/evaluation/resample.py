"""Intervals and a paired test over cases, by resampling them."""

import numpy as np
from numpy.typing import NDArray

DRAWS = 1_000
LARGE = 50_000  # above this many cases the central limit gives the bootstrap's interval to three digits, in no time
Z95 = 1.959964


def mean_intervals(columns: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """95 % percentile bootstrap intervals of column means, float64[m, 2]; all columns see the same resamples.

    Args:
        columns: one row a case, float64[n, m], n ≥ 1, no NaN.
        seed: of the resampling.
    """
    n = len(columns)
    if n > LARGE:
        half = Z95 * columns.std(axis=0, ddof=1) / np.sqrt(n)
        return np.stack([columns.mean(axis=0) - half, columns.mean(axis=0) + half], axis=1)
    rng = np.random.default_rng(seed)
    means = np.empty((DRAWS, columns.shape[1]))
    for draw in range(DRAWS):
        weights = np.bincount(rng.integers(0, n, n), minlength=n)
        means[draw] = weights @ columns / n
    return np.quantile(means, [0.025, 0.975], axis=0).T


def sign_flip_p(differences: NDArray[np.float64], seed: int) -> float:
    """Two-sided p-value of a paired permutation test that the mean difference is 0: signs are flipped at random.

    p = (1 + draws at least as extreme) / (1 + draws), in (0, 1]. 1 where all differences are 0.
    Source: Smucker, Allan & Carterette 2007, "A comparison of statistical significance tests for IR evaluation".
    """
    moved = differences[differences != 0]
    if not len(moved):
        return 1.0
    rng = np.random.default_rng(seed)
    observed = abs(moved.sum()) - 1e-12
    extreme = 0
    for _ in range(DRAWS):
        signs = rng.integers(0, 2, len(moved), dtype=np.int8) * 2.0 - 1.0
        extreme += abs(signs @ moved) >= observed
    return float((1 + extreme) / (1 + DRAWS))
