"""Columns of the log that a segment may ask for: a session has the value of its first event."""

import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.log import EventLog
from seqrec_core.data.sequences import SequenceDataset


def usable_columns(log: EventLog) -> tuple[str, ...]:
    """Return the columns that a segment may ask for: event type, item, source where there is one, and all attributes."""
    source = (c.SOURCE,) if c.SOURCE in log.frame.columns else ()
    return (c.EVENT, c.ITEM, *source, *log.attributes)


def values_of(log: EventLog, max_values: int = 30) -> dict[str, list[str]]:
    """Return the columns worth offering as segments with their values as text, the most frequent value first.

    Left out are columns with one value only or with more than `max_values`, and those every log has (event type, item).

    Args:
        log: the events.
        max_values: most distinct values of a column on offer.
    """
    found: dict[str, list[str]] = {}
    for name in usable_columns(log)[2:]:
        values = existing(log, name)
        if 2 <= len(values) <= max_values:
            found[name] = values
    return found


def first_values(log: EventLog, dataset: SequenceDataset, column: str) -> pl.Series:
    """Return the value of each session's first event, in the order of `dataset.session_ids`."""
    return log.frame[column][dataset.session_rows[dataset.session_offsets[:-1]]]


def as_text(column: pl.Series) -> pl.Series:
    """Return values as text, as Python writes them."""
    if column.dtype == pl.String:
        return column
    return pl.Series(column.name, [None if value is None else str(value) for value in column], dtype=pl.String)


def existing(log: EventLog, column: str) -> list[str]:
    """Return the distinct values as text, the most frequent first, ties by name."""
    counts = log.frame[column].drop_nulls().value_counts(name="n")
    pairs = zip(as_text(counts[column]), counts["n"], strict=True)
    return [value for value, _ in sorted(pairs, key=lambda pair: (-pair[1], pair[0]))]
