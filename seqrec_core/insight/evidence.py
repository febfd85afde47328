"""What stands behind one pattern: real examples, who holds it, and when."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.log import EventLog
from seqrec_core.data.sequences import SequenceDataset, Sequences
from seqrec_core.insight.hiding import hidden, users_by_cell
from seqrec_core.insight.weeks import END, RATE, START, N, weeks_of
from seqrec_core.mining.between import Between, between
from seqrec_core.mining.matching import Rules, matches, supporting
from seqrec_core.mining.types import Match
from seqrec_core.segments.columns import as_text, first_values, values_of
from seqrec_core.stats.intervals import wilson_interval

COLUMN, VALUE, HELD, SHARE_HELD, SHARE_ALL = "column", "value", "held", "share_held", "share_all"
LOW, HIGH = "low", "high"
EXAMPLES = 5
TREND_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    START: pl.Datetime("us", "UTC"),
    END: pl.Datetime("us", "UTC"),
    N: pl.Int64,
    c.SUPPORT_COUNT: pl.Int64,
    RATE: pl.Float64,
    LOW: pl.Float64,
    HIGH: pl.Float64,
}


@dataclass(frozen=True)
class Evidence:
    """One pattern in the log.

    Args:
        rows: sequences that hold it, int64[n]. users: how many distinct people they are.
        examples: one occurrence in some of them, spread over all.
        between: what lies between its events, over all who hold it.
        trend: `start, end, n, support_count, rate, low, high` by week in which sequences begin; empty without times.
    """

    rows: NDArray[np.int64]
    users: int
    examples: tuple[Match, ...]
    between: Between
    trend: pl.DataFrame


def evidence(
    sequences: Sequences, items: tuple[str, ...], rules: Rules = None, n_examples: int = EXAMPLES, floor: int = 1
) -> Evidence:
    """Collect what stands behind a pattern.

    Args:
        sequences: what was searched.
        items: labels, first to last.
        rules: the terms of the search, or only its `max_gap`.
        n_examples: most examples.
        floor: fewest distinct users of a week's count that is shown; others are null, with more where they could be told.

    Raises:
        BadInput: no label is given.
        NotFound: a label that does not occur.
    """
    rows = supporting(sequences, items, rules)
    found = matches(sequences, items, rules, limit=len(rows)) if len(rows) else []
    picked = np.unique(np.linspace(0, len(found) - 1, min(n_examples, len(found))).astype(int)).tolist()
    examples = tuple(found[at] for at in picked)
    users = len(np.unique(sequences.owner[rows]))
    return Evidence(rows, users, examples, between(sequences, found), _trend(sequences, rows, floor))


def mix(
    log: EventLog,
    dataset: SequenceDataset,
    rows: NDArray[np.int64],
    among: NDArray[np.int64] | None = None,
    floor: int = 1,
) -> pl.DataFrame:
    """Say which sessions hold a pattern, by the attributes of their first event, beside all sessions.

    Args:
        log: the events.
        dataset: their arrays.
        rows: sessions that hold it.
        among: the sessions that were looked at; None = all.
        floor: fewest distinct users of a value that is shown; where one is left out, so are others that would tell it.

    Returns:
        `column, value, held, share_held, share_all`, for columns of 2 to 30 values, the most frequent value first.
    """
    frames = [
        pl.DataFrame(schema={COLUMN: pl.String, VALUE: pl.String, HELD: pl.Int64, SHARE_HELD: pl.Float64, SHARE_ALL: pl.Float64})
    ]
    for column, values in values_of(log).items():
        of_all = as_text(first_values(log, dataset, column))
        of_rows = of_all[rows]
        of_all = of_all if among is None else of_all[among]
        held = [int((of_rows == value).sum() or 0) for value in values]
        users = [len(np.unique(dataset.session_user[rows[(of_rows == value).fill_null(False).to_numpy()]])) for value in values]
        shares = [float((of_all == value).sum() or 0) / max(len(of_all), 1) for value in values]
        frames.append(
            pl.DataFrame(
                {
                    COLUMN: [column] * len(values),
                    VALUE: values,
                    HELD: held,
                    SHARE_HELD: [count / max(len(rows), 1) for count in held],
                    SHARE_ALL: shares,
                }
            ).filter(pl.Series(~hidden(np.array(users, np.int64), floor)))
        )
    return pl.concat(frames)


def _trend(sequences: Sequences, rows: NDArray[np.int64], floor: int) -> pl.DataFrame:
    """Count the sequences that begin in each week and those of them that hold the pattern."""
    found = weeks_of(sequences)
    if found is None:
        return pl.DataFrame(schema=TREND_SCHEMA)
    starts, ends, week = found
    n = np.bincount(week[week >= 0], minlength=len(starts))
    held = np.bincount(week[rows], minlength=len(starts))
    low, high = wilson_interval(held, n)
    frame = pl.DataFrame(
        {START: starts, END: ends, N: n, c.SUPPORT_COUNT: held, RATE: held / np.maximum(n, 1), LOW: low, HIGH: high}
    )
    shown = pl.Series(~hidden(users_by_cell(week[rows], sequences.owner[rows].astype(np.int64), len(starts)), floor))
    told = (pl.when(shown).then(pl.col(name)).alias(name) for name in (c.SUPPORT_COUNT, RATE, LOW, HIGH))
    return frame.with_columns(*told)
