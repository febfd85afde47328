"""A compiled walk that says how many distinct users hold each pattern, up to a floor."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[Any]  # whole numbers of the width that the docstring names


@njit(cache=True, nogil=True)
def holds(values: Ints, steps: Ints, low: int, high: int, pattern: Ints, gap: int, last: Ints, before: Ints) -> bool:
    """Say whether one sequence holds a pattern.

    `last[j]` is the latest step in which the first j + 1 events can end, `before[j]` the latest one before that: of all
    ends of a prefix, the latest is the one that a gap limits least.
    """
    n = pattern.shape[0]
    last[:n] = -1
    before[:n] = -1
    for t in range(low, high):
        step = steps[t]
        for j in range(n):
            if values[t] != pattern[j]:
                continue
            if j > 0:
                end = last[j - 1] if last[j - 1] < step else before[j - 1]
                if end < 0 or step - end > gap:
                    continue
            if j == n - 1:
                return True
            if last[j] != step:
                before[j] = last[j]
                last[j] = step
    return False


@njit(cache=True, nogil=True)
def users_up_to(
    values: Ints,
    steps: Ints,
    offsets: Ints,
    owner: Ints,
    n_users: int,
    by_label: Ints,
    bounds: Ints,
    patterns: Ints,
    starts: Ints,
    gap: int,
    floor: int,
) -> Ints:
    """Return the number of distinct users that hold each pattern, at most `floor`, int64[n_patterns].

    `steps` are numbered over all sequences; `by_label[bounds[x]:bounds[x + 1]]` are the sequences with label x; pattern i is
    `patterns[starts[i]:starts[i + 1]]`.
    """
    n_patterns = starts.shape[0] - 1
    counts = np.zeros(n_patterns, np.int64)
    seen = np.full(n_users, -1, np.int64)
    last = np.empty(patterns.shape[0] + 1, np.int64)
    before = np.empty(patterns.shape[0] + 1, np.int64)
    for i in range(n_patterns):
        pattern = patterns[starts[i] : starts[i + 1]]
        for q in range(bounds[pattern[0]], bounds[pattern[0] + 1]):
            row = by_label[q]
            if seen[owner[row]] != i and holds(values, steps, offsets[row], offsets[row + 1], pattern, gap, last, before):
                seen[owner[row]] = i
                counts[i] += 1
                if counts[i] == floor:
                    break
    return counts
