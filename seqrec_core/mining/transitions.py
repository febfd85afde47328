"""The one place where transitions are counted: from one event of a sequence to the next."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.sequences import Sequences

PIECE = 250_000  # events
FEW_LABELS = 512  # so many are counted as a matrix; more as a list of what occurs


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
    position = np.flatnonzero(~sequences.is_last)
    return Pairs(sequences.values[position], sequences.values[position + 1], sequences.rows[position].astype(np.int64), position)


def count_matrix(
    sequences: Sequences,
    codes: NDArray[np.integer] | None = None,
    size: int | None = None,
    side: NDArray[np.integer] | None = None,
) -> NDArray[np.int64]:
    """Count transitions as a matrix; for few codes.

    Args:
        sequences: sessions or users.
        codes: of each label, to count several as one, int[n_labels]; by default each label by itself.
        size: number of codes; by default that of the labels.
        side: group of each sequence from 0 on, int[n]; None = all are one group.

    Returns:
        [from, to], int64[size, size]; with `side`, [group, from, to].
    """
    n = len(sequences.labels) if size is None else size
    values = sequences.values if codes is None else np.asarray(codes, np.int32)[sequences.values]
    groups = 1 if side is None else int(side.max(initial=0)) + 1
    counts = np.zeros(groups * n * n, np.int64)
    # In pieces: the keys of all events at once are 80 MB for 10 million, and slower than what fits the cache.
    for start in range(0, len(values), PIECE):
        piece = slice(start, min(start + PIECE, len(values) - 1))
        after = slice(piece.start + 1, piece.stop + 1)
        keys = values[piece].astype(np.int64) * n + values[after]
        if side is not None:
            keys += side[sequences.rows[piece]].astype(np.int64) * (n * n)
        counts += np.bincount(keys[~sequences.is_last[piece]], minlength=len(counts))
    return counts.reshape((n, n) if side is None else (groups, n, n))


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
