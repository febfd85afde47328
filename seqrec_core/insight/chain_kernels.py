"""A compiled walk along a first-order chain."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Numbers = NDArray[Any]  # of the width that the docstring names


@njit(cache=True, nogil=True)
def walked(values: Numbers, offsets: Numbers, after: Numbers, bounds: Numbers, everything: Numbers, chance: Numbers) -> Numbers:
    """Return sequences with the first event of each and, from it on, events that a chain draws, int32[n_events].

    Args:
        values: codes, int32[n_events].
        offsets: sequence i is `values[offsets[i]:offsets[i + 1]]`, int64.
        after: what followed label x in the log: `after[bounds[x]:bounds[x + 1]]`.
        bounds: see above.
        everything: all events of the log, drawn from where nothing ever followed.
        chance: of each event, float64[n_events] in [0, 1).
    """
    out = values.copy()
    for row in range(offsets.shape[0] - 1):
        for spot in range(offsets[row] + 1, offsets[row + 1]):
            now = out[spot - 1]
            low, width = bounds[now], bounds[now + 1] - bounds[now]
            if width > 0:
                out[spot] = after[low + np.int64(chance[spot] * width)]
            else:
                out[spot] = everything[np.int64(chance[spot] * everything.shape[0])]
    return out
