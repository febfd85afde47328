"""From a path to bytes: plain or gzip, never more than the limits allow, and what kind of content they are."""

import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from seqrec_core.errors import BadInput, NotFound
from seqrec_core.settings import Settings, settings
from seqrec_core.text import decimal, integer

Kind = Literal["text", "parquet"]

MB = 1 << 20
CHUNK = 1 << 20
RATIO_FLOOR = 64 * MB  # below this size a good compression ratio is no threat
BINARY_SAMPLE = 1 << 16
BINARY_SHARE = 0.01  # control characters in text are rarer than this, in anything else more frequent
ARCHIVES = {b"PK\x03\x04": "zip", b"PK\x05\x06": "zip", b"7z\xbc\xaf\x27\x1c": "7-Zip", b"Rar!": "RAR"}
BINARIES = {
    b"\xd0\xcf\x11\xe0": "old Excel or Word",
    b"%PDF": "PDF",
    b"SQLite format 3": "SQLite",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x89PNG": "PNG picture",
    b"\xff\xd8\xff": "JPEG picture",
    b"ARROW1": "Arrow",
    b"ORC": "ORC",
    b"\x89HDF": "HDF5",
}
UNICODE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")


@dataclass(frozen=True)
class Contents:
    """The bytes of a file after decompression.

    Args:
        data: the bytes; only the first ones where `complete` is False.
        kind: text or parquet.
        complete: False if reading stopped at the size asked for.
        stored: bytes on disk.
    """

    data: bytes
    kind: Kind
    complete: bool
    stored: int


def read_contents(path: Path, head: int | None = None, limits: Settings | None = None) -> Contents:
    """Read a file, expanding gzip, within the limits of the settings.

    Args:
        path: the file.
        head: read only about this many (expanded) bytes; None = all.
        limits: where not the settings of this process.

    Raises:
        NotFound: no such file.
        BadInput: a folder, an empty file, an archive, a picture or other binary content, damaged gzip, or a bomb.
    """
    limits = limits or settings()
    if not path.exists():
        raise NotFound("data", "file_missing", path=path.name)
    if not path.is_file():
        raise BadInput("data", "not_a_file", path=path.name)
    stored = path.stat().st_size
    with path.open("rb") as file:
        magic = file.read(2)
    data = _gunzip(path, head, limits) if magic == b"\x1f\x8b" else _plain(path, head, stored, limits)
    complete = head is None or len(data) <= head
    data = data if complete else data[:head]
    if not data.strip(b"\r\n\t \xef\xbb\xbf"):
        raise BadInput("data", "empty_file", path=path.name)
    return Contents(data, _kind(data, path.name), complete, stored)


def _plain(path: Path, head: int | None, stored: int, limits: Settings) -> bytes:
    if head is None and stored > limits.max_expanded_mb * MB:
        raise BadInput("data", "too_large", path=path.name, found=decimal(stored / MB, 0), limit=integer(limits.max_expanded_mb))
    with path.open("rb") as file:
        return file.read() if head is None else file.read(head + 1)


def _gunzip(path: Path, head: int | None, limits: Settings) -> bytes:
    """Expand all members of a gzip file, and stop as soon as it grows beyond the limits."""
    parts: list[bytes] = []
    expanded = consumed = 0
    decoder = zlib.decompressobj(wbits=31)
    try:
        with path.open("rb") as file:
            pending = file.read(CHUNK)
            while pending:
                part = decoder.decompress(pending, CHUNK)
                rest = decoder.unconsumed_tail or decoder.unused_data
                consumed += len(pending) - len(rest)
                expanded += len(part)
                parts.append(part)
                _check_expansion(path, expanded, consumed, limits)
                if head is not None and expanded > head:
                    return b"".join(parts)
                if decoder.eof:
                    pending = decoder.unused_data.lstrip(b"\0") or file.read(CHUNK).lstrip(b"\0")
                    decoder = zlib.decompressobj(wbits=31) if pending else decoder
                else:
                    pending = decoder.unconsumed_tail or file.read(CHUNK)
    except zlib.error as error:
        raise BadInput("data", "gzip_damaged", path=path.name) from error
    if not decoder.eof:
        raise BadInput("data", "gzip_damaged", path=path.name)
    return b"".join(parts)


def _check_expansion(path: Path, expanded: int, consumed: int, limits: Settings) -> None:
    if expanded > limits.max_expanded_mb * MB:
        raise BadInput(
            "data", "too_large", path=path.name, found=decimal(expanded / MB, 0), limit=integer(limits.max_expanded_mb)
        )
    if expanded > RATIO_FLOOR and expanded > limits.max_expansion_ratio * max(consumed, 1):
        raise BadInput(
            "data",
            "expands_too_much",
            path=path.name,
            ratio=integer(expanded / max(consumed, 1)),
            limit=limits.max_expansion_ratio,
        )


def _kind(data: bytes, name: str) -> Kind:
    if data[:4] == b"PAR1":
        return "parquet"
    for magic, what in ARCHIVES.items():
        if data.startswith(magic):
            raise BadInput("data", "archive", path=name, what=what)
    for magic, what in BINARIES.items():
        if data.startswith(magic):
            raise BadInput("data", "binary_file", path=name, what=what)
    if data[:2] == b"\x1f\x8b":
        raise BadInput("data", "archive", path=name, what="gzip")
    if not data.startswith(UNICODE_MARKS) and is_binary(data):
        raise BadInput("data", "binary_file", path=name, what="binary")
    return "text"


def is_binary(data: bytes) -> bool:
    """Whether the first 64 KB hold too many control characters for text (UTF-16 without a mark is text)."""
    sample = data[:BINARY_SAMPLE]
    if utf16_of(sample):
        return False
    control = sum(sample.count(bytes([code])) for code in (*range(9), *range(14, 27), 28, 29, 30))
    return control > max(1, BINARY_SHARE * len(sample))


def utf16_of(sample: bytes) -> str | None:
    """Name the byte order of UTF-16 text without a mark: its ASCII characters have every second byte zero."""
    even, odd = sample[0:BINARY_SAMPLE:2], sample[1:BINARY_SAMPLE:2]
    if len(odd) < 4:
        return None
    zeros_even, zeros_odd = even.count(0) / len(even), odd.count(0) / len(odd)
    if zeros_odd > 0.4 and zeros_even < 0.05:
        return "utf-16-le"
    if zeros_even > 0.4 and zeros_odd < 0.05:
        return "utf-16-be"
    return None
