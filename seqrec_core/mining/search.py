"""Searches for frequent sequences: each goes on from where it stopped, so that budgets live outside the compiled code."""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqrec_core.mining.preparing import Prepared
from seqrec_core.mining.types import MiningTerms

QUOTA = 1_000_000  # events looked at between two looks at the clock: 5 to 50 ms
NO_LIMIT = 2**31 - 1
LARGE_STAMP = 2**30


class Search(ABC):
    """A depth-first search over prepared sequences.

    Args:
        prepared: what to search.
        terms: what to look for.
        first: which codes may come first, bool[n_items]; None = any.
    """

    def __init__(self, prepared: Prepared, terms: MiningTerms, first: NDArray[np.bool_] | None = None) -> None:
        from seqrec_core.mining import arena

        self._arena, self._prepared = arena, prepared
        self.first = np.ones(len(prepared.codes), np.bool_) if first is None else first.copy()
        self._longest = NO_LIMIT if terms.max_length is None else terms.max_length
        self._most = min(terms.max_patterns, NO_LIMIT)
        self._min_length = terms.min_length
        self._nodes = np.empty((1024, 3), np.int32)
        self._histogram = np.zeros(prepared.n_supporters + 2, np.int64)
        self._state = np.zeros(arena.STATE_SIZE, np.int64)
        self._state[arena.MIN_COUNT] = terms.min_count
        self._state[arena.WANTED] = wanted_best(terms)
        self._stores: tuple[NDArray[Any], ...] = ()
        self._scratch = self._start() if len(prepared.codes) else np.empty((1, 0), np.int32)

    @property
    def nodes(self) -> NDArray[np.int32]:
        """What was found so far, int32[n, 3]: parent, code, support. Which of it was asked for: `is_found`."""
        return self._nodes[: len(self)]

    @property
    def is_found(self) -> NDArray[np.bool_]:
        """Which of the nodes are patterns as asked for, bool[n]."""
        nodes = self.nodes
        found = np.ones(len(nodes), bool)
        roots = np.flatnonzero(nodes[:, 0] < 0)
        found[roots] = self.first[nodes[roots, 1]]
        return found

    def __len__(self) -> int:
        return int(self._state[self._arena.NODES])

    @property
    def is_full(self) -> bool:
        """Whether the search stopped because `max_patterns` would be exceeded."""
        return bool(self._state[self._arena.FULL])

    @property
    def is_done(self) -> bool:
        """Whether there is nothing left to look at, or no room left."""
        return self.is_full or self._state[self._arena.TOP] == 0

    @property
    def least(self) -> int:
        """Support from which on a search that is done has found everything; it rises where only the best are wanted."""
        return int(self._state[self._arena.MIN_COUNT])

    @property
    def n_roots(self) -> int:
        """Number of frequent labels: first events of patterns."""
        return len(self._prepared.codes)

    @property
    def roots_done(self) -> int:
        """How many first events are finished or in work."""
        return int(self._state[self._arena.ROOTS_DONE])

    @property
    def n_bytes(self) -> int:
        """Memory that the search holds, the table of patterns included."""
        return self._nodes.nbytes + self._scratch.nbytes + sum(store.nbytes for store in self._stores)

    def advance(self, quota: int = QUOTA) -> None:
        """Go on for about `quota` looked-at events."""
        if self._state[self._arena.STAMP] > LARGE_STAMP:
            self._forget_stamps()
            self._state[self._arena.STAMP] = 0
        self._state[self._arena.QUOTA] = quota
        self._advance()

    def leave_rest(self) -> NDArray[np.bool_]:
        """Keep to the first events that were begun; return the others, bool[n_items], for other searches."""
        rest = np.zeros_like(self.first)
        if not self.is_done:
            rest[self._not_begun()] = True
        rest &= self.first
        self.first &= ~rest
        return rest

    def _forget_stamps(self) -> None:
        self._scratch[0] = 0

    @abstractmethod
    def _not_begun(self) -> NDArray[Any]:
        """Return the first events that are still to do, and drop them where they are kept."""

    @abstractmethod
    def _start(self) -> NDArray[Any]:
        """Put the first work on the stack, fill `_stores`; return the scratch, whose first row holds stamps."""

    @abstractmethod
    def _advance(self) -> None:
        """Call the compiled search once."""


class PlainSearch(Search):
    """Single events in order, any gap."""

    def _start(self) -> NDArray[Any]:
        from seqrec_core.mining import plain_kernel as k

        p, n = self._prepared, len(self._prepared.codes)
        rows = len(p.weights)
        frames = np.zeros((64, k.FRAME_SIZE), np.int64)
        frames[0, [k.BASE, k.CHILDREN, k.LOCALS, k.INTS_END]] = (-1, 1, n, n + 2)
        frames[0, [k.ENTRIES_END, k.STORE_END]] = (rows, len(p.items))
        ints = np.concatenate([np.arange(n), [0, rows]]).astype(np.int32)
        entries = np.stack([p.offsets[:-1], p.offsets[1:], p.weights], axis=1).astype(np.int32)
        self._stores = (frames, ints, p.items, entries, np.empty(1024, np.int32))
        self._state[self._arena.TOP] = 1
        scratch = np.zeros((5, n), np.int32)
        scratch[2] = -1
        return scratch

    def _not_begun(self) -> NDArray[Any]:
        from seqrec_core.mining import plain_kernel as k

        root = self._stores[0][1]  # its local items are all codes
        return np.arange(root[k.NEXT], root[k.CHILDREN])

    def _advance(self) -> None:
        from seqrec_core.mining.plain_kernel import search_any_gap

        limits = (self._min_length, self._longest, self._most)
        self._nodes, *stores = search_any_gap(
            self._nodes, *self._stores, self._scratch, self.first, self._histogram, self._state, *limits
        )
        self._stores = tuple(stores)


def wanted_best(terms: MiningTerms) -> int:
    """Return how many best patterns a search may aim at, 0 = all of them are needed.

    What is left out afterwards (not closed, without an event asked for) must not push out what is not.
    """
    if terms.kind != "all" or terms.contains or terms.ends or (terms.starts and terms.baskets):
        return 0
    return terms.top_k or 0
