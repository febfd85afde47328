"""Which rows become events, and why the others do not. Every row is either kept or has one reason."""

from dataclasses import dataclass, field
from zlib import crc32

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.ids import INVISIBLE
from seqrec_core.data.table import RAW_LENGTH, Table

EARLIEST_US, LATEST_US = 86_400_000_000, 4_102_444_800_000_000  # 1970-01-02 and 2100-01-01
LATEST_SHIFTED_US = 16_725_225_600_000_000  # 2500-01-01: as far as logs are shifted to hide when things were
DUPLICATE = "duplicate"
REASONS = ("no_user", "no_event", "no_item", "no_time", "time_unread", "time_implausible", "no_order")
KEPT = len(REASONS)
FIRST_SHOWN, LAST_SHOWN = "!", "~"  # a text between them does not begin with a blank of any kind


@dataclass
class Sieve:
    """Rejects rows one reason after the other; a row keeps its first reason.

    Args:
        n: rows.
    """

    n: int
    reasons: NDArray[np.uint8] = field(init=False)

    def __post_init__(self) -> None:
        self.reasons = np.full(self.n, KEPT, np.uint8)

    @property
    def kept(self) -> pl.Series:
        """Mask of rows without a reason so far."""
        return pl.Series(self.reasons == KEPT)

    @property
    def n_kept(self) -> int:
        """Rows without a reason so far."""
        return int((self.reasons == KEPT).sum())

    def reject(self, mask: pl.Series, reason: str) -> None:
        """Reject rows that are still kept.

        Args:
            mask: true for the rows at fault; null counts as false.
            reason: one of `REASONS`, a key under `data.reason.`.
        """
        if mask.any():
            self.reasons[mask.fill_null(False).to_numpy() & (self.reasons == KEPT)] = REASONS.index(reason)

    def rejected(self) -> NDArray[np.intp]:
        """Return the rejected rows, in order."""
        return np.flatnonzero(self.reasons != KEPT)


def rows_as_rejects(table: Table, rows: NDArray[np.intp], reasons: list[str]) -> pl.DataFrame:
    """Return rows as `line, reason, raw`, the reasons as keys."""
    return pl.DataFrame({c.LINE: table.lines[rows], c.REASON: reasons, c.RAW: raw_rows(table, rows)}, schema=c.REJECTED)


def raw_rows(table: Table, rows: NDArray[np.intp]) -> pl.Series:
    """Return rows as text, their cells joined by the delimiter of the file, at most 500 characters."""
    cells = [pl.col(name).cast(pl.String).fill_null("") for name in table.frame.columns]
    joined = table.frame[rows].select(pl.concat_str(cells, separator=table.delimiter or ",").str.slice(0, RAW_LENGTH))
    return joined.to_series()


def row_hashes(frame: pl.DataFrame) -> pl.Series:
    """Return a hash of the values of each row; rows that are equal in every column have equal ones.

    An empty cell adds nothing, so that a row is the same whether the columns it does not fill are there or not.
    """
    hashes = []
    for name, dtype in frame.schema.items():
        seed = crc32(name.encode())
        filled = (pl.col(name) != "") if dtype == pl.String else pl.col(name).is_not_null()
        hashes.append(pl.when(filled).then(pl.col(name).hash(seed)).otherwise(pl.lit(0, pl.UInt64)))
    return frame.select(pl.sum_horizontal(hashes)).to_series()


def is_empty(column: pl.Series) -> pl.Series:
    """Mask of missing values: null or only blanks."""
    if column.dtype != pl.String:
        return column.is_null()
    if not column.null_count() and not ((column < FIRST_SHOWN) | (column > LAST_SHOWN)).any():
        return column.is_null()
    return (column.str.strip_chars(INVISIBLE) == "").fill_null(True)


def is_implausible(times: pl.Series, shifted: bool = False) -> pl.Series:
    """Mask of times of the first day of 1970 (a clock that was never set) or before, and from 2100 on.

    Args:
        times: microseconds UTC.
        shifted: whether the whole log lies in the future, as medical logs do that hide when things were: then from 2500 on.
    """
    physical = times.to_physical()
    return (physical < EARLIEST_US) | (physical >= (LATEST_SHIFTED_US if shifted else LATEST_US))
