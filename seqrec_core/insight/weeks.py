"""Which weeks are unlike the others: an event or a step that is met more or less often, or a step that takes longer."""

import math

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.sequences import DAY_US, Sequences
from seqrec_core.mining.transitions import pairs
from seqrec_core.stats.tests import benjamini_yekutieli, two_proportion_p

START, END = "start", "end"
N, REACHED, RATE, ELSEWHERE, P_VALUE, P_CORRECTED = "n", "reached", "rate", "rate_elsewhere", "p_value", "p_corrected"
MEDIAN_ELSEWHERE = "median_elsewhere"
MONDAY_US = 4 * DAY_US  # 1970-01-05 was a Monday
WEEK_US = 7 * DAY_US
FEWEST, MOST_STEPS = 20, 500
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    START: pl.Datetime("us", "UTC"),
    END: pl.Datetime("us", "UTC"),
    c.FROM: pl.String,
    c.TO: pl.String,
    N: pl.Int64,
    REACHED: pl.Int64,
    RATE: pl.Float64,
    ELSEWHERE: pl.Float64,
    P_VALUE: pl.Float64,
    P_CORRECTED: pl.Float64,
}

SLOW_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    START: pl.Datetime("us", "UTC"),
    END: pl.Datetime("us", "UTC"),
    c.FROM: pl.String,
    c.TO: pl.String,
    N: pl.Int64,
    c.MEDIAN_SECONDS: pl.Float64,
    MEDIAN_ELSEWHERE: pl.Float64,
    P_VALUE: pl.Float64,
    P_CORRECTED: pl.Float64,
}


def unusual_weeks(sequences: Sequences) -> pl.DataFrame:
    """Compare, for each step a → b and each week, how many sequences with a go on directly to b, with all other weeks.

    A sequence counts once for each step, in the week it begins (from Monday, UTC), so that one that repeats a step does not
    weigh more. A row without `from` is about the event alone: how many of the week's sequences hold it. Looked at are the 500
    steps and events that most sequences hold, in weeks with 20 sequences that could. p-values are of
    two shares, corrected by Benjamini-Yekutieli for all steps and weeks: they depend on each other in every way.

    Args:
        sequences: with times.

    Returns:
        `start, end, from, to, n, reached, rate, rate_elsewhere, p_value, p_corrected`, the least p first, then the largest
        difference; empty where the log has no times or only one week.
    """
    weeks = _weeks(sequences)
    if weeks is None or len(np.unique(weeks[weeks >= 0])) < 2:
        return pl.DataFrame(schema=SCHEMA)
    found, n_labels = pairs(sequences), len(sequences.labels)
    steps = np.unique(np.stack([found.row, found.source.astype(np.int64) * n_labels + found.target]), axis=1)
    held = np.unique(np.stack([np.repeat(np.arange(len(sequences)), np.diff(sequences.offsets)), sequences.values]), axis=1)
    alone = held + np.array([[0], [n_labels * n_labels]])
    every = np.stack([np.flatnonzero(weeks >= 0), np.full(int((weeks >= 0).sum()), n_labels)])
    taken = _by_week(np.concatenate([steps, alone], axis=1), weeks, "step", REACHED)
    with_a = _by_week(np.concatenate([held, every], axis=1), weeks, "code", N)
    known = taken.group_by("step").agg(pl.col(REACHED).sum().alias("all_reached")).sort(["all_reached", "step"], descending=True)
    known = known.head(MOST_STEPS).with_columns((pl.col("step") // n_labels).alias("code"))
    grid = known.join(with_a, on="code").join(taken, on=["step", "week"], how="left").with_columns(pl.col(REACHED).fill_null(0))
    grid = grid.join(with_a.group_by("code").agg(pl.col(N).sum().alias("all_n")), on="code")
    grid = grid.filter((pl.col(N) >= FEWEST) & (pl.col("all_n") - pl.col(N) >= FEWEST))
    return _tested(grid, sequences.labels)


def slow_weeks(sequences: Sequences) -> pl.DataFrame:
    """Compare, for each step a → b and each week, how long it takes with all other weeks.

    A sequence counts once, with the first time it takes the step, in the week it begins. Looked at are the 500 steps that most
    sequences take, in weeks with 20 of them. p-values are of a rank-sum test (normal, ties at their mean rank), corrected by
    Benjamini-Yekutieli.

    Args:
        sequences: with times finer than days.

    Returns:
        `start, end, from, to, n, median_seconds, median_elsewhere, p_value, p_corrected`, the least p first; empty where the
        log has no such times.

    Source: Mann & Whitney 1947, Annals of Mathematical Statistics 18, 50–60.
    """
    weeks = _weeks(sequences)
    if weeks is None or sequences.times is None or not (sequences.times % DAY_US).any():
        return pl.DataFrame(schema=SLOW_SCHEMA)
    found, n_labels = pairs(sequences), len(sequences.labels)
    seconds = (sequences.times[found.position + 1] - sequences.times[found.position]) / 1e6
    step = found.source.astype(np.int64) * n_labels + found.target
    frame = pl.DataFrame({"row": found.row, "step": step, "seconds": seconds}).unique(["row", "step"], keep="first")
    often = frame.group_by("step").len("all_n").sort(["all_n", "step"], descending=True).head(MOST_STEPS)
    frame = frame.with_columns(pl.Series("week", weeks[frame["row"].to_numpy()])).join(often, on="step")
    frame = frame.with_columns(pl.col("seconds").rank("average").over("step").alias("rank"))
    by_week = frame.group_by("step", "week").agg(
        pl.len().cast(pl.Int64).alias(N), pl.col("rank").sum(), pl.col("all_n").first(), pl.col("seconds").alias("own")
    )
    grid = by_week.filter((pl.col(N) >= FEWEST) & (pl.col("all_n") - pl.col(N) >= FEWEST)).sort("step", "week")
    elsewhere = [
        frame.filter((pl.col("step") == step) & (pl.col("week") != week))["seconds"].median()
        for step, week in grid.select("step", "week").iter_rows()
    ]
    n, n_all = grid[N].to_numpy().astype(np.float64), grid["all_n"].to_numpy().astype(np.float64)
    away = np.abs(grid["rank"].to_numpy() - n * (n_all + 1) / 2) / np.sqrt(n * (n_all - n) * (n_all + 1) / 12)
    p_value = np.array([math.erfc(z / math.sqrt(2)) for z in away])
    columns = {
        **_named(grid, sequences.labels),
        N: grid[N],
        c.MEDIAN_SECONDS: grid["own"].list.median(),
        MEDIAN_ELSEWHERE: pl.Series(elsewhere, dtype=pl.Float64),
        P_VALUE: p_value,
        P_CORRECTED: benjamini_yekutieli(p_value),
    }
    return pl.DataFrame(columns, schema=SLOW_SCHEMA).sort([P_VALUE, c.FROM, c.TO, START])


def _by_week(held: NDArray[np.int64], weeks: NDArray[np.int64], key: str, name: str) -> pl.DataFrame:
    """Count pairs of sequence and key [2, n] by key and week."""
    return pl.DataFrame({key: held[1], "week": weeks[held[0]]}).group_by(key, "week").agg(pl.len().cast(pl.Int64).alias(name))


def _named(grid: pl.DataFrame, labels: tuple[str, ...]) -> dict[str, pl.Series]:
    """Return the columns that say which week and which step; an event alone has no `from`."""
    start, step = pl.Series((grid["week"].to_numpy() * WEEK_US + MONDAY_US).astype(np.int64)), grid["step"].to_numpy()
    time, names = pl.Datetime("us", "UTC"), [*labels, None]
    return {
        START: start.cast(time),
        END: (start + WEEK_US).cast(time),
        c.FROM: pl.Series([names[code] for code in step // len(labels)], dtype=pl.String),
        c.TO: pl.Series([names[code] for code in step % len(labels)], dtype=pl.String),
    }


def _tested(grid: pl.DataFrame, labels: tuple[str, ...]) -> pl.DataFrame:
    n, reached = grid[N].to_numpy().astype(np.int64), grid[REACHED].to_numpy().astype(np.int64)
    n_else = grid["all_n"].to_numpy().astype(np.int64) - n
    reached_else = grid["all_reached"].to_numpy().astype(np.int64) - reached
    p_value = two_proportion_p(reached, n, reached_else, n_else)
    p_value = np.where(np.isnan(p_value), 1.0, p_value)
    frame = pl.DataFrame(
        {
            **_named(grid, labels),
            N: n,
            REACHED: reached,
            RATE: reached / n,
            ELSEWHERE: reached_else / n_else,
            P_VALUE: p_value,
            P_CORRECTED: benjamini_yekutieli(p_value),
        },
        schema=SCHEMA,
    )
    return frame.sort([pl.col(P_VALUE), -(pl.col(RATE) - pl.col(ELSEWHERE)).abs(), c.FROM, c.TO, START])


def _weeks(sequences: Sequences) -> NDArray[np.int64] | None:
    """Return the week in which each sequence begins, −1 for an empty one; None without times."""
    if sequences.times is None:
        return None
    filled = np.flatnonzero(np.diff(sequences.offsets) > 0)
    weeks = np.full(len(sequences), -1, np.int64)
    weeks[filled] = (sequences.times[sequences.offsets[filled]] - MONDAY_US) // WEEK_US
    return weeks


def weeks_of(sequences: Sequences) -> tuple[pl.Series, pl.Series, NDArray[np.int64]] | None:
    """Return the weeks from the first to the last, and in which of them each sequence begins.

    Args:
        sequences: with times.

    Returns:
        Starts and ends of the weeks (UTC); the number of each sequence's week, −1 for an empty one, int64[n]. None without times.
    """
    weeks = _weeks(sequences)
    if weeks is None or not (weeks != -1).any():
        return None
    first, last = int(weeks[weeks != -1].min()), int(weeks[weeks != -1].max())
    starts = pl.Series(np.arange(first, last + 1, dtype=np.int64) * WEEK_US + MONDAY_US)
    time = pl.Datetime("us", "UTC")
    return starts.cast(time), (starts + WEEK_US).cast(time), np.where(weeks == -1, -1, weeks - first)
