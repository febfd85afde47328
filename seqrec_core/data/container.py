"""From a path to bytes: plain, compressed, or one file in a ZIP; never more than the limits allow."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from seqrec_core.data.archive import document_of, members, the_member
from seqrec_core.data.compression import FAULTS, compression_of, declared_size, expanding
from seqrec_core.data.signatures import Kind, archive_of, binary_of, kind_of
from seqrec_core.errors import BadInput, NotFound
from seqrec_core.settings import Settings, settings
from seqrec_core.text import decimal, integer

MB = 1 << 20
PIECE = 1 << 20
HEAD = 1 << 16
RATIO_FLOOR = 64 * MB  # below this size a good compression ratio is no threat


@dataclass(frozen=True)
class Wrapping:
    """How a file is wrapped.

    Args:
        kind: plain, gzip, zstd, xz, bz2, lz4, zip, or xlsx (a spreadsheet is a ZIP, and read as one).
        declared: expanded bytes as the file says, None where it does not (plain: its size).
        member: the one file inside a ZIP.
    """

    kind: str
    declared: int | None = None
    member: zipfile.ZipInfo | None = None


@dataclass(frozen=True)
class Contents:
    """The bytes of a file after decompression.

    Args:
        data: the bytes; only the first ones where `complete` is False.
        kind: text, parquet, arrow, arrow_stream or xlsx.
        complete: False if reading stopped at the size asked for, and for all kinds but text.
        total: bytes of the whole file after decompression; an estimate where it is compressed and not `complete`.
        wrapping: how it is wrapped.
    """

    data: bytes
    kind: Kind
    complete: bool
    total: int
    wrapping: str = "plain"


class ByteStream(io.RawIOBase):
    """The expanded bytes of a file, which stop with an error as soon as they grow beyond the limits.

    Args:
        path: the file.
        wrapping: of the file.
        limits: `max_expanded_mb` and `max_expansion_ratio`; neither is asked of a plain file.
    """

    def __init__(self, path: Path, wrapping: Wrapping, limits: Settings) -> None:
        self.path, self.wrapping, self.limits = path, wrapping, limits
        self.stored = path.stat().st_size
        self.expanded = 0
        self._file: BinaryIO = path.open("rb")
        self._inner = self._open_inner()

    def _open_inner(self) -> BinaryIO:
        if self.wrapping.kind in ("plain", "xlsx"):
            return self._file
        if self.wrapping.member is not None:
            return zipfile.ZipFile(self._file).open(self.wrapping.member)  # type: ignore[return-value]
        return expanding(self._file, self.wrapping.kind)

    @property
    def consumed(self) -> int:
        """Bytes of the file on disk read so far: against `stored`, how far reading has come."""
        return self.expanded if self._inner is self._file else self._file.tell()

    def readable(self) -> bool:
        """Whether bytes can be read: always."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Fill the buffer with the next bytes; 0 at the end.

        Raises:
            BadInput: damaged or broken off, or beyond the limits.
        """
        if self._inner is self._file:
            n = self._file.readinto(buffer)  # type: ignore[attr-defined]
            self.expanded += n
            return int(n)
        try:
            part = self._inner.read(min(len(buffer), PIECE))
        except (*FAULTS, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            raise BadInput("data", "compressed_damaged", path=self.path.name, what=self.wrapping.kind) from error
        buffer[: len(part)] = part
        self.expanded += len(part)
        check_expansion(self.path.name, self.expanded, max(self.consumed, 1), self.limits)
        return len(part)

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()


def open_stream(path: Path, limits: Settings | None = None) -> ByteStream:
    """Open a file for reading its expanded bytes from beginning to end.

    Args:
        path: plain, gzip, Zstandard, xz, bzip2, LZ4, or a ZIP with one file inside.
        limits: where not the settings of this process.

    Raises:
        NotFound: no such file.
        BadInput: a folder, an archive, or more expanded bytes declared than the limits allow. Reading may raise it too.
    """
    limits = limits or settings()
    return ByteStream(path, wrapping_of(path, limits), limits)


def check_beginning(path: Path, limits: Settings | None = None) -> None:
    """Expand so much of a packed file, and keep nothing of it, that a bomb shows before its rows are looked at.

    Raises:
        BadInput: as reading the stream does.
    """
    with open_stream(path, limits) as stream:
        while stream.wrapping.kind not in ("plain", "xlsx") and stream.expanded <= RATIO_FLOOR and stream.read(PIECE):
            pass


def wrapping_of(path: Path, limits: Settings | None = None) -> Wrapping:
    """Say how a file is wrapped, and refuse it where what it declares is beyond the limits.

    Raises:
        NotFound, BadInput: as `open_stream` does.
    """
    if not path.exists():
        raise NotFound("data", "file_missing", path=path.name)
    if not path.is_file():
        raise BadInput("data", "not_a_file", path=path.name)
    with path.open("rb") as file:
        head = file.read(512)
    what = archive_of(head)
    if what:
        raise BadInput("data", "archive", path=path.name, what=what)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        wrapping = _zip(path)
    else:
        compression = compression_of(head)
        stored = path.stat().st_size
        wrapping = Wrapping(compression, declared_size(path, compression)) if compression else Wrapping("plain", stored)
    if wrapping.kind != "plain" and wrapping.declared:
        check_expansion(path.name, wrapping.declared, path.stat().st_size, limits or settings())
    return wrapping


def _zip(path: Path) -> Wrapping:
    found = members(path)
    document = document_of(found)
    if document == "xlsx":
        return Wrapping("xlsx", sum(member.file_size for member in found))
    if document:
        raise BadInput("data", "binary_file", path=path.name, what=document)
    member = the_member(path, found)
    return Wrapping("zip", member.file_size, member)


def read_contents(path: Path, head: int | None = None, limits: Settings | None = None) -> Contents:
    """Read a text file, expanding it within the limits; of any other table only the beginning, which says its kind.

    Args:
        path: the file.
        head: read only about this many (expanded) bytes; None = all.
        limits: where not the settings of this process.

    Raises:
        NotFound: no such file.
        BadInput: a folder, an empty file, an archive, a picture or other binary content, damage, or a bomb.
    """
    limits = limits or settings()
    with open_stream(path, limits) as stream:
        if stream.wrapping.kind == "xlsx":
            return Contents(b"", "xlsx", False, 0, "xlsx")
        data = _read(stream, HEAD)
        try:
            kind = kind_in(path.name, data)
        except BadInput:
            if stream.wrapping.kind != "plain":
                _read_on(stream)
            raise
        if kind != "text":
            return Contents(data, kind, False, 0, stream.wrapping.kind)
        if stream.wrapping.kind == "plain" and head is None:
            check_size(path.name, stream.stored, limits)
        data += _read(stream, None if head is None else max(0, head + 1 - len(data)))
        complete = head is None or len(data) <= head
        data = data if complete else data[:head]
        total = len(data) if complete else round(stream.stored * stream.expanded / max(1, stream.consumed))
        return Contents(data, kind, complete, total, stream.wrapping.kind)


def _read(stream: ByteStream, n: int | None) -> bytes:
    parts: list[bytes] = []
    while n is None or n > 0:
        part = stream.read(PIECE if n is None else min(n, PIECE))
        if not part:
            break
        parts.append(part)
        n = None if n is None else n - len(part)
    return b"".join(parts)


def _read_on(stream: ByteStream) -> None:
    """Read to the end, where a checksum may say that what was read is not what was stored."""
    while stream.read(PIECE):
        pass


def kind_in(name: str, data: bytes) -> Kind:
    """Say which kind of table the expanded bytes of a file are.

    Raises:
        BadInput: nothing, a further wrapping, or binary content that is no table.
    """
    if not data.strip(b"\r\n\t \xef\xbb\xbf"):
        raise BadInput("data", "empty_file", path=name)
    inner = compression_of(data) or archive_of(data) or ("zip" if data.startswith(b"PK\x03\x04") else None)
    if inner:
        raise BadInput("data", "nested", path=name, what=inner)
    what = binary_of(data[:HEAD])
    kind = kind_of(data[:HEAD])
    if what or kind is None:
        raise BadInput("data", "binary_file", path=name, what=what or "binary")
    return kind


@contextmanager
def expanded_file(path: Path, limits: Settings | None = None) -> Iterator[Path]:
    """Give a path to the expanded bytes, for formats that are read from their end: the file itself where it is plain.

    Raises:
        BadInput: as reading the stream does.
    """
    with open_stream(path, limits) as stream:
        if stream.wrapping.kind in ("plain", "xlsx"):
            yield path
            return
        with TemporaryDirectory(prefix="seqrec-") as folder:
            copy = Path(folder) / "expanded"
            with copy.open("wb") as file:
                while part := stream.read(PIECE):
                    file.write(part)
            yield copy


def check_size(name: str, expanded: int, limits: Settings) -> None:
    """Refuse a file that is larger, once expanded, than the limits allow.

    Raises:
        BadInput: it is.
    """
    if expanded > limits.max_expanded_mb * MB:
        limit = integer(limits.max_expanded_mb)
        raise BadInput("data", "too_large", path=name, found=decimal(expanded / MB, 0), limit=limit)


def check_expansion(name: str, expanded: int, stored: int, limits: Settings) -> None:
    """Refuse a file that is larger, or expands further, than the limits allow.

    Args:
        name: of the file.
        expanded: bytes.
        stored: bytes.
        limits: `max_expanded_mb` and `max_expansion_ratio`.

    Raises:
        BadInput: it is.
    """
    check_size(name, expanded, limits)
    if expanded > RATIO_FLOOR and expanded > limits.max_expansion_ratio * stored:
        ratio = integer(expanded / stored)
        raise BadInput("data", "expands_too_much", path=name, ratio=ratio, limit=limits.max_expansion_ratio)
