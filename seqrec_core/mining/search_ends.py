"""The search under rules (gaps, time, span) and over steps that hold several events."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqrec_core.mining.preparing import Prepared
from seqrec_core.mining.search import NO_LIMIT, Search
from seqrec_core.mining.types import SECOND_US, MiningTerms

FOREVER = 2**62


class StackSearch(Search):
    """A search that keeps all ends of a pattern, with one stack of patterns that begins with all single events."""

    def _begin(self, groups: NDArray[np.int32], weights: NDArray[np.int64]) -> NDArray[np.int32]:
        """Put single events into the table and on the stack; return where they end, the least code on top of both.

        Args:
            groups: who each event counts for, int32[m].
            weights: of each event, int64[m].
        """
        from seqrec_core.mining.gap_kernel import by_code

        ends, bounds, supports = by_code(self._prepared.items, groups, weights, self.first)
        roots = np.flatnonzero(self.first)[::-1]
        stack = np.zeros((len(roots) + 64, 4), np.int64)
        stack[: len(roots), 0] = roots
        stack[: len(roots), 1:3] = bounds[roots]
        stack[: len(roots), 3] = 1
        self._stack = stack
        self._state[self._arena.TOP] = len(roots) if self._longest > 1 else 0
        self._emit_singles(supports)
        return np.asarray(ends)

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


class EndsSearch(StackSearch):
    """A search under any rules, over steps that may hold several events. Arguments: `Search`."""

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
        ends = self._begin(p.groups[row_of], p.weights[row_of])
        since = p.times[ends] if self._rules[SPAN] >= 0 else np.empty(0, np.int64)
        self._stores = (self._stack, ends, since)
        return np.zeros((4, 2 * n), np.int64)

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


class GapSearch(StackSearch):
    """A search for single events under a least and a largest distance in steps. Arguments: `Search`."""

    def __init__(self, prepared: Prepared, terms: MiningTerms, first: NDArray[np.bool_] | None = None) -> None:
        self._gaps = gaps_of(prepared, terms)
        super().__init__(prepared, terms, first)

    def _start(self) -> NDArray[Any]:
        from seqrec_core.mining.gap_kernel import GROUP, WEIGHT, lined_up

        p = self._prepared
        self._events = lined_up(p.items, p.steps, p.offsets, p.groups, p.weights, between(*self._gaps))
        ends = self._begin(self._events[:-1, GROUP], self._events[:-1, WEIGHT])
        self._stores = (self._stack, ends)
        return np.zeros((len(p.codes), 4), np.int32)

    def _forget_stamps(self) -> None:
        self._scratch[:, 0] = 0

    def _advance(self) -> None:
        from seqrec_core.mining.gap_kernel import search_within_gap

        limits = (self._min_length, self._longest, self._most)
        self._nodes, *stores = search_within_gap(
            self._nodes, *self._stores, self._events, self._scratch, *self._gaps, self._histogram, self._state, *limits
        )
        self._stores = tuple(stores)


def gaps_of(prepared: Prepared, terms: MiningTerms) -> tuple[int, int]:
    """Return the least and the largest distance in steps that patterns can have in these rows."""
    longest = int(prepared.steps.max(initial=0)) + 1
    return min(terms.min_gap, longest), longest if terms.max_gap is None else min(terms.max_gap, longest)


def between(min_gap: int, max_gap: int) -> int:
    """Return how many places keep two rows apart, so that no window reaches from one into the next."""
    return max(min_gap, max_gap) + 1


def fits_a_line(prepared: Prepared, terms: MiningTerms) -> bool:
    """Whether the steps of all rows, and what keeps them apart, can be numbered in 32 bits."""
    last = prepared.offsets[1:][np.diff(prepared.offsets) > 0] - 1
    n_places = int(prepared.steps[last].astype(np.int64).sum()) + (len(last) + 1) * between(*gaps_of(prepared, terms))
    return n_places < NO_LIMIT - 2**30


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
