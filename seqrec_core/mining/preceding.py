"""Rules that end in success: what happens before an event, with each sequence cut at the first time it comes."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput
from seqrec_core.mining.holding import holding
from seqrec_core.mining.matching import Grid, codes_of
from seqrec_core.mining.rules import ANTECEDENT, CONFIDENCE, CONSEQUENT, HIGH, LEVERAGE, LIFT, LOW, SCHEMA
from seqrec_core.mining.types import MiningResult
from seqrec_core.stats.intervals import wilson_interval

HELD = "antecedent_count"


@dataclass(frozen=True)
class Cut:
    """Sequences up to an event.

    Args:
        sequences: what comes in earlier steps than the first such event; whole where it never comes; a sequence may be empty.
        reached: whether the event comes, bool[n].
        event: its label.
    """

    sequences: Sequences
    reached: NDArray[np.bool_]
    event: str


def cut_before(sequences: Sequences, events: Sequences, label: str) -> Cut:
    """Cut each sequence at the first time an event comes: nothing of what follows can seem to have led to it.

    Events that share the step of that event are cut too: they have no order.

    Args:
        sequences: what patterns are made of.
        events: the same events of the log, under the labels that the event is one of (often the event types).
        label: the event.

    Raises:
        BadInput: readings of different logs.
        NotFound: a label that does not occur.
    """
    if not np.array_equal(sequences.offsets, events.offsets):
        raise BadInput("mining", "other_reading")
    (code,) = codes_of(events, [label])
    grid = Grid.of(events)
    spots = np.flatnonzero(events.values == code)
    rows, first = np.unique(grid.rows[spots], return_index=True)
    end = np.full(len(events), np.iinfo(np.int64).max)
    end[rows] = grid.steps[spots[first]]
    reached = np.zeros(len(events), bool)
    reached[rows] = True
    return Cut(sequences.only(grid.steps < end[grid.rows]), reached, label)


def preceding(cut: Cut, result: MiningResult, floor: int = 1) -> pl.DataFrame:
    """Return one rule for each pattern: the pattern → the event.

    - confidence: of the sequences that hold the pattern before the event, or without ever reaching it, the share that reach it.
    - lift = confidence / share of all sequences that reach it; leverage = support − share with the pattern × that share.

    Sequences that never reach the event are seen to their end, the others up to it: a pattern that only takes long is thereby
    held a little more often by those who do not.

    Args:
        cut: the sequences that were searched.
        result: of a search over `cut.sequences`.
        floor: fewest distinct users that hold a pattern and reach the event, where any do; other rules are left out.

    Returns:
        The columns of `rules` and `antecedent_count`, the sequences that hold the pattern; by the lower end of the confidence's
        interval, then by support, then the shorter first.
    """
    lists = result.frame[c.ITEMS].to_list()
    held = holding(cut.sequences, lists, result.terms)
    hit = np.concatenate([[0], np.cumsum(cut.reached[held.rows])])
    count, n_held = np.diff(hit[held.bounds]), held.counts
    n, base = max(len(cut.reached), 1), float(cut.reached.mean()) if len(cut.reached) else 0.0
    low, high = wilson_interval(count, n_held)
    confidence = count / np.maximum(n_held, 1)
    frame = pl.DataFrame(
        {
            ANTECEDENT: lists,
            CONSEQUENT: [cut.event] * len(lists),
            c.SUPPORT_COUNT: count,
            c.SUPPORT: count / n,
            CONFIDENCE: confidence,
            LOW: low,
            HIGH: high,
            LIFT: confidence / base if base else np.zeros(len(lists)),
            LEVERAGE: count / n - n_held / n * base,
            HELD: n_held,
        },
        schema={**SCHEMA, HELD: pl.Int64},
    )
    if floor > 1:
        pattern, hits = np.repeat(np.arange(len(lists)), n_held), cut.reached[held.rows]
        pairs = np.unique(np.stack([pattern[hits], cut.sequences.owner[held.rows[hits]].astype(np.int64)]), axis=1)
        users = np.bincount(pairs[0], minlength=len(lists))
        frame = frame.filter(pl.Series((users == 0) | (users >= floor)))
    by = [pl.col(LOW), pl.col(c.SUPPORT_COUNT), -pl.col(ANTECEDENT).list.len().cast(pl.Int64)]
    return frame.sort(by, descending=True, maintain_order=True)
