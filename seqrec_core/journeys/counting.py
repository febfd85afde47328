"""Small counts that the views of this room share."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.sequences import Sequences


def top_codes(counts: NDArray[np.int64], labels: Sequence[str], top: int) -> list[int]:
    """Return the codes with the highest counts, the highest first, ties by label; codes that never occur are left out.

    Args:
        counts: of each code, int64[n_labels].
        labels: names of the codes.
        top: most codes to return.
    """
    present = np.flatnonzero(counts)
    return sorted(present.tolist(), key=lambda code: (-int(counts[code]), labels[code]))[:top]


def distinct(rising: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return each of some rising numbers once, int64."""
    return rising[np.diff(rising, prepend=-1) != 0].astype(np.int64)


def nth_places(sequences: Sequences, code: int, nth: int | None = None) -> NDArray[np.int64]:
    """Return the events that have a label, rising, int64.

    Args:
        sequences: sessions or users.
        code: the label.
        nth: only this occurrence in each sequence, 1 = its first, −1 = its last; None = every one.
    """
    place = sequences.places(code)
    if nth is None or not len(place):
        return place
    rows = sequences.rows[place]
    starts = np.flatnonzero(np.diff(rows, prepend=-1))
    ends = np.append(starts[1:], len(rows))
    wanted = starts + nth - 1 if nth > 0 else ends + nth
    return place[wanted[(wanted >= starts) & (wanted < ends)]]


def steps_between(sequences: Sequences, source: int, target: int) -> NDArray[np.int64]:
    """Return the events with the label `source` that one with `target` follows directly, rising, int64."""
    place = sequences.places(source)
    place = place[~sequences.is_last[place]]
    return place[sequences.values[place + 1] == target]
