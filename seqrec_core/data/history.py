"""What a model sees of one person: items in order, with event types and times where the log has them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec_core.errors import BadInput


@dataclass(frozen=True)
class History:
    """A prefix of somebody's events, oldest first.

    Args:
        items: item indices 1…V−1, int32[n]; may be empty.
        event_types: codes into the dataset's event types, int16[n], or None.
        times: microseconds since 1970 UTC, int64[n], or None where the log has no time.
    """

    items: NDArray[np.int32]
    event_types: NDArray[np.int16] | None = None
    times: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        for name in ("event_types", "times"):
            column = getattr(self, name)
            if column is not None and len(column) != len(self.items):
                raise BadInput("data", "ragged_history", column=name, found=len(column), expected=len(self.items))

    def __len__(self) -> int:
        return len(self.items)

    def take(self, positions: Sequence[int] | NDArray[np.integer]) -> "History":
        """Return the history of only these positions, in the order given."""
        index = np.asarray(positions, dtype=np.int64)
        return History(
            self.items[index],
            None if self.event_types is None else self.event_types[index],
            None if self.times is None else self.times[index],
        )

    def without(self, positions: Sequence[int]) -> "History":
        """Return the history with these events removed and the gap closed."""
        keep = np.ones(len(self), dtype=bool)
        keep[list(positions)] = False
        return self.take(np.flatnonzero(keep))

    def last(self, n: int) -> "History":
        """Return the n most recent events."""
        return self.take(np.arange(max(0, len(self) - n), len(self)))


EMPTY = History(np.zeros(0, np.int32))
