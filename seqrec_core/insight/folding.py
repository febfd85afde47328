"""Fold patterns under the longer one that says the same: the same sequences hold it, and more events."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def folded(patterns: Sequence[Sequence[str]], counts: Sequence[int], max_gap: int | None = None) -> NDArray[np.int64]:
    """Return under which pattern each one is folded, its own place where under none, int64[n_patterns].

    A pattern is folded under one that is longer by an event that it lacks, with the same support: since every sequence that
    holds the longer one holds its part too, both are held by the same. One step leads to the next up to a pattern that
    nothing longer covers, and that is the one returned. Under a limit on gaps only the first or the last event may be lacking:
    without one from the middle, its neighbours could be too far apart. Among several, the first in the list covers.

    Args:
        patterns: labels of each, first to last; none twice.
        counts: support count of each.
        max_gap: as in the search.

    Example:
        >>> folded([["a"], ["b"], ["a", "b"]], [3, 2, 2]).tolist()
        [0, 2, 2]
    """
    place = {tuple(items): at for at, items in enumerate(patterns)}
    under = np.arange(len(patterns))
    for at, items in enumerate(map(tuple, patterns)):
        lacking = range(len(items)) if max_gap is None else {0, len(items) - 1}
        for spot in lacking:
            part = place.get(items[:spot] + items[spot + 1 :])
            if part is not None and part != at and counts[part] == counts[at] and under[part] == part:
                under[part] = at
    while (under[under] != under).any():
        under = under[under]
    return under
