"""Which rows of a table become events, and why the others do not. Every row is either kept or has one reason."""

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.table import MAX_REJECTS, RAW_LENGTH, Table, rejects_frame
from seqrec_core.text import say

EARLIEST_US, LATEST_US = 86_400_000_000, 4_102_444_800_000_000  # 1970-01-02 and 2100-01-01
KEEP = ""


@dataclass
class Sieve:
    """Rejects rows one reason after the other; a row keeps its first reason.

    Args:
        table: what was read.
    """

    table: Table
    reasons: pl.Series = field(init=False)

    def __post_init__(self) -> None:
        self.reasons = pl.Series("reason", [KEEP], dtype=pl.String).new_from_index(0, self.table.frame.height)

    @property
    def kept(self) -> pl.Series:
        """Mask of rows without a reason so far."""
        return self.reasons == KEEP

    def reject(self, mask: pl.Series, reason: str) -> int:
        """Reject rows that are still kept; return how many.

        Args:
            mask: true for the rows at fault; null counts as false.
            reason: a key under `data.reason.`.
        """
        hit = mask.fill_null(False) & self.kept
        n = int(hit.sum())
        if n:
            self.reasons = self.reasons.set(hit, reason)
        return n

    def counts(self) -> dict[str, int]:
        """Rows by reason, in words; those that could not even be read are among them."""
        counts: dict[str, int] = {}
        found = self.reasons.filter(~self.kept).value_counts(sort=True)
        for reason, n in [*found.iter_rows(), *((reject.reason, 1) for reject in self.table.rejects)]:
            words = say(f"data.reason.{reason}")
            counts[words] = counts.get(words, 0) + n
        return counts

    def rejects(self) -> pl.DataFrame:
        """Return the first 10,000 rejected rows: `line, reason, raw`, by line."""
        rows = np.flatnonzero((~self.kept).to_numpy())[:MAX_REJECTS]
        unread = rejects_frame(self.table.rejects)
        words = {reason: say(f"data.reason.{reason}") for reason in self.reasons.unique() if reason != KEEP}
        refused = pl.DataFrame(
            {
                c.LINE: self.table.lines[rows],
                c.REASON: self.reasons[rows].replace(words) if words else self.reasons[rows],
                c.RAW: raw_rows(self.table, rows),
            },
            schema=c.REJECTED,
        )
        return pl.concat([unread, refused]).sort(c.LINE, maintain_order=True).head(MAX_REJECTS)


def raw_rows(table: Table, rows: np.ndarray) -> pl.Series:
    """Return rows as text, their cells joined by the delimiter of the file, at most 500 characters."""
    cells = [pl.col(name).cast(pl.String).fill_null("") for name in table.frame.columns]
    joined = table.frame[rows].select(pl.concat_str(cells, separator=table.delimiter or ",").str.slice(0, RAW_LENGTH))
    return joined.to_series()


def duplicates(table: Table) -> pl.Series:
    """Mask of rows that equal an earlier row in every column."""
    return ~table.frame.select(pl.struct(pl.all()).is_first_distinct()).to_series()


def is_empty(column: pl.Series) -> pl.Series:
    """Mask of missing values: null or only blanks."""
    if column.dtype == pl.String:
        return column.is_null() | (column.str.strip_chars() == "")
    return column.is_null()


def is_implausible(times: pl.Series) -> pl.Series:
    """Mask of times of the first day of 1970 (a clock that was never set) or before, and from 2100 on."""
    physical = times.to_physical()
    return (physical < EARLIEST_US) | (physical >= LATEST_US)
