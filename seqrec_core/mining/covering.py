"""Closed and maximal patterns, from all patterns that were found.

One definition for every gap rule. Pattern Q *holds* pattern P if P occurs in Q under the gap rule of the search: as a
subsequence without a rule, with neighbours at most `max_gap` events apart in Q with one (gap 1: as a substring).

- P is **closed** if no longer pattern that was found holds it with the same support.
- P is **maximal** if no longer pattern that was found holds it at all.

Found means: at least `min_count`, at most `max_length`, under the same gap rule. So both are relative to `max_length`.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from seqrec_core.mining.types import Kind

BLOCK = 20_000


def uncovered(
    nodes: NDArray[np.int32],
    n_roots: int,
    length: NDArray[np.int32],
    kind: Kind,
    max_gap: int | None,
    keep_going: Callable[[], bool],
) -> tuple[NDArray[np.bool_], bool]:
    """Say which patterns are closed or maximal.

    Args:
        nodes: found patterns, int32[n, 5], as `Search.nodes`.
        n_roots: how many of them have one event; they come first.
        length: of each, int32[n].
        kind: closed or maximal; all patterns pass `all`.
        max_gap: of the search.
        keep_going: asked between blocks; False stops.

    Returns:
        bool[n], and whether all patterns were looked at.
    """
    from seqrec_core.mining.trie_kernels import cover_any_gap, cover_within_gap

    n = len(nodes)
    covered = np.zeros(n, bool)
    if kind == "all" or n == 0:
        return ~covered, True
    longest = int(length.max()) + 1  # here, as it would take half a second to compile
    seen = np.full(n if max_gap else 0, -1, np.int64)
    for low in range(0, n, BLOCK):
        high = min(n, low + BLOCK)
        if max_gap is None:
            cover_any_gap(nodes, n_roots, length, longest, low, high, kind == "closed", covered)
        else:
            cover_within_gap(nodes, n_roots, length, longest, low, high, kind == "closed", max_gap, covered, seen)
        if high < n and not keep_going():
            return ~covered, False
    return ~covered, True
