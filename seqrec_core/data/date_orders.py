"""Which way round dates of three short numbers are: 05/04/24 may be a day in April, in May, or in the year 2005.

Values that fit one way only decide, then the other times of the column, then which numbers hardly change. Where a column holds
dates of both ways, or nothing decides, a person is asked.
"""

from typing import Literal

import polars as pl

from seqrec_core.data.times import ORDERS, SHAPES, SLASHED_START, DateOrder, as_text, parse_times, parts_of

Doubt = Literal["ask", "years", "both"]
BOTH = 0.02  # so many of the telling dates the other way round are no slips of the pen
DAYS, YEARS = 8, 3  # a log of dates has at least so many days, or at most so many years
DAY = 86_400_000_000


def date_order(column: pl.Series) -> DateOrder | Doubt | None:
    """Say which way round the dates of a column are that begin with a short number.

    Returns:
        dmy, mdy or ymd (years of two digits) where the values (a day above 12, or the other times of the column) decide;
        "ask" where day first and month first fit every value, "years" where the year may stand first as well, "both" where
        some only fit day first and others only month first; None where it makes no difference.
    """
    if column.dtype != pl.String or not column.str.contains(SLASHED_START).any():
        return None
    text = as_text(column).unique()
    dates = pl.concat([_numbers(text, "slashed"), _numbers(text, "short")])
    if not dates.height:
        return None
    year_first = _year_first(dates, text)
    if year_first != "no":
        return year_first
    return _day_or_month(dates.filter(pl.col("shape") == "slashed"), text)


def _day_or_month(dates: pl.DataFrame, text: pl.Series) -> DateOrder | Doubt | None:
    a, b = dates["a"], dates["b"]
    if not (a != b).any():
        return None
    day_first, month_first = int(((a > 12) & (b <= 12)).sum()), int(((b > 12) & (a <= 12)).sum())
    if min(day_first, month_first) > BOTH * (day_first + month_first):
        return "both"
    if day_first != month_first:
        return "dmy" if day_first > month_first else "mdy"
    return _by_other_times(text, ("dmy", "mdy")) or "ask"


def telling(column: pl.Series) -> tuple[int, int]:
    """Return how many different dates can only be read day first, and how many only month first."""
    dates = _numbers(as_text(column).unique(), "slashed")
    a, b = dates["a"], dates["b"]
    return int(((a > 12) & (b <= 12)).sum()), int(((b > 12) & (a <= 12)).sum())


def _numbers(text: pl.Series, shape: str) -> pl.DataFrame:
    """Return the numbers of dates of a shape: `a, b, y, short, shape`."""
    parts = parts_of(text.filter(text.str.contains(SHAPES[shape])), shape)
    numbers = [pl.col(name).cast(pl.Int32, strict=False).alias(name.lower()) for name in ("a", "b", "Y")]
    return parts.select(*numbers, (pl.col("Y").str.len_bytes() == 2).alias("short"), pl.lit(shape).alias("shape"))


def _year_first(dates: pl.DataFrame, text: pl.Series) -> Literal["ymd", "years", "no"]:
    """Say whether the year stands first, may do so, or cannot."""
    a, b, y = dates["a"], dates["b"], dates["y"]
    fits = dates["short"] & b.is_between(1, 12) & y.is_between(1, 31)
    if not fits.all():
        return "no"
    if ((a > 31) | (a == 0)).any():
        return "ymd"
    known = _by_other_times(text, ORDERS)
    if known is not None:
        return "ymd" if known == "ymd" else "no"
    first, last = a.n_unique(), y.n_unique()
    if first >= DAYS and last <= YEARS:
        return "no"
    return "ymd" if last >= DAYS and first <= YEARS else "years"


def _by_other_times(text: pl.Series, orders: tuple[DateOrder, ...]) -> DateOrder | None:
    """Let the unambiguous times of the same column decide: only one way round may lie (nearly) among them."""
    open_ones = text.str.contains(SLASHED_START)
    known = parse_times(text.filter(~open_ones)).values.drop_nulls().to_physical()
    if not len(known):
        return None
    low, high = known.quantile(0.05) - 2 * DAY, known.quantile(0.95) + 2 * DAY  # type: ignore[operator]
    fits: list[DateOrder] = []
    for order in orders:
        inside = parse_times(text.filter(open_ones), order).values.to_physical().is_between(low, high).fill_null(False)
        if inside.mean() > 0.95:  # type: ignore[operator]
            fits.append(order)
    return fits[0] if len(fits) == 1 else None
