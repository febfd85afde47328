"""Paths: how sequences start, and which first steps are the most common together."""

import numpy as np
import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput
from seqrec_core.journeys.counting import top_codes
from seqrec_core.journeys.reading import code_of, collapsed, kept, rows_of

EVENT = "event"
CONVERTED, RATE = "converted", "rate"


def starts(sequences: Sequences) -> pl.DataFrame:
    """Count the first events of all sequences: `event`, `count`, the most frequent first, then by name."""
    first = sequences.values[sequences.offsets[:-1][np.diff(sequences.offsets) > 0]]
    return _by_label(sequences, np.bincount(first, minlength=len(sequences.labels)))


def reach(sequences: Sequences) -> pl.DataFrame:
    """Count the sequences that hold each event at all: `event`, `count`, `share` of all sequences, the most frequent first."""
    n, n_labels = len(sequences), len(sequences.labels)
    # Stable by label, so that the sequences of a label rise; 16 bits are sorted by counting, ten times as fast.
    order = np.argsort(sequences.values.astype(np.uint16 if n_labels < 2**16 else np.int32), kind="stable")
    values, rows = sequences.values[order], rows_of(sequences)[order]
    is_first = (np.diff(values, prepend=-1) != 0) | (np.diff(rows, prepend=-1) != 0)
    frame = _by_label(sequences, np.bincount(values[is_first], minlength=n_labels))
    return frame.with_columns(pl.Series(c.SHARE, frame[c.COUNT].to_numpy() / n, pl.Float64))


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
    lengths = np.diff(sequences.offsets)
    first = sequences.offsets[:-1][lengths > 0]
    is_there = np.arange(depth) < lengths[lengths > 0][:, None]
    place = np.where(is_there, first[:, None] + np.arange(depth), 0)
    nothing = len(sequences.labels)
    codes = np.where(is_there, sequences.values[place], nothing) if len(first) else np.zeros((0, depth), np.int32)
    names = [f"at_{step}" for step in range(depth)]
    counted = pl.DataFrame(codes, schema=names, orient="row").group_by(names).agg(pl.len().cast(pl.Int64).alias(c.COUNT))
    labels = pl.Series([*sequences.labels, None], dtype=pl.String)
    written = [labels[column].alias(column.name) for column in counted.select(names)]
    frame = counted.with_columns(written).sort([c.COUNT, *names], descending=[True, *[False] * depth], nulls_last=False).head(top)
    events = pl.concat_list(names).list.drop_nulls().alias(c.EVENTS)
    # In numpy: polars multiplies by 1 / n, and 3 / 5 must not become 0.6000000000000001.
    return frame.select(events, c.COUNT, pl.Series(c.SHARE, frame[c.COUNT].to_numpy() / len(first), pl.Float64))


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
    code, rows = code_of(sequences, target), rows_of(sequences)
    places = np.append(np.flatnonzero(sequences.values == code), len(sequences.values))
    found = places[np.searchsorted(places, sequences.offsets[:-1])]
    reaches = found < sequences.offsets[1:]
    before = kept(sequences, np.arange(len(rows)) < np.where(reaches, found, sequences.offsets[1:])[rows])
    every = top_paths(before, depth, top, collapse)
    successes = before.take(np.flatnonzero(reaches))
    counts = {tuple(events): count for events, count, _ in top_paths(successes, depth, max(1, len(successes)), collapse).rows()}
    converted = [counts.get(tuple(events), 0) for events in every[c.EVENTS].to_list()]
    rates = [number / whole for number, whole in zip(converted, every[c.COUNT].to_list(), strict=True)]
    return every.with_columns(pl.Series(CONVERTED, converted, pl.Int64), pl.Series(RATE, rates, pl.Float64))


def _by_label(sequences: Sequences, counts: np.ndarray) -> pl.DataFrame:
    codes = top_codes(counts, sequences.labels, len(sequences.labels))
    rows = [(sequences.labels[code], int(counts[code])) for code in codes]
    return pl.DataFrame(rows, schema={EVENT: pl.String, c.COUNT: pl.Int64}, orient="row")
