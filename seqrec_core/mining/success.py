"""Which patterns precede success: how often an event comes after a pattern, beside how often it comes at all."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.sequences import Sequences
from seqrec_core.mining.matching import Grid, codes_of, occurrences
from seqrec_core.stats.intervals import wilson_interval

REACHED, RATE = "reached", "rate"
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {c.ITEMS: pl.List(pl.String), c.SUPPORT_COUNT: pl.Int64, REACHED: pl.Int64}


def goal_places(events: Sequences, label: str, is_kept: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return where each sequence has its last success, in places of another reading of the same events.

    Args:
        events: event types, all events.
        label: the event that stands for success.
        is_kept: which events the other reading has, bool[n_events].

    Returns:
        The place of the last success, float64[n]: a whole number where the reading has that event, the place before it plus
        a half where it does not (after everything kept before it); −1 where there is no success.

    Raises:
        NotFound: a label that does not occur.
    """
    (code,) = codes_of(events, [label])
    rows = np.repeat(np.arange(len(events)), np.diff(events.offsets))
    spots = np.flatnonzero(events.values == code)
    kept = np.concatenate([[0], np.cumsum(is_kept)])
    last = np.full(len(events), -1.0)
    last[rows[spots]] = kept[spots] - kept[events.offsets[rows[spots]]] - np.where(is_kept[spots], 0.0, 0.5)
    return last


def before(
    sequences: Sequences, patterns: Sequence[Sequence[str]], goal: NDArray[np.float64], max_gap: int | None = None
) -> pl.DataFrame:
    """Count how many of the sequences that hold a pattern reach the goal after its earliest end.

    Args:
        sequences: what was searched.
        patterns: labels of each, first to last.
        goal: place of the last success in each sequence, as `goal_places` returns it.
        max_gap: as in the search.

    Returns:
        `items, support_count, reached, rate, low, high` in the order given; 95 % intervals by Wilson.

    Raises:
        NotFound: a label that does not occur.
    """
    grid = Grid.of(sequences)
    rows = []
    for items in patterns:
        ends = occurrences(sequences, grid, codes_of(sequences, list(items)), max_gap)[-1]
        holders, first = np.unique(grid.rows[ends], return_index=True)
        places = ends[first] - sequences.offsets[holders]
        rows.append((list(items), len(holders), int((goal[holders] > places).sum())))
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    low, high = wilson_interval(frame[REACHED].to_numpy(), frame[c.SUPPORT_COUNT].to_numpy())
    rate = (pl.col(REACHED) / pl.col(c.SUPPORT_COUNT)).alias(RATE)
    return frame.with_columns(rate, pl.Series("low", low), pl.Series("high", high))
