"""How fast, how much and how regularly each user acts: the evidence for bots."""

from collections.abc import Callable

import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.steps.types import Bots

PAUSE, PAUSES, SPREAD, AWAKE, ALIKE, WHY = "pause", "pauses", "spread", "awake", "alike", "why"
US, HOUR_US = 1_000_000, 3_600_000_000
REST_HOURS = 2.0  # a shorter pause is no sleep
MANY_ITEMS = 50  # where there are fewer items, many events at one of them are nothing odd
BOT_TIMES = 20  # so many times the events of the user at the 99th percentile


def paces(events: pl.DataFrame, fewest: int) -> pl.DataFrame:
    """Measure each user: `user_id, count, pauses, pause, spread, awake, alike`.

    Args:
        events: all of these users, in any order: `user_id, item_id, timestamp`.
        fewest: users with fewer events are counted, but their pace is not measured: there would be nothing to tell by it.

    Returns:
        pause: median seconds between events at different times; spread: 9th decile of these pauses less the 1st, as a share
        of the median; awake: hours of the longest time without a pause of two hours; alike: share of the events that are at
        the user's most frequent item. Null without two different times, and for users with too few events. By user.
    """
    counts = events.group_by(c.USER).agg(pl.len().cast(pl.Int64).alias(c.COUNT)).sort(c.USER)
    busy = counts.filter(pl.col(c.COUNT) >= fewest)[c.USER]
    theirs = events.filter(pl.col(c.USER).is_in(busy.implode()))
    frame = theirs.select(c.USER, pl.col(c.TIME).to_physical()).sort(c.USER, c.TIME)
    pause = (pl.col(c.TIME).diff().over(c.USER) / US).alias(PAUSE)
    rests = (pl.col(PAUSE) > REST_HOURS * 3_600).fill_null(False).cum_sum().over(c.USER).alias("stretch")
    frame = frame.with_columns(pause).with_columns(rests, pl.when(pl.col(PAUSE) > 0).then(pl.col(PAUSE)).alias(PAUSE))
    median = pl.col(PAUSE).median()
    deciles = pl.col(PAUSE).quantile(0.9) - pl.col(PAUSE).quantile(0.1)
    measured = frame.group_by(c.USER).agg(
        pl.col(PAUSE).count().cast(pl.Int64).alias(PAUSES), median, (deciles / median).alias(SPREAD)
    )
    spans = frame.group_by(c.USER, "stretch").agg(((pl.col(c.TIME).max() - pl.col(c.TIME).min()) / HOUR_US).alias(AWAKE))
    awake = spans.group_by(c.USER).agg(pl.col(AWAKE).max())
    alike = theirs.group_by(c.USER, c.ITEM).len().group_by(c.USER).agg((pl.col("len").max() / pl.col("len").sum()).alias(ALIKE))
    for more in (measured, awake, alike):
        counts = counts.join(more, on=c.USER, how="left", maintain_order="left")
    return counts


def usual_bots(users: pl.DataFrame, n_items: int) -> Bots:
    """Return the step with what no person does in this log: a pace only where times are known to less than a minute.

    Args:
        users: of the whole log, as `paces` measures them.
        n_items: how many items the log has.
    """
    usual = users[c.COUNT].quantile(0.99) or 0.0
    timed = users[PAUSE].drop_nulls()
    resolved, hourly = bool((timed < 60).any()), bool((timed < 3_600).any())
    return Bots(
        max_pause=3.0 if resolved else None,
        max_events=max(100, int(BOT_TIMES * usual)),
        spread=0.05,
        max_awake=30.0 if hourly else None,
        one_item=0.95 if n_items >= MANY_ITEMS else None,
    )


def is_bot(step: Bots, users: pl.DataFrame) -> pl.DataFrame:
    """Return the users of a table of paces that a step calls bots, and `why`: the names of what speaks for it, a list each."""
    measured = pl.col(PAUSES) >= step.min_events // 2  # a pace of a few pauses is none
    rules: list[tuple[str, float | None, Callable[[float], pl.Expr]]] = [
        ("fast", step.max_pause, lambda most: measured & (pl.col(PAUSE) <= most)),
        ("many", step.max_events, lambda most: pl.col(c.COUNT) > most),
        ("regular", step.spread, lambda least: measured & (pl.col(SPREAD) <= least)),
        ("sleepless", step.max_awake, lambda most: measured & (pl.col(AWAKE) > most)),
        ("one_item", step.one_item, lambda least: pl.col(ALIKE) >= least),
    ]
    said = [pl.when(rule(setting)).then(pl.lit(name)) for name, setting, rule in rules if setting is not None]
    none = pl.lit([], pl.List(pl.String))
    found = users.with_columns((pl.concat_list(said).list.drop_nulls() if said else none).alias(WHY))
    return found.filter((pl.col(c.COUNT) >= step.min_events) & (pl.col(WHY).list.len() > 0))
