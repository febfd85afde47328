"""How large a segment is, before it is saved or used."""

from dataclasses import dataclass

import numpy as np

from seqrec_core.data.log import EventLog
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.segments.select import select
from seqrec_core.segments.types import Segment
from seqrec_core.text import count, percent, say

EXAMPLES = 5


@dataclass(frozen=True)
class Preview:
    """The size of a segment.

    Args:
        name: of the segment.
        sessions, users, events: in it; the users are those with a session in it.
        all_sessions, all_users, all_events: in the log.
        examples: the first session ids, up to five.
    """

    name: str
    sessions: int
    users: int
    events: int
    all_sessions: int
    all_users: int
    all_events: int
    examples: tuple[str, ...]

    @property
    def share_of_sessions(self) -> float:
        """In [0, 1]."""
        return self.sessions / self.all_sessions

    @property
    def share_of_users(self) -> float:
        """In [0, 1]."""
        return self.users / self.all_users

    @property
    def sentence(self) -> str:
        """The size in words."""
        if not self.sessions:
            return say("segments.preview.none", name=self.name)
        return say(
            "segments.preview.some",
            name=self.name,
            sessions=count(self.sessions, "session"),
            share_of_sessions=percent(self.share_of_sessions),
            users=count(self.users, "user"),
            share_of_users=percent(self.share_of_users),
        )


def preview(log: EventLog, dataset: SequenceDataset, segment: Segment) -> Preview:
    """Count a segment.

    Args:
        log: the events; the same as behind `dataset`.
        dataset: their arrays.
        segment: saved or not.

    Raises:
        BadInput: as `select`.
    """
    sessions = select(log, dataset, segment, "session")
    lengths = np.diff(dataset.session_offsets)
    return Preview(
        segment.name,
        len(sessions),
        len(np.unique(dataset.session_user[sessions])),
        int(lengths[sessions].sum()),
        dataset.n_sessions,
        dataset.n_users,
        dataset.n_events,
        tuple(dataset.session_ids[int(index)] for index in sessions[:EXAMPLES]),
    )
