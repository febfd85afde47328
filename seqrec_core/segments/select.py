"""From a segment to the sessions or users that belong to it."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.log import EventLog
from seqrec_core.data.sequences import SequenceDataset, Unit
from seqrec_core.errors import BadInput
from seqrec_core.segments.types import Segment

SHOWN = 12  # so many existing values an error lists


def select(log: EventLog, dataset: SequenceDataset, segment: Segment, unit: Unit) -> NDArray[np.int64]:
    """Return who belongs to a segment.

    A session belongs if its first event lies in [start, end) and matches every `where`, and it is among `sessions` where
    those are given. A user belongs if any of their sessions does.

    Args:
        log: the events; the same as behind `dataset`.
        dataset: their arrays.
        segment: the rule.
        unit: what to return.

    Returns:
        Rising indices into `dataset.session_ids` or `dataset.user_ids`, int64[n]; may be empty.

    Raises:
        BadInput: a column, a value or a session that the log does not have; a period without times; start not before end;
            a log and a dataset that do not belong together.
    """
    if log.n_events != dataset.n_events:
        raise BadInput("segments", "other_log", log=log.n_events, dataset=dataset.n_events)
    first = log.frame[dataset.session_rows[dataset.session_offsets[:-1]]]
    belongs = _in_period(log, first, segment)
    for column, value in segment.where.items():
        belongs &= _matches(log, first, column, value)
    if segment.sessions is not None:
        belongs &= _is_listed(dataset, segment.sessions)
    sessions = np.flatnonzero(belongs).astype(np.int64)
    return sessions if unit == "session" else np.unique(dataset.session_user[sessions]).astype(np.int64)


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
        values = _existing(log, name)
        if 2 <= len(values) <= max_values:
            found[name] = values
    return found


def _in_period(log: EventLog, first: pl.DataFrame, segment: Segment) -> NDArray[np.bool_]:
    inside = np.ones(first.height, dtype=bool)
    if segment.start is None and segment.end is None:
        return inside
    if not log.has_times:
        raise BadInput("segments", "no_times")
    if segment.start is not None and segment.end is not None and segment.start >= segment.end:
        raise BadInput("segments", "empty_period", start=f"{segment.start:%Y-%m-%d %H:%M}", end=f"{segment.end:%Y-%m-%d %H:%M}")
    if segment.start is not None:
        inside &= (first[c.TIME] >= segment.start).fill_null(False).to_numpy()
    if segment.end is not None:
        inside &= (first[c.TIME] < segment.end).fill_null(False).to_numpy()
    return inside


def _matches(log: EventLog, first: pl.DataFrame, column: str, value: str) -> NDArray[np.bool_]:
    if column not in usable_columns(log):
        raise BadInput("segments", "unknown_column", column=column, known=_some(list(usable_columns(log))))
    matches = (_as_text(first[column]) == value).fill_null(False).to_numpy()
    if not matches.any() and value not in (existing := _existing(log, column)):
        raise BadInput("segments", "unknown_value", column=column, value=value, known=_some(existing))
    return matches


def _is_listed(dataset: SequenceDataset, sessions: tuple[str, ...]) -> NDArray[np.bool_]:
    missing = sorted(set(sessions) - set(dataset.session_ids))
    if missing:
        raise BadInput("segments", "unknown_sessions", n=len(missing), example=missing[0])
    return np.isin(np.array(dataset.session_ids, dtype=object), list(sessions))


def _as_text(column: pl.Series) -> pl.Series:
    if column.dtype == pl.String:
        return column
    return pl.Series(column.name, [None if value is None else str(value) for value in column], dtype=pl.String)


def _existing(log: EventLog, column: str) -> list[str]:
    """Distinct values as text, the most frequent first, ties by name."""
    counts = log.frame[column].drop_nulls().value_counts(name="n")
    pairs = zip(_as_text(counts[column]), counts["n"], strict=True)
    return [value for value, _ in sorted(pairs, key=lambda pair: (-pair[1], pair[0]))]


def _some(names: list[str]) -> str:
    shown = ", ".join(f"“{name}”" for name in names[:SHOWN])
    return shown + (" …" if len(names) > SHOWN else "")
