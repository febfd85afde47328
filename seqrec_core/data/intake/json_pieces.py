"""A JSON document, an array of objects or objects over many lines, in pieces of whole values."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core.data.container import open_stream
from seqrec_core.data.encodings import decode
from seqrec_core.data.intake.cutting import buffered, more_than
from seqrec_core.data.intake.typed_pieces import Loader
from seqrec_core.data.json_lines import is_document, read_json
from seqrec_core.data.json_values import value_pieces
from seqrec_core.data.mapping import ImportRequest
from seqrec_core.data.table import Table

EXPANDS = 2  # objects take several times their bytes: pieces are so many times smaller


class JsonPieces:
    """Reads a document some megabytes at a time.

    Args:
        request: the file and how it is read.
        head: its beginning, as it was read.
        size: bytes of a piece of text whose rows are no larger than its bytes.
    """

    def __init__(self, request: ImportRequest, head: Table, size: int) -> None:
        self.path, self.head, self.size = request.path, head, max(1, size // EXPANDS)
        self.encoding = request.read.encoding, request.answers.get("encoding")

    @staticmethod
    def fits(path: Path, head: Table, size: int) -> bool:
        """Whether this is a document of UTF-8 larger than a piece, of which the head could be read alone."""
        if head.format != "jsonl" or head.complete or (head.encoding or "").lower() not in ("utf-8", "utf-8-sig", "ascii"):
            return False
        start = more_than(path, size // EXPANDS)
        return bool(start) and not start.startswith((b"\xff\xfe", b"\xfe\xff")) and is_document(start)

    def loaders(self) -> Iterator[Loader]:
        """Yield the share of the file up to the end of each piece, what reads it, and what reads some of its rows."""
        with open_stream(self.path) as stream:
            for before, data in value_pieces(buffered(stream), self.size, self.path.name):
                load = partial(self._table, data, before)
                yield min(1.0, stream.consumed / max(1, stream.stored)), load, partial(_some, load)

    def _table(self, data: bytes, before: int) -> Table:
        decoded = decode(data, *self.encoding)
        table = read_json(decoded.data, self.path.name, True, before)
        return replace(table.with_columns_of(self.head), encoding=self.head.encoding, read=self.head.read)

    def sample(self, column: str) -> pl.Series:
        """Return values of a column from the beginning."""
        return self.head.frame[column]

    def decode_again(self) -> bool:
        """Nothing to look at: each piece is decoded by itself, and asks where it cannot be."""
        return False


def _some(load: partial[Table], rows: NDArray[np.intp]) -> Table:
    return load().at(rows)
