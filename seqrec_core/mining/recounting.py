"""Rules of distance, or fewer events, over a log that was searched without them: counted again instead of searched again.

A limit on how far apart the events of a pattern may be lets no sequence hold what it did not hold before; nor does leaving events
out. So whatever such a question finds at some support is among what the search without it found at that support, and it is enough
to count these. Exact, not an estimate; what is closed or maximal is then told by the new counts.
"""

import time
from dataclasses import replace

import numpy as np

from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput
from seqrec_core.mining.covering import blocks
from seqrec_core.mining.engine import check, mine
from seqrec_core.mining.matching import Grid
from seqrec_core.mining.preparing import arrays
from seqrec_core.mining.remining import narrowed
from seqrec_core.mining.search_ends import rules_of
from seqrec_core.mining.table import PatternTable
from seqrec_core.mining.types import SECOND_US, Known, MiningResult, MiningTerms


def recounted(result: MiningResult, sequences: Sequences, terms: MiningTerms) -> MiningResult | None:
    """Answer terms with rules of distance from what a search without such rules found.

    Args:
        result: of `mine` or `remine` over the same sequences, or over these with more events in them.
        sequences: what to count in.
        terms: what to look for.

    Returns:
        The patterns of `mine(sequences, terms)`; None where what is known does not tell them: a lower support, longer patterns,
        steps of several events, users counted once, only some of the patterns kept, or rules of distance in the earlier search.

    Raises:
        BadInput: terms that cannot be met; rules of time over a log without times.
    """
    check(terms)
    if terms.uses_time and sequences.times is None:
        raise BadInput("mining", "no_times")
    known = result.known
    if known is None or not _tells(known, sequences, terms):
        return None
    clock = (time.perf_counter(), time.thread_time())
    everything = replace(terms, kind="all", min_length=1, top_k=None, contains=(), starts=(), ends=(), excludes=(), over=())
    least = max(known.least, terms.min_count)
    table = _counted(known.table, sequences, replace(everything, min_count=least))
    again = replace(
        result,
        table=table,
        terms=everything,
        known=Known(sequences, replace(everything, max_length=known.terms.max_length), table, least, is_checked=False),
        complete=True,
        suggestion=None,
    )
    found = narrowed(again, terms)
    if found is None:
        return None
    return replace(found, seconds=time.perf_counter() - clock[0], cpu_seconds=time.thread_time() - clock[1])


def _tells(known: Known, sequences: Sequences, terms: MiningTerms) -> bool:
    had = known.terms
    if had.has_rules or had.baskets or terms.baskets or known.is_checked or "user" in (had.by, terms.by):
        return False
    if had.contains or had.excludes or had.starts or had.ends or had.over or terms.min_count < known.least:
        return False
    if had.max_length is not None and (terms.max_length is None or terms.max_length > had.max_length):
        return False
    return known.sequences.labels == sequences.labels and len(known.sequences) == len(sequences)


def _counted(table: PatternTable, sequences: Sequences, terms: MiningTerms) -> PatternTable:
    """Count all patterns again; keep what has the least support, which with a pattern keeps its beginnings."""
    from seqrec_core.mining.recounting_kernels import counted_again

    index = {label: code for code, label in enumerate(sequences.labels)}
    own = np.array([index[label] for label in table.labels], np.int64)
    codes = own[table.nodes[:, 1]] if len(own) else np.empty(0, np.int64)
    values, _, _ = arrays(sequences)
    grid = Grid.of(sequences)
    times = sequences.times if terms.uses_time and sequences.times is not None else np.empty(0, np.int64)
    first, number = blocks(table.nodes)
    counts = counted_again(
        values,
        grid.rows,
        grid.steps,
        np.require(times, np.int64, ["C", "W"]),
        len(index),
        codes,
        np.ascontiguousarray(table.nodes[:, 2]),
        first,
        number,
        int(table.length.max(initial=0)),
        rules_of(terms),
        terms.min_count,
    )
    kept = np.flatnonzero(counts >= terms.min_count)
    place = np.full(len(counts) + 1, -1, np.int64)
    place[kept] = np.arange(len(kept))
    nodes = np.stack([place[table.nodes[kept, 0]], table.nodes[kept, 1], counts[kept]], axis=1).astype(np.int32)
    return PatternTable(nodes, table.length[kept], np.arange(len(kept)), table.labels)


def warm() -> None:
    """Compile the count, or load it from the cache."""
    two, steps = np.array([0, 1, 0, 1], np.int32), np.arange(4, dtype=np.int64)
    labels, owner = ("a", "b"), np.arange(2, dtype=np.int32)
    tiny = Sequences(two, np.array([0, 2, 4]), labels, steps * SECOND_US, steps, owner, "session", "item")
    recounted(mine(tiny, MiningTerms(1)), tiny, MiningTerms(1, max_gap=1))
