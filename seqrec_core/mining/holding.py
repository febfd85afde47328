"""Which sequences hold which patterns, for many patterns at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.sequences import Sequences
from seqrec_core.mining.matching import Grid, codes_of
from seqrec_core.mining.preparing import arrays
from seqrec_core.mining.search import NO_LIMIT


@dataclass(frozen=True)
class Holding:
    """The sequences that hold each of several patterns.

    Args:
        bounds: pattern i is held by `rows[bounds[i]:bounds[i + 1]]`, int64[n_patterns + 1].
        rows: indices of sequences, rising inside a pattern, int64[m].
    """

    bounds: NDArray[np.int64]
    rows: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.bounds) - 1

    @property
    def counts(self) -> NDArray[np.int64]:
        """How many sequences hold each pattern, int64[n_patterns]."""
        return np.diff(self.bounds)


def holding(sequences: Sequences, patterns: Sequence[Sequence[str]], max_gap: int | None = None) -> Holding:
    """Return which sequences hold which patterns, by the rule of the search.

    Args:
        sequences: where to look.
        patterns: labels of each, first to last.
        max_gap: as in the search.

    Raises:
        BadInput: a pattern without a label.
        NotFound: a label that does not occur.
    """
    from seqrec_core.mining.holding_kernels import rows_holding

    known = {label for items in patterns for label in items}
    index = dict(zip(known, codes_of(sequences, list(known)), strict=True)) if known else {}
    codes = np.array([index[label] for items in patterns for label in items], np.int64)
    starts = np.concatenate([[0], np.cumsum([len(items) for items in patterns])]).astype(np.int64)
    values, _, offsets = arrays(sequences)
    grid, n = Grid.of(sequences), len(sequences)
    held = np.unique(values.astype(np.int64) * n + grid.rows)
    bounds = np.searchsorted(held, np.arange(len(sequences.labels) + 1) * n)
    gap = NO_LIMIT if max_gap is None else max_gap
    ends, rows = rows_holding(values, grid.steps, offsets, held % max(n, 1), bounds, codes, starts, gap)
    return Holding(ends, rows)
