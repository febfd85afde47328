"""Text with a sequence a line (`user item item`, items alone, SPMF) in pieces of whole lines."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core.data.container import open_stream, wrapping_of
from seqrec_core.data.encodings import decode
from seqrec_core.data.formats import steps
from seqrec_core.data.intake.cutting import buffered, record_pieces
from seqrec_core.data.intake.typed_pieces import Loader
from seqrec_core.data.mapping import ImportRequest
from seqrec_core.data.table import Table

FORMATS = ("sequences", "item_sequences", "spmf")
EXPANDS = 8  # a line becomes so many times its bytes: pieces are so many times smaller
BEGINNING = 4 << 20
NAMED_USERS = 20_000
SPOTS, SPOT = 64, 1 << 16


class LinePieces:
    """Reads lines of ids some megabytes at a time.

    Args:
        request: the file and how it is read.
        head: its beginning, as it was read.
        size: bytes of a piece of text whose rows are no larger than its bytes.
    """

    def __init__(self, request: ImportRequest, head: Table, size: int) -> None:
        self.path, self.head, self.size = request.path, head, max(1, size // EXPANDS)
        self.encoding = request.read.encoding, request.answers.get("encoding")
        with open_stream(self.path) as stream:
            beginning = self._decoded(buffered(stream).read(BEGINNING))
        self.before = steps.Before(delimiter=steps.delimiter_of(beginning), names=self._names())

    @staticmethod
    def fits(head: Table) -> bool:
        """Whether this is a text of that kind, in an encoding in which a line feed is one byte."""
        return head.format in FORMATS and not (head.encoding or "").lower().startswith(("utf-16", "utf-32"))

    def _decoded(self, data: bytes) -> bytes:
        return decode(data, *self.encoding).data

    def _names(self) -> dict[str, str]:
        """Return the names of all items, wherever in an SPMF text they stand."""
        found: dict[str, str] = {}
        if self.head.format == "spmf":
            for data in self._cut():
                found |= steps.spmf_names(data)
        return found

    def _cut(self) -> Iterator[bytes]:
        with open_stream(self.path) as stream:
            yield from record_pieces(buffered(stream), self.size, b"", self.path.name)

    def loaders(self) -> Iterator[Loader]:
        """Yield the share of the file up to the end of each piece, what reads it, and what reads some of its rows."""
        before = self.before
        with open_stream(self.path) as stream:
            for data in record_pieces(buffered(stream), self.size, b"", self.path.name):
                load = partial(self._table, data, before)
                yield min(1.0, stream.consumed / max(1, stream.stored)), load, partial(_some, load)
                more = steps.count_sequences(data) if self.head.format == "spmf" else 0
                lines = len(data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")) - 1
                before = replace(before, lines=before.lines + lines, sequences=before.sequences + more)

    def _table(self, data: bytes, before: steps.Before) -> Table:
        decoded = decode(data, *self.encoding)
        name, kind = self.path.name, self.head.format
        if kind == "spmf":
            table = steps.read_spmf(decoded.data, name, True, before)
        else:
            table = steps.read_sequences(decoded.data, name, True, kind == "sequences", before)
        return replace(table, encoding=self.head.encoding, fixes=decoded.fixes, read=self.head.read)

    def sample(self, column: str) -> pl.Series:
        """Return values of a column from all over the file; users that are called by a number are told by how many there are."""
        if column == steps.USER and self.head.format != "sequences":
            share = self.head.n_rows / max(1, self.head.frame.height)
            last = int(self.head.frame[column].cast(pl.Int64).max() or 1) * share  # type: ignore[arg-type]
            return pl.Series(column, np.linspace(1, last, NAMED_USERS).astype(np.int64)).cast(pl.String)
        if wrapping_of(self.path).kind != "plain":
            return self.head.frame[column]
        found, total = [self.head.frame[column].head(1_000)], self.path.stat().st_size
        with self.path.open("rb") as file:
            for spot in range(0, total, max(SPOT, total // SPOTS)):
                file.seek(spot)
                data = file.read(SPOT)
                found.append(self._table(data[data.find(b"\n") + 1 : data.rfind(b"\n") + 1] or b"\n", self.before).frame[column])
        return pl.concat(found)

    def decode_again(self) -> bool:
        """Nothing to look at: each piece is decoded by itself, and asks where it cannot be."""
        return False


def _some(load: partial[Table], rows: NDArray[np.intp]) -> Table:
    return load().at(rows)
