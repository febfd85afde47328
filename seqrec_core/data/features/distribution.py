"""How the values of one feature are spread: counted in bins that suit them."""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c

Floats = NDArray[np.float64]
LOW, HIGH, LABEL = "low", "high", "label"
Kind = Literal["number", "time", "text"]
MOST_SINGLE = 24  # so many whole numbers in a row have a bin each
BINS = 20
LONG_TAIL = 8  # so many times the median at the 99th percentile: bins that grow
TOP_TEXTS = 12
MOST_DAYS, MOST_WEEKS = 45, 60
DAY_US = 86_400_000_000
STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Distribution:
    """One feature, counted.

    Args:
        kind: of its values.
        bins: numbers: `low, high, count`, values in [low, high), in the last bin and where low = high also high;
            times: the same, low and high being moments; texts: `label, count`, the most frequent first.
        n: values; empty: cells without one; distinct: different values.
        least, middle, most: minimum, median and maximum; None for texts and without values.
    """

    kind: Kind
    bins: pl.DataFrame
    n: int
    empty: int
    distinct: int
    least: float | datetime | None = None
    middle: float | datetime | None = None
    most: float | datetime | None = None

    @property
    def others(self) -> int:
        """Values of a text that stand in no bin."""
        return self.n - int(self.bins[c.COUNT].sum())


def distribution(column: pl.Series) -> Distribution:
    """Count the values of a feature.

    Args:
        column: numbers, times or texts; empty cells are left out and counted.
    """
    values = column.drop_nulls()
    sizes = len(values), column.null_count(), values.n_unique()
    if column.dtype == pl.String:
        return Distribution("text", _texts(values), *sizes)
    if column.dtype.is_temporal():
        bins = _times(values) if len(values) else _bins(values.cast(pl.Float64), values.cast(pl.Float64), [])
        return Distribution("time", bins, *sizes, values.min(), values.median(), values.max())  # type: ignore[arg-type]
    numbers = values.cast(pl.Float64).to_numpy()
    if not len(numbers):
        return Distribution("number", _bins(pl.Series([], dtype=pl.Float64), pl.Series([], dtype=pl.Float64), []), *sizes)
    low, middle, high = float(numbers.min()), float(np.median(numbers)), float(numbers.max())
    return Distribution("number", _numbers(numbers), *sizes, low, middle, high)


def _texts(values: pl.Series) -> pl.DataFrame:
    counted = values.alias(LABEL).value_counts(name=c.COUNT).with_columns(pl.col(c.COUNT).cast(pl.Int64))
    return counted.sort([c.COUNT, LABEL], descending=[True, False]).head(TOP_TEXTS)


def _times(values: pl.Series) -> pl.DataFrame:
    """Count by day, week or month, whichever gives a readable number of bars."""
    times = values.to_physical().to_numpy()
    days = int(times.max() - times.min()) // DAY_US
    every = "1d" if days <= MOST_DAYS else "1w" if days <= 7 * MOST_WEEKS else "1mo"
    counted = values.alias(LOW).dt.truncate(every).value_counts(name=c.COUNT).sort(LOW)
    starts = pl.datetime_range(counted[LOW][0], counted[LOW][-1], every, eager=True).alias(LOW).cast(values.dtype)
    filled = starts.to_frame().join(counted, on=LOW, how="left", maintain_order="left")
    return filled.select(LOW, pl.col(LOW).dt.offset_by(every).alias(HIGH), pl.col(c.COUNT).fill_null(0).cast(pl.Int64))


def _numbers(values: Floats) -> pl.DataFrame:
    low, high = float(values.min()), float(values.max())
    is_whole = bool((values == np.round(values)).all())
    if is_whole and high - low < MOST_SINGLE:
        singles = np.arange(low, high + 1)
        return _counted(values, singles, singles)
    edges = _growing(values, is_whole) if is_long_tailed(values) else _even(low, high, is_whole)
    return _counted(values, edges[:-1], edges[1:])


def is_long_tailed(values: Floats) -> bool:
    """Whether bins of one width would put nearly all values into the first."""
    if float(values.min()) < 0:
        return False
    positive = values[values > 0]
    return bool(len(positive)) and float(np.quantile(positive, 0.99)) > LONG_TAIL * float(np.median(positive))


def _growing(values: Floats, is_whole: bool) -> Floats:
    """Return edges that double for whole numbers and grow by half a decade else; zero has a bin of its own where it occurs."""
    positive = values[values > 0]
    low, high = float(positive.min()), float(positive.max())
    if is_whole:
        powers = np.arange(math.floor(math.log2(low)), math.floor(math.log2(high)) + 2, dtype=np.float64)
        edges = 2.0**powers
    else:
        least = max(low, high / 1e6)
        halves = np.arange(math.floor(2 * math.log10(least)), math.floor(2 * math.log10(high)) + 2, dtype=np.float64)
        edges = 10.0 ** (halves / 2)
    return np.array([0.0, *edges]) if float(values.min()) < edges[0] else edges


def _even(low: float, high: float, is_whole: bool) -> Floats:
    """Return edges of one width, a round number, around all values."""
    if low == high:
        return np.array([low, high])
    width = _round_width((high - low) / BINS)
    if is_whole:
        width = max(1.0, math.ceil(width))
    first = math.floor(low / width)
    last = max(first + 1, math.ceil(high / width))
    return np.arange(first, last + 1, dtype=np.float64) * width


def _round_width(least: float) -> float:
    scale = 10.0 ** math.floor(math.log10(least))
    return scale * next(step for step in STEPS if step * scale >= least * (1 - 1e-9))


def _counted(values: Floats, lows: Floats, highs: Floats) -> pl.DataFrame:
    place = np.clip(np.searchsorted(lows, values, "right") - 1, 0, len(lows) - 1)
    counts = np.bincount(place, minlength=len(lows))
    return _bins(pl.Series(lows), pl.Series(highs), counts.tolist())


def _bins(lows: pl.Series, highs: pl.Series, counts: list[int]) -> pl.DataFrame:
    return pl.DataFrame({LOW: lows, HIGH: highs, c.COUNT: pl.Series(counts, dtype=pl.Int64)})
