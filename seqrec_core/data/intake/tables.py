"""A file as a sequence of tables: a small one in one piece, a large one in many that are read one after the other."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfileobj
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core.data.container import check_beginning, open_stream, wrapping_of
from seqrec_core.data.intake.cutting import buffered, more_than
from seqrec_core.data.intake.json_pieces import JsonPieces
from seqrec_core.data.intake.line_pieces import EXPANDS, LinePieces
from seqrec_core.data.intake.text_pieces import TextPieces, can_be_cut
from seqrec_core.data.intake.typed_pieces import ArrowPieces, ParquetPieces
from seqrec_core.data.mapping import ImportRequest
from seqrec_core.data.reading import read_table
from seqrec_core.data.table import Table

Source = TextPieces | LinePieces | JsonPieces | ParquetPieces | ArrowPieces
TYPED: dict[str, type[ParquetPieces] | type[ArrowPieces]] = {"parquet": ParquetPieces, "arrow": ArrowPieces}
COPIED = 1 << 20  # bytes at once


@dataclass(frozen=True)
class Sizes:
    """How much is held in memory at once.

    Args:
        piece_bytes: of text read at once.
        piece_rows: of Parquet read at once.
        bucket_rows: events sorted at once.
    """

    piece_bytes: int = 12 << 20
    piece_rows: int = 250_000
    bucket_rows: int = 400_000


@dataclass(frozen=True)
class Piece:
    """One piece of a file.

    Args:
        number: from 0, in the order of the file.
        done: share of the file up to its end, in [0, 1].
        load: reads it into a table; may run in a thread.
        channel, file: which of several it belongs to.
        pick: reads only some of its rows (numbers from 0, in order), once it was loaded; may run in a thread.
    """

    number: int
    done: float
    load: Callable[[], Table]
    pick: Callable[[NDArray[np.intp]], Table]
    channel: int = 0
    file: int = 0


class Rereadable(Protocol):
    """Files that can be read piece by piece, again and again."""

    whole: bool

    def pieces(self) -> Iterator[Piece]:
        """Yield the pieces in the order of the files."""


class Tables(Protocol):
    """A file that can be read piece by piece, again and again.

    `head` is its beginning, from which columns are proposed; `whole` says that it is all of the file.
    """

    head: Table
    whole: bool

    def pieces(self) -> Iterator[Piece]:
        """Yield the pieces in the order of the file."""

    def sample(self, column: str) -> pl.Series:
        """Return values of a column from all over the file, as far as that is cheap; else from its beginning."""

    def decode_again(self) -> bool:
        """Look at the encoding of the whole file; return whether it has to be read in another one than so far."""


class WholeFile:
    """A file in one piece.

    Args:
        table: all of it.
    """

    whole = True

    def __init__(self, table: Table) -> None:
        self.head = table

    def pieces(self) -> Iterator[Piece]:
        """Yield the file."""
        yield Piece(0, 1.0, lambda: self.head, self.head.at)

    def sample(self, column: str) -> pl.Series:
        """Return the column."""
        return self.head.frame[column]

    def decode_again(self) -> bool:
        """Nothing to look at: the whole file was seen when it was decoded."""
        return False


def open_tables(request: ImportRequest, folder: Path, sizes: Sizes) -> Tables:
    """Open a file, to be read in one piece or, where it is large and of a kind that can be cut, in several.

    Args:
        request: the file and how it is read.
        folder: for pieces that are read by way of a file.
        sizes: from which size on it is cut.

    Raises:
        NotFound, BadInput, NeedsDecision: as `read_table`.
    """
    check_beginning(request.path)
    head = read_table(request.path, request.read, request.answers, head=True)
    if head.format in TYPED and head.n_rows > sizes.piece_rows:
        return _Cut(head, TYPED[head.format](_plain(request.path, folder), head, sizes.piece_rows))
    if LinePieces.fits(head) and b"\n" in more_than(request.path, sizes.piece_bytes // EXPANDS):
        return _Cut(head, LinePieces(request, head, sizes.piece_bytes))
    if JsonPieces.fits(request.path, head, sizes.piece_bytes):
        return _Cut(head, JsonPieces(request, head, sizes.piece_bytes))
    if can_be_cut(request.path, head, sizes.piece_bytes):
        return _Cut(head, TextPieces(request, head, folder, sizes.piece_bytes))
    return WholeFile(head if head.complete else read_table(request.path, request.read, request.answers))


def _plain(path: Path, folder: Path) -> Path:
    """Return where the expanded bytes of a file are: the file itself where it is not packed, else a copy in the folder."""
    if wrapping_of(path).kind == "plain":
        return path
    copy = folder / "expanded" / path.name
    copy.parent.mkdir(mode=0o700)
    with open_stream(path) as stream, copy.open("wb") as file:
        copyfileobj(buffered(stream), file, COPIED)
    return copy


class _Cut:
    """A file in several pieces."""

    whole = False

    def __init__(self, head: Table, source: Source) -> None:
        self.head, self.source = head, source

    def pieces(self) -> Iterator[Piece]:
        for number, (done, load, pick) in enumerate(self.source.loaders()):
            yield Piece(number, done, load, pick)

    def sample(self, column: str) -> pl.Series:
        return self.source.sample(column)

    def decode_again(self) -> bool:
        return self.source.decode_again()
