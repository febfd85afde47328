"""Tests of differences and corrections for many of them. scipy is imported where it is used: it costs a second."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from seqrec_core.errors import BadInput
from seqrec_core.stats.intervals import bootstrap_mean_interval, check_draws, finite

Floats = NDArray[np.float64]
SMALL_EXPECTED = 5.0  # below this expected count in a cell the chi-square approximation is not trusted (Cochran 1954)
CHUNK = 4_000_000  # random signs held at once
EXACT_MOST = 12  # up to this many pairs all 2ⁿ sign patterns are counted


def two_proportion_p(count_a: ArrayLike, n_a: ArrayLike, count_b: ArrayLike, n_b: ArrayLike) -> Floats:
    """Two-sided p-values that two independent groups have the same share.

    Fisher's exact test where an expected cell count is below 5, else Pearson's chi-square with one degree of freedom and
    without continuity correction (the square of the pooled z test).

    Args:
        count_a: successes of the first group; numbers or arrays of one shape, as the three below.
        n_a: its trials.
        count_b: successes of the second group.
        n_b: its trials.

    Returns:
        p in (0, 1], float64 of the common shape; 1 where a group is empty or all trials of both went the same way.

    Raises:
        BadInput: impossible counts.

    Source: Fisher 1935; Pearson 1900; the rule between them: Cochran 1954, Biometrics 10, 417–451.
    """
    from scipy.special import erfc  # chi-square, 1 df: P(X > x) = erfc(√(x/2))

    a, n, b, m = np.broadcast_arrays(*(np.asarray(value, np.float64) for value in (count_a, n_a, count_b, n_b)))
    _check_counts(a, n)
    _check_counts(b, m)
    yes, total = a + b, n + m
    no = total - yes
    is_settled = (n == 0) | (m == 0) | (yes == 0) | (no == 0)
    safe = np.where(is_settled, 1.0, n * m * yes * no)
    statistic = total * (a * (m - b) - b * (n - a)) ** 2 / safe
    p = np.where(is_settled, 1.0, erfc(np.sqrt(np.where(is_settled, 0.0, statistic) / 2)))
    smallest = np.minimum(n, m) * np.minimum(yes, no) / np.maximum(total, 1)
    for place in np.argwhere(~is_settled & (smallest < SMALL_EXPECTED)):
        at = tuple(place)
        p[at] = fisher_p(int(a[at]), int(n[at]), int(b[at]), int(m[at]))
    return np.clip(p, np.finfo(float).tiny, 1.0)


def fisher_p(a: int, n: int, b: int, m: int) -> float:
    """Exact two-sided p-value of one 2 × 2 table: the sum over tables with the same margins that are no likelier.

    The first count given the margins is hypergeometric: P(k) = C(n, k) C(m, s − k) / C(n + m, s), s = a + b. It is summed here
    because scipy.stats.fisher_exact takes half a millisecond a table and a comparison of all transitions asks for thousands.

    Args:
        a: successes of the first group.
        n: its trials.
        b: successes of the second group.
        m: its trials.

    Returns:
        p in (0, 1].

    Source: Fisher 1935; the two-sided rule is that of Freeman & Halton 1951, as in R and scipy.
    """
    from scipy.special import gammaln

    def log_choose(total: int, part: NDArray[np.int64]) -> Floats:
        return gammaln(total + 1) - gammaln(part + 1) - gammaln(total - part + 1)

    yes = a + b
    k = np.arange(max(0, yes - m), min(n, yes) + 1)
    weights = log_choose(n, k) + log_choose(m, yes - k)
    weights -= weights.max()
    likelihood = np.exp(weights)
    as_rare = likelihood <= likelihood[a - k[0]] * (1 + 1e-7)
    return float(min(1.0, likelihood[as_rare].sum() / likelihood.sum()))


def benjamini_yekutieli(p_values: ArrayLike) -> Floats:
    """Adjust p-values so that rejecting those ≤ q keeps the false discovery rate ≤ q under any dependence.

    With m p-values sorted rising: adjusted p₍ᵢ₎ = min over j ≥ i of p₍ⱼ₎ · m · H(m) / j, at most 1; H(m) = Σ 1/j.

    Args:
        p_values: [m], each in [0, 1]; may be empty.

    Returns:
        Adjusted p-values in the order given, float64[m].

    Raises:
        BadInput: a value outside [0, 1].

    Source: Benjamini & Yekutieli 2001, Annals of Statistics 29, 1165–1188.
    """
    p = _p_values(p_values)
    ranks = np.arange(1, len(p) + 1)
    order = np.argsort(p, kind="stable")
    stepped = p[order] * len(p) * (1.0 / ranks).sum() / ranks
    return _in_order(np.minimum.accumulate(stepped[::-1])[::-1], order)


def holm(p_values: ArrayLike) -> Floats:
    """Adjust p-values so that rejecting those ≤ α errs even once with probability ≤ α, under any dependence.

    With m p-values sorted rising: adjusted p₍ᵢ₎ = max over j ≤ i of (m − j + 1) · p₍ⱼ₎, at most 1.

    Args:
        p_values: [m], each in [0, 1]; may be empty.

    Returns:
        Adjusted p-values in the order given, float64[m].

    Raises:
        BadInput: a value outside [0, 1].

    Source: Holm 1979, Scandinavian Journal of Statistics 6, 65–70.
    """
    p = _p_values(p_values)
    order = np.argsort(p, kind="stable")
    stepped = p[order] * np.arange(len(p), 0, -1)
    return _in_order(np.maximum.accumulate(stepped), order)


def sign_flip_p(a: ArrayLike, b: ArrayLike, rng: np.random.Generator, draws: int = 10_000) -> float:
    """Two-sided p-value that two runs have the same mean on the same users: signs of the differences b − a are flipped.

    Share of sign patterns whose |Σ ±d| is at least the observed |Σ d|: of all 2ⁿ for at most 12 differences that are not 0,
    else (1 + hits) / (1 + draws) of random ones, so that it is never 0.

    Args:
        a: values of the first run, one a user, [n].
        b: values of the second run on the same users in the same order, [n].
        rng: the generator of the signs; not used for at most 12 differences.
        draws: number of random sign patterns, at least 1.

    Returns:
        p in (0, 1]; 1 without users or without any difference.

    Raises:
        BadInput: different lengths, values that are not finite, draws.

    Source: Fisher 1935; for rankings: Smucker, Allan & Carterette 2007, CIKM.
    """
    check_draws(draws)
    difference = _paired(a, b)
    moved = difference[difference != 0]
    if not len(moved):
        return 1.0
    observed = abs(moved.sum()) - 1e-9 * np.abs(moved).sum()  # equal up to rounding counts as reached
    if len(moved) <= EXACT_MOST:
        patterns = (np.arange(2 ** len(moved))[:, None] >> np.arange(len(moved))) & 1
        return float((np.abs((2.0 * patterns - 1.0) @ moved) >= observed).mean())
    hits, block = 0, max(1, CHUNK // len(moved))
    for start in range(0, draws, block):
        signs = rng.integers(0, 2, (min(block, draws - start), len(moved)), dtype=np.int8)
        # Σ ±d = 2 Σ (d where the sign is +) − Σ d
        hits += int((np.abs(2.0 * (signs @ moved) - moved.sum()) >= observed).sum())
    return (1 + hits) / (1 + draws)


def paired_bootstrap_interval(
    a: ArrayLike, b: ArrayLike, rng: np.random.Generator, level: float = 0.95, draws: int = 2_000
) -> tuple[float, float]:
    """Interval of the mean difference b − a of two runs on the same users: users are resampled, both values together.

    Args:
        a: values of the first run, one a user, [n].
        b: values of the second run on the same users in the same order, [n].
        rng: the generator of the resamples.
        level: confidence level in (0, 1).
        draws: number of resamples, at least 1.

    Returns:
        (low, high); both NaN without users.

    Raises:
        BadInput: different lengths, values that are not finite, level, draws.

    Source: Efron & Tibshirani 1993, ch. 13; for rankings: Sakai 2006, SIGIR.
    """
    return bootstrap_mean_interval(_paired(a, b), rng, level, draws)


def _paired(a: ArrayLike, b: ArrayLike) -> Floats:
    first, second = finite(a), finite(b)
    if len(first) != len(second):
        raise BadInput("stats", "not_paired", a=len(first), b=len(second))
    return second - first


def _p_values(p_values: ArrayLike) -> Floats:
    p = np.asarray(p_values, np.float64).ravel()
    wrong = ~((p >= 0) & (p <= 1))
    if wrong.any():
        raise BadInput("stats", "bad_p_values", found=float(p[wrong][0]))
    return p


def _in_order(adjusted: Floats, order: NDArray[np.intp]) -> Floats:
    result = np.empty_like(adjusted)
    result[order] = np.minimum(adjusted, 1.0)
    return result


def _check_counts(count: Floats, n: Floats) -> None:
    wrong = ~((count >= 0) & (count <= n) & np.isfinite(n))
    if wrong.any():
        raise BadInput("stats", "impossible_counts", found_k=float(count[wrong][0]), found_n=float(n[wrong][0]))
