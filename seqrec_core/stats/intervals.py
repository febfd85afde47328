"""Intervals of shares, differences of shares, and means. All are two-sided; counts may be arrays."""

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from seqrec_core.errors import BadInput

Floats = NDArray[np.float64]
CHUNK = 4_000_000  # resampled values held at once by the bootstrap (32 MB)


def normal_quantile(level: float) -> float:
    """Return z with P(−z ≤ N(0, 1) ≤ z) = level: 1.96 for 0.95.

    Raises:
        BadInput: level is not inside (0, 1).
    """
    if not 0 < level < 1:
        raise BadInput("stats", "bad_level", found=level)
    return NormalDist().inv_cdf((1 + level) / 2)


def wilson_interval(count: ArrayLike, n: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Score interval of a share count / n.

    (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n), inside [0, 1]. It holds near 0 and 1 and for small n, where the
    textbook p ± z√(p(1−p)/n) does not.

    Args:
        count: successes, 0 ≤ count ≤ n; a number or an array.
        n: trials; where n is 0 nothing is known and the interval is (0, 1).
        level: confidence level in (0, 1).

    Returns:
        (low, high), each float64 of the common shape.

    Raises:
        BadInput: impossible counts or level.

    Source: Wilson 1927, JASA 22, 209–212; recommended by Brown, Cai & DasGupta 2001.
    """
    count, n = _counts(count, n)
    z = normal_quantile(level)
    trials = np.maximum(n, 1)
    share = count / trials
    centre = share + z * z / (2 * trials)
    half = z * np.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    low = np.where(count == 0, 0.0, (centre - half) / scale)
    high = np.where(count == n, 1.0, (centre + half) / scale)
    return np.where(n == 0, 0.0, low), np.where(n == 0, 1.0, high)


def newcombe_interval(
    count_a: ArrayLike, n_a: ArrayLike, count_b: ArrayLike, n_b: ArrayLike, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Interval of the difference of two independent shares, b − a, from their Wilson intervals.

    With d = p_b − p_a: low = d − √((p_b − l_b)² + (u_a − p_a)²), high = d + √((u_b − p_b)² + (p_a − l_a)²); inside [−1, 1].

    Args:
        count_a: successes of the first group; numbers or arrays of one shape, as the three below.
        n_a: its trials.
        count_b: successes of the second group.
        n_b: its trials.
        level: confidence level in (0, 1).

    Returns:
        (low, high), each float64; (−1, 1) where a group is empty: nothing is known.

    Raises:
        BadInput: impossible counts or level.

    Source: Newcombe 1998, Statistics in Medicine 17, 873–890, method 10 (hybrid score).
    """
    low_a, high_a = wilson_interval(count_a, n_a, level)
    low_b, high_b = wilson_interval(count_b, n_b, level)
    p_a, p_b = share(count_a, n_a), share(count_b, n_b)
    difference = p_b - p_a
    low = difference - np.sqrt((p_b - low_b) ** 2 + (high_a - p_a) ** 2)
    high = difference + np.sqrt((high_b - p_b) ** 2 + (p_a - low_a) ** 2)
    unknown = np.isnan(difference)
    return np.where(unknown, -1.0, low), np.where(unknown, 1.0, high)


def share(count: ArrayLike, n: ArrayLike) -> Floats:
    """Return count / n in [0, 1], NaN where n is 0."""
    count, n = _counts(count, n)
    return np.where(n == 0, np.nan, count / np.maximum(n, 1))


def bootstrap_mean_interval(
    values: ArrayLike, rng: np.random.Generator, level: float = 0.95, draws: int = 2_000
) -> tuple[float, float]:
    """Percentile bootstrap interval of a mean: quantiles of the means of `draws` resamples with replacement.

    Args:
        values: one number a case, [n]; a case is a user or a session, not an event.
        rng: the generator of the resamples.
        level: confidence level in (0, 1).
        draws: number of resamples, at least 1.

    Returns:
        (low, high); both NaN for no values, both the value for one.

    Raises:
        BadInput: level, draws, or values that are not finite.

    Source: Efron & Tibshirani 1993, An Introduction to the Bootstrap, ch. 13.
    """
    normal_quantile(level)
    check_draws(draws)
    cases = finite(values)
    if not len(cases):
        return math.nan, math.nan
    means = np.empty(draws)
    block = max(1, CHUNK // len(cases))
    for start in range(0, draws, block):
        rows = min(block, draws - start)
        means[start : start + rows] = cases[rng.integers(0, len(cases), (rows, len(cases)))].mean(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def finite(values: ArrayLike) -> Floats:
    """Return values as float64[n].

    Raises:
        BadInput: one is NaN or infinite.
    """
    cases = np.asarray(values, dtype=np.float64).ravel()
    bad = int((~np.isfinite(cases)).sum())
    if bad:
        raise BadInput("stats", "not_finite", n=bad, total=len(cases))
    return cases


def check_draws(draws: int) -> None:
    """Refuse a number of random draws below 1.

    Raises:
        BadInput: draws < 1.
    """
    if draws < 1:
        raise BadInput("stats", "bad_draws", found=draws)


def _counts(count: ArrayLike, n: ArrayLike) -> tuple[Floats, Floats]:
    """Return both as float64 of one shape, checked: 0 ≤ count ≤ n."""
    k, trials = np.broadcast_arrays(np.asarray(count, np.float64), np.asarray(n, np.float64))
    wrong = ~((k >= 0) & (k <= trials) & np.isfinite(trials))
    if wrong.any():
        raise BadInput("stats", "impossible_counts", found_k=float(k[wrong][0]), found_n=float(trials[wrong][0]))
    return k, trials
