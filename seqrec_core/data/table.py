"""Table: the rows of a file before anything is known about their meaning."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core.data.evidence import Evidence
from seqrec_core.data.mapping import ReadOptions
from seqrec_core.data.report import Fix

RAW_LENGTH = 500
MAX_REJECTS = 10_000


@dataclass(frozen=True)
class Reject:
    """One row that could not be read: its line, the reason (a key under `data.reason.`) and what stood there."""

    line: int
    reason: str
    raw: str


@dataclass(frozen=True)
class Table:
    """What reading gives.

    Args:
        frame: columns named as in the file; String from text, typed from Parquet.
        lines: 1-based line of the file of each row (of a Parquet file: its row), Int64.
        rejects: rows that could not be read.
        format: csv, jsonl, parquet, arrow, xlsx, recbole, spmf, sequences or item_sequences.
        encoding, delimiter, has_header: how the text was read; None for Parquet.
        repeated: names that occur more than once in the header (the later ones carry a number).
        fixes: what reading did that a person should know.
        complete: False if only the head was read.
        n_rows: rows of the whole file, an estimate where only the head was read.
        read: how it is laid out, as a person could have said it; `evidence`: why.
        recognised: how the format was told, in words.
        roles: role → column where the format itself says so; empty where columns have to be looked at.
    """

    frame: pl.DataFrame
    lines: pl.Series
    rejects: tuple[Reject, ...] = ()
    format: str = "csv"
    encoding: str | None = None
    delimiter: str | None = None
    has_header: bool | None = None
    repeated: tuple[str, ...] = ()
    fixes: tuple[Fix, ...] = ()
    complete: bool = True
    n_rows: int = 0
    read: ReadOptions = field(default_factory=ReadOptions)
    evidence: tuple[Evidence, ...] = ()
    recognised: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)

    @property
    def rows_read(self) -> int:
        """Data rows, kept or not."""
        return self.frame.height + len(self.rejects)

    def at(self, rows: NDArray[np.intp]) -> "Table":
        """Return only some rows, by their numbers from 0."""
        return replace(self, frame=self.frame[rows], lines=self.lines[rows])

    def with_columns_of(self, other: "Table") -> "Table":
        """Return these rows of text with the columns of another table first; what a row lacks is empty."""
        names = other.frame.columns
        if self.frame.columns == names:
            return self
        if not self.frame.height:
            return replace(self, frame=other.frame.clear())
        absent = [pl.lit("").alias(name) for name in names if name not in self.frame.columns]
        return replace(self, frame=self.frame.with_columns(absent).select(*names, pl.exclude(names)))

    def take(self, n: int) -> "Table":
        """Return the first n rows."""
        return self if self.frame.height <= n else replace(self, frame=self.frame.head(n), lines=self.lines.head(n))
