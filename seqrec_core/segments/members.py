"""A segment of given sequences: exactly these sessions, or exactly these users."""

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.sequences import SequenceDataset, Unit
from seqrec_core.segments.types import Segment


def of_rows(name: str, dataset: SequenceDataset, unit: Unit, rows: NDArray[np.integer]) -> Segment:
    """Return a segment that holds exactly these sessions; of users, all sessions they have.

    Args:
        name: what people call it.
        dataset: where they are.
        unit: what `rows` count.
        rows: indices into `dataset.session_ids` or `dataset.user_ids`, int64[n].
    """
    sessions = rows if unit == "session" else np.flatnonzero(np.isin(dataset.session_user, rows))
    return Segment(name=name, sessions=tuple(dataset.session_ids[int(row)] for row in sessions))
