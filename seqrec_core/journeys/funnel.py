"""Funnel: how many do one thing after the other, and how long they take."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.sequences import Sequences, Unit
from seqrec_core.errors import BadInput
from seqrec_core.journeys.reading import code_of

EVENT = "event"
STEPS = {
    EVENT: pl.String,
    c.COUNT: pl.Int64,
    c.RATE_OF_START: pl.Float64,
    c.RATE_OF_PREVIOUS: pl.Float64,
    c.MEDIAN_SECONDS: pl.Float64,
    c.P90_SECONDS: pl.Float64,
}


@dataclass(frozen=True)
class Funnel:
    """Counts of a funnel.

    Args:
        steps: one row a step: `event`; `count` of sequences that got there; `rate_of_start` = count / count of the first
            step; `rate_of_previous` = count / count of the step before (1 for the first; both null where that is 0);
            `median_seconds` and `p90_seconds` from the step before (null for the first and without times).
        total: number of sequences in all, with or without the first step.
        unit: what one sequence is.
    """

    steps: pl.DataFrame
    total: int
    unit: Unit


@dataclass(frozen=True)
class Progress:
    """How far each sequence got.

    Args:
        depth: steps reached, 0 … number of steps, int64[n].
        positions: event of each step reached, −1 where it was not, int64[n, steps].
    """

    depth: NDArray[np.int64]
    positions: NDArray[np.int64]


def funnel(
    sequences: Sequences, steps: tuple[str, ...] | list[str], strict: bool = False, window_seconds: float | None = None
) -> Funnel:
    """Count how many sequences do the steps in this order.

    Args:
        sequences: sessions or users.
        steps: labels, first to last; one may come twice and then needs two events.
        strict: the steps must follow each other directly; otherwise anything may happen in between.
        window_seconds: all steps reached must lie within this time from the first one; every first step is tried.

    Returns:
        One row a step. Times are those of the try that gets furthest (of equals, the earliest), each step at its earliest.

    Raises:
        BadInput: no step, or a window over a log without times.
        NotFound: an event that does not occur.
    """
    found = progress(sequences, steps, strict, window_seconds)
    rows: list[tuple[Any, ...]] = []
    for number, event in enumerate(steps):
        count = int((found.depth > number).sum())
        start, previous = (rows[0][1], rows[-1][1]) if rows else (count, count)
        seconds = _seconds(sequences, found, number)
        median, p90 = np.quantile(seconds, [0.5, 0.9]).tolist() if len(seconds) else (None, None)
        rows.append((event, count, count / start if start else None, count / previous if previous else None, median, p90))
    return Funnel(pl.DataFrame(rows, schema=STEPS, orient="row"), len(sequences), sequences.unit)


def progress(
    sequences: Sequences, steps: tuple[str, ...] | list[str], strict: bool = False, window_seconds: float | None = None
) -> Progress:
    """Return how far each sequence got, and at which events; arguments and errors as `funnel`."""
    if not steps:
        raise BadInput("journeys", "no_steps")
    if window_seconds is not None and sequences.times is None:
        raise BadInput("journeys", "window_without_times")
    codes = [code_of(sequences, step) for step in steps]
    rows, tries = _tries(sequences, codes, strict, window_seconds)
    reached = (tries >= 0).sum(axis=1)
    best = np.lexsort((np.arange(len(rows)), -reached, rows))
    best = best[np.diff(rows[best], prepend=-1) != 0]
    depth = np.zeros(len(sequences), np.int64)
    positions = np.full((len(sequences), len(codes)), -1, np.int64)
    depth[rows[best]] = reached[best]
    positions[rows[best]] = tries[best]
    return Progress(depth, positions)


def _tries(
    sequences: Sequences, codes: list[int], strict: bool, window_seconds: float | None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Go on from every event of the first step, to the earliest next step each time: (sequence, events) of each try."""
    n = len(sequences.values)
    start = sequences.places(codes[0])
    rows = sequences.rows[start].astype(np.int64)
    border = sequences.offsets[1:][rows]
    latest = None
    if window_seconds is not None and sequences.times is not None:
        latest = sequences.times[start] + window_seconds * 1e6
    here, is_on = start, np.ones(len(start), bool)
    found = [start]
    for code in codes[1:]:
        spots = np.append(sequences.places(code), n)
        following = spots[np.searchsorted(spots, np.minimum(here + 1, n))]
        is_on = is_on & (following < border)
        if strict:
            is_on &= following == here + 1
        if latest is not None and sequences.times is not None:
            is_on &= sequences.times[np.where(is_on, following, 0)] <= latest
        here = np.where(is_on, following, here)
        found.append(np.where(is_on, following, -1))
    return rows, np.stack(found, axis=1)


def _seconds(sequences: Sequences, found: Progress, number: int) -> NDArray[np.float64]:
    """Return the time from the step before, of all that reached this one; nothing for the first step."""
    if number == 0 or sequences.times is None:
        return np.zeros(0)
    got_there = found.positions[found.depth > number]
    return (sequences.times[got_there[:, number]] - sequences.times[got_there[:, number - 1]]) / 1e6
