"""Expanding gzip, Zstandard, xz, bzip2 and LZ4, chunk by chunk; and what such a file itself says of its expanded size."""

import bz2
import io
import lzma
import struct
import zlib
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Protocol

PIECE = 1 << 16  # bytes read from disk at once: little is read ahead, so that the ratio is known early
XZ_MEMORY = 256 << 20
MAGICS = {
    b"\x1f\x8b": "gzip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\xfd7zXZ\0": "xz",
    b"BZh": "bz2",
    b"\x04\x22\x4d\x18": "lz4",
}
BZIP2_BLOCKS = (b"1AY&SY", b"\x17rE8P\x90")  # a first block, or the end of an empty file
FAULTS = (zlib.error, lzma.LZMAError, EOFError, OSError, ValueError)


def compression_of(head: bytes) -> str | None:
    """Name how a file is compressed, by its first bytes; None where it is not."""
    name = next((name for magic, name in MAGICS.items() if head.startswith(magic)), None)
    return name if name != "bz2" or head[4:10] in BZIP2_BLOCKS else None


class Decoder(Protocol):
    """What expands one member: the decompressors of the standard library."""

    @property
    def eof(self) -> bool:
        """Whether the member has ended."""

    @property
    def unused_data(self) -> bytes:
        """What follows the end of the member."""

    @property
    def needs_input(self) -> bool:
        """Whether nothing more comes out without more bytes."""

    def decompress(self, data: bytes, max_length: int = -1, /) -> bytes:
        """Expand, at most so many bytes."""


class _Gzip:
    """zlib under the protocol of the other decompressors."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._zlib.unconsumed_tail

    def decompress(self, data: bytes, max_length: int = -1, /) -> bytes:
        return self._zlib.decompress(self._zlib.unconsumed_tail + data, max_length)


DECODERS: dict[str, Callable[[], Decoder]] = {
    "gzip": _Gzip,
    "bz2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, XZ_MEMORY),
}


class Members(io.RawIOBase):
    """The expanded bytes of all members of a gzip, xz or bzip2 file, one after the other.

    Raises on reading one of `FAULTS` where the bytes are damaged or break off.
    """

    def __init__(self, file: BinaryIO, compression: str) -> None:
        self._file, self._make = file, DECODERS[compression]
        self._decoder = self._make()
        self._pending = b""

    def readable(self) -> bool:
        """Whether bytes can be read: always."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Fill as much of the buffer as the next piece gives; 0 at the end."""
        while True:
            if self._decoder.eof and not self._next_member():
                return 0
            if not self._pending and self._decoder.needs_input:
                self._pending = self._file.read(PIECE)
                if not self._pending:
                    raise EOFError
            part = self._decoder.decompress(self._pending, len(buffer))
            self._pending = b""
            if part:
                buffer[: len(part)] = part
                return len(part)

    def _next_member(self) -> bool:
        """Begin the next member, over zeros that pad the last; False at the end of the file."""
        self._pending = self._decoder.unused_data.lstrip(b"\0")
        while not self._pending:
            piece = self._file.read(PIECE)
            if not piece:
                return False
            self._pending = piece.lstrip(b"\0")
        self._decoder = self._make()
        return True


def expanding(file: BinaryIO, compression: str) -> BinaryIO:
    """Return a stream of the expanded bytes; reading it raises one of `FAULTS` where the file is damaged."""
    if compression in DECODERS:
        return Members(file, compression)  # type: ignore[return-value]
    import pyarrow as pa

    return pa.CompressedInputStream(file, compression)


def declared_size(path: Path, compression: str) -> int | None:
    """Return the expanded bytes that a file declares, None where it does not say.

    Of a file of several members only one is counted, and the number may be a lie: it can refuse a file, never admit one.
    The size at the end of gzip is not asked: in a file that breaks off it is any number.
    """
    with path.open("rb") as file:
        if compression == "zstd":
            return _zstd_size(file.read(18))
        return _xz_size(file, file.seek(0, io.SEEK_END)) if compression == "xz" else None


def _zstd_size(head: bytes) -> int | None:
    """Read the content size of a frame header (RFC 8878, section 3.1.1.1)."""
    flags = head[4] if len(head) > 4 else 0
    single = flags >> 5 & 1
    width = (1 if single else 0, 2, 4, 8)[flags >> 6]
    start = 5 + (0 if single else 1) + (0, 1, 2, 4)[flags & 3]
    if not width or len(head) < start + width:
        return None
    return int.from_bytes(head[start : start + width], "little") + (256 if width == 2 else 0)


def _xz_size(file: BinaryIO, size: int) -> int | None:
    """Add up the index that stands before the footer of an xz stream (The .xz File Format, sections 2.1.2 and 4)."""
    file.seek(max(0, size - 12))
    footer = file.read(12)
    if len(footer) < 12 or footer[-2:] != b"YZ":
        return None
    length = (struct.unpack_from("<I", footer, 4)[0] + 1) * 4
    if length > size - 24 or length > XZ_MEMORY >> 4:
        return None
    file.seek(size - 12 - length)
    numbers = _varints(file.read(length)[1:])
    pairs = list(islice(numbers, 2 * next(numbers, 0)))
    return sum(pairs[1::2])


def _varints(data: bytes) -> Iterator[int]:
    """Read numbers of seven bits a byte, the lowest first; the high bit says that more follows."""
    value = shift = 0
    for byte in data:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            yield value
            value = shift = 0
