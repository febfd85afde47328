"""Several files that are parts of one log, as one file that is read in pieces."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core.data.intake.tables import Piece, Sizes, Tables, open_tables
from seqrec_core.data.mapping import ImportRequest
from seqrec_core.data.table import Table
from seqrec_core.errors import BadInput

SHARED = {"format", "delimiter", "has_header"}  # what is taken from the first part: the others may be too short to tell
SAMPLED = 16


class Parts:
    """Files with the same columns, one after the other; each is opened when it is its turn.

    Args:
        request: for each file.
        folder: for pieces that are read by way of a file.
        sizes: how much is held in memory at once.
    """

    whole = False

    def __init__(self, requests: tuple[ImportRequest, ...], folder: Path, sizes: Sizes) -> None:
        self.requests, self.folder, self.sizes = requests, folder, sizes
        self._cut: dict[int, Tables] = {}
        first = self._open(0)
        self.bytes = [request.path.stat().st_size for request in requests]
        self.head = replace(first.head, n_rows=round(first.head.n_rows * sum(self.bytes) / max(1, self.bytes[0])))

    def _open(self, number: int) -> Tables:
        """Open a part; one that is cut in pieces is kept, one that is held whole is not."""
        if number in self._cut:
            return self._cut[number]
        request, folder = self.requests[number], self.folder / f"part-{number}"
        folder.mkdir(mode=0o700, exist_ok=True)
        if number:
            read = request.read.model_dump() | self.head.read.model_dump(include=SHARED)
            read |= {"format": self.head.format, "has_header": self.head.has_header}
            request = request.model_copy(update={"read": type(request.read).model_validate(read)})
        opened = open_tables(request, folder, self.sizes)
        if number and set(opened.head.frame.columns) != set(self.head.frame.columns):
            differ = set(opened.head.frame.columns) ^ set(self.head.frame.columns)
            names, first = ", ".join(sorted(differ)[:12]), self.requests[0].path.name
            raise BadInput("channels", "part_differs", path=request.path.name, first=first, columns=names)
        if not opened.whole:
            self._cut[number] = opened
        return opened

    def pieces(self) -> Iterator[Piece]:
        """Yield the pieces of all parts in their order, counted on."""
        count, before, total = 0, 0, max(1, sum(self.bytes))
        for number, size in enumerate(self.bytes):
            for piece in self._open(number).pieces():
                done = (before + piece.done * size) / total
                yield Piece(count, done, partial(self._ordered, piece.load), partial(self._some, piece.pick), file=number)
                count += 1
            before += size

    def _ordered(self, load: Callable[[], Table]) -> Table:
        """Read a piece, its columns as they stand in the first part."""
        table, names = load(), self.head.frame.columns
        return table if table.frame.columns == names else replace(table, frame=table.frame.select(names))

    def _some(self, pick: Callable[[NDArray[np.intp]], Table], rows: NDArray[np.intp]) -> Table:
        return self._ordered(partial(pick, rows))

    def sample(self, column: str) -> pl.Series:
        """Return values of a column of some parts."""
        step = max(1, len(self.requests) // SAMPLED)
        found = [self._open(number).sample(column).cast(pl.String) for number in range(0, len(self.requests), step)]
        return pl.concat(found)

    def decode_again(self) -> bool:
        """Look at the encoding of the parts that were read in pieces; return whether one has to be read in another one."""
        return any([tables.decode_again() for tables in list(self._cut.values())])
