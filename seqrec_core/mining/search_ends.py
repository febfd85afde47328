"""The search under rules (gaps, time, span) and over steps that hold several events."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqrec_core.mining.preparing import Prepared
from seqrec_core.mining.search import NO_LIMIT, Search
from seqrec_core.mining.types import SECOND_US, MiningTerms

FOREVER = 2**62


class EndsSearch(Search):
    """A search that keeps all ends of a pattern. Arguments: `Search`."""

    def __init__(self, prepared: Prepared, terms: MiningTerms, first: NDArray[np.bool_] | None = None) -> None:
        self._rules = rules_of(terms)
        super().__init__(prepared, terms, first)

    def _start(self) -> NDArray[Any]:
        from seqrec_core.mining.ends_kernel import SPAN

        p, n = self._prepared, len(self._prepared.codes)
        lengths = np.diff(p.offsets)
        row_of = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
        self._events = np.stack([p.items, p.steps, row_of])
        self._rows = np.stack([p.offsets[1:], p.groups.astype(np.int64), p.weights])
        self._reach = np.empty((4, 2 * int(lengths.max()) + 64), np.int64)
        ends = np.argsort(-p.items, kind="stable").astype(np.int32)
        supports = self._supports(ends)
        ends = ends[self.first[p.items[ends]]]
        since = p.times[ends] if self._rules[SPAN] >= 0 else np.empty(0, np.int64)
        self._stores = (self._stack(p.items[ends]), ends, since)
        self._emit_singles(supports)
        return np.zeros((4, 2 * n), np.int64)

    def _supports(self, ends: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return the support of each code, from the positions of all events, by code and row."""
        codes, rows = self._events[0][ends], self._events[2][ends]
        groups = self._rows[1][rows]
        new = np.concatenate([[True], (np.diff(codes) != 0) | (np.diff(groups) != 0)])
        return np.bincount(codes, weights=self._rows[2][rows] * new, minlength=self.n_roots).astype(np.int64)

    def _stack(self, codes: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return the stack of single events, given the codes of the arena, which fall: the least code is on top of both."""
        roots = np.flatnonzero(self.first)[::-1]
        stack = np.zeros((len(roots) + 64, 4), np.int64)
        stack[: len(roots), 0] = roots
        stack[: len(roots), 1] = np.searchsorted(-codes, -roots, side="left")
        stack[: len(roots), 2] = np.searchsorted(-codes, -roots, side="right")
        stack[: len(roots), 3] = 1
        self._state[self._arena.TOP] = len(roots) if self._longest > 1 else 0
        return stack

    def _emit_singles(self, supports: NDArray[np.int64]) -> None:
        """Put single events into the table; each ends wherever its code is."""
        arena, n = self._arena, self.n_roots
        self._nodes = arena.grown_table(self._nodes, n)
        wanted = self._state[arena.WANTED] > 0 and self._min_length <= 1
        for code in range(min(n, self._most)):
            counts = bool(wanted and self.first[code])
            arena.emit(self._nodes, -1, code, supports[code], counts, self._histogram, self._state)
        self._state[arena.FULL] = n > self._most

    def _not_begun(self) -> NDArray[Any]:
        stack, top = self._stores[0], self._state[self._arena.TOP]
        roots = np.flatnonzero(stack[:top, 3] == 1)  # they lie below all others
        codes = stack[roots, 0]
        self._stores = (stack[len(roots) :].copy(), *self._stores[1:])
        self._state[self._arena.TOP] = top - len(roots)
        return codes

    def _advance(self) -> None:
        from seqrec_core.mining.ends_kernel import search_by_ends

        times = self._prepared.times
        limits = (self._min_length, self._longest, self._most)
        self._nodes, *stores = search_by_ends(
            self._nodes,
            *self._stores,
            self._events,
            times,
            len(times) > 0,
            self._rows,
            self._scratch,
            self._reach,
            self._rules,
            self._histogram,
            self._state,
            *limits,
        )
        self._stores = tuple(stores)


def rules_of(terms: MiningTerms) -> NDArray[np.int64]:
    """Write the rules of the terms as the compiled search reads them, int64[7]."""
    rules = [
        terms.min_gap,
        NO_LIMIT if terms.max_gap is None else terms.max_gap,
        0 if terms.min_gap_seconds is None else round(terms.min_gap_seconds * SECOND_US),
        FOREVER if terms.max_gap_seconds is None else round(terms.max_gap_seconds * SECOND_US),
        -1 if terms.max_span_seconds is None else round(terms.max_span_seconds * SECOND_US),
        terms.baskets,
        not terms.baskets and not terms.has_rules,
    ]
    return np.array(rules, np.int64)
