"""Compiled helpers of every search: arrays that grow, a small sort, and the table of found patterns.

What the searches share:

- `nodes`, int32[n, 3]: the patterns found: parent (−1: none), code of the last event, support. A code below the number of
  labels begins a new step; a code of label + number of labels joins the step before. Children of a pattern are one block that
  rises by code, so that the table is a trie.
- `state`, int64[9]: see the constants. Searches return to Python once the quota of work is used up.
- `histogram`, int64[n_sequences + 2]: patterns found by support (filled only for a top-k search).
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[Any]  # whole numbers of the width that the docstring names

NODES, TOP, STAMP, MIN_COUNT, QUOTA, FULL, ROOTS_DONE, ABOVE, WANTED = range(9)
STATE_SIZE = 9


@njit(cache=True, nogil=True)
def grown(array: Ints, size: int) -> Ints:
    """Return the array with room for `size` rows or more."""
    if size <= array.shape[0]:
        return array
    bigger = np.empty(max(size, 2 * array.shape[0]), array.dtype)
    for i in range(array.shape[0]):  # a slice assignment would take four seconds to compile
        bigger[i] = array[i]
    return bigger


@njit(cache=True, nogil=True)
def grown_table(table: Ints, size: int) -> Ints:
    """Return the table with `size` rows or more."""
    if size <= table.shape[0]:
        return table
    bigger = np.empty((max(size, 2 * table.shape[0]), table.shape[1]), table.dtype)
    for i in range(table.shape[0]):
        for j in range(table.shape[1]):
            bigger[i, j] = table[i, j]
    return bigger


@njit(cache=True, nogil=True)
def sort(numbers: Ints, n: int) -> None:
    """Sort the first n in place (Shell 1959): a few lines that compile at once, for lists of some hundred numbers."""
    gap = n // 2
    while gap > 0:
        for i in range(gap, n):
            number, at = numbers[i], i
            while at >= gap and numbers[at - gap] > number:
                numbers[at] = numbers[at - gap]
                at -= gap
            numbers[at] = number
        gap = 1 if gap == 2 else gap * 5 // 11


@njit(cache=True, nogil=True)
def emit(nodes: Ints, parent: int, code: int, support: int, counts: bool, histogram: Ints, state: Ints) -> None:
    """Append a pattern. The caller has made room.

    `counts`: whether it is one of those that a top-k search wants; the least support rises once k better ones are known.
    """
    at = state[NODES]
    nodes[at, 0] = parent
    nodes[at, 1] = code
    nodes[at, 2] = support
    state[NODES] = at + 1
    if counts and support >= state[MIN_COUNT]:
        histogram[support] += 1
        state[ABOVE] += 1
        while state[ABOVE] - histogram[state[MIN_COUNT]] >= state[WANTED]:
            state[ABOVE] -= histogram[state[MIN_COUNT]]
            state[MIN_COUNT] += 1
