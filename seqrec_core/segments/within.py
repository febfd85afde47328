"""The sequences of a segment: its sessions, or what its users did in them."""

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.log import EventLog
from seqrec_core.data.sequences import Of, SequenceDataset, Sequences, Unit
from seqrec_core.segments.select import select
from seqrec_core.segments.types import Segment


def sequences_within(log: EventLog, dataset: SequenceDataset, segment: Segment, unit: Unit, of: Of) -> Sequences:
    """Return the events of a segment's sessions as labelled sequences, one a session or one a user.

    What a user did in other sessions is left out: a funnel of a week does not count a purchase of the week after.

    Args:
        log: the events; the same as behind `dataset`.
        dataset: their arrays.
        segment: the rule.
        unit: what one sequence is.
        of: what is counted in it.

    Returns:
        One sequence for each member of the segment, in the order of `select`.

    Raises:
        BadInput: as `select`, and categories where the catalogue has none.
    """
    return sequences_of_sessions(dataset, select(log, dataset, segment, "session"), unit, of)


def sequences_of_sessions(dataset: SequenceDataset, sessions: NDArray[np.int64], unit: Unit, of: Of) -> Sequences:
    """Return the events of some sessions alone as labelled sequences, one a session or one a user of them.

    Args:
        dataset: the log as arrays.
        sessions: rising indices of sessions.
        unit: what one sequence is.
        of: what is counted in it.
    """
    if unit == "session":
        return dataset.sequences(unit, of).take(sessions)
    lengths = np.diff(dataset.session_offsets)
    inside = np.zeros(dataset.n_events, np.bool_)
    inside[dataset.session_rows] = np.repeat(np.isin(np.arange(len(lengths)), sessions), lengths)
    users = np.unique(dataset.session_user[sessions]).astype(np.int64)
    return dataset.sequences(unit, of).only(inside).take(users)
