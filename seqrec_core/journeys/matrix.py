"""Which event follows which: a matrix whose rows hold every occurrence of an event, the ends included."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput
from seqrec_core.journeys.counting import top_codes
from seqrec_core.journeys.naming import ending, other
from seqrec_core.mining.transitions import count_matrix

RATE, KIND = "rate", "kind"
SCHEMA = {c.FROM: pl.String, c.TO: pl.String, c.COUNT: pl.Int64, RATE: pl.Float64, KIND: pl.String}


@dataclass(frozen=True)
class Matrix:
    """Counted transitions between the most frequent events.

    Args:
        frame: `from`, `to`, `count`, `rate` = count / occurrences of `from`, `kind` of `to` (event, other, end). Only pairs
            that occur; the rates of a row sum to 1. By row, then by column.
        labels: names of rows and columns, the most frequent first, then Other (where events are left) and the end.
    """

    frame: pl.DataFrame
    labels: tuple[str, ...]


def transition_matrix(sequences: Sequences, top: int = 12) -> Matrix:
    """Count what follows each of the most frequent events.

    Args:
        sequences: sessions or users.
        top: events with a row and a column of their own.

    Raises:
        BadInput: fewer than one event.
    """
    if top < 1:
        raise BadInput("journeys", "below_one", name="top", found=top)
    labels = sequences.labels
    shown = top_codes(sequences.counts, labels, top)
    size = len(shown) + 1
    counts = np.zeros((size, size + 1), np.int64)
    place = np.full(len(labels), len(shown))
    place[shown] = np.arange(len(shown))
    counts[:, :size] = count_matrix(sequences, place, size)
    last = sequences.values[sequences.is_last]
    counts[:, size] += np.bincount(place[last], minlength=size)
    names = [*(labels[code] for code in shown), other(labels), ending(labels)]
    kinds = [*["event"] * len(shown), "other", "end"]
    rows = [
        (names[i], names[j], int(counts[i, j]), counts[i, j] / counts[i].sum(), kinds[j])
        for i, j in zip(*np.nonzero(counts), strict=True)
    ]
    used = {name for row in rows for name in row[:2]}
    return Matrix(pl.DataFrame(rows, schema=SCHEMA, orient="row"), tuple(name for name in names if name in used))
