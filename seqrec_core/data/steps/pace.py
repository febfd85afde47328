"""How fast, how much and how regularly each user acts: the evidence for bots."""

import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.steps.types import Bots

PAUSE, PAUSES, SPREAD = "pause", "pauses", "spread"
US = 1_000_000


def paces(events: pl.DataFrame, fewest: int) -> pl.DataFrame:
    """Measure each user: `user_id, count, pauses, pause, spread`.

    Args:
        events: all of these users, in any order.
        fewest: users with fewer events are counted, but their pace is not measured: there would be nothing to tell by it.

    Returns:
        pause: median seconds between events at different times; spread: 9th decile of these pauses less the 1st, as a share
        of the median. Null without two different times, and for users with too few events. By user.
    """
    counts = events.group_by(c.USER).agg(pl.len().cast(pl.Int64).alias(c.COUNT)).sort(c.USER)
    busy = counts.filter(pl.col(c.COUNT) >= fewest)[c.USER]
    frame = events.select(c.USER, c.TIME).filter(pl.col(c.USER).is_in(busy.implode())).sort(c.USER, c.TIME)
    pause = (pl.col(c.TIME).to_physical().diff().over(c.USER) / US).alias(PAUSE)
    frame = frame.select(c.USER, pause).with_columns(pl.when(pl.col(PAUSE) > 0).then(pl.col(PAUSE)).alias(PAUSE))
    median = pl.col(PAUSE).median()
    deciles = pl.col(PAUSE).quantile(0.9) - pl.col(PAUSE).quantile(0.1)
    measured = frame.group_by(c.USER).agg(
        pl.col(PAUSE).count().cast(pl.Int64).alias(PAUSES), median, (deciles / median).alias(SPREAD)
    )
    return counts.join(measured, on=c.USER, how="left", maintain_order="left")


def is_bot(step: Bots, users: pl.DataFrame) -> pl.DataFrame:
    """Return the users of a table of paces that a step calls bots."""
    called, measured = pl.lit(False), pl.col(PAUSES) >= step.min_events // 2  # a pace of a few pauses is none
    if step.max_pause is not None:
        called = called | (measured & (pl.col(PAUSE) <= step.max_pause))
    if step.max_events is not None:
        called = called | (pl.col(c.COUNT) > step.max_events)
    if step.spread is not None:
        called = called | (measured & (pl.col(SPREAD) <= step.spread))
    return users.filter((pl.col(c.COUNT) >= step.min_events) & called.fill_null(False))
