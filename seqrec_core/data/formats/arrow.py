"""Arrow IPC, as file (also Feather) and as stream, to a typed frame; a row is a row of its record batches."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from seqrec_core.data.container import check_expansion
from seqrec_core.data.formats.arrow_sizes import Sizes, sizes_of
from seqrec_core.data.parquet import ANY_SIZE, CELL_BYTES, plain_types
from seqrec_core.data.records import MAX_COLUMNS
from seqrec_core.data.report import Fix
from seqrec_core.data.table import Table
from seqrec_core.errors import BadInput
from seqrec_core.settings import Settings
from seqrec_core.text import integer, say

MAGIC = b"ARROW1"


def read_arrow(path: Path, name: str, is_file: bool, head: int | None, limits: Settings) -> Table:
    """Read an Arrow file or stream.

    Args:
        path: the file, not compressed as a whole (its buffers may be).
        name: how the file is called in errors.
        is_file: the file format rather than the stream format.
        head: read only this many rows; None = all.
        limits: of size.

    Raises:
        BadInput: damaged, without rows, or far larger in memory than on disk.
    """
    import pyarrow as pa

    if head is not None:
        limits = limits.model_copy(update={"max_expanded_mb": ANY_SIZE})  # a large file is read some rows at a time
    sizes = sizes_of(path, is_file)
    try:
        frame, fixes = plain_columns(_table(path, is_file, head, name, sizes, limits))
    except (pa.ArrowException, OSError, ValueError, MemoryError, StopIteration, pl.exceptions.PolarsError) as error:
        raise BadInput("data", "arrow_damaged", path=name) from error
    lines = pl.Series(range(1, frame.height + 1), dtype=pl.Int64)
    return Table(
        frame, lines, format="arrow", fixes=fixes, complete=frame.height == sizes.rows,
        n_rows=sizes.rows, recognised=say("data.format.arrow" if is_file else "data.format.arrow_stream"),
    )  # fmt: skip


def plain_columns(table: Any) -> tuple[pl.DataFrame, tuple[Fix, ...]]:
    """Return an Arrow table as a frame of one value a cell, and which columns were left out."""
    flat, nested = _flat(table)
    frame, fixes = plain_types(pl.DataFrame(pl.from_arrow(flat)))
    return frame, (*(Fix("data.fix.nested_column", frame.height, {"column": column}) for column in nested), *fixes)


def batches(path: Path, name: str) -> Iterator[Any]:
    """Yield the record batches of an Arrow file or stream, each checked in full.

    Raises:
        BadInput: damaged.
    """
    import pyarrow as pa

    try:
        with pa.memory_map(str(path)) as source:
            is_file = source.read(len(MAGIC)) == MAGIC
            source.seek(0)
            reader = pa.ipc.open_file(source) if is_file else pa.ipc.open_stream(source)
            count = reader.num_record_batches if is_file else None
            for batch in reader if count is None else map(reader.get_batch, range(count)):
                batch.validate(full=True)
                yield batch
    except (pa.ArrowException, OSError) as error:
        raise BadInput("data", "arrow_damaged", path=name) from error


def _table(path: Path, is_file: bool, head: int | None, name: str, sizes: Sizes, limits: Settings) -> Any:
    """Decode batches until there are enough rows, each checked in full: offsets in a hostile file point anywhere."""
    import pyarrow as pa

    with pa.memory_map(str(path)) as source:
        reader = pa.ipc.open_file(source) if is_file else pa.ipc.open_stream(source)
        _check(len(reader.schema), path.stat().st_size, name, sizes, limits)
        batches, rows = [], 0
        for index in range(sizes.batches):
            batch = reader.get_batch(index) if is_file else reader.read_next_batch()
            batch.validate(full=True)
            batches.append(batch)
            rows += batch.num_rows
            if head is not None and rows >= head:
                break
        return pa.Table.from_batches(batches, reader.schema).slice(0, head)


def _check(n_columns: int, stored: int, name: str, sizes: Sizes, limits: Settings) -> None:
    if n_columns > MAX_COLUMNS:
        raise BadInput("data", "too_many_columns", found=integer(n_columns), limit=integer(MAX_COLUMNS))
    if sizes.rows > limits.max_rows:
        raise BadInput("data", "too_many_rows", found=integer(sizes.rows), limit=integer(limits.max_rows))
    check_expansion(name, max(sizes.expanded, sizes.rows * n_columns * CELL_BYTES), stored, limits)
    if not sizes.rows:
        raise BadInput("data", "header_only", path=name)


def _flat(table: Any) -> tuple[Any, list[str]]:
    """Return the columns that hold one value a row, and the names of the others."""
    import pyarrow.types as t

    usable = [
        not (t.is_nested(kind) or t.is_union(kind) or t.is_run_end_encoded(kind) or t.is_interval(kind) or _is_extension(kind))
        for kind in table.schema.types
    ]
    names = [name for name, fits in zip(table.column_names, usable, strict=True) if not fits]
    return table.select([index for index, fits in enumerate(usable) if fits]), names


def _is_extension(kind: object) -> bool:
    import pyarrow as pa

    return isinstance(kind, pa.BaseExtensionType)
