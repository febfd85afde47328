"""From a segment to the sessions or users that belong to it."""

import numpy as np
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.features.source import Source
from seqrec_core.data.log import EventLog
from seqrec_core.data.sequences import SequenceDataset, Unit
from seqrec_core.errors import BadInput
from seqrec_core.segments.columns import as_text, existing, first_values, usable_columns
from seqrec_core.segments.grammar import parse
from seqrec_core.segments.rules import is_met
from seqrec_core.segments.types import Segment

SHOWN = 12  # so many existing values an error lists


def select(log: EventLog, dataset: SequenceDataset, segment: Segment, unit: Unit) -> NDArray[np.int64]:
    """Return who belongs to a segment.

    A session belongs if its first event lies in [start, end) and matches every `where`, it is among `sessions` where those are
    given, and it meets the rule; under a rule about users, if its user does. A user belongs if any of their sessions does.
    Features in a rule are those of the whole log, also within a period.

    Args:
        log: the events; the same as behind `dataset`.
        dataset: their arrays.
        segment: the rule.
        unit: what to return.

    Returns:
        Rising indices into `dataset.session_ids` or `dataset.user_ids`, int64[n]; may be empty.

    Raises:
        BadInput: a column, a value or a session that the log does not have; a period without times; start not before end;
            a rule that cannot be read or met; a log and a dataset that do not belong together.
    """
    if log.n_events != dataset.n_events:
        raise BadInput("segments", "other_log", log=log.n_events, dataset=dataset.n_events)
    belongs = _in_period(log, dataset, segment)
    for column, value in segment.where.items():
        belongs &= _matches(log, dataset, column, value)
    if segment.sessions is not None:
        belongs &= _is_listed(dataset, segment.sessions)
    if segment.rule:
        met = is_met(parse(segment.rule), Source(log, dataset), segment.unit)
        belongs &= met if segment.unit == "session" else met[dataset.session_user]
    sessions = np.flatnonzero(belongs).astype(np.int64)
    return sessions if unit == "session" else np.unique(dataset.session_user[sessions]).astype(np.int64)


def _in_period(log: EventLog, dataset: SequenceDataset, segment: Segment) -> NDArray[np.bool_]:
    inside = np.ones(dataset.n_sessions, dtype=bool)
    if segment.start is None and segment.end is None:
        return inside
    if not log.has_times:
        raise BadInput("segments", "no_times")
    if segment.start is not None and segment.end is not None and segment.start >= segment.end:
        raise BadInput("segments", "empty_period", start=f"{segment.start:%Y-%m-%d %H:%M}", end=f"{segment.end:%Y-%m-%d %H:%M}")
    first = first_values(log, dataset, c.TIME)
    if segment.start is not None:
        inside &= (first >= segment.start).fill_null(False).to_numpy()
    if segment.end is not None:
        inside &= (first < segment.end).fill_null(False).to_numpy()
    return inside


def _matches(log: EventLog, dataset: SequenceDataset, column: str, value: str) -> NDArray[np.bool_]:
    if column not in usable_columns(log):
        raise BadInput("segments", "unknown_column", column=column, known=_some(list(usable_columns(log))))
    matches = (as_text(first_values(log, dataset, column)) == value).fill_null(False).to_numpy()
    if not matches.any() and value not in (known := existing(log, column)):
        raise BadInput("segments", "unknown_value", column=column, value=value, known=_some(known))
    return matches


def _is_listed(dataset: SequenceDataset, sessions: tuple[str, ...]) -> NDArray[np.bool_]:
    missing = sorted(set(sessions) - set(dataset.session_ids))
    if missing:
        raise BadInput("segments", "unknown_sessions", n=len(missing), example=missing[0])
    return np.isin(np.array(dataset.session_ids, dtype=object), list(sessions))


def _some(names: list[str]) -> str:
    shown = ", ".join(f"“{name}”" for name in names[:SHOWN])
    return shown + (" …" if len(names) > SHOWN else "")
