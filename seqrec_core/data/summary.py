"""What is in a log, counted: tables for the charts of the Data page. All are sorted and hold whole counts."""

import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.catalog import ItemCatalog
from seqrec_core.data.log import EventLog

DAY = "day"
RANK_SHARE = "rank_share"


def events_per_day(log: EventLog) -> pl.DataFrame:
    """Return `day, count` for every day from the first to the last, days without events included.

    Days are those of UTC. A log without times gives an empty table.
    """
    schema = {DAY: pl.Date, c.COUNT: pl.Int64}
    days = log.frame.select(pl.col(c.TIME).dt.date().alias(DAY)).drop_nulls()
    if not days.height:
        return pl.DataFrame(schema=schema)
    counted = days.group_by(DAY).len(c.COUNT)
    low, high = days[DAY].min(), days[DAY].max()
    every = pl.select(pl.date_range(low, high).alias(DAY))  # type: ignore[arg-type]
    return every.join(counted, on=DAY, how="left", maintain_order="left").with_columns(
        pl.col(c.COUNT).fill_null(0).cast(pl.Int64)
    )


def events_per_source(log: EventLog) -> pl.DataFrame:
    """Return `source, day, count`, the source with most events first, each with every day of the log (UTC).

    Without times there is one row a source, and no day.
    """
    counted = log.frame.group_by(c.SOURCE, pl.col(c.TIME).dt.date().alias(DAY)).len(c.COUNT)
    counted = counted.with_columns(pl.col(c.COUNT).cast(pl.Int64))
    low, high = counted[DAY].min(), counted[DAY].max()
    if low is not None:
        days = pl.select(pl.date_range(low, high).alias(DAY))  # type: ignore[arg-type]
        every = counted.select(c.SOURCE).unique().join(days, how="cross")
        counted = every.join(counted, on=[c.SOURCE, DAY], how="left").with_columns(pl.col(c.COUNT).fill_null(0))
    total = pl.col(c.COUNT).sum().over(c.SOURCE)
    return counted.sort([total, pl.col(c.SOURCE), pl.col(DAY)], descending=[True, False, False])


def events_per_user(log: EventLog) -> pl.DataFrame:
    """Return `user_id, count`, the most active first (ties by id)."""
    return _counted(log.frame, c.USER)


def events_per_session(log: EventLog) -> pl.DataFrame:
    """Return `session_id, count`, the longest first (ties by id)."""
    return _counted(log.frame, c.SESSION)


def top_items(log: EventLog, catalog: ItemCatalog | None = None, n: int = 20) -> pl.DataFrame:
    """Return `item_id, title, count, share` of the n items with most events (ties by id); share is of all events."""
    top = _counted(log.frame, c.ITEM).head(n)
    titles = [item if catalog is None else catalog.title(item) for item in top[c.ITEM]]
    return top.select(
        c.ITEM,
        pl.Series(c.TITLE, titles, dtype=pl.String),
        c.COUNT,
        (pl.col(c.COUNT) / log.n_events).alias(c.SHARE),
    )


def event_mix(log: EventLog) -> pl.DataFrame:
    """Return `event_type, count, share`, the most frequent first (ties by name)."""
    return _counted(log.frame, c.EVENT).with_columns((pl.col(c.COUNT) / log.n_events).alias(c.SHARE))


def long_tail(log: EventLog) -> pl.DataFrame:
    """Return `item_id, count, rank_share, share`: the share of events that the most popular share of items has.

    Both shares are cumulative and in (0, 1]; the items are sorted by their count, the most popular first.
    """
    counted = _counted(log.frame, c.ITEM)
    return counted.with_columns(
        (pl.int_range(1, pl.len() + 1) / pl.len()).alias(RANK_SHARE),
        (pl.col(c.COUNT).cum_sum() / log.n_events).alias(c.SHARE),
    )


def _counted(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    counted = frame.group_by(name).len(c.COUNT).with_columns(pl.col(c.COUNT).cast(pl.Int64))
    return counted.sort([c.COUNT, name], descending=[True, False])
