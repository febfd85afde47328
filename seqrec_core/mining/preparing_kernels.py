"""Compiled passes over raw sequences that come before a search."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[Any]  # whole numbers of the width that the docstring names


@njit(cache=True, nogil=True)
def sequences_with(values: Ints, offsets: Ints, n_labels: int) -> Ints:
    """Return the number of sequences that hold each label, int64[n_labels]."""
    counts = np.zeros(n_labels, np.int64)
    last = np.full(n_labels, -1, np.int64)
    for row in range(offsets.shape[0] - 1):
        for t in range(offsets[row], offsets[row + 1]):
            label = values[t]
            if last[label] != row:
                last[label] = row
                counts[label] += 1
    return counts


@njit(cache=True, nogil=True)
def compacted(values: Ints, steps: Ints, offsets: Ints, code: Ints) -> tuple[Ints, Ints, Ints, Ints, bool]:
    """Keep only labels with a code; number the steps of each sequence from 0, as they were before.

    Args:
        values: label codes, as in `Sequences`.
        steps: step of each event, as in `Sequences`.
        offsets: borders of the sequences.
        code: new code of each label, −1 for those to leave out, int32[n_labels].

    Returns:
        Items, step ordinals and row of each kept event, int32; offsets of the sequences that keep any, int64; whether a
        step holds several kept events.
    """
    n = values.shape[0]
    items, ordinals, rows = np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.int32)
    ends = np.zeros(offsets.shape[0], np.int64)
    at, kept, shared = 0, 0, False
    for row in range(offsets.shape[0] - 1):
        first, ordinal = at, -1
        for t in range(offsets[row], offsets[row + 1]):
            if t == offsets[row] or steps[t] != steps[t - 1]:
                ordinal += 1
            if code[values[t]] >= 0:
                items[at] = code[values[t]]
                ordinals[at] = ordinal
                rows[at] = kept
                shared = shared or (at > first and ordinals[at - 1] == ordinal)
                at += 1
        if at > first:
            kept += 1
            ends[kept] = at
    return items[:at], ordinals[:at], rows[:at], ends[: kept + 1], shared
