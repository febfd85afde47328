"""The search for closed and maximal patterns of single events with any gap, which keeps no others."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqrec_core.mining.preparing import Prepared
from seqrec_core.mining.search import NO_LIMIT, Search
from seqrec_core.mining.types import MiningTerms


class ClosedSearch(Search):
    """A search that checks each pattern as it is found. Arguments: `Search`."""

    def __init__(self, prepared: Prepared, terms: MiningTerms, first: NDArray[np.bool_] | None = None) -> None:
        self._only_maximal = terms.kind == "maximal"
        self._marks = np.zeros(1024, np.uint8)
        super().__init__(prepared, terms, first)

    @property
    def is_found(self) -> NDArray[np.bool_]:
        """Which of the nodes are closed or maximal, bool[n]."""
        return self._marks[: len(self)] == 1

    def _start(self) -> NDArray[Any]:
        from seqrec_core.mining import closed_kernel as k

        p, n = self._prepared, len(self._prepared.codes)
        rows, longest = len(p.weights), int(np.diff(p.offsets).max())
        frames = np.zeros((64, k.FRAME_SIZE), np.int64)
        frames[0, [k.NODE, k.CHILDREN, k.BOUNDS_END, k.ENTRIES_END, k.STORE_END]] = (-1, 1, 3, rows, len(p.items))
        entries = np.stack([p.offsets[:-1], p.offsets[1:], p.weights, np.arange(rows)], axis=1).astype(np.int32)
        self._stores = (
            frames, np.array([-1, 0, rows], np.int32), p.items.copy(), entries, np.empty(1024, np.int32), np.empty(1024, np.int32)
        )  # fmt: skip
        self._fixed = (p.items, np.stack([p.offsets[:-1], p.offsets[1:]]))
        self._work = (np.empty(longest + 1, np.int32), np.empty((2, longest + 1), np.int32), np.empty(3 * longest + 3, np.int64))
        self._state[self._arena.TOP] = 1
        return np.zeros((3, n), np.int32)

    def _not_begun(self) -> NDArray[Any]:
        from seqrec_core.mining import closed_kernel as k

        root, codes = self._stores[0][1], self._stores[1]
        return codes[root[k.BOUNDS] + root[k.NEXT] : root[k.BOUNDS] + root[k.CHILDREN]]

    def _advance(self) -> None:
        from seqrec_core.mining.closed_kernel import search_closed

        prunes = self._longest == NO_LIMIT
        self._nodes, self._marks, *stores = search_closed(
            self._nodes,
            self._marks,
            *self._stores,
            *self._fixed,
            self._scratch,
            *self._work,
            self.first,
            self._state,
            self._only_maximal,
            prunes,
            self._longest,
            self._most,
        )
        self._stores = tuple(stores)
