"""Find the sequences of labels that many sessions (or users) share."""

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput, Stopped
from seqrec_core.mining.covering import uncovered
from seqrec_core.mining.order import best_first, label_ranks, to_frame
from seqrec_core.mining.preparing import Prepared, prepare
from seqrec_core.mining.search import Search
from seqrec_core.mining.types import MiningResult, MiningTerms

Progress = Callable[[int, int, dict[str, float]], None]
ShouldStop = Callable[[], bool]


def no_progress(step: int, total: int, values: dict[str, float]) -> None:
    """Say nothing."""


def never_stop() -> bool:
    """Go on."""
    return False


def mine(
    sequences: Sequences, terms: MiningTerms, progress: Progress = no_progress, should_stop: ShouldStop = never_stop
) -> MiningResult:
    """Find all patterns that the terms ask for.

    A pattern a → b → c occurs in a sequence if a, b and c occur in it in this order, each in a later step than the one
    before (events of one basket are one step and have no order), and, with `max_gap`, at most that many steps later. A
    sequence counts once, however often a pattern occurs in it. What closed and maximal mean under a gap: `covering.py`.

    Every support is exact, also where a budget stopped the search: then patterns are missing (and closed or maximal ones
    may be listed that a missing one covers), `complete` is False and `suggestion` says which min_count fits the budget.

    Args:
        sequences: what to search; each is one supporter.
        terms: what to look for, and the budget.
        progress: called now and then with first events done, their number, and {"patterns": found so far}.
        should_stop: asked as often; True ends the search.

    Returns:
        The patterns, the best supported first.

    Raises:
        BadInput: terms that cannot be met.
        Stopped: `should_stop` said so.
    """
    check(terms)
    clock = (time.perf_counter(), time.thread_time())
    deadline = clock[0] + terms.max_seconds
    prepared = prepare(sequences, terms.min_count)
    search = start(prepared, terms)
    is_complete = run(search, deadline, progress, should_stop) and not search.is_full
    chosen, length, is_filtered = _chosen(search, terms, deadline, should_stop)
    labels = [sequences.labels[code] for code in prepared.codes]
    chosen = best_first(search.nodes, length, chosen, label_ranks(labels))[: terms.top_k]
    result = MiningResult(
        to_frame(search.nodes, length, chosen, labels, len(sequences)),
        len(sequences),
        sequences.unit,
        sequences.of,
        terms,
        complete=is_complete and is_filtered,
        suggestion=None if is_complete and is_filtered else _fitting(sequences, terms),
    )
    return replace(result, seconds=time.perf_counter() - clock[0], cpu_seconds=time.thread_time() - clock[1])


def check(terms: MiningTerms) -> None:
    """Refuse terms that cannot be met.

    Raises:
        BadInput: a number below 1, or a least length above the largest.
    """
    for name in ("min_count", "max_gap", "min_length", "max_length", "top_k", "max_patterns"):
        value = getattr(terms, name)
        if value is not None and value < 1:
            raise BadInput("mining", "below_one", name=name, found=value)
    if terms.max_length is not None and terms.max_length < terms.min_length:
        raise BadInput("mining", "lengths_cross", least=terms.min_length, most=terms.max_length)


def start(prepared: Prepared, terms: MiningTerms) -> Search:
    """Return the search that these terms ask for; only `all` may drop what is not among the best k on the way."""
    return Search(
        prepared,
        terms.min_count,
        terms.max_gap,
        min_length=terms.min_length,
        max_length=terms.max_length,
        max_patterns=terms.max_patterns,
        wanted=terms.top_k or 0 if terms.kind == "all" else 0,
    )


def run(search: Search, deadline: float, progress: Progress = no_progress, should_stop: ShouldStop = never_stop) -> bool:
    """Advance until the search is done (True) or the time is up (False).

    Raises:
        Stopped: `should_stop` said so.
    """
    while not search.is_done:
        search.advance()
        progress(search.roots_done, search.n_roots, {"patterns": float(len(search))})
        if should_stop():
            raise Stopped("mining", "stopped", n=len(search))
        if time.perf_counter() > deadline:
            return search.is_done
    return True


def warm() -> None:
    """Compile the searches, or load them from the cache, so that the first one that a person asks for is fast."""
    two = np.array([0, 1, 0, 1], np.int32)
    steps = np.arange(4, dtype=np.int64)
    tiny = Sequences(two, np.array([0, 2, 4]), ("a", "b"), None, steps, np.arange(2, dtype=np.int32), "session", "item")
    mine(tiny, MiningTerms(1, kind="closed"))
    mine(tiny, MiningTerms(1, kind="closed", max_gap=1))


def _chosen(
    search: Search, terms: MiningTerms, deadline: float, should_stop: ShouldStop
) -> tuple[NDArray[np.int64], NDArray[np.int32], bool]:
    """Return the patterns of the right kind and length, the length of all, and whether the kind is certain."""
    from seqrec_core.mining.trie_kernels import lengths

    def keep_going() -> bool:
        if should_stop():
            raise Stopped("mining", "stopped", n=len(search))
        return time.perf_counter() <= deadline

    nodes = search.nodes
    length: NDArray[np.int32] = lengths(nodes)
    n_roots = min(search.n_roots, len(nodes))
    is_kind, is_certain = uncovered(nodes, n_roots, length, terms.kind, terms.max_gap, keep_going)
    return np.flatnonzero(is_kind & (length >= terms.min_length)), length, is_certain


def _fitting(sequences: Sequences, terms: MiningTerms) -> int:
    from seqrec_core.mining.suggest import fitting_min_count

    return fitting_min_count(sequences, terms)
