"""Delimited text and JSON lines in pieces that end where a record ends."""

import codecs
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core.data.canonical import BLANKS
from seqrec_core.data.container import open_stream, wrapping_of
from seqrec_core.data.encodings import detect
from seqrec_core.data.header import name_columns
from seqrec_core.data.intake.cutting import buffered, count_byte, lines_at, more_than, record_pieces
from seqrec_core.data.intake.quick import quick_rows
from seqrec_core.data.intake.typed_pieces import Loader
from seqrec_core.data.mapping import ImportRequest
from seqrec_core.data.reading import read_table
from seqrec_core.data.recipe import options_of
from seqrec_core.data.table import Table
from seqrec_core.errors import BadInput

DELIMITED = ("csv", "recbole")
FORMATS = (*DELIMITED, "jsonl")
WIDE = ("utf-16", "utf-32")  # encodings in which a line feed is more than one byte
SAMPLED_SPOTS, SPOT = 64, 1 << 16
SEEN = 64 << 20  # bytes of lines beyond ASCII looked at to tell their encoding
WHOLE_TEXT = "data.fix.encoding"  # counts the lines of a text, one more than its line feeds
UNNAMED = "layout.fix.unnamed_columns"  # told once, not for every piece
ALL_BAD = ("no_rows", "no_json_rows")
EMPTY = ("header_only", "no_rows", "empty_file", "no_json_rows")


def can_be_cut(path: Path, head: Table, size: int) -> bool:
    """Whether a text is large enough to be read in pieces, and has lines to be cut at."""
    if head.format not in FORMATS:
        return False
    start = more_than(path, size)
    return b"\n" in start and (head.format != "jsonl" or _is_object(start.lstrip().split(b"\n", 1)[0]))


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


class TextPieces:
    """Reads a text some megabytes at a time.

    A piece whose every line is plain is parsed at once; any other is read as a file of its own is, by `read_table`.

    Args:
        request: the file and how it is read.
        head: its beginning, as it was read.
        folder: for pieces that are read as files.
        size: bytes of a piece.
    """

    def __init__(self, request: ImportRequest, head: Table, folder: Path, size: int) -> None:
        self.request, self.head, self.folder, self.size = request, head, folder, size
        self.path = request.path
        given = request.read.model_dump(include={"sheet"})
        self.options = options_of(head).model_copy(update=given)
        self.plain: set[int] = set()  # numbers of the pieces whose every line is plain
        self.encoding_given = request.read.encoding is not None or "encoding" in request.answers

    def loaders(self) -> Iterator[Loader]:
        """Yield the share of the file up to the end of each piece, what reads it, and what reads some of its rows."""
        line = 0
        with open_stream(self.path) as stream:
            for number, data in enumerate(self._pieces(buffered(stream))):
                done = min(1.0, stream.consumed / max(1, stream.stored))
                yield done, partial(self._table, number, data, line), partial(self._some, number, data, line)
                line += count_byte(data, b"\n")

    def _pieces(self, file: BinaryIO) -> Iterator[bytes]:
        quote = b"" if self.head.format == "jsonl" or self.options.quote == "" else (self.options.quote or '"').encode()
        if self._is_wide:
            recoded = codecs.EncodedFile(file, "utf-8", self.options.encoding or "")
            return record_pieces(recoded, self.size, quote, self.path.name)
        return record_pieces(file, self.size, quote, self.path.name)

    @property
    def _is_wide(self) -> bool:
        return (self.options.encoding or "").lower().startswith(WIDE)

    def _table(self, number: int, data: bytes, before: int) -> Table:
        """Read a piece.

        Args:
            number: 0 for the beginning of the file, with its header.
            data: whole records.
            before: lines of the file before it.
        """
        data = data.removeprefix(codecs.BOM_UTF8) if number == 0 else data
        frame = self._quick(number, data)
        if frame is None:
            by_line = self.head.format == "jsonl" and number > 0  # an object first: what follows are lines, whatever the next is
            return self._slow(number, data, before, filled=by_line)
        headed = int(number == 0 and bool(self.head.has_header))
        self.plain.add(number)
        first = before + headed + 1
        lines = pl.int_range(first, first + frame.height - headed, dtype=pl.Int64, eager=True)
        return self._made(frame.slice(headed), lines)

    def _some(self, number: int, data: bytes, before: int, rows: NDArray[np.intp]) -> Table:
        """Read some rows of a piece that was read before."""
        if number not in self.plain:
            return self._table(number, data, before).at(rows)
        at = rows + int(number == 0 and bool(self.head.has_header))
        frame = quick_rows(lines_at(data, at), self.head.frame.columns, self.options.delimiter or "")
        if frame is None:
            raise BadInput("data", "changed_meanwhile", path=self.path.name)
        return self._made(frame, pl.Series(at + before + 1))

    def _made(self, frame: pl.DataFrame, lines: pl.Series) -> Table:
        head = self.head
        return Table(
            frame, lines, (), head.format, head.encoding, head.delimiter, head.has_header, head.repeated, (),
            n_rows=head.n_rows, read=head.read,
        )  # fmt: skip

    def _quick(self, number: int, data: bytes) -> pl.DataFrame | None:
        """Parse a piece in which nothing can be misread; None for any other."""
        options = self.options
        unusual = options.quote not in (None, '"', "") or options.escape == "backslash" or options.comment or options.skip_lines
        if self.head.format not in DELIMITED or unusual:
            return None
        if not self._is_wide and (options.encoding or "").lower() not in ("utf-8", "utf-8-sig", "ascii"):
            return None
        names = self.head.frame.columns
        frame = quick_rows(data, names, options.delimiter or "")
        if frame is None or number or not self.head.has_header:
            return frame
        return frame if name_columns(frame.row(0))[0] == names else None

    def _slow(self, number: int, data: bytes, before: int, filled: bool = False) -> Table:
        """Read a piece as a file of its own, under a header of its own, and count its lines from the beginning of the file.

        A file without a good row is refused, a piece is not: it is read again below a row that is taken out afterwards.
        """
        piece = data
        update: dict[str, object] = {"encoding": "utf-8"} if self._is_wide else {}
        shift = before - filled
        if filled:
            data = self._filler() + data
        if number and self.head.format in DELIMITED:
            delimiter = " " if self.options.delimiter == BLANKS else self.options.delimiter or ","
            header = delimiter.join(f"c{place}" for place in range(self.head.frame.width))
            data, shift = header.encode() + b"\n" + data, shift - 1
            update |= {"has_header": True, "skip_lines": None}
        folder = self.folder / f"piece-{number}"
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / self.path.name
        try:
            path.write_bytes(data)
            table = read_table(path, self.options.model_copy(update=update), self.request.answers)
        except BadInput as error:
            if error.code in ALL_BAD and number and not filled:
                return self._slow(number, piece, before, True)
            if error.code in EMPTY:
                return self._made(self.head.frame.clear(), pl.Series([], dtype=pl.Int64))
            raise _shifted(error, shift) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        if filled:
            table = table.at(np.arange(1, table.frame.height)).with_columns_of(self.head)
        return self._continued(table, number, shift, int(filled))

    def _filler(self) -> bytes:
        """A row that can be read."""
        delimiter = " " if self.options.delimiter == BLANKS else self.options.delimiter or ","
        row = "{}" if self.head.format == "jsonl" else delimiter.join("0" * self.head.frame.width)
        return row.encode() + b"\n"

    def _continued(self, table: Table, number: int, shift: int, filled: int) -> Table:
        frame = table.frame
        if self.head.format in DELIMITED and number:
            frame.columns = self.head.frame.columns
        rejects = tuple(replace(reject, line=reject.line + shift) for reject in table.rejects)
        more = (2 if self.head.format in DELIMITED else 1) + filled if number else 0
        told = [fix for fix in table.fixes if not (number and fix.key == UNNAMED)]
        fixes = tuple(replace(fix, n=fix.n - more) if fix.key == WHOLE_TEXT else fix for fix in told)
        return replace(
            table, frame=frame, lines=table.lines + shift, rejects=rejects, fixes=fixes, encoding=self.head.encoding,
            has_header=self.head.has_header, repeated=self.head.repeated,
        )  # fmt: skip

    def sample(self, column: str) -> pl.Series:
        """Return values of a column from spots all over the file, as far as they can be parsed at once."""
        found = [self.head.frame[column].head(1_000)]
        total = self.path.stat().st_size
        if self.head.format not in DELIMITED or self._is_wide or wrapping_of(self.path).kind != "plain":
            return self.head.frame[column]
        with self.path.open("rb") as file:
            for spot in range(0, total, max(SPOT, total // SAMPLED_SPOTS)):
                file.seek(spot)
                data = file.read(SPOT)
                rows = self._quick(1, data[data.find(b"\n") + 1 : data.rfind(b"\n") + 1])
                if rows is not None:
                    found.append(rows[column])
        return pl.concat(found)

    def decode_again(self) -> bool:
        """Look at all lines beyond ASCII; return whether they are written in another encoding than the head.

        Raises:
            NeedsDecision: several encodings fit, or none reads right.
        """
        if self.encoding_given or self._is_wide:
            return False
        beyond: list[bytes] = []
        seen = 0
        with open_stream(self.path) as stream:
            for piece in record_pieces(buffered(stream), self.size, b"", self.path.name):
                lines = [] if piece.isascii() else [line for line in piece.split(b"\n") if not line.isascii()]
                seen += sum(map(len, lines))
                beyond += lines if seen <= SEEN else lines[::10]
        found = detect(b"\n".join(beyond), ask_damage=False)
        if found == self.options.encoding:
            self.encoding_given = True
            return False
        self.options = self.options.model_copy(update={"encoding": found})
        self.head = replace(self.head, encoding=found)
        self.plain.clear()
        return True


def _shifted(error: BadInput, shift: int) -> BadInput:
    """Return an error whose line, if it names one, counts from the beginning of the file."""
    line = error.values.get("line")
    if not isinstance(line, int):
        return error
    return BadInput(error.subject, error.code, **{**error.values, "line": line + shift})
