"""Small counts that the views of this room share."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def top_codes(counts: NDArray[np.int64], labels: Sequence[str], top: int) -> list[int]:
    """Return the codes with the highest counts, the highest first, ties by label; codes that never occur are left out.

    Args:
        counts: of each code, int64[n_labels].
        labels: names of the codes.
        top: most codes to return.
    """
    present = np.flatnonzero(counts)
    return sorted(present.tolist(), key=lambda code: (-int(counts[code]), labels[code]))[:top]
