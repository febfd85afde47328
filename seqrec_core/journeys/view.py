"""The numbers of a log's first finding."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.sequences import Sequences, Unit
from seqrec_core.journeys.counting import top_codes
from seqrec_core.journeys.paths import starts
from seqrec_core.mining.transitions import FEW_LABELS, count_matrix, pairs


@dataclass(frozen=True)
class Headline:
    """What a first sentence about a log's journeys needs.

    Args:
        n: number of sequences that have an event; `unit`: what one is.
        starts: the most frequent first events: (name, count, share of n).
        ends: the most frequent last events, alike.
        transition: the most frequent step: (from, to, count), None where there is none.
        median_length: events in the middle sequence.
    """

    n: int
    unit: Unit
    starts: tuple[tuple[str, int, float], ...]
    ends: tuple[tuple[str, int, float], ...]
    transition: tuple[str, str, int] | None
    median_length: float


def headline(sequences: Sequences, top: int = 2) -> Headline:
    """Return the numbers of the first finding.

    Args:
        sequences: sessions or users.
        top: how many first and last events to name.
    """
    lengths = np.diff(sequences.offsets)
    lengths = lengths[lengths > 0]
    n = len(lengths)
    last = sequences.values[sequences.is_last]
    ends = np.bincount(last, minlength=len(sequences.labels))
    return Headline(
        n,
        sequences.unit,
        tuple((name, count, count / n) for name, count in starts(sequences).head(top).iter_rows()),
        tuple((sequences.labels[code], int(ends[code]), int(ends[code]) / n) for code in top_codes(ends, sequences.labels, top)),
        _most_frequent(sequences),
        float(np.median(lengths)) if n else 0.0,
    )


def _most_frequent(sequences: Sequences) -> tuple[str, str, int] | None:
    labels = sequences.labels
    if len(labels) <= FEW_LABELS:
        counts = count_matrix(sequences)
        best = [(int(a), int(b)) for a, b in np.argwhere(counts == counts.max(initial=1))]
        return min(((labels[a], labels[b], int(counts[a, b])) for a, b in best), default=None)
    found = pairs(sequences)
    if not len(found.source):
        return None
    counted = pl.DataFrame({c.FROM: found.source, c.TO: found.target}).group_by(c.FROM, c.TO).len()
    most = counted.filter(pl.col("len") == pl.col("len").max())
    return min((labels[a], labels[b], int(n)) for a, b, n in most.iter_rows())
