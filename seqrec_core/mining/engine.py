"""Find the sequences of labels that many sessions (or users) share."""

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput, Stopped
from seqrec_core.mining.asking import asked_for
from seqrec_core.mining.covering import uncovered
from seqrec_core.mining.parts import (
    Found,
    Progress,
    Ran,
    ShouldStop,
    joined,
    kind_of,
    never_stop,
    no_progress,
    run,
    run_in_parts,
    start,
)
from seqrec_core.mining.preparing import Prepared, prepare
from seqrec_core.mining.race import raced
from seqrec_core.mining.search import Search
from seqrec_core.mining.search_closed import ClosedSearch
from seqrec_core.mining.table import PatternTable
from seqrec_core.mining.types import Known, MiningResult, MiningTerms

MOST_CONTAINED = 60


def mine(
    sequences: Sequences, terms: MiningTerms, progress: Progress = no_progress, should_stop: ShouldStop = never_stop
) -> MiningResult:
    """Find all patterns that the terms ask for.

    A pattern a → b → c occurs in a sequence if a, b and c occur in it in this order, each in a later step than the one
    before (events of one basket are one step and have no order), and as far apart as the rules of the terms want it. With
    `baskets`, a step of a pattern may hold several events, all of which one step of the sequence has to hold. A sequence (or a
    user) counts once, however often a pattern occurs in it. What closed and maximal mean: `covering.py`.

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
    result = searched(sequences, terms, progress, should_stop)
    if result.complete:
        return result
    clock = (time.perf_counter(), time.thread_time())
    suggestion = _fitting(sequences, terms)
    seconds, cpu_seconds = time.perf_counter() - clock[0], time.thread_time() - clock[1]
    return replace(result, suggestion=suggestion, seconds=result.seconds + seconds, cpu_seconds=result.cpu_seconds + cpu_seconds)


def searched(
    sequences: Sequences, terms: MiningTerms, progress: Progress = no_progress, should_stop: ShouldStop = never_stop
) -> MiningResult:
    """Do what `mine` does, without looking for a min_count that fits where the budget does not suffice."""
    check(terms)
    clock = (time.perf_counter(), time.thread_time())
    deadline = clock[0] + terms.max_seconds
    prepared = prepare(sequences, terms)
    ran = _run(prepared, sequences, terms, deadline, progress, should_stop)
    found = joined(ran.searches, terms.max_patterns)
    table, is_certain = table_of(found, prepared, sequences, terms, _asking(found, deadline, should_stop))
    answer = table if terms.top_k is None else table.head(terms.top_k)
    is_complete = ran.is_complete and is_certain and len(answer) <= terms.max_patterns
    result = MiningResult(
        answer if len(answer) <= terms.max_patterns else answer.head(terms.max_patterns),
        prepared.n_supporters,
        sequences.unit,
        sequences.of,
        terms,
        complete=is_complete,
        known=_known(found, ran.searches, table, sequences, terms) if is_complete else None,
    )
    return replace(result, seconds=time.perf_counter() - clock[0], cpu_seconds=time.thread_time() - clock[1] + ran.cpu_seconds)


def _run(
    prepared: Prepared, sequences: Sequences, terms: MiningTerms, deadline: float, progress: Progress, should_stop: ShouldStop
) -> Ran:
    def in_parts(search: Search) -> Ran:
        begin = lambda first: start(prepared, sequences, terms, first)  # noqa: E731 - a part of the same search
        return run_in_parts(search, begin, terms, deadline, progress, should_stop)

    if kind_of(prepared, terms) is not ClosedSearch:
        return in_parts(start(prepared, sequences, terms))
    return raced(lambda asked: start(prepared, sequences, asked), terms, in_parts, deadline, progress, should_stop)


def check(terms: MiningTerms) -> None:
    """Refuse terms that cannot be met.

    Raises:
        BadInput: a number below 1, a least length or distance above the largest, more labels than can be asked for.
    """
    for name in ("min_count", "max_gap", "min_gap", "min_length", "max_length", "top_k", "max_patterns", "max_bytes"):
        value = getattr(terms, name)
        if value is not None and value < 1:
            raise BadInput("mining", "below_one", name=name, found=value)
    for name in ("min_gap_seconds", "max_gap_seconds", "max_span_seconds"):
        value = getattr(terms, name)
        if value is not None and not 0 <= value < 1e12:
            raise BadInput("mining", "below_zero", name=name, found=value)
    if terms.max_length is not None and terms.max_length < terms.min_length:
        raise BadInput("mining", "lengths_cross", least=terms.min_length, most=terms.max_length)
    if terms.max_gap is not None and terms.max_gap < terms.min_gap:
        raise BadInput("mining", "gaps_cross", least=terms.min_gap, most=terms.max_gap)
    if terms.max_gap_seconds is not None and terms.max_gap_seconds < (terms.min_gap_seconds or 0):
        raise BadInput("mining", "gaps_cross", least=terms.min_gap_seconds, most=terms.max_gap_seconds)
    if len(terms.contains) > MOST_CONTAINED:
        raise BadInput("mining", "many_contained", found=len(terms.contains), most=MOST_CONTAINED)


def table_of(
    found: Found, prepared: Prepared, sequences: Sequences, terms: MiningTerms, keep_going: Callable[[], bool]
) -> tuple[PatternTable, bool]:
    """Keep what has the events, the kind and the length asked for; also whether the kind is certain."""
    labels = tuple(sequences.labels[code] for code in prepared.codes)
    length, accepted = asked_for(found.nodes, labels, terms)
    accepted &= found.is_found
    is_certain = True
    if not found.is_checked:
        accepted, is_certain = uncovered(found.nodes, len(labels), length, accepted, terms, keep_going)
    chosen = np.flatnonzero(accepted & (length >= terms.min_length))
    return PatternTable(found.nodes, length, chosen, labels), is_certain


def _known(found: Found, searches: list[Search], table: PatternTable, sequences: Sequences, terms: MiningTerms) -> Known:
    chosen = np.flatnonzero(found.is_found)
    whole = table if len(chosen) == len(table) else replace(table, chosen=chosen)
    least = max(search.least for search in searches)
    return Known(sequences, terms, whole, least, found.is_checked)


def _asking(found: Found, deadline: float, should_stop: ShouldStop) -> Callable[[], bool]:
    def keep_going() -> bool:
        if should_stop():
            raise Stopped("mining", "stopped", n=len(found.nodes))
        return time.perf_counter() <= deadline

    return keep_going


def warm(terms: MiningTerms | None = None) -> None:
    """Compile a search, or load it from the cache, so that the first one that a person asks for is fast.

    Args:
        terms: of the search; None = all kinds of search.
    """
    two = np.array([0, 1, 0, 1], np.int32)
    steps = np.arange(4, dtype=np.int64)
    tiny = Sequences(
        two, np.array([0, 2, 4]), ("a", "b"), steps * 1_000_000, steps, np.arange(2, dtype=np.int32), "session", "item"
    )
    several = (
        MiningTerms(1),
        MiningTerms(1, kind="closed"),
        MiningTerms(1, kind="closed", max_gap=1),
        MiningTerms(1, kind="closed", baskets=True),
    )
    for asked in several if terms is None else (terms,):
        tied = replace(tiny, steps=np.array([0, 1, 2, 2])) if asked.baskets else tiny
        terms = replace(asked, min_count=1, min_length=1, contains=(), starts=(), ends=(), over=())
        mine(tied, terms).head(1).patterns()
        prepared = prepare(tied, terms)
        if kind_of(prepared, terms) is ClosedSearch:  # which few patterns do not need
            run(start(prepared, tied, terms), float("inf"))


def _fitting(sequences: Sequences, terms: MiningTerms) -> int:
    from seqrec_core.mining.suggest import fitting_min_count

    return fitting_min_count(sequences, terms)
