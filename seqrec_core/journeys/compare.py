"""What changed between two groups of sequences: the rate of each transition in A and in B."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.sequences import Sequences
from seqrec_core.mining.transitions import FEW_LABELS, count_matrix, pairs
from seqrec_core.stats.intervals import newcombe_interval
from seqrec_core.stats.tests import benjamini_yekutieli, two_proportion_p

SIGNIFICANT = 0.05
COLUMNS = (
    *(c.FROM, c.TO, "n_a", "count_a", "rate_a", "n_b", "count_b", "rate_b"),
    *("difference", "low", "high", "p_value", "p_corrected", "small"),
)


def compare_transitions(a: Sequences, b: Sequences, min_n: int = 30, most: int = 500) -> pl.DataFrame:
    """Compare how often each event is followed by each other one in A and in B.

    The rate is count / occurrences of `from`, those at the end of a sequence included (as in the matrix). Intervals and
    p-values treat occurrences as independent; several of one person make them somewhat too sure.

    Args:
        a: the first group, such as all other days.
        b: the second group, such as the days of an incident; labels are matched by name.
        min_n: with fewer occurrences of `from` in A or in B, a row is `small`.
        most: compare only this many transitions, the most frequent in A and B together, which says nothing about their
            difference; rare ones could show none, and the correction counts each.

    Returns:
        `from, to, n_a, count_a, rate_a, n_b, count_b, rate_b, difference` (b − a), `low, high` (95 %, Newcombe), `p_value`
        (two proportions), `p_corrected` (Benjamini and Yekutieli over all rows) and `small`. Only where `from` occurs in
        both groups. First the significant rows (corrected p below 0.05, not small), then the others, then the small ones;
        each by size of the difference, then by names.
    """
    return _compared(_counted(a, b), min_n, most)


def compare_within(
    sequences: Sequences, a: NDArray[np.int64], b: NDArray[np.int64], min_n: int = 30, most: int = 500
) -> pl.DataFrame:
    """Compare two groups of the same sequences, as `compare_transitions` does, without copying their events.

    Args:
        sequences: sessions or users.
        a: numbers of the sequences of the first group.
        b: those of the second; no sequence is in both.
        min_n: as for `compare_transitions`, like what is returned.
        most: as for `compare_transitions`.
    """
    if len(sequences.labels) > FEW_LABELS:
        return compare_transitions(sequences.take(a), sequences.take(b), min_n, most)
    side = np.zeros(len(sequences), np.int8)
    side[a], side[b] = 1, 2
    n, labels = len(sequences.labels), np.array(sequences.labels, object)
    counts = np.zeros((3, n, n), np.int64)
    found = count_matrix(sequences, side=side)
    counts[: len(found)] = found
    last = np.flatnonzero(sequences.is_last)
    ends = np.bincount(side[sequences.rows[last]].astype(np.int64) * n + sequences.values[last], minlength=3 * n)
    occurrences = counts.sum(axis=2) + ends.reshape(3, n)
    both = (counts[1] + counts[2] > 0) & (np.minimum(occurrences[1], occurrences[2]) > 0)[:, None]
    source, target = np.nonzero(both)
    frame = pl.DataFrame(
        {
            c.FROM: pl.Series(labels[source].tolist(), dtype=pl.String),
            c.TO: pl.Series(labels[target].tolist(), dtype=pl.String),
            "count_a": counts[1][both],
            "count_b": counts[2][both],
            "n_a": occurrences[1][source],
            "n_b": occurrences[2][source],
        }
    )
    return _compared(_ranked(frame), min_n, most)


def _compared(frame: pl.DataFrame, min_n: int, most: int) -> pl.DataFrame:
    """Return rates, intervals and tests of counted transitions, the most frequent first."""
    frame = frame.head(most).sort(c.FROM, c.TO)
    count_a, n_a, count_b, n_b = (frame[name].to_numpy() for name in ("count_a", "n_a", "count_b", "n_b"))
    low, high = newcombe_interval(count_a, n_a, count_b, n_b)
    p = two_proportion_p(count_a, n_a, count_b, n_b)
    frame = frame.with_columns(
        (pl.col("count_a") / pl.col("n_a")).alias("rate_a"),
        (pl.col("count_b") / pl.col("n_b")).alias("rate_b"),
        pl.Series("low", np.asarray(low), pl.Float64),
        pl.Series("high", np.asarray(high), pl.Float64),
        pl.Series("p_value", np.asarray(p), pl.Float64),
        pl.Series("p_corrected", benjamini_yekutieli(p), pl.Float64),
        (pl.min_horizontal("n_a", "n_b") < min_n).alias("small"),
    ).with_columns((pl.col("rate_b") - pl.col("rate_a")).alias("difference"))
    group = pl.when(pl.col("small")).then(2).when(pl.col("p_corrected") < SIGNIFICANT).then(0).otherwise(1)
    by = [group, -pl.col("difference").abs(), pl.col(c.FROM), pl.col(c.TO)]
    return frame.sort(by).select(COLUMNS)


def _counted(a: Sequences, b: Sequences) -> pl.DataFrame:
    """Return counts and occurrences of `from` in both groups, the most frequent transitions first."""
    keys = [c.FROM, c.TO]
    joined = _transitions(a, "count_a").join(_transitions(b, "count_b"), on=keys, how="full", coalesce=True)
    named = joined.join(_occurrences(a, "n_a"), on=c.FROM).join(_occurrences(b, "n_b"), on=c.FROM)
    filled = named.with_columns(pl.col("count_a", "count_b").fill_null(0))
    return _ranked(filled)


def _ranked(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.sort([pl.col("count_a") + pl.col("count_b"), c.FROM, c.TO], descending=[True, False, False])


def _transitions(sequences: Sequences, name: str) -> pl.DataFrame:
    found, labels = pairs(sequences), pl.Series(sequences.labels, dtype=pl.String)
    neighbours = pl.DataFrame({c.FROM: found.source, c.TO: found.target})
    counted = neighbours.group_by(c.FROM, c.TO).agg(pl.len().cast(pl.Int64).alias(name))
    return counted.with_columns(labels[counted[c.FROM]].alias(c.FROM), labels[counted[c.TO]].alias(c.TO))


def _occurrences(sequences: Sequences, name: str) -> pl.DataFrame:
    frame = pl.DataFrame({c.FROM: pl.Series(sequences.labels, dtype=pl.String), name: sequences.counts})
    return frame.filter(pl.col(name) > 0)
