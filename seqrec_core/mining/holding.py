"""Which sequences hold which patterns, for many patterns at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput
from seqrec_core.mining.matching import Grid, Rules, codes_of
from seqrec_core.mining.preparing import arrays
from seqrec_core.mining.search_ends import rules_of
from seqrec_core.mining.types import MiningTerms


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


def holding(sequences: Sequences, patterns: Sequence[Sequence[str]], rules: Rules = None) -> Holding:
    """Return which sequences hold which patterns, by the rule of the search.

    Args:
        sequences: where to look.
        patterns: labels of each, first to last.
        rules: the terms of the search, or only its `max_gap`; None = any distance. Steps of several events are not looked for.

    Raises:
        BadInput: a pattern without a label; rules of time over a log without times.
        NotFound: a label that does not occur.
    """
    from seqrec_core.mining.holding_kernels import rows_by_label, rows_holding

    terms = rules if isinstance(rules, MiningTerms) else MiningTerms(1, max_gap=rules)
    if terms.uses_time and sequences.times is None:
        raise BadInput("mining", "no_times")
    known = {label for items in patterns for label in items}
    index = dict(zip(known, codes_of(sequences, list(known)), strict=True)) if known else {}
    codes = np.array([index[label] for items in patterns for label in items], np.int64)
    starts = np.concatenate([[0], np.cumsum([len(items) for items in patterns])]).astype(np.int64)
    values, _, offsets = arrays(sequences)
    grid, by_label = Grid.of(sequences), rows_by_label(values, offsets, len(sequences.labels))
    times = sequences.times if terms.uses_time and sequences.times is not None else np.empty(0, np.int64)
    times, is_plain = np.require(times, np.int64, ["C", "W"]), terms.min_gap == 1 and not terms.uses_time
    ends, rows = rows_holding(values, grid.steps, times, offsets, *by_label, codes, starts, is_plain, rules_of(terms))
    return Holding(ends, rows)
