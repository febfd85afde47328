"""What kind of content bytes are, by how they begin: never by the name of their file."""

from typing import Literal

Kind = Literal["text", "parquet", "arrow", "arrow_stream", "xlsx"]

BINARY_SAMPLE = 1 << 16
BINARY_SHARE = 0.01  # control characters in text are rarer than this, in anything else more frequent
UNICODE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\0\0\xfe\xff")
ARCHIVES = {b"7z\xbc\xaf\x27\x1c": "7-Zip", b"Rar!\x1a\x07": "RAR", b"MSCF": "Cabinet", b"xar!": "XAR", b"!<arch>\n": "AR"}
BINARIES = {
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "old Excel or Word (.xls, .doc)",
    b"\x09\x08\x10\x00\x00\x06\x05\x00": "old Excel (.xls)",
    b"%PDF-": "PDF",
    b"SQLite format 3\0": "SQLite",
    b"\x89PNG\r\n": "PNG picture",
    b"\xff\xd8\xff": "JPEG picture",
    b"GIF8": "GIF picture",
    b"ORC": "ORC",
    b"Obj\x01": "Avro",
    b"\x89HDF\r\n": "HDF5",
    b"\x93NUMPY": "NumPy array",
    b"FEA1": "Feather, version 1",
    b"PARE": "encrypted Parquet",
    b"\x7fELF": "program",
    b"MZ\x90\0": "program",
    b"RIFF": "sound or video",
    b"ID3": "sound",
    b"OggS": "sound",
    b"RDX2\n": "R data",
    b"RDX3\n": "R data",
    b"X\n\0\0\0": "R data",
    b"MATLAB 5.0 MAT-file": "MATLAB",
    b"$FL2@(#)": "SPSS",
    b"$FL3@(#)": "SPSS",
    b"<stata_dta>": "Stata",
    b"\0\0\0\0\0\0\0\0\0\0\0\0\xc2\xea\x81\x60": "SAS",
    b"{\\rtf": "RTF document",
    b"\xca\xfe\xba\xbe": "Java class",
    b"\0asm": "WebAssembly",
}
MARKUP = {b"<!doctype html": "HTML page", b"<html": "HTML page", b"<?xml": "XML"}
PICKLE_PROTOCOLS = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
FEW_ZEROS = 0.05
LONG = 5  # a shorter mark of letters alone may be how a text begins


def archive_of(head: bytes) -> str | None:
    """Name the kind of archive, None where it is none. ZIP files are looked at by `archive.py`."""
    if head[257:262] == b"ustar":
        return "tar"
    return next((what for magic, what in ARCHIVES.items() if head.startswith(magic)), None)


def binary_of(head: bytes) -> str | None:
    """Name what is no table of ours, None where it may be one."""
    for magic, what in BINARIES.items():
        if head.startswith(magic) and (len(magic) >= LONG or not magic.isalnum() or is_binary(head)):
            return what
    if head[8:12] == b"DUCK":
        return "DuckDB"
    if head[:2] in PICKLE_PROTOCOLS and is_binary(head):
        return "Python pickle"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:15].lower()
    return next((what for mark, what in MARKUP.items() if start.startswith(mark)), None)


def kind_of(head: bytes) -> Kind | None:
    """Say which kind of table begins so: text unless its bytes say otherwise; None where it is binary of an unknown kind."""
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"ARROW1\0\0"):
        return "arrow"
    if is_arrow_stream(head):
        return "arrow_stream"
    return "text" if head.startswith(UNICODE_MARKS) or not is_binary(head) else None


def is_arrow_stream(head: bytes) -> bool:
    """Whether an Arrow IPC stream begins: a continuation mark, then a schema message (a small flatbuffer)."""
    length = int.from_bytes(head[4:8], "little")
    root = int.from_bytes(head[8:12], "little")
    return head[:4] == b"\xff\xff\xff\xff" and 0 < root < length < 1 << 28


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
    if zeros_odd > 0.4 and zeros_even < FEW_ZEROS:
        return "utf-16-le"
    if zeros_even > 0.4 and zeros_odd < FEW_ZEROS:
        return "utf-16-be"
    return None
