"""Rows put aside by buckets, and read again bucket by bucket: in memory for a small file, on disk for a large one."""

from collections.abc import Collection
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

OPTIONS = pa.ipc.IpcWriteOptions(compression=None)  # written and read once: packing cost more than an import's parsing


class Spill:
    """Rows of many pieces, each row in one bucket. What is read of a bucket stands in the order in which it came.

    Args:
        folder: where files go; None keeps the rows in memory.
        n_buckets: how many buckets there are.
    """

    def __init__(self, folder: Path | None, n_buckets: int) -> None:
        self.folder, self.n_buckets = folder, n_buckets
        self._pieces: dict[int, pl.DataFrame] = {}
        self._counts: dict[int, NDArray[np.int64]] = {}
        self._schemas: dict[int, pl.Schema] = {}
        if folder is not None:
            folder.mkdir(mode=0o700)

    @property
    def rows(self) -> NDArray[np.int64]:
        """Rows of each bucket."""
        return sum(self._counts.values(), np.zeros(self.n_buckets, np.int64))

    def add(self, piece: int, frame: pl.DataFrame, buckets: NDArray[np.integer] | None = None) -> None:
        """Put the rows of a piece aside; threads may do so at once.

        Args:
            piece: its number in the order of the file.
            frame: its rows.
            buckets: the bucket of each row; None = all in bucket 0.
        """
        counts = np.zeros(self.n_buckets, np.int64)
        if buckets is None or self.n_buckets == 1:
            counts[0] = frame.height
        else:
            counts += np.bincount(buckets, minlength=self.n_buckets)
            frame = frame[pl.Series(np.argsort(buckets.astype(np.uint16), kind="stable").astype(np.uint32))]
        self._counts[piece], self._schemas[piece] = counts, frame.schema
        if self.folder is None:
            self._pieces[piece] = frame
        else:
            self._write(piece, frame, counts)

    def _path(self, piece: int) -> Path:
        return (self.folder or Path()) / f"{piece:06}.arrow"

    def _write(self, piece: int, frame: pl.DataFrame, counts: NDArray[np.int64]) -> None:
        table = frame.to_arrow(compat_level=pl.CompatLevel.oldest()).combine_chunks()
        ends = np.cumsum(counts)
        with pa.OSFile(str(self._path(piece)), "wb") as file, pa.ipc.new_file(file, table.schema, options=OPTIONS) as writer:
            for bucket in np.flatnonzero(counts):
                writer.write_table(table.slice(ends[bucket] - counts[bucket], counts[bucket]))

    def read(self, bucket: int, columns: Collection[str] | None = None, where: pl.Expr | None = None) -> pl.DataFrame:
        """Return the rows of a bucket, in the order in which they came, with the columns of all pieces.

        Columns that a piece lacks are empty in its rows.

        Args:
            bucket: which.
            columns: only these.
            where: only rows of which this is true.
        """
        frames = [self._no_rows(columns)]
        for piece in self._with(bucket):
            frame = self._read(piece, bucket, columns)
            frames.append(frame if where is None else frame.filter(where))
        return pl.concat(frames, how="diagonal").rechunk()

    def _no_rows(self, columns: Collection[str] | None) -> pl.DataFrame:
        found: dict[str, pl.DataType] = {}
        for piece in sorted(self._schemas):
            found |= self._schemas[piece]
        return pl.DataFrame(schema={name: kind for name, kind in found.items() if columns is None or name in columns})

    def unhashed(self) -> Collection[str] | None:
        """Return what to read where no hash is needed; None = all, where leaving it out saves nothing."""
        return None

    def sample(self, bucket: int, column: str, n: int) -> pl.Series:
        """Return about `n` values of a column of a bucket, evenly spread."""
        step = max(1, int(self.rows[bucket]) // n)
        return pl.concat([self._read(piece, bucket, [column])[column].gather_every(step) for piece in self._with(bucket)])

    def _with(self, bucket: int) -> list[int]:
        return [piece for piece in sorted(self._counts) if self._counts[piece][bucket]]

    def _read(self, piece: int, bucket: int, columns: Collection[str] | None) -> pl.DataFrame:
        if self.folder is None:
            counts = self._counts[piece]
            frame = self._pieces[piece].slice(int(counts[:bucket].sum()), int(counts[bucket]))
            return frame if columns is None else frame.select([name for name in frame.columns if name in columns])
        batch = int(np.count_nonzero(self._counts[piece][:bucket]))  # only buckets with rows have one
        with pa.OSFile(str(self._path(piece)), "rb") as file:
            reader = pa.ipc.open_file(file)
            if columns is not None:
                chosen = [place for place, name in enumerate(reader.schema.names) if name in columns]
                reader = pa.ipc.open_file(file, options=pa.ipc.IpcReadOptions(included_fields=chosen))
            return pl.DataFrame(pl.from_arrow(pa.Table.from_batches([reader.get_batch(batch)])))

    def clear(self) -> None:
        """Forget all rows and delete the files."""
        for piece in self._counts:
            if self.folder is not None:
                self._path(piece).unlink(missing_ok=True)
        self._pieces, self._counts, self._schemas = {}, {}, {}
