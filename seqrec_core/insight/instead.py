"""What people do instead: where those who did something, but did not go on to an event, went next."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.insight.hiding import users_by_cell
from seqrec_core.mining.matching import Grid, Rules, codes_of, occurrences
from seqrec_core.mining.preceding import Cut
from seqrec_core.stats.intervals import newcombe_interval, wilson_interval

SHARE, LOW, HIGH = "share", "low", "high"
COUNT_REACHED, SHARE_REACHED = "count_reached", "share_reached"
DIFFERENCE, DIFFERENCE_LOW, DIFFERENCE_HIGH = "difference", "difference_low", "difference_high"


@dataclass(frozen=True)
class Instead:
    """What comes right after a pattern.

    Args:
        frame: `to, count, share, low, high` of those who did not reach the event, `count_reached, share_reached` of those who
            did, and `difference, difference_low, difference_high` = share − share_reached; the most frequent first. `to` is
            null where nothing came after the pattern.
        n: sequences that hold the pattern and never reach the event.
        n_reached: those that hold it before the event.
        left_out: of n, those whose next event is that of too few people to be shown.
    """

    frame: pl.DataFrame
    n: int
    n_reached: int
    left_out: int


def instead(cut: Cut, items: tuple[str, ...] | list[str], rules: Rules = None, floor: int = 1) -> Instead:
    """Count what comes next after the earliest end of a pattern: the first event of a later step.

    Each sequence counts once. Those that reach the event are seen up to it, so that the event itself is what comes next where
    nothing else is left before it. Intervals are Wilson's, and Newcombe's for the difference, 95 %.

    Args:
        cut: sequences up to the event.
        items: the pattern, first to last.
        rules: the terms of the search, or only its `max_gap`.
        floor: fewest distinct users of a row that is shown, and of those behind it who did reach the event, where there are any.

    Raises:
        BadInput: no label is given.
        NotFound: a label that does not occur.
    """
    sequences = cut.sequences
    rows, after = _next(cut, codes_of(sequences, items), rules)
    is_in = cut.reached[rows]
    n, n_reached = int((~is_in).sum()), int(is_in.sum())
    codes = np.unique(after)
    spot = np.searchsorted(codes, after)
    count = np.bincount(spot[~is_in], minlength=len(codes))
    count_reached = np.bincount(spot[is_in], minlength=len(codes))
    owner = sequences.owner[rows].astype(np.int64)
    users, reached = (users_by_cell(spot[side], owner[side], len(codes)) for side in (~is_in, is_in))
    shown = (users >= max(floor, 1)) & ((reached == 0) | (reached >= floor))
    frame = _measured(count, n, count_reached, n_reached)
    names = [*sequences.labels, cut.event, None]
    frame = frame.with_columns(pl.Series(c.TO, [names[code] for code in codes], pl.String)).filter(pl.Series(shown))
    frame = frame.select(c.TO, pl.exclude(c.TO)).sort([c.COUNT, c.TO], descending=[True, False], nulls_last=True)
    return Instead(frame, n, n_reached, n - int(count[shown].sum()))


def _next(cut: Cut, codes: list[int], rules: Rules) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the sequences that hold a pattern and the code of what comes next, int64[n] both.

    The code after the labels stands for the event of the cut, the one after that for nothing more.
    """
    sequences, n_labels = cut.sequences, len(cut.sequences.labels)
    grid = Grid.of(sequences)
    ends = occurrences(sequences, grid, codes, rules)[-1]
    rows, first = np.unique(grid.rows[ends], return_index=True)
    ends = ends[first]
    later = np.searchsorted(grid.steps, grid.steps[ends], side="right")
    is_more = later < sequences.offsets[rows + 1]
    event = sequences.labels.index(cut.event) if cut.event in sequences.labels else n_labels
    found = sequences.values[np.minimum(later, max(len(sequences.values) - 1, 0))].astype(np.int64)
    after = np.where(is_more, found, np.where(cut.reached[rows], event, n_labels + 1))
    return rows, after


def _measured(count: NDArray[np.int64], n: int, count_reached: NDArray[np.int64], n_reached: int) -> pl.DataFrame:
    low, high = wilson_interval(count, np.full(len(count), n))
    share, share_reached = count / max(n, 1), count_reached / max(n_reached, 1)
    far = newcombe_interval(count_reached, np.full(len(count), n_reached), count, np.full(len(count), n))
    columns = {
        c.COUNT: (count, pl.Int64),
        SHARE: (share, pl.Float64),
        LOW: (low, pl.Float64),
        HIGH: (high, pl.Float64),
        COUNT_REACHED: (count_reached, pl.Int64),
        SHARE_REACHED: (share_reached, pl.Float64),
        DIFFERENCE: (share - share_reached, pl.Float64),
        DIFFERENCE_LOW: (far[0], pl.Float64),
        DIFFERENCE_HIGH: (far[1], pl.Float64),
    }
    return pl.DataFrame([pl.Series(name, values, dtype) for name, (values, dtype) in columns.items()])
