"""Closed and maximal patterns, from all patterns that were found.

One definition for every rule. Pattern Q *holds* pattern P if P is a part of Q: its steps lie in different steps of Q, in this
order, each as a subset, and the steps of Q that hold neighbours of P are at most so far apart as `reach_of` says: any distance
without a limit on gaps, `max_gap` steps with one (gap 1: a contiguous part), contiguous with one in time, as the time between
the steps of a pattern is not known. Least gaps and spans are met by every part of what meets them.

- P is **closed** if no longer pattern that was found and asked for holds it with the same support.
- P is **maximal** if no longer pattern that was found and asked for holds it at all.

Found and asked for means: at least `min_count`, at most `max_length`, under the same rules, with the events that it must hold,
start or end with. So both are relative to these.

It is enough to look at parts that are one event shorter. If Q holds P, then P and one event more of Q (one between two of P where
there is one, else one right beside them) make a pattern that Q holds and that holds P. Its support is not below that of Q, so it
was found. Only if patterns have to start or end with given events under a gap, it may not have been asked for: then all parts
are looked at. Without a gap it can be chosen so that it was. `closed_kernel` finds the same without keeping all patterns.
"""

from collections.abc import Callable
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from seqrec_core.mining.types import MiningTerms

BLOCK, BLOCKS = 20_000, 64  # patterns, or blocks of first events, between two looks at the clock


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
    from seqrec_core.mining.covering_kernels import cover_shorter, cover_within_gap

    n, gap = len(nodes), reach_of(terms)
    covered = np.zeros(n, bool)
    if terms.kind == "all" or n == 0:
        return accepted, True
    first, number = blocks(nodes)
    only_equal = terms.kind == "closed"
    if gap is None or not (terms.starts or terms.ends):
        bounds = _bounds(int(first[0]), int(first[0] + number[0]), BLOCKS)
        shared = (nodes, first, number, accepted, int(length.max()), only_equal, gap is None or gap > 1, n_items, covered)
        cover: Callable[[int, int], None] = partial(cover_shorter, *shared)
    else:
        bounds = _bounds(0, n, -(-n // BLOCK))
        seen = np.full(n, -1, np.int64)
        cover = partial(cover_within_gap, nodes, first, number, length, accepted, only_equal, n_items, gap, covered, seen)
    for low, high in pairwise(bounds):
        cover(low, high)
        if high < bounds[-1] and not keep_going():
            return accepted & ~covered, False
    return accepted & ~covered, True


def _bounds(low: int, high: int, n: int) -> list[int]:
    """Cut low…high−1 into at most n blocks of equal size."""
    return [*range(low, high, max(1, -(-(high - low) // n))), high]


def blocks(nodes: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first child and the number of children of each pattern, int64[n + 1]; place 0 is the empty pattern's."""
    first, number = np.zeros(len(nodes) + 1, np.int64), np.zeros(len(nodes) + 1, np.int64)
    starts = np.flatnonzero(np.diff(nodes[:, 0], prepend=-2))
    parents = nodes[starts, 0] + 1
    first[parents] = starts
    number[parents] = np.diff(starts, append=len(nodes))
    return first, number
