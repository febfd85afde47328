"""Two groups of one log as sequences that can be compared: what lies in both is in neither."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.log import EventLog
from seqrec_core.data.sequences import Of, SequenceDataset, Sequences, Unit
from seqrec_core.errors import BadInput
from seqrec_core.segments.select import select
from seqrec_core.segments.types import Segment
from seqrec_core.segments.within import sequences_of_sessions


@dataclass(frozen=True)
class Groups:
    """Sequences of two groups.

    Args:
        a, b: their sequences; no session is in both.
        left_out: sessions that are in both segments.
    """

    a: Sequences
    b: Sequences
    left_out: int


def groups(log: EventLog, dataset: SequenceDataset, a: Segment | None, b: Segment | None, unit: Unit, of: Of) -> Groups:
    """Return the sequences of two segments; None stands for all that is not in the other.

    Args:
        log: the events.
        dataset: their arrays.
        a: one segment.
        b: the other; at most one of them is None.
        unit: what one sequence is; a user's events are those of the group's sessions.
        of: what is counted in it.

    Raises:
        BadInput: both are None, a group that is empty, a segment that does not fit the log.
    """
    if a is None and b is None:
        raise BadInput("insight", "two_rests")
    in_a, in_b = _members(log, dataset, a), _members(log, dataset, b)
    in_a = ~in_b if a is None else in_a
    in_b = ~in_a if b is None else in_b
    shared = in_a & in_b
    picked = [np.flatnonzero(inside & ~shared) for inside in (in_a, in_b)]
    for name, sessions in zip("AB", picked, strict=True):
        if not len(sessions):
            raise BadInput("insight", "empty_group", group=name)
    sequences = [sequences_of_sessions(dataset, sessions, unit, of) for sessions in picked]
    return Groups(sequences[0], sequences[1], int(shared.sum()))


def _members(log: EventLog, dataset: SequenceDataset, segment: Segment | None) -> NDArray[np.bool_]:
    inside = np.zeros(dataset.n_sessions, bool)
    if segment is not None:
        inside[select(log, dataset, segment, "session")] = True
    return inside
