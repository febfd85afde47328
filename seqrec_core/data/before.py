"""The events of a stored log before the steps of its recipe: what is kept, and what the steps put aside."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from shutil import copyfile

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.cleaning import row_hashes
from seqrec_core.data.events import HASH, ITEMLESS, NOTES, PIECE_BITS, PLACE
from seqrec_core.data.intake.ordering import Ordered
from seqrec_core.data.intake.spill import Spill
from seqrec_core.data.mapping import ColumnMapping
from seqrec_core.data.sessions import NO_SESSION, SessionIds
from seqrec_core.data.steps.aside import CHANGED, POSITION, restored
from seqrec_core.errors import BadInput

PART, LEFT = "events-{:05}.parquet", "left-{:05}.parquet"  # one part of the events, and what the steps left out of it


def write_part(folder: Path, number: int, made: Ordered) -> None:
    """Write one part of a log, and what its steps left out or changed."""
    for name, frame in ((PART, made.frame), (LEFT, made.aside)):
        if frame is not None and frame.height:
            frame.write_parquet(folder / name.format(number), compression="zstd", compression_level=1)


def scan_parts(folder: Path, name: str = PART) -> pl.LazyFrame:
    """Return the events of a folder, read when they are asked for."""
    return pl.scan_parquet(_paths(folder, name))


def _paths(folder: Path, name: str) -> list[Path]:
    return sorted(folder.glob(name.format(0).replace("00000", "*")))


def _read(path: Path, columns: Collection[str] | None) -> pl.DataFrame:
    """Read a file, only these of its columns."""
    if columns is None:
        return pl.read_parquet(path)
    return pl.read_parquet(path, columns=[name for name in pl.read_parquet_schema(path) if name in columns])


class Before(Spill):
    """The events before the steps, by the parts in which they are stored; as `extract` makes them, in the order of the log.

    Args:
        folder: of the dataset.
        mapping: of its columns.
        recipe: of its import.
        rows: how many events there were before the first step.
        ids: what was known of the session ids of the file.

    Raises:
        BadInput: it was stored without what its steps left out.
    """

    def __init__(self, folder: Path, mapping: ColumnMapping, recipe: Mapping[str, object], rows: int, ids: SessionIds) -> None:
        self.place, self.mapping, self.recipe, self.ids = folder, mapping, recipe, ids
        numbers = {int(path.stem.rpartition("-")[2]) for name in (PART, LEFT) for path in _paths(folder, name)}
        super().__init__(None, max(numbers, default=-1) + 1)
        self.counts = np.array([self._height(number) for number in range(self.n_buckets)], np.int64)
        if int(self.counts.sum()) != rows:
            raise BadInput("steps", "no_before", missing=rows - int(self.counts.sum()))

    @property
    def rows(self) -> NDArray[np.int64]:
        """Events of each part."""
        return self.counts

    @property
    def by_column(self) -> bool:
        """Whether the sessions of the stored log are those of its file."""
        gap, whole = self.recipe.get("session_gap_minutes"), self.recipe.get("whole_history", False)
        return self.mapping.session is not None and gap is None and not whole

    def _height(self, number: int) -> int:
        path, left = self.place / PART.format(number), self.place / LEFT.format(number)
        n = pl.scan_parquet(path).select(pl.len()).collect().item() if path.exists() else 0
        if left.exists():
            n += pl.scan_parquet(left).select((~pl.col(CHANGED)).sum()).collect().item()
        return int(n)

    def read(self, bucket: int, columns: Collection[str] | None = None, where: pl.Expr | None = None) -> pl.DataFrame:
        """Return the events of a part, as `Spill.read` does."""
        wanted = None if columns is None or HASH in columns else {*columns, c.USER}
        path, left = self.place / PART.format(bucket), self.place / LEFT.format(bucket)
        events = self._as_read(_read(path, self._stored(wanted))) if path.exists() else None
        if left.exists():
            stored_columns = self._stored(wanted)
            aside = _read(left, None if stored_columns is None else {*stored_columns, POSITION, CHANGED})
            stored = aside.drop(POSITION, CHANGED).clear() if events is None else events
            events = restored(stored, aside)
        if events is None:
            return pl.DataFrame()
        events = self._with_marks(events, bucket, columns)
        events = events if where is None else events.filter(where)
        return events if columns is None else events.select([name for name in events.columns if name in columns])

    def kept(self, bucket: int) -> pl.DataFrame:
        """Return the events of a part that the steps left, as the steps left them, with what sessions are made of."""
        path = self.place / PART.format(bucket)
        return self._with_marks(self._as_read(pl.read_parquet(path)), bucket, (NOTES,)) if path.exists() else pl.DataFrame()

    def copy_aside(self, bucket: int, folder: Path, number: int) -> None:
        """Copy what the steps left out of a part into a folder, as that of another part."""
        left = self.place / LEFT.format(bucket)
        if left.exists():
            copyfile(left, folder / LEFT.format(number))

    def columns(self) -> list[str]:
        """Return the columns of the events before the steps, the marks of steps not among them."""
        number = int(self.counts.nonzero()[0][0])
        path = self.place / PART.format(number)
        if path.exists():
            return self._as_read(pl.DataFrame(schema=pl.read_parquet_schema(path))).columns
        return [name for name in pl.read_parquet_schema(self.place / LEFT.format(number)) if name not in (POSITION, CHANGED)]

    def unhashed(self) -> Collection[str] | None:
        """Return the columns without the hash, which is made for each row where it is asked for."""
        return [*self.columns(), PLACE, NOTES]

    def _stored(self, wanted: Collection[str] | None) -> set[str] | None:
        """Return the stored columns by which others are told; None = all."""
        if wanted is None:
            return None
        found = {*wanted, c.ITEM, c.EVENT} if NOTES in wanted else set(wanted)
        return {*found, f"{self.mapping.session} (file)", c.SOURCE} if c.SESSION in found else found

    def parts(self, columns: Collection[str] | None = None) -> Iterator[pl.DataFrame]:
        """Yield the events part by part, in the order of the log; of `columns`, those that a part has."""
        for number in self.counts.nonzero()[0]:
            yield self.read(int(number), columns)

    def _as_read(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Give stored events the sessions of their file, under the name that they had before sessions were made."""
        session, user = self.mapping.session, self.mapping.user
        if c.SESSION not in frame.columns:
            return frame
        if session is None:
            return frame.drop(c.SESSION)
        if not self.by_column and session == user:
            return frame.with_columns(pl.col(c.USER).alias(c.SESSION))
        if not self.by_column:
            kept = f"{session} (file)"
            return frame.drop(c.SESSION).rename({kept: c.SESSION})
        named = pl.col(c.SESSION)
        for name in ([c.USER] if self.ids.shared else []) + ([c.SOURCE] if self.ids.apart else []):
            named = named.str.strip_prefix(pl.concat_str(pl.col(name), pl.lit("/")))
        return frame.with_columns(named.replace(NO_SESSION, "").alias(c.SESSION))

    def _with_marks(self, events: pl.DataFrame, bucket: int, columns: Collection[str] | None) -> pl.DataFrame:
        """Add what steps need to know: place, hash, and whether an event came without an item; those asked for."""
        itemless = (pl.col(c.ITEM) == pl.col(c.EVENT)) if self.mapping.item is not None else pl.lit(False)
        marks = {
            PLACE: pl.int_range(pl.len(), dtype=pl.Int64) + (bucket << PIECE_BITS),
            NOTES: itemless.cast(pl.UInt8) * ITEMLESS,
        }
        wanted = [mark.alias(name) for name, mark in marks.items() if columns is None or name in columns]
        hashes = [row_hashes(events).alias(HASH)] if columns is None or HASH in columns else []
        return events.with_columns(*hashes, *wanted)

    def clear(self) -> None:
        """Nothing to forget: what is stored stays."""
