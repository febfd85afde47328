"""Where a pattern occurs: which sequences hold it, and at which of their events. Same rule as the search."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput, NotFound
from seqrec_core.mining.types import Match


def supporting(sequences: Sequences, items: tuple[str, ...] | list[str], max_gap: int | None = None) -> NDArray[np.int64]:
    """Return the sequences that hold a pattern, int64[n], rising.

    Args:
        sequences: what was searched.
        items: labels, first to last.
        max_gap: as in the search that found the pattern.

    Raises:
        BadInput: no label is given.
        NotFound: a label that does not occur.
    """
    grid = Grid.of(sequences)
    ends = occurrences(sequences, grid, codes_of(sequences, items), max_gap)[-1]
    return np.unique(grid.rows[ends])


def matches(sequences: Sequences, items: tuple[str, ...] | list[str], max_gap: int | None = None, limit: int = 20) -> list[Match]:
    """Return one occurrence in each of the first `limit` sequences that hold a pattern.

    The occurrence ends as early as possible and is, for that end, the one with the latest events before it.

    Args:
        sequences: what was searched.
        items: labels, first to last.
        max_gap: as in the search that found the pattern.
        limit: most matches to return.

    Raises:
        BadInput, NotFound: as `supporting`.
    """
    grid = Grid.of(sequences)
    found = occurrences(sequences, grid, codes_of(sequences, items), max_gap)
    rows, first = np.unique(grid.rows[found[-1]], return_index=True)
    spots = [found[-1][first[:limit]]]
    for ends in reversed(found[:-1]):
        spots.append(ends[_latest_before(grid, ends, spots[-1])])
    positions = np.stack(spots[::-1], axis=1) - sequences.offsets[rows[:limit], None]
    return [Match(int(row), tuple(map(int, line))) for row, line in zip(rows[:limit], positions, strict=True)]


@dataclass(frozen=True)
class Grid:
    """The row and the step of each event, numbered so that a sequence's steps follow each other without holes.

    Args:
        rows: sequence of each event, int64[n_events].
        steps: step ordinal of each event over all sequences, int64[n_events].
    """

    rows: NDArray[np.int64]
    steps: NDArray[np.int64]

    @classmethod
    def of(cls, sequences: Sequences) -> "Grid":
        """Number the steps of all sequences one after the other."""
        rows = np.repeat(np.arange(len(sequences)), np.diff(sequences.offsets))
        if not len(rows):
            return cls(rows, rows)
        new = (np.diff(rows, prepend=-1) != 0) | (np.diff(sequences.steps, prepend=sequences.steps[0] - 1) != 0)
        return cls(rows, np.cumsum(new))


def codes_of(sequences: Sequences, items: tuple[str, ...] | list[str]) -> list[int]:
    """Return the codes of labels.

    Raises:
        BadInput: no label is given.
        NotFound: a label that does not occur.
    """
    if not items:
        raise BadInput("mining", "no_pattern")
    index = {label: code for code, label in enumerate(sequences.labels)}
    for label in items:
        if label not in index:
            raise NotFound("mining", "unknown_label", label=label, n=len(index))
    return [index[label] for label in items]


def occurrences(sequences: Sequences, grid: Grid, codes: list[int], max_gap: int | None) -> list[NDArray[np.int64]]:
    """Return, for each prefix of a pattern, all positions where it can end, int64, rising."""
    found = [np.flatnonzero(sequences.values == codes[0])]
    for code in codes[1:]:
        ends, spots = found[-1], np.flatnonzero(sequences.values == code)
        before = _latest_before(grid, ends, spots)
        is_reached = before >= 0
        if len(ends):
            is_reached &= grid.rows[ends[before]] == grid.rows[spots]
            if max_gap is not None:
                is_reached &= grid.steps[spots] - grid.steps[ends[before]] <= max_gap
        found.append(spots[is_reached])
    return found


def _latest_before(grid: Grid, ends: NDArray[np.int64], spots: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the index of the last of `ends` in an earlier step than each spot, −1 where there is none."""
    return np.searchsorted(grid.steps[ends], grid.steps[spots], side="left") - 1
