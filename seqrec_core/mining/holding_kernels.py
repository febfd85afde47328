"""A compiled walk that lists the sequences that hold each pattern."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from seqrec_core.mining.matching_kernels import holds

Ints = NDArray[Any]  # whole numbers of the width that the docstring names


@njit(cache=True, nogil=True)
def rows_holding(
    values: Ints,
    steps: Ints,
    offsets: Ints,
    by_label: Ints,
    bounds: Ints,
    patterns: Ints,
    starts: Ints,
    gap: int,
) -> tuple[Ints, Ints]:
    """Return, for each pattern, the sequences that hold it, rising: borders int64[n_patterns + 1] and rows int64[m].

    `by_label[bounds[x]:bounds[x + 1]]` are the sequences with label x; pattern i is `patterns[starts[i]:starts[i + 1]]`. Only
    the sequences with the pattern's rarest label are walked.
    """
    n = starts.shape[0] - 1
    ends = np.zeros(n + 1, np.int64)
    found = np.empty(1024, np.int64)
    last = np.empty(patterns.shape[0] + 1, np.int64)
    before = np.empty(patterns.shape[0] + 1, np.int64)
    at = 0
    for i in range(n):
        pattern = patterns[starts[i] : starts[i + 1]]
        rarest = pattern[0]
        for label in pattern:
            if bounds[label + 1] - bounds[label] < bounds[rarest + 1] - bounds[rarest]:
                rarest = label
        for row in by_label[bounds[rarest] : bounds[rarest + 1]]:
            if holds(values, steps, offsets[row], offsets[row + 1], pattern, gap, last, before):
                if at == found.shape[0]:
                    larger = np.empty(2 * at, np.int64)
                    larger[:at] = found
                    found = larger
                found[at] = row
                at += 1
        ends[i + 1] = at
    return ends, found[:at].copy()
