"""How long it takes from one event to another, and how many get there in which time."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.sequences import Sequences, Unit
from seqrec_core.errors import BadInput
from seqrec_core.journeys.funnel import progress

MINUTE, HOUR, DAY = 60, 3_600, 86_400
WITHIN = (MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 12 * HOUR, DAY, 3 * DAY, 7 * DAY, 30 * DAY, 90 * DAY)
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
SCHEMA = {"seconds": pl.Int64, c.COUNT: pl.Int64, c.RATE_OF_START: pl.Float64}


@dataclass(frozen=True)
class Duration:
    """Times from one event to the next occurrence of another.

    Args:
        started: sequences that have the first event; `arrived`: of these, those in which the second follows.
        quantiles: share of those that arrive → seconds (10, 25, 50, 75 and 90 %); empty where nobody does.
        within: `seconds`, `count` of sequences that arrive within them, `rate_of_start` = count / started; up to the first
            row that holds all of them.
        unit: what one sequence is.
    """

    started: int
    arrived: int
    quantiles: dict[float, float]
    within: pl.DataFrame
    unit: Unit


def time_between(sequences: Sequences, start: str, end: str, window_seconds: float | None = None) -> Duration:
    """Measure the time from an event to another, once a sequence.

    Each sequence counts once: from its first `start` after which an `end` follows (within the window), to the first such
    `end`; as the second step of a funnel does, so that both agree.

    Args:
        sequences: sessions or users, with times.
        start: label of the event to measure from.
        end: label of the event to measure to; may be the same.
        window_seconds: an `end` later than this does not count.

    Raises:
        BadInput: a log without times.
        NotFound: an event that does not occur.
    """
    if sequences.times is None:
        raise BadInput("journeys", "duration_without_times")
    found = progress(sequences, (start, end), False, window_seconds)
    places = found.positions[found.depth == 2]
    started = int((found.depth >= 1).sum())
    seconds = np.sort((sequences.times[places[:, 1]] - sequences.times[places[:, 0]]) / 1e6)
    quantiles = dict(zip(QUANTILES, np.quantile(seconds, QUANTILES).tolist(), strict=True)) if len(seconds) else {}
    rows = []
    for limit in WITHIN:
        count = int(np.searchsorted(seconds, limit, side="right"))
        rows.append((limit, count, count / started if started else None))
        if count == len(seconds):
            break
    return Duration(started, len(seconds), quantiles, pl.DataFrame(rows, schema=SCHEMA, orient="row"), sequences.unit)
