"""The one place where transitions are counted: from one event of a sequence to the next."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.sequences import Sequences


@dataclass(frozen=True)
class Pairs:
    """Every two neighbouring events of all sequences.

    Args:
        source, target: label codes, int32[n].
        row: the sequence, int64[n].
        position: of the first event in `Sequences.values`, int64[n].
    """

    source: NDArray[np.int32]
    target: NDArray[np.int32]
    row: NDArray[np.int64]
    position: NDArray[np.int64]


def pairs(sequences: Sequences) -> Pairs:
    """Return the neighbouring events in the order of the log; events of one basket keep the order of the file."""
    rows = np.repeat(np.arange(len(sequences)), np.diff(sequences.offsets))
    position = np.flatnonzero(rows[1:] == rows[:-1])
    return Pairs(sequences.values[position], sequences.values[position + 1], rows[position], position)


def count_matrix(sequences: Sequences) -> NDArray[np.int64]:
    """Return counted transitions as [from, to], int64[n_labels, n_labels]; for few labels."""
    n, found = len(sequences.labels), pairs(sequences)
    return np.bincount(found.source.astype(np.int64) * n + found.target, minlength=n * n).reshape(n, n)


def count_transitions(sequences: Sequences) -> pl.DataFrame:
    """Count the transitions and how long they take.

    Args:
        sequences: sessions or users; a transition does not cross their borders.

    Returns:
        `from, to, count, median_seconds, p90_seconds`, the most frequent first, then by labels. The times are null
        where the log has none.
    """
    found = pairs(sequences)
    frame = pl.DataFrame({c.FROM: found.source, c.TO: found.target})
    spans: list[pl.Expr] = [pl.lit(None, pl.Float64).alias(c.MEDIAN_SECONDS), pl.lit(None, pl.Float64).alias(c.P90_SECONDS)]
    if sequences.times is not None:
        seconds = (sequences.times[found.position + 1] - sequences.times[found.position]) / 1e6
        frame = frame.with_columns(pl.Series("seconds", seconds))
        spans = [
            pl.col("seconds").median().alias(c.MEDIAN_SECONDS),
            pl.col("seconds").quantile(0.9, "linear").alias(c.P90_SECONDS),
        ]
    counted = frame.group_by(c.FROM, c.TO).agg(pl.len().cast(pl.Int64).alias(c.COUNT), *spans)
    names = pl.Series(sequences.labels, dtype=pl.String)
    named = counted.with_columns(names[counted[c.FROM]].alias(c.FROM), names[counted[c.TO]].alias(c.TO))
    return named.sort([c.COUNT, c.FROM, c.TO], descending=[True, False, False])
