"""A SHA-256 over the values of a frame that does not depend on the pieces in which they come."""

import hashlib

import numpy as np
import polars as pl


class Fingerprint:
    """Takes in a frame piece by piece; the same on any machine.

    Each column has three digests: of its values, of the lengths of its texts, and of the rows without a value.
    """

    def __init__(self) -> None:
        self._columns: dict[str, _Column] = {}
        self._rows = 0

    def update(self, frame: pl.DataFrame) -> None:
        """Take in further rows; every piece has the same columns."""
        for column in frame:
            self._columns.setdefault(column.name, _Column(column.dtype)).update(column, self._rows)
        self._rows += frame.height

    def hexdigest(self) -> str:
        """Return the digest over names, dtypes and values of what was taken in."""
        whole = hashlib.sha256(f"{self._rows}".encode())
        for name in sorted(self._columns):
            whole.update(f"\0{name}\0{self._columns[name].summary()}".encode())
        return whole.hexdigest()


class _Column:
    def __init__(self, dtype: pl.DataType) -> None:
        self.dtype = dtype
        self.values, self.lengths, self.nulls = hashlib.sha256(), hashlib.sha256(), hashlib.sha256()

    def update(self, column: pl.Series, before: int) -> None:
        if column.null_count():
            self.nulls.update((np.flatnonzero(column.is_null().to_numpy()) + before).astype("<i8").tobytes())
        if self.dtype == pl.String:
            self._texts(column)
        elif self.dtype.is_temporal():
            self.values.update(column.to_physical().fill_null(0).to_numpy().tobytes())
        elif self.dtype.is_numeric() or self.dtype == pl.Boolean:
            self.values.update(column.fill_null(False if self.dtype == pl.Boolean else 0).to_numpy().tobytes())
        else:
            self._texts(pl.Series([repr(value) for value in column], dtype=pl.String))

    def _texts(self, column: pl.Series) -> None:
        filled = column.fill_null("") if column.null_count() else column
        array = filled.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
        _, ends, content = array.buffers()
        offsets = np.frombuffer(ends, "<i8", len(array) + 1, 8 * array.offset)
        self.lengths.update(np.diff(offsets).astype("<u4").tobytes())
        if content is not None:
            self.values.update(memoryview(content)[offsets[0] : offsets[-1]])

    def summary(self) -> str:
        return "\0".join((str(self.dtype), self.values.hexdigest(), self.lengths.hexdigest(), self.nulls.hexdigest()))


def frame_fingerprint(frame: pl.DataFrame) -> str:
    """Return the fingerprint of a frame: equal names, dtypes and values have equal ones."""
    made = Fingerprint()
    made.update(frame)
    return made.hexdigest()
