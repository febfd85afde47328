"""Parquet to a typed frame, after its own metadata said how large it will be."""

from pathlib import Path

import polars as pl

from seqrec_core.data.container import check_expansion
from seqrec_core.data.records import MAX_COLUMNS
from seqrec_core.data.report import Fix
from seqrec_core.data.table import Table
from seqrec_core.errors import BadInput
from seqrec_core.settings import Settings, settings
from seqrec_core.text import integer, say

CELL_BYTES = 8
ANY_SIZE = 1 << 40


def read_parquet(path: Path, name: str, head: int | None = None, limits: Settings | None = None) -> Table:
    """Read a Parquet file.

    Args:
        path: the file, expanded.
        name: how the file is called in errors.
        head: read only this many rows; None = all.
        limits: where not the settings of this process.

    Raises:
        BadInput: damaged, without rows, or far larger in memory than on disk.
    """
    limits = limits or settings()
    if head is not None:
        limits = limits.model_copy(update={"max_expanded_mb": ANY_SIZE})  # a large file is read some rows at a time
    n_rows = _check(path, name, limits)
    try:
        frame = pl.read_parquet(path, n_rows=head, glob=False)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise BadInput("data", "parquet_damaged", path=name) from error
    frame, fixes = plain_types(frame)
    lines = pl.Series(range(1, frame.height + 1), dtype=pl.Int64)
    return Table(
        frame,
        lines,
        format="parquet",
        recognised=say("data.format.parquet"),
        fixes=fixes,
        complete=frame.height == n_rows,
        n_rows=n_rows,
    )


def _check(path: Path, name: str, limits: Settings) -> int:
    """Return the rows that the metadata promises, once they are known to fit."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        meta = file.metadata
    except (pa.ArrowException, OSError, ValueError) as error:
        raise BadInput("data", "parquet_damaged", path=name) from error
    if meta.num_columns > MAX_COLUMNS:
        raise BadInput("data", "too_many_columns", found=integer(meta.num_columns), limit=integer(MAX_COLUMNS))
    if meta.num_rows > limits.max_rows:
        raise BadInput("data", "too_many_rows", found=integer(meta.num_rows), limit=integer(limits.max_rows))
    uncompressed = sum(meta.row_group(group).total_byte_size for group in range(meta.num_row_groups))
    expanded = max(uncompressed, meta.num_rows * meta.num_columns * CELL_BYTES)
    check_expansion(name, expanded, path.stat().st_size, limits)
    if meta.num_rows == 0:
        raise BadInput("data", "header_only", path=name)
    return int(meta.num_rows)


def plain_types(frame: pl.DataFrame) -> tuple[pl.DataFrame, tuple[Fix, ...]]:
    """Keep text, numbers, booleans, dates and times; turn categories and decimals into them; leave nested columns out."""
    nested = [name for name, dtype in frame.schema.items() if dtype.is_nested() or dtype in (pl.Binary, pl.Object, pl.Null)]
    casts: list[pl.Expr] = []
    for name, dtype in frame.schema.items():
        if name in nested:
            continue
        if isinstance(dtype, pl.Categorical | pl.Enum):
            casts.append(pl.col(name).cast(pl.String))
        elif isinstance(dtype, pl.Decimal) or dtype == pl.Float32:
            casts.append(pl.col(name).cast(pl.Float64))
        elif dtype.is_float():
            casts.append(pl.col(name).fill_nan(None))
    fixes = tuple(Fix("data.fix.nested_column", frame.height, {"column": name}) for name in nested)
    return frame.drop(nested).with_columns(casts), fixes
