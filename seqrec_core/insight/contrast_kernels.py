"""A compiled pass that measures how far each pattern is apart in two groups whose members share users."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Numbers = NDArray[Any]  # of the width that the docstring names


@njit(cache=True, nogil=True)
def studentised(bounds: Numbers, rows: Numbers, owner: Numbers, in_a: Numbers, weight: Numbers, n_a: int, n_b: int) -> Numbers:
    """Return the difference of the shares of each pattern over its standard error under no difference, float64[n_patterns].

    With s users' counts and n their sizes, u = s_A / n_A − s_B / n_B and w the same of the sizes (`weight`), the difference
    is Σ u and its variance Σ (u − p w)², where p is the share in both together: users, not sequences, are independent.

    Args:
        bounds: as in `Holding`.
        rows: as in `Holding`; the rows of a user stand together.
        owner: user of each sequence.
        in_a: whether each sequence is in A, bool[n]; the others are in B.
        weight: w of each user, float64[n_users].
        n_a: sequences in A.
        n_b: sequences in B.
    """
    t = np.zeros(bounds.shape[0] - 1)
    total = (weight * weight).sum()
    for i in range(t.shape[0]):
        low, high = bounds[i], bounds[i + 1]
        p = (high - low) / (n_a + n_b)
        difference, squares, cross, u = 0.0, 0.0, 0.0, 0.0
        for q in range(low, high):
            u += 1.0 / n_a if in_a[rows[q]] else -1.0 / n_b
            user = owner[rows[q]]
            if q + 1 == high or owner[rows[q + 1]] != user:
                difference += u
                squares += u * u
                cross += u * weight[user]
                u = 0.0
        variance = squares - 2 * p * cross + p * p * total
        if variance > 1e-18:
            t[i] = difference / np.sqrt(variance)
    return t
