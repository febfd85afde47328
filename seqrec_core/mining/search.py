"""One search for frequent sequences: it goes on from where it stopped, so that budgets live outside the compiled code."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqrec_core.mining.preparing import Prepared

QUOTA = 1_000_000  # events looked at between two looks at the clock: 5 to 50 ms
NO_LIMIT = 2**31 - 1


class Search:
    """A depth-first search over prepared sequences.

    Args:
        prepared: what to search.
        min_count: fewest supporting sequences.
        max_gap: largest distance in steps between neighbours, or None.
        min_length, max_length: in events; `min_length` matters to `wanted` alone.
        max_patterns: the search is full beyond this.
        wanted: raise `min_count` as soon as this many better patterns are known; 0 = never.
    """

    def __init__(
        self,
        prepared: Prepared,
        min_count: int,
        max_gap: int | None = None,
        *,
        min_length: int = 1,
        max_length: int | None = None,
        max_patterns: int = NO_LIMIT,
        wanted: int = 0,
    ) -> None:
        from seqrec_core.mining import kernels

        self._kernels, self._prepared, self._gap = kernels, prepared, max_gap
        self._limits = (min_length, NO_LIMIT if max_length is None else max_length, min(max_patterns, NO_LIMIT))
        n = len(prepared.codes)
        self._nodes = np.empty((1024, 5), np.int32)
        self._stack = np.empty((256, 5), np.int64)
        self._scratch = np.zeros((3, n), np.int64)
        self._histogram = np.zeros(prepared.n_sequences + 2, np.int64)
        self._state = np.zeros(kernels.STATE_SIZE, np.int64)
        self._state[kernels.MIN_COUNT], self._state[kernels.WANTED] = min_count, wanted
        self._arena: tuple[NDArray[Any], ...] = ()
        if n:
            self._start()

    @property
    def nodes(self) -> NDArray[np.int32]:
        """The patterns found so far, int32[n, 5]: parent, item, support, first child, number of children."""
        return self._nodes[: len(self)]

    def __len__(self) -> int:
        return int(self._state[self._kernels.NODES])

    @property
    def is_full(self) -> bool:
        """Whether the search stopped because `max_patterns` would be exceeded."""
        return bool(self._state[self._kernels.FULL])

    @property
    def is_done(self) -> bool:
        """Whether there is nothing left to look at, or no room left."""
        return self.is_full or self._state[self._kernels.TOP] == 0

    @property
    def n_roots(self) -> int:
        """Number of frequent labels: first events of patterns."""
        return len(self._prepared.codes)

    @property
    def roots_done(self) -> int:
        """How many first events are finished or in work."""
        return int(self._state[self._kernels.ROOTS_DONE])

    def advance(self, quota: int = QUOTA) -> None:
        """Go on for about `quota` looked-at events."""
        self._state[self._kernels.QUOTA] = quota
        if self._gap is None:
            self._advance_any_gap()
        else:
            self._advance_within_gap(self._gap)

    def _start(self) -> None:
        if self._gap is None:
            begin, end = self._prepared.offsets[:-1].astype(np.int32), self._prepared.offsets[1:].astype(np.int32)
            steps = self._prepared.steps if self._prepared.has_steps else np.empty(0, np.int32)
            self._arena = (self._prepared.items, steps, begin, end)
            self._push(-1, 0, len(begin), 0, len(self._prepared.items))
        else:
            self._start_within_gap()

    def _start_within_gap(self) -> None:
        """Emit the single events; each ends wherever its item is. The most frequent is on top of the stack."""
        kernels, items = self._kernels, self._prepared.items
        ends = np.argsort(-items, kind="stable").astype(np.int32)
        bounds = np.searchsorted(-items[ends], -np.arange(self.n_roots, -1, -1, dtype=np.int32) + 1)
        codes = np.arange(self.n_roots)
        first = np.concatenate([[True], (np.diff(items[ends]) != 0) | (np.diff(self._prepared.rows[ends]) != 0)])
        self._scratch[1] = np.bincount(items[ends][first], minlength=self.n_roots)
        min_length, max_length, most = self._limits
        self._nodes = kernels.emit(self._nodes, -1, codes, self._scratch, 1, min_length, most, self._histogram, self._state)
        self._scratch[1] = 0
        self._arena = (ends,)
        if max_length > 1 and not self.is_full:
            for block, root in enumerate(range(self.n_roots - 1, -1, -1)):
                self._push(root, int(bounds[block]), int(bounds[block + 1]), 1, 0)

    def _push(self, node: int, low: int, high: int, length: int, store_end: int) -> None:
        top = int(self._state[self._kernels.TOP])
        self._stack = self._kernels.grown_table(self._stack, top + 1)
        self._stack[top] = (node, low, high, length, store_end)
        self._state[self._kernels.TOP] = top + 1

    def _advance_any_gap(self) -> None:
        self._nodes, self._stack, *arena = self._kernels.search_any_gap(
            self._nodes,
            self._stack,
            *self._arena,
            self._scratch,
            self._histogram,
            self._state,
            self._prepared.has_steps,
            *self._limits,
        )
        self._arena = tuple(arena)

    def _advance_within_gap(self, gap: int) -> None:
        p = self._prepared
        self._nodes, self._stack, *arena = self._kernels.search_within_gap(
            self._nodes,
            self._stack,
            p.items,
            p.steps,
            p.rows,
            p.offsets[1:],
            *self._arena,
            self._scratch,
            self._histogram,
            self._state,
            gap,
            *self._limits,
        )
        self._arena = tuple(arena)
