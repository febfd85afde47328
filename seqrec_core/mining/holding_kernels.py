"""Compiled walks that list the sequences that hold each label, or each pattern."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from seqrec_core.mining.ends_kernel import MAX_GAP
from seqrec_core.mining.matching_kernels import holds, holds_under

Ints = NDArray[Any]  # whole numbers of the width that the docstring names


@njit(cache=True, nogil=True)
def rows_by_label(values: Ints, offsets: Ints, n_labels: int) -> tuple[Ints, Ints]:
    """Return the sequences with each label, rising, each once: label x has `rows[bounds[x]:bounds[x + 1]]`, int64 both."""
    bounds, seen = np.zeros(n_labels + 1, np.int64), np.full(n_labels, -1, np.int64)
    for row in range(offsets.shape[0] - 1):
        for value in values[offsets[row] : offsets[row + 1]]:
            if seen[value] != row:
                seen[value] = row
                bounds[value + 1] += 1
    for x in range(n_labels):
        bounds[x + 1] += bounds[x]
    at, rows = bounds[:-1].copy(), np.empty(bounds[n_labels], np.int64)
    seen[:] = -1
    for row in range(offsets.shape[0] - 1):
        for value in values[offsets[row] : offsets[row + 1]]:
            if seen[value] != row:
                seen[value] = row
                rows[at[value]] = row
                at[value] += 1
    return rows, bounds


@njit(cache=True, nogil=True)
def rows_holding(
    values: Ints,
    steps: Ints,
    times: Ints,
    offsets: Ints,
    by_label: Ints,
    bounds: Ints,
    patterns: Ints,
    starts: Ints,
    is_plain: bool,
    rules: Ints,
) -> tuple[Ints, Ints]:
    """Return, for each pattern, the sequences that hold it, rising: borders int64[n_patterns + 1] and rows int64[m].

    `by_label[bounds[x]:bounds[x + 1]]` are the sequences with label x; pattern i is `patterns[starts[i]:starts[i + 1]]`. Only
    the sequences with the pattern's rarest label are walked. `is_plain`: only the largest distance in steps counts. The rest:
    `holds_under`.
    """
    n, longest, most = starts.shape[0] - 1, 0, 0
    for row in range(offsets.shape[0] - 1):
        longest = max(longest, offsets[row + 1] - offsets[row])
    for i in range(n):
        most = max(most, starts[i + 1] - starts[i])
    last, before, cuts = np.empty(most + 1, np.int64), np.empty(most + 1, np.int64), np.arange(most + 1)
    endings, begins = np.empty((2, longest + 1), np.int64), np.empty((2, longest + 1), np.int64)
    ends = np.zeros(n + 1, np.int64)
    found = np.empty(1024, np.int64)
    at = 0
    for i in range(n):
        pattern = patterns[starts[i] : starts[i + 1]]
        rarest = pattern[0]
        for label in pattern:
            if bounds[label + 1] - bounds[label] < bounds[rarest + 1] - bounds[rarest]:
                rarest = label
        for row in by_label[bounds[rarest] : bounds[rarest + 1]]:
            low, high = offsets[row], offsets[row + 1]
            if is_plain:
                held = holds(values, steps, low, high, pattern, rules[MAX_GAP], last, before)
            else:
                every = cuts[: pattern.shape[0] + 1]
                held = holds_under(values, steps, times, low, high, pattern, every, rules, endings, begins)
            if held:
                if at == found.shape[0]:
                    larger = np.empty(2 * at, np.int64)
                    larger[:at] = found
                    found = larger
                found[at] = row
                at += 1
        ends[i + 1] = at
    return ends, found[:at].copy()
