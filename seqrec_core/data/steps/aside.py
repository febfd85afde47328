"""What steps left out or changed, put aside so that they can be undone: the log before its steps can be made again."""

import numpy as np
import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.events import HASH, NOTES, PLACE

POSITION, CHANGED = "\x1fposition", "\x1fchanged"


def set_aside(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Return the events that steps left out or changed, as they were.

    Args:
        before: sorted events of some users, with `PLACE`.
        after: what the steps left of them, in the same order.

    Returns:
        The columns of the events, beside them `POSITION` (the row among all events before the steps) and `CHANGED` (whether
        the event stayed, with another item or type).
    """
    rows = before.with_row_index(POSITION).with_columns(pl.col(POSITION).cast(pl.Int64))
    kept = (
        pl.Series([True]).new_from_index(0, before.height)
        if before.height == after.height
        else before[PLACE].is_in(after[PLACE].implode())
    )
    stayed = rows.filter(kept)
    differs = (stayed[c.ITEM] != after[c.ITEM]) | (stayed[c.EVENT] != after[c.EVENT])
    left = rows.filter(~kept).with_columns(pl.lit(False).alias(CHANGED))
    other = stayed.filter(differs).with_columns(pl.lit(True).alias(CHANGED))
    return pl.concat([left, other]).drop(PLACE, HASH, NOTES, strict=False)


def restored(after: pl.DataFrame, aside: pl.DataFrame) -> pl.DataFrame:
    """Return the events before the steps, in their order.

    Args:
        after: what the steps left.
        aside: as `set_aside` gave it; columns that it lacks are not restored.
    """
    left, changed = aside.filter(~pl.col(CHANGED)), aside.filter(pl.col(CHANGED))
    taken = np.zeros(after.height + left.height, np.bool_)
    taken[left[POSITION].to_numpy()] = True
    places = np.flatnonzero(~taken)
    for name in (c.ITEM, c.EVENT) if changed.height else ():
        if name in after.columns:
            at = np.searchsorted(places, changed[POSITION].to_numpy())
            after = after.with_columns(after[name].scatter(at, changed[name]))
    if not left.height:
        return after
    rows = np.empty(len(taken), np.uint32)
    rows[places] = np.arange(after.height)
    rows[left[POSITION].to_numpy()] = np.arange(after.height, len(taken))
    return pl.concat([after, left.select(after.columns)]).rechunk()[pl.Series(rows)]
