"""Times as logs write them, to microseconds UTC.

Every value is read by its own shape, so that one column may mix several: ISO with or without an offset, day.month.year,
month names, compact digits, and unix time, whose unit shows in its number of digits. Only slashed dates are ambiguous;
`date_orders.py` says which way round they are, or that a person has to.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from seqrec_core.columns import TIME_DTYPE
from seqrec_core.data.ids import INVISIBLE

DateOrder = Literal["dmy", "mdy", "ymd"]

CLOCK = (
    r"(?:(?:T|\s+|,\s*|:)(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:[.,](?P<f>\d{1,9}))?)?\s*(?P<p>[AaPp]\.?[Mm]\.?)?)?"
    r"\s*(?P<z>Z|z|(?:UTC|GMT)?[+-]\d{2}(?::?\d{2})?|UTC|GMT)?$"
)
SHAPES = {
    "iso": r"^(?P<Y>\d{4})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?" + CLOCK,
    "slashed": r"^(?P<a>\d{1,2})[/-](?P<b>\d{1,2})[/-](?P<Y>\d{4}|\d{2})" + CLOCK,
    "short": r"^(?P<a>\d{1,2})\.\s?(?P<b>\d{1,2})\.\s?(?P<Y>\d{2})" + CLOCK,
    "dotted": r"^(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<Y>\d{4}|\d{2})" + CLOCK,
    "named": r"^(?:[A-Za-z]{3,9},?\s+)?(?P<d>\d{1,2})[ /-](?P<B>[A-Za-z]{3,9})\.?[ ,/-]\s?(?P<Y>\d{4}|\d{2})" + CLOCK,
    "american": r"^(?:[A-Za-z]{3,9},?\s+)?(?P<B>[A-Za-z]{3,9})\.? (?P<d>\d{1,2}),? (?P<Y>\d{4})" + CLOCK,
    "compact": r"^(?P<Y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})[T ]?(?:(?P<H>\d{2})(?P<M>\d{2})(?P<S>\d{2})?)?(?P<z>Z)?$",
    "chinese": r"^(?P<Y>\d{4})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?\s*(?P<q>上午|下午)?\s*"
    r"(?P<H>\d{1,2})[时時点:](?P<M>\d{1,2})(?:[分:](?:(?P<S>\d{1,2})秒?)?)?$",
    "hour": r"^(?P<Y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})[ T](?P<H>\d{2})$",
    "digits": r"^(?P<Y>20\d{2})(?P<m>\d{2})(?P<d>\d{2})(?P<H>\d{2})$",
    "ctime": r"^[A-Za-z]{3,9},?\s+(?P<B>[A-Za-z]{3,9})\s+(?P<d>\d{1,2})\s+(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2}))?\s+"
    r"(?:(?P<z>UTC|GMT|[+-]\d{4})\s+)?(?P<Y>\d{4})$",
    "apache": r"^\[(?P<d>\d{1,2})/(?P<B>[A-Za-z]{3})/(?P<Y>\d{4}):(?P<H>\d{2}):(?P<M>\d{2}):(?P<S>\d{2})\s?(?P<z>[+-]\d{4})?\]$",
}
SLASHED_START = r"^\s*\d{1,2}(?:[/-]\d{1,2}[/-]|\.\s?\d{1,2}\.\s?\d{2}(?:\D|$))"  # dates of which an order decides
ORDERS: tuple[DateOrder, ...] = ("dmy", "mdy", "ymd")
DIGITS = {chr(start + digit): str(digit) for start in (0x660, 0x6F0, 0x966, 0xFF10) for digit in range(10)}
UNIX = r"^\d{9,10}(?:[.,]\d+)?$|^\d{13}(?:[.,]\d+)?$|^\d{16}$|^\d{19}$"
POWER = r"^\d[.,]\d+[eE]\+?(?:0?[89]|12|15|18)$"  # unix as spreadsheets and programs shorten it: 1.7e9
CLOCK_ALONE = r"^\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s*[AaPp]\.?[Mm]\.?)?$"
CLOCK_DIGITS = r"^(?:[01]?\d|2[0-3])?[0-5]?\d$"  # 830 as half past eight
HOUR = r"^(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])$"  # 2024050113; as unix time it would be after 2033
UNITS = {9: 1_000_000.0, 10: 1_000_000.0, 13: 1_000.0, 16: 1.0, 19: 0.001}  # digits → microseconds
HALVES = {"上午": "a", "下午": "p"}
MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: number for number, name in enumerate(MONTH_NAMES, 1)}
ANY_SHAPE = re.compile("|".join(re.sub(r"\?P<\w>", "?:", shape) for shape in SHAPES.values()))
ISO_LENGTH = 19  # bytes of 2024-05-01 08:30:00
SHORT_YEAR = datetime(100, 1, 1, tzinfo=UTC)  # 0024 is 2024, cut short
TIME_LIKE = "|".join(re.sub(r"\?P<\w>", "?:", shape) for shape in (*SHAPES.values(), UNIX, POWER))
EARLY = datetime(1990, 1, 1, tzinfo=UTC)
UNIX_RANGE = (631_152_000, 4_102_444_800)  # 1990…2100: digits outside are ids more often than times


@dataclass(frozen=True)
class Times:
    """A column read as times.

    Args:
        values: microseconds UTC, null where a value is no time.
        naive: mask of values without an offset, taken as UTC.
        shapes: how many values had which shape.
    """

    values: pl.Series
    naive: pl.Series
    shapes: dict[str, int]


def looks_like_time(cell: str) -> bool:
    """Whether a cell has the shape of a date or time (digits alone are not enough)."""
    return not cell.strip().isdigit() and bool(ANY_SHAPE.match(cell.strip()))


def time_share(column: pl.Series) -> tuple[float, bool]:
    """Share of the non-empty values that are times, in [0, 1], and whether they are plain unix numbers."""
    if column.dtype in (pl.Date, pl.Datetime) or column.dtype == pl.Datetime:
        return 1.0, False
    if column.dtype.is_float() or not (column.dtype == pl.String or column.dtype.is_integer()):
        return 0.0, False
    text = as_text(column)
    text = text.filter(text != "")
    if not len(text):
        return 0.0, False
    digits = text.str.contains(UNIX)
    if digits.mean() > 0.9:  # type: ignore[operator]
        seconds = parse_times(text).values.to_physical() / 1_000_000
        return float(seconds.is_between(*UNIX_RANGE).fill_null(False).mean() or 0.0), True  # type: ignore[arg-type]
    orders: tuple[DateOrder, ...] = ORDERS if text.str.contains(SLASHED_START).any() else ("dmy",)
    return max(float(parse_times(text, order).values.is_not_null().mean() or 0.0) for order in orders), False  # type: ignore[arg-type]


def as_text(column: pl.Series) -> pl.Series:
    """Return a column as text without blanks and invisible characters around it, empty where null."""
    return column.cast(pl.String).fill_null("").str.strip_chars(INVISIBLE)


def parse_times(column: pl.Series, order: DateOrder | None = None) -> Times:
    """Read a column as times.

    Args:
        column: text, integers (unix), dates or datetimes.
        order: of slashed dates; None reads none of them.
    """
    if column.dtype == pl.Date:
        return _from_datetime(column.cast(pl.Datetime("us")))
    if isinstance(column.dtype, pl.Datetime):
        return _from_datetime(column)
    fast = _fast(column)
    if fast is not None:
        return fast
    text = as_text(column)
    distinct = text.unique()
    rows = _in_ascii(distinct, order)
    joined = pl.DataFrame({"text": text}).join(rows, on="text", how="left", maintain_order="left")
    counts = joined.drop_nulls("time").group_by("shape").len().sort("shape")
    naive = joined["naive"].fill_null(False) & joined["time"].is_not_null()
    return Times(joined["time"], naive, dict(counts.iter_rows()))


def _from_datetime(column: pl.Series) -> Times:
    zone = column.dtype.time_zone  # type: ignore[attr-defined]
    values = column.cast(pl.Datetime("us", zone))
    known = column.is_not_null()
    values = values.dt.replace_time_zone("UTC") if zone is None else values.dt.convert_time_zone("UTC")
    return Times(values, known if zone is None else known & False, {"datetime": int(known.sum())})


def _fast(column: pl.Series) -> Times | None:
    """Read a column that is throughout `2024-05-01 08:30:00` (or with a T) by one call."""
    if column.dtype != pl.String or not len(column) or column.null_count():
        return None
    if column[0][10:11] not in ("T", " ") or not (column.str.len_bytes() == ISO_LENGTH).all():
        return None
    try:
        values = pc.cast(column.to_arrow(compat_level=pl.CompatLevel.oldest()), pa.timestamp("us"))
    except pa.ArrowInvalid:
        return None
    read = pl.Series(column.name, pl.from_arrow(values)).dt.replace_time_zone("UTC")
    if (read < SHORT_YEAR).any():
        return None
    return Times(read, read.is_not_null(), {"iso": len(column)})


def _in_ascii(distinct: pl.Series, order: DateOrder | None) -> pl.DataFrame:
    """Read distinct texts; Arabic, Persian, Indian and full-width digits count as the digits they are."""
    wide = distinct.str.len_bytes() != distinct.str.len_chars()
    if not wide.any():
        return _by_shape(distinct, order)
    plain = distinct.str.replace_many(list(DIGITS), list(DIGITS.values()))
    read = _by_shape(plain.unique(), order)
    known = pl.DataFrame({"whole": distinct, "text": plain}).join(read, on="text", how="inner")
    return known.select(pl.col("whole").alias("text"), pl.exclude("whole", "text"))


def _by_shape(distinct: pl.Series, order: DateOrder | None) -> pl.DataFrame:
    """Read distinct texts shape by shape: `text, time, naive, shape`; texts of no shape are left out."""
    power = distinct.str.contains(POWER)
    unix = distinct.str.contains(UNIX) & ~distinct.str.contains(HOUR)
    parts = [_unix(distinct.filter(unix)), _powers(distinct.filter(power))]
    rest = distinct.filter(~unix & ~power)
    for shape, pattern in SHAPES.items():
        if shape == "slashed" and order is None:
            continue
        matches = rest.str.contains(pattern)
        if matches.any():
            parts.append(_assemble(rest.filter(matches), shape, order))
            rest = rest.filter(~matches)
    return pl.concat(parts)


def _unix(text: pl.Series) -> pl.DataFrame:
    whole = text.str.extract(r"^(\d+)", 1)
    factor = whole.str.len_bytes().cast(pl.Int64).replace_strict(UNITS, default=None, return_dtype=pl.Float64)
    exact = whole.cast(pl.Int64, strict=False)
    fraction = (
        text.str.extract(r"([.,]\d+)$", 1).str.replace(",", ".", literal=True).cast(pl.Float64, strict=False).fill_null(0.0)
    )
    frame = pl.DataFrame({"text": text, "whole": exact, "factor": factor, "fraction": fraction})
    up = pl.col("whole") * pl.col("factor").cast(pl.Int64) + (pl.col("fraction") * pl.col("factor")).round().cast(pl.Int64)
    time = pl.when(pl.col("factor") >= 1).then(up).otherwise(pl.col("whole") // 1000).cast(TIME_DTYPE)
    return frame.select("text", time.alias("time"), pl.lit(False).alias("naive"), pl.lit("unix").alias("shape"))


def _powers(text: pl.Series) -> pl.DataFrame:
    """Read unix times written as a power of ten, as exactly as they stand there."""
    whole = text.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False).round().cast(pl.Int64).cast(pl.String)
    read = _unix(whole)
    return read.with_columns(text.alias("text"), pl.lit("power").alias("shape"))


def is_early(values: pl.Series) -> pl.Series:
    """Mask of times before 1990: hardly a log is that old, and a wrong unit looks like it."""
    return (values < EARLY).fill_null(False)


def is_late(values: pl.Series) -> pl.Series:
    """Mask of times more than a day after now."""
    return (values > datetime.now(UTC) + timedelta(days=1)).fill_null(False)


def unix_unit(column: pl.Series) -> str:
    """Return the unit of a column of unix times, by the length of most of them: s, ms, µs or ns."""
    digits = as_text(column).str.extract(r"^(\d+)", 1).str.len_bytes().drop_nulls().mode().sort()
    factor = UNITS.get(int(digits[0]), 1.0) if len(digits) else 1.0
    return {1_000_000: "s", 1_000: "ms", 1: "µs"}.get(round(factor), "ns") if factor >= 1 else "ns"


def parts_of(text: pl.Series, shape: str) -> pl.DataFrame:
    """Cut texts into the named parts of a shape, as text."""
    parts = text.to_frame("text").select("text", pl.col("text").str.extract_groups(SHAPES[shape]).alias("parts")).unnest("parts")
    absent = [name for name in "YmdBabHMSfpzq" if name not in parts.columns]
    return parts.with_columns(pl.lit(None, pl.String).alias(name) for name in absent)


def _assemble(text: pl.Series, shape: str, order: DateOrder | None) -> pl.DataFrame:
    parts = parts_of(text, shape)
    if order == "ymd" and "?P<a>" in SHAPES[shape]:  # only of two digits: 2024 is no day
        parts = parts.with_columns(pl.col("a").alias("Y"), pl.when(pl.col("Y").str.len_bytes() == 2).then("Y").alias("a"))
    day, month = ("b", "a") if order == "mdy" and shape != "short" else ("a", "b")
    number = [pl.col(name).cast(pl.Int32, strict=False).alias(name) for name in "YHMS"]
    named = pl.col("B").str.to_lowercase().str.slice(0, 3).replace_strict(MONTHS, default=None, return_dtype=pl.Int32)
    parts = parts.with_columns(
        *number,
        pl.coalesce("d", day).cast(pl.Int32, strict=False).alias("d"),
        pl.coalesce(pl.coalesce("m", month).cast(pl.Int32, strict=False), named).alias("m"),
        (pl.lit("0.") + pl.col("f").fill_null("0")).cast(pl.Float64).alias("f"),
        pl.coalesce(pl.col("p").str.slice(0, 1).str.to_lowercase(), pl.col("q").replace(HALVES)).alias("p"),
    ).with_columns(_century(), pl.col("H", "M", "S").fill_null(0))
    parts = parts.with_columns(_clock_hour().alias("H"), _is_real().alias("real"))
    safe = {name: pl.when("real").then(pl.col(name)).otherwise(1) for name in ("Y", "m", "d", "H", "M", "S")}
    moment = pl.datetime(safe["Y"], safe["m"], safe["d"], safe["H"], safe["M"], safe["S"], time_unit="us", time_zone="UTC")
    micro = (pl.col("f") * 1_000_000).round().cast(pl.Int64)
    time = (moment.cast(pl.Int64) + micro - _offset_us()).cast(TIME_DTYPE)
    return parts.select(
        "text", pl.when("real").then(time).alias("time"), pl.col("z").is_null().alias("naive"), pl.lit(shape).alias("shape")
    )


def _century() -> pl.Expr:
    year = pl.col("Y")
    return pl.when(year >= 100).then(year).when(year < 70).then(year + 2000).otherwise(year + 1900).alias("Y")


def _clock_hour() -> pl.Expr:
    """Turn 12-hour clocks into 24 hours; an hour above 12 beside AM or PM stays as written."""
    hour = pl.col("H")
    noon = pl.when(hour == 12).then(0).otherwise(hour)
    return (
        pl.when(pl.col("p") == "p")
        .then(pl.when(hour <= 12).then(noon + 12).otherwise(hour))
        .when(pl.col("p") == "a")
        .then(noon)
        .otherwise(hour)
    )


def _is_real() -> pl.Expr:
    """Whether the parts name a day and a time that exist."""
    year, month, day = pl.col("Y"), pl.col("m"), pl.col("d")
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    length = (
        pl.when(month == 2).then(pl.when(leap).then(29).otherwise(28)).when(month.is_in([4, 6, 9, 11])).then(30).otherwise(31)
    )
    date = (year >= 1) & month.is_between(1, 12) & (day >= 1) & (day <= length)
    return (date & (pl.col("H") < 24) & (pl.col("M") < 60) & (pl.col("S") < 60)).fill_null(False)


def _offset_us() -> pl.Expr:
    zone = pl.col("z").str.replace(":", "", literal=True).str.replace(r"^(?:UTC|GMT)", "")
    hours = zone.str.extract(r"^[+-](\d{2})", 1).cast(pl.Int64).fill_null(0)
    minutes = zone.str.extract(r"^[+-]\d{2}(\d{2})", 1).cast(pl.Int64).fill_null(0)
    sign = pl.when(zone.str.starts_with("-")).then(-1).otherwise(1).fill_null(1)
    return sign * (hours * 60 + minutes) * 60_000_000
