"""Cut many numbers into few bins."""

import math
from bisect import bisect_right
from collections.abc import Sequence


def log_bins(values: Sequence[float], weights: Sequence[int] | None = None, per_decade: int = 6) -> tuple[list[float], list[int]]:
    """Return bin edges that grow by a constant factor, and how many values lie in each bin.

    Args:
        values: at least one, all positive.
        weights: how often each value occurs; once where not given.
        per_decade: bins for a factor of ten.

    Returns:
        n + 1 edges and n counts; every value lies in a bin [edge, next edge).
    """
    low = math.floor(math.log10(min(values)) * per_decade)
    high = max(math.floor(math.log10(max(values)) * per_decade) + 1, low + 1)
    edges = [10 ** (place / per_decade) for place in range(low, high + 1)]
    return edges, _counts(values, weights, edges)


def _counts(values: Sequence[float], weights: Sequence[int] | None, edges: Sequence[float]) -> list[int]:
    """Count the values of each bin."""
    counts = [0] * (len(edges) - 1)
    for value, weight in zip(values, weights or [1] * len(values), strict=True):
        counts[min(max(bisect_right(edges, value * (1 + 1e-12)) - 1, 0), len(counts) - 1)] += weight
    return counts


def whole_bins(values: Sequence[int], weights: Sequence[int], most: int = 24) -> tuple[list[int], list[int], list[int]]:
    """Return bins of whole numbers: one a number where they are few, doubling ones where they are many.

    Args:
        values: positive whole numbers.
        weights: how often each occurs.
        most: largest number up to which every number has a bin of its own.

    Returns:
        First number, last number and count of each bin.
    """
    largest = max(values)
    firsts = list(range(1, largest + 1)) if largest <= most else _doubling(largest)
    lasts = [first - 1 for first in firsts[1:]] + [max(largest, firsts[-1])]
    counts = [0] * len(firsts)
    for value, weight in zip(values, weights, strict=True):
        counts[max(bisect_right(firsts, value) - 1, 0)] += weight
    return firsts, lasts, counts


def _doubling(largest: int) -> list[int]:
    """Return first numbers 1, 2, 4, 8 …: bins that are equally wide on a logarithmic scale."""
    return [2**power for power in range(largest.bit_length())]
