"""Parquet and Arrow in pieces of rows."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from seqrec_core.data.formats.arrow import batches, plain_columns
from seqrec_core.data.parquet import plain_types
from seqrec_core.data.table import Table
from seqrec_core.data.times import as_text
from seqrec_core.errors import BadInput

SAMPLED_GROUPS = 32
SAMPLED_ROWS = 2_000_000  # a row group larger than this is not read for a sample
SAMPLE = 200_000
Loader = tuple[float, Callable[[], Table], Callable[[NDArray[np.intp]], Table]]


class ParquetPieces:
    """Reads a Parquet file some rows at a time; its metadata has been checked.

    Args:
        path: the file.
        head: its first rows.
        rows: rows of a piece.
    """

    def __init__(self, path: Path, head: Table, rows: int) -> None:
        self.path, self.head, self.rows = path, head, rows

    def loaders(self) -> Iterator[Loader]:
        """Yield the share of the file up to the end of each piece, what reads it, and what reads some of its rows.

        Raises:
            BadInput: damaged.
        """
        begun = 0
        try:
            with pq.ParquetFile(self.path) as file:
                for batch in file.iter_batches(self.rows):
                    load = partial(self._table, batch, begun)
                    yield min(1.0, (begun + batch.num_rows) / self.head.n_rows), load, partial(_some, load)
                    begun += batch.num_rows
        except (pa.ArrowException, OSError) as error:
            raise BadInput("data", "parquet_damaged", path=self.path.name) from error

    def _table(self, batch: pa.RecordBatch, begun: int) -> Table:
        frame, fixes = plain_types(pl.from_arrow(pa.Table.from_batches([batch])))  # type: ignore[arg-type]
        lines = pl.int_range(begun + 1, begun + frame.height + 1, dtype=pl.Int64, eager=True)
        return Table(frame, lines, format="parquet", fixes=fixes, n_rows=self.head.n_rows, read=self.head.read)

    def sample(self, column: str) -> pl.Series:
        """Return values of a column from row groups all over the file."""
        with pq.ParquetFile(self.path) as file:
            n = file.metadata.num_row_groups
            groups = [g for g in range(0, n, max(1, n // SAMPLED_GROUPS)) if file.metadata.row_group(g).num_rows <= SAMPLED_ROWS]
            if not groups:
                return self.head.frame[column]
            found: list[pl.Series] = []
            for group in groups:
                table = pl.from_arrow(file.read_row_group(group, columns=[column]))
                values = as_text(table[column])  # type: ignore[index]
                found.append(values.gather_every(max(1, len(values) * len(groups) // SAMPLE)))
        return pl.concat(found)

    def decode_again(self) -> bool:
        """Nothing to look at: Parquet is UTF-8."""
        return False


class ArrowPieces:
    """Reads an Arrow file or stream batch by batch, large batches in parts.

    Args:
        path: the file.
        head: its first rows.
        rows: rows of a piece.
    """

    def __init__(self, path: Path, head: Table, rows: int) -> None:
        self.path, self.head, self.rows = path, head, rows

    def loaders(self) -> Iterator[Loader]:
        """Yield the share of the file up to the end of each piece, what reads it, and what reads some of its rows.

        Raises:
            BadInput: damaged.
        """
        begun = 0
        for batch in batches(self.path, self.path.name):
            for start in range(0, batch.num_rows, self.rows):
                part = batch.slice(start, self.rows)
                load = partial(self._table, part, begun)
                yield min(1.0, (begun + part.num_rows) / self.head.n_rows), load, partial(_some, load)
                begun += part.num_rows

    def _table(self, batch: pa.RecordBatch, begun: int) -> Table:
        frame, fixes = plain_columns(pa.Table.from_batches([batch]))
        lines = pl.int_range(begun + 1, begun + frame.height + 1, dtype=pl.Int64, eager=True)
        return Table(frame, lines, format="arrow", fixes=fixes, n_rows=self.head.n_rows, read=self.head.read)

    def sample(self, column: str) -> pl.Series:
        """Return values of a column from all batches."""
        step = max(1, self.head.n_rows // SAMPLE)
        found = [as_text(self._table(batch, 0).frame[column].gather_every(step)) for batch in batches(self.path, self.path.name)]
        return pl.concat(found)

    def decode_again(self) -> bool:
        """Nothing to look at: Arrow is UTF-8."""
        return False


def _some(load: Callable[[], Table], rows: NDArray[np.intp]) -> Table:
    return load().at(rows)
