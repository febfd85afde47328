"""Small logs written as words, and counts by plain loops."""

import numpy as np
from hypothesis import strategies as st

from seqrec_core.data.sequences import Sequences

LABELS = ("b", "a", "d", "c")
Rows = list[list[str]]


def made(rows: Rows, seconds: list[list[int]] | None = None, labels: tuple[str, ...] = LABELS) -> Sequences:
    """Build sequences from lists of labels."""
    values = [labels.index(label) for row in rows for label in row]
    times = None if seconds is None else np.array([t for row in seconds for t in row], np.int64) * 1_000_000
    return Sequences(
        np.array(values, np.int32),
        np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64),
        labels,
        times,
        np.arange(len(values), dtype=np.int64),
        np.arange(len(rows), dtype=np.int32),
        "session",
        "event",
    )


def read(sequences: Sequences) -> Rows:
    return [[sequences.labels[code] for code in sequences[row]] for row in range(len(sequences))]


logs_of_words = st.lists(st.lists(st.sampled_from(LABELS), max_size=7), min_size=1, max_size=8)
