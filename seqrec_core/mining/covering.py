"""Closed and maximal patterns, from all patterns that were found.

One definition for every rule. Pattern Q *holds* pattern P if P is a part of Q: its steps lie in different steps of Q, in this
order, each as a subset, and the steps of Q that hold neighbours of P are at most so far apart as `reach_of` says: any distance
without a limit on gaps, `max_gap` steps with one (gap 1: a contiguous part), contiguous with one in time, as the time between
the steps of a pattern is not known. Least gaps and spans are met by every part of what meets them.

- P is **closed** if no longer pattern that was found and asked for holds it with the same support.
- P is **maximal** if no longer pattern that was found and asked for holds it at all.

Found and asked for means: at least `min_count`, at most `max_length`, under the same rules, with the events that it must hold,
start or end with. So both are relative to these.

Without a limit on gaps, leaving out one event at a time is enough: support never falls on the way to a part, and the way can go
through patterns that start and end as asked. `closed_kernel` finds the same without keeping all patterns.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from seqrec_core.mining.types import MiningTerms

BLOCK = 20_000


def reach_of(terms: MiningTerms) -> int | None:
    """Return how far apart in steps of a longer pattern neighbours of a part may be, None without a limit."""
    return 1 if terms.max_gap_seconds is not None else terms.max_gap


def uncovered(
    nodes: NDArray[np.int32],
    n_items: int,
    length: NDArray[np.int32],
    accepted: NDArray[np.bool_],
    terms: MiningTerms,
    keep_going: Callable[[], bool],
) -> tuple[NDArray[np.bool_], bool]:
    """Say which of the accepted patterns are closed or maximal.

    Args:
        nodes: found patterns, int32[n, 3], as `Search.nodes`; children of one are a block that rises by code.
        n_items: codes from here on join the step before.
        length: of each in events, int32[n].
        accepted: which were asked for, bool[n].
        terms: kind and gap rules.
        keep_going: asked between blocks; False stops.

    Returns:
        bool[n], and whether all patterns were looked at.
    """
    from seqrec_core.mining.trie_kernels import cover_any_gap, cover_within_gap

    n, gap = len(nodes), reach_of(terms)
    covered = np.zeros(n, bool)
    if terms.kind == "all" or n == 0:
        return accepted, True
    first, number = blocks(nodes)
    seen = np.full(0 if gap is None else n, -1, np.int64)
    for low in range(0, n, BLOCK):
        shared = (nodes, first, number, length, accepted, low, min(n, low + BLOCK), terms.kind == "closed", n_items)
        if gap is None:
            cover_any_gap(*shared, covered)
        else:
            cover_within_gap(*shared, gap, covered, seen)
        if low + BLOCK < n and not keep_going():
            return accepted & ~covered, False
    return accepted & ~covered, True


def blocks(nodes: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first child and the number of children of each pattern, int64[n + 1]; place 0 is the empty pattern's."""
    first, number = np.zeros(len(nodes) + 1, np.int64), np.zeros(len(nodes) + 1, np.int64)
    starts = np.flatnonzero(np.diff(nodes[:, 0], prepend=-2))
    parents = nodes[starts, 0] + 1
    first[parents] = starts
    number[parents] = np.diff(starts, append=len(nodes))
    return first, number
