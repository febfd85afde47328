"""Times without an offset, read in the zone in which they were written, and the hours that a clock change makes doubtful."""

from dataclasses import dataclass

import polars as pl

UTC = "UTC"
DAY = pl.duration(days=1)  # longer than any clock change, so that a day before a skipped time is none


@dataclass(frozen=True)
class Zoned:
    """Times read in a zone.

    Args:
        values: microseconds UTC.
        skipped: mask of times that the clocks of the zone never showed, read as if they had not been set forward.
        twice: mask of times that they showed twice, read as the first.
    """

    values: pl.Series
    skipped: pl.Series
    twice: pl.Series


def in_zone(values: pl.Series, naive: pl.Series, zone: str | None) -> Zoned:
    """Read naive times in a zone; the others stay.

    Args:
        values: times as if written in UTC, microseconds.
        naive: mask of those that name no offset.
        zone: IANA name; None is UTC.

    Source: for both doubtful kinds, PEP 495 with fold = 0.

    Example:
        >>> from datetime import datetime, UTC
        >>> noon = pl.Series([datetime(2026, 7, 1, 12, tzinfo=UTC)])
        >>> in_zone(noon, pl.Series([True]), "Asia/Shanghai").values[0].hour
        4
    """
    none = naive & False
    if zone in (None, UTC) or not naive.any():
        return Zoned(values, none, none)
    local = values.dt.replace_time_zone(None)
    first = local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null").dt.convert_time_zone(UTC)
    last = local.dt.replace_time_zone(zone, ambiguous="latest", non_existent="null").dt.convert_time_zone(UTC)
    skipped = naive & first.is_null() & local.is_not_null()
    if skipped.any():
        frame = pl.DataFrame({"first": first, "local": local})
        before = (pl.col("local") - DAY).dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        first = frame.select(pl.coalesce("first", before.dt.convert_time_zone(UTC) + DAY)).to_series()
    read = pl.select(pl.when(naive).then(first).otherwise(values)).to_series().alias(values.name)
    return Zoned(read, skipped, naive & (first != last).fill_null(False) & ~skipped)
