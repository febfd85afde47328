"""Events that several sources of a log hold: the same user, item, type and time."""

import polars as pl

from seqrec_core import columns as c

KEY = (c.USER, c.ITEM, c.EVENT, c.TIME)
FIRST, ROW = "first", "row"


def overlapping(events: pl.DataFrame, sources: tuple[str, ...]) -> pl.DataFrame:
    """Find events that equal one of an earlier source: `row, first, source`.

    Args:
        events: in any order; events of one user stand in one table.
        sources: which comes before which; one that is not named comes last.

    Returns:
        row: its place among the events; first: the earliest source that has it; source: its own.
    """
    rank = pl.col(c.SOURCE).replace_strict(list(sources), range(len(sources)), default=len(sources), return_dtype=pl.Int64)
    twins = (
        events.select(*KEY, c.SOURCE).with_row_index(ROW).filter(pl.struct(KEY).is_duplicated() & pl.col(c.TIME).is_not_null())
    )
    twins = twins.with_columns(rank.alias("rank")).with_columns(pl.col("rank").min().over(KEY).alias("least"))
    first = pl.col(c.SOURCE).sort_by("rank").first().over(KEY).alias(FIRST)
    return twins.with_columns(first).filter(pl.col("rank") > pl.col("least")).select(ROW, FIRST, c.SOURCE)


def overlap_counts(events: pl.DataFrame, sources: tuple[str, ...]) -> pl.DataFrame:
    """Count them by pair: `first, source, count`."""
    found = overlapping(events, sources)
    return found.group_by(FIRST, c.SOURCE).agg(pl.len().cast(pl.Int64).alias(c.COUNT)).sort(FIRST, c.SOURCE)
