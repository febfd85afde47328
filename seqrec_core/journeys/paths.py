"""Paths: how sequences start, and which first steps are the most common together."""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput
from seqrec_core.journeys.counting import top_codes
from seqrec_core.journeys.reading import code_of, collapsed

EVENT = "event"
MOST_BITS = 200_000_000  # so many pairs of label and sequence are marked in a table; beyond that they are sorted
CONVERTED, RATE = "converted", "rate"


def starts(sequences: Sequences) -> pl.DataFrame:
    """Count the first events of all sequences: `event`, `count`, the most frequent first, then by name."""
    first = sequences.values[sequences.offsets[:-1][np.diff(sequences.offsets) > 0]]
    return _by_label(sequences, np.bincount(first, minlength=len(sequences.labels)))


def reach(sequences: Sequences) -> pl.DataFrame:
    """Count the sequences that hold each event at all: `event`, `count`, `share` of all sequences, the most frequent first."""
    n, n_labels = len(sequences), len(sequences.labels)
    keys = sequences.values.astype(np.int64) * n + sequences.rows
    if n * n_labels <= MOST_BITS:
        is_there = np.zeros(n * n_labels, np.bool_)
        is_there[keys] = True
        counts = np.count_nonzero(is_there.reshape(n_labels, n), axis=1)
    else:
        counts = np.bincount(np.unique(keys) // n, minlength=n_labels)
    frame = _by_label(sequences, counts)
    return frame.with_columns(pl.Series(c.SHARE, frame[c.COUNT].to_numpy() / len(sequences), pl.Float64))


def top_paths(sequences: Sequences, depth: int = 4, top: int = 10, collapse: bool = False) -> pl.DataFrame:
    """Count the most common beginnings.

    Args:
        sequences: sessions or users; empty ones do not count.
        depth: events of a path; a sequence that ends earlier is a shorter path.
        top: paths to return.
        collapse: count an event that repeats directly as one.

    Returns:
        `events` (list), `count`, `share` of all sequences that have an event; the most frequent first, then by names.

    Raises:
        BadInput: fewer than one event or one path.
    """
    if depth < 1 or top < 1:
        raise BadInput("journeys", "below_one", name="depth" if depth < 1 else "top", found=min(depth, top))
    if collapse:
        sequences = collapsed(sequences)
    return _counted(sequences, sequences.offsets[1:], depth, top).drop(CONVERTED)


def _counted(
    sequences: Sequences, ends: NDArray[np.int64], depth: int, top: int, reaches: NDArray[np.bool_] | None = None
) -> pl.DataFrame:
    """Count beginnings up to an event of each sequence, and of each path those that reach something."""
    first = sequences.offsets[:-1]
    rows = np.flatnonzero(ends > first)
    first, ends = first[rows], ends[rows]
    nothing, names = len(sequences.labels), [f"at_{step}" for step in range(depth)]
    columns: dict[str, Any] = {}
    for step, name in enumerate(names):
        is_there = first + step < ends
        columns[name] = np.where(is_there, sequences.values[np.where(is_there, first + step, 0)], nothing) if len(rows) else []
    frame = pl.DataFrame(columns, schema=dict.fromkeys(names, pl.Int32))
    frame = frame.with_columns(pl.Series(CONVERTED, np.zeros(len(rows), bool) if reaches is None else reaches[rows], pl.Boolean))
    counted = frame.group_by(names).agg(pl.len().cast(pl.Int64).alias(c.COUNT), pl.col(CONVERTED).sum().cast(pl.Int64))
    # Only what can be among the first is named: names decide between equal counts.
    least = counted[c.COUNT].top_k(top).min()
    counted = counted.filter(pl.col(c.COUNT) >= (0 if least is None else least))
    labels = pl.Series([*sequences.labels, None], dtype=pl.String)
    written = [labels[column].alias(column.name) for column in counted.select(names)]
    best = counted.with_columns(written).sort([c.COUNT, *names], descending=[True, *[False] * depth], nulls_last=False).head(top)
    events = pl.concat_list(names).list.drop_nulls().alias(c.EVENTS)
    # In numpy: polars multiplies by 1 / n, and 3 / 5 must not become 0.6000000000000001.
    share = pl.Series(c.SHARE, best[c.COUNT].to_numpy() / max(len(rows), 1), pl.Float64)
    return best.select(events, c.COUNT, share, CONVERTED)


def converting_paths(sequences: Sequences, target: str, depth: int = 4, top: int = 10, collapse: bool = False) -> pl.DataFrame:
    """Count the most common beginnings and how many of each reach a target.

    Every sequence is read up to its first target, which is not part of the path: what comes after it cannot have led there.
    Sequences that begin with the target have no path and are left out.

    Args:
        sequences: sessions or users.
        target: the event to reach.
        depth: events of a path, as for `top_paths`.
        top: paths to return.
        collapse: count an event that repeats directly as one.

    Returns:
        The columns of `top_paths`, with `converted` (sequences that reach the target) and `rate` = converted / count.

    Raises:
        BadInput: fewer than one event or one path.
        NotFound: no such event.
    """
    if depth < 1 or top < 1:
        raise BadInput("journeys", "below_one", name="depth" if depth < 1 else "top", found=min(depth, top))
    if collapse:
        sequences = collapsed(sequences)
    places = sequences.places(code_of(sequences, target))
    rows = sequences.rows[places]
    is_first = np.diff(rows, prepend=-1) != 0
    ends, reaches = sequences.offsets[1:].copy(), np.zeros(len(sequences), bool)
    ends[rows[is_first]], reaches[rows[is_first]] = places[is_first], True
    found = _counted(sequences, ends, depth, top, reaches)
    return found.with_columns(pl.Series(RATE, found[CONVERTED].to_numpy() / found[c.COUNT].to_numpy(), pl.Float64))


def _by_label(sequences: Sequences, counts: np.ndarray) -> pl.DataFrame:
    codes = top_codes(counts, sequences.labels, len(sequences.labels))
    rows = [(sequences.labels[code], int(counts[code])) for code in codes]
    return pl.DataFrame(rows, schema={EVENT: pl.String, c.COUNT: pl.Int64}, orient="row")
