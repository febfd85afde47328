"""Cohorts: of the people who came first in one week, how many come back in each week after."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput
from seqrec_core.journeys.counting import distinct
from seqrec_core.journeys.reading import code_of

COHORT, SIZE, PERIOD, RATE, COMPLETE = "cohort", "size", "period", "rate", "complete"
SCHEMA = {COHORT: pl.Date, SIZE: pl.Int64, PERIOD: pl.Int64, c.COUNT: pl.Int64, RATE: pl.Float64, COMPLETE: pl.Boolean}
MONDAY = 3  # 1970-01-01 was a Thursday: day 4 after it begins a week
MOST_BITS = 200_000_000  # so many keys are marked in a table; beyond that they are sorted
EPOCH = datetime(1970, 1, 1, tzinfo=UTC).date()


@dataclass(frozen=True)
class Retention:
    """Who came back when.

    Args:
        frame: `cohort` (first day of its stretch, UTC), `size` (users), `period` (0 = the stretch of the cohort), `count` of
            its users seen in that stretch, `rate` = count / size, `complete` (False where the log ends inside the stretch,
            so that the count may still grow). By cohort, then period; every cell that the log can know is there.
        days: length of a stretch in days.
        target: the event that counts as coming back; None = any.
    """

    frame: pl.DataFrame
    days: int
    target: str | None = None


def retention(sequences: Sequences, days: int = 7, target: str | None = None) -> Retention:
    """Count for each cohort of users how many are seen again in each stretch of days after their first.

    A user belongs to the stretch of the first event, whatever it is; stretches of 7 days begin on Mondays, others with
    multiples of their length since 1970-01-01 (UTC).

    Args:
        sequences: sessions or users, with times; what counts is whose they are.
        days: length of a stretch.
        target: only this event counts as being seen; None = any event.

    Raises:
        BadInput: a log without times, or a stretch of less than a day.
        NotFound: no such event.
    """
    if days < 1:
        raise BadInput("journeys", "below_one", name="days", found=days)
    if sequences.days is None:
        raise BadInput("journeys", "cohorts_without_times")
    counted = None if target is None else sequences.places(code_of(sequences, target))
    if not len(sequences.values):
        return Retention(pl.DataFrame(schema=SCHEMA), days, target)
    shift, low, high, stretch = _stretches(sequences, days)
    width = high - low + 1
    keys = sequences.owner[sequences.rows].astype(np.int64) * width + stretch
    every = _distinct(keys)
    owner = every // width
    is_first = np.diff(owner, prepend=-1) != 0
    first = np.zeros(int(owner[-1]) + 1, np.int64)
    first[owner[is_first]] = every[is_first] % width
    sizes = np.bincount(first[owner[is_first]], minlength=width)
    seen = _seen(every if counted is None else _distinct(keys[counted]), first, width)
    # The last stretch is over only if the log goes on to its last day.
    ends = int(sequences.days.max()) + shift == (high + 1) * days - 1
    rows = [
        (
            _day(low + cohort, days, shift),
            int(size),
            period,
            int(count),
            int(count) / int(size),
            bool(low + cohort + period < high or ends),
        )
        for cohort, size in enumerate(sizes)
        if size
        for period, count in enumerate(seen[cohort, : high - low - cohort + 1])
    ]
    return Retention(pl.DataFrame(rows, schema=SCHEMA, orient="row"), days, target)


def rows_of_cell(sequences: Sequences, cohort: date, period: int, days: int = 7, target: str | None = None) -> NDArray[np.int64]:
    """Return the sequences behind one cell of `retention`, int64[n], rising: those of its users with an event that counts in it.

    Args:
        sequences: as for `retention`, like `days` and `target`.
        cohort: first day of the cohort's stretch.
        period: stretches after it.
        days: length of a stretch.
        target: only this event counts; None = any.

    Raises:
        BadInput: a log without times.
        NotFound: no such event.
    """
    if sequences.days is None:
        raise BadInput("journeys", "cohorts_without_times")
    shift, low, _, stretch = _stretches(sequences, days)
    begun = ((cohort - EPOCH).days + shift) // days - low
    users = sequences.owner[sequences.rows]
    first = np.full(int(users.max(initial=0)) + 1, np.iinfo(np.int64).max)
    np.minimum.at(first, sequences.owner[_present(sequences)], _earliest(sequences, stretch))
    is_in = (stretch == begun + period) & (first[users] == begun)
    if target is not None:
        is_in &= sequences.values == code_of(sequences, target)
    return distinct(sequences.rows[is_in])


def _present(sequences: Sequences) -> NDArray[np.int64]:
    return np.flatnonzero(np.diff(sequences.offsets) > 0)


def _earliest(sequences: Sequences, stretch: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the earliest stretch of each sequence that has events, int64[n]."""
    return np.minimum.reduceat(stretch, sequences.offsets[:-1][_present(sequences)]) if len(stretch) else stretch


def _stretches(sequences: Sequences, days: int) -> tuple[int, int, int, NDArray[np.int64]]:
    """Return by how many days stretches are shifted, the first and the last stretch, and each event's from the first on."""
    shift = MONDAY if days == 7 else 0
    day = np.zeros(0, np.int32) if sequences.days is None else sequences.days
    if not len(day):
        return shift, 0, 0, np.zeros(0, np.int64)
    earliest, latest = int(day.min()), int(day.max())
    low, high = (earliest + shift) // days, (latest + shift) // days
    # Days are few, so that each is put into its stretch once.
    return shift, low, high, ((np.arange(earliest, latest + 1) + shift) // days - low)[day - earliest]


def _distinct(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return each key once, rising."""
    most = int(keys.max(initial=0))
    if most > MOST_BITS:
        return np.unique(keys)
    is_there = np.zeros(most + 1, np.bool_)
    is_there[keys] = True
    return np.flatnonzero(is_there)


def _seen(keys: NDArray[np.int64], first: NDArray[np.int64], width: int) -> NDArray[np.int64]:
    """Count distinct users by (cohort, period), int64[width, width]; a key is user × width + stretch."""
    user, place = keys // width, keys % width
    cohort = first[user]
    return np.bincount(cohort * width + place - cohort, minlength=width * width).reshape(width, width)


def _day(stretch: int, days: int, shift: int) -> object:
    return EPOCH + timedelta(days=stretch * days - shift)
