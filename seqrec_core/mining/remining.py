"""Other terms over a log that was searched before: answered from what is known, where that says everything.

What a search found holds all patterns with its least support or more, under its rules of distance. So other terms can be
answered from it if they ask for a part of that: a higher support, other lengths, more events that patterns must or may not hold,
begin or end with, fewer patterns, or closed and maximal ones out of all. Not from it: a lower support, other rules of distance,
another supporter, and what a search for closed patterns did not keep.

So that a lower support or a filter taken back needs no search either, `remine` looks further than it was asked: to half the
support and without filters, as long as that takes no more than a moment. Going on from a kept frontier instead would save little:
with a tenth less support, the branches that stay as they are make up 15 to 33 % of the work of a new search, with half the
support none (eshop and made clicks), and the frontier would have to be kept.
"""

import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.sequences import Sequences
from seqrec_core.mining.asking import asked_for
from seqrec_core.mining.covering import uncovered
from seqrec_core.mining.engine import check, mine, searched
from seqrec_core.mining.parts import Progress, ShouldStop, never_stop, no_progress
from seqrec_core.mining.table import PatternTable
from seqrec_core.mining.types import Known, Labels, MiningResult, MiningTerms

AHEAD_SECONDS, AHEAD_PATTERNS = 0.2, 200_000
FIXED = ("max_gap", "min_gap", "min_gap_seconds", "max_gap_seconds", "max_span_seconds", "baskets", "by")


def remine(
    previous: MiningResult | None,
    sequences: Sequences,
    terms: MiningTerms,
    progress: Progress = no_progress,
    should_stop: ShouldStop = never_stop,
) -> MiningResult:
    """Find what `mine` would find, from what an earlier search over the same sequences found where that is possible.

    Args:
        previous: any earlier result, also one of this function; None, or one over other sequences, is of no use and does no harm.
        sequences: what to search.
        terms: what to look for.
        progress: as for `mine`, of a search.
        should_stop: as for `mine`.

    Returns:
        The patterns of `mine(sequences, terms)`; `answered_from` says where they come from. What was left out of the earlier
        result afterwards (`MiningResult.only`, the floor of users) is in it again.

    Raises:
        BadInput, Stopped: as `mine`.
    """
    if previous is not None and previous.known is not None and previous.known.sequences is sequences:
        found = narrowed(previous, terms)
        if found is not None:
            return found
    return _further(sequences, terms, should_stop) or mine(sequences, terms, progress, should_stop)


def _further(sequences: Sequences, terms: MiningTerms, should_stop: ShouldStop) -> MiningResult | None:
    """Search for more than was asked and answer from it; None where that takes too long or finds too much."""
    more = MiningTerms(
        -(-terms.min_count // 2),
        max_length=terms.max_length,
        max_patterns=AHEAD_PATTERNS,
        max_seconds=min(AHEAD_SECONDS, terms.max_seconds),
        max_bytes=terms.max_bytes,
        **{name: getattr(terms, name) for name in FIXED},
    )
    check(terms)
    result = searched(sequences, more, should_stop=should_stop)
    found = narrowed(result, terms)
    if found is None:
        return None
    seconds, cpu_seconds = result.seconds + found.seconds, result.cpu_seconds + found.cpu_seconds
    return replace(found, answered_from="search", seconds=seconds, cpu_seconds=cpu_seconds)


def narrowed(result: MiningResult, terms: MiningTerms) -> MiningResult | None:
    """Answer other terms from what a search found, without a search.

    Args:
        result: of `mine`, or of this function; what was left out of it afterwards counts as found.
        terms: over the same sequences. Budgets are for searches; only the time that closed or maximal patterns take is limited.

    Returns:
        The patterns of a complete search for these terms; None where what is known does not tell them.

    Raises:
        BadInput: terms that cannot be met.
    """
    check(terms)
    clock = (time.perf_counter(), time.thread_time())
    known = result.known
    if known is None or not _says(known, terms):
        return None
    table = known.table
    length, accepted = asked_for(table.nodes, table.labels, terms)
    accepted &= _as_found(table)
    accepted &= table.nodes[:, 2] >= max(terms.min_count, known.least)
    if terms.max_length is not None:
        accepted &= length <= terms.max_length
    if not known.is_checked:
        deadline = clock[0] + terms.max_seconds
        going = lambda: time.perf_counter() <= deadline  # noqa: E731 - asked between blocks
        accepted, is_certain = uncovered(table.nodes, len(table.labels), length, accepted, terms, going)
        if not is_certain:
            return None
    accepted &= length >= terms.min_length
    part = _part(table, accepted)
    if terms.min_count < known.least and len(part) < (terms.top_k or 0):
        return None
    return replace(
        result,
        table=part if terms.top_k is None else part.head(terms.top_k),
        terms=terms,
        complete=True,
        suggestion=None,
        answered_from="found",
        seconds=time.perf_counter() - clock[0],
        cpu_seconds=time.thread_time() - clock[1],
    )


def _says(known: Known, terms: MiningTerms) -> bool:
    """Whether everything that the terms ask for was found, as far as that can be told beforehand."""
    had = known.terms
    if any(getattr(had, name) != getattr(terms, name) for name in FIXED):
        return False
    if terms.min_count < had.min_count or (terms.min_count < known.least and (terms.top_k is None or terms.kind == "maximal")):
        return False
    if had.max_length is not None and (terms.max_length is None or terms.max_length > had.max_length):
        return False
    if not set(had.contains) <= set(terms.contains) or not set(had.excludes) <= set(terms.excludes):
        return False
    if not all(_is_within(getattr(terms, name), getattr(had, name)) for name in ("starts", "ends", "over")):
        return False
    return not known.is_checked or _keeps_kind(had, terms)


def _keeps_kind(had: MiningTerms, terms: MiningTerms) -> bool:
    """Whether patterns that are closed, or maximal, as one search has it are so for other terms.

    What covers a pattern holds all its events, so that more events asked for change nothing; fewer long ones, and other events
    allowed, would. A higher support leaves closed patterns what they are, and makes others maximal.
    """
    if had.kind != terms.kind or had.max_length != terms.max_length or terms.starts or terms.ends:
        return False
    if set(had.excludes) != set(terms.excludes) or set(had.over) != set(terms.over):
        return False
    return terms.kind == "closed" or terms.min_count == had.min_count


def _is_within(labels: Labels, had: Labels) -> bool:
    """Whether labels asked for are among those that were; none = any."""
    return not had or (bool(labels) and set(labels) <= set(had))


def _as_found(table: PatternTable) -> NDArray[np.bool_]:
    marks = np.zeros(len(table.nodes), np.bool_)
    marks[table.chosen] = True
    return marks


def _part(table: PatternTable, accepted: NDArray[np.bool_]) -> PatternTable:
    """Return the accepted patterns of a table, bool[n_nodes], in its order."""
    ordered = table.ordered
    return replace(table, chosen=ordered[accepted[ordered]], is_sorted=True)
