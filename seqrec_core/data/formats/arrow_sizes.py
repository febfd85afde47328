"""How many rows and bytes an Arrow stream expands to, read from the headers of its messages before any of them is decoded.

Source: the Arrow columnar format, sections on IPC messages and compressed buffers, and the tables of Message.fbs and
File.fbs. A header is a flatbuffer: a table begins with the distance to a list of where its fields stand.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seqrec_core.errors import BadInput

DICTIONARY, BATCH = 2, 3
HEADER_TYPE, HEADER = 1, 2  # fields of Message
LENGTH, BUFFERS, COMPRESSION = 0, 2, 3  # fields of RecordBatch
DATA = 1  # field of DictionaryBatch
DICTIONARIES, BATCHES = 2, 3  # fields of Footer: lists of blocks, each its offset, the length of its header and of its body
BLOCK, END = 24, b"ARROW1"
PREFIX = 8  # bytes at the beginning of a compressed buffer


@dataclass(frozen=True)
class Sizes:
    """What a file or stream holds: batches of rows, rows, and bytes after decompression."""

    batches: int
    rows: int
    expanded: int


def sizes_of(path: Path, is_file: bool) -> Sizes:
    """Add up what the messages declare; their bodies stay on disk.

    Args:
        path: the file.
        is_file: whether it is the file format, whose messages are found by its footer.

    Raises:
        BadInput: damaged, or broken off.
    """
    import pyarrow as pa

    batches = rows = expanded = 0
    try:
        with pa.memory_map(str(path)) as source:
            for message in _listed(source) if is_file else pa.ipc.MessageReader.open_stream(source):
                n, size = _of_message(message.metadata.to_pybytes(), message.body)
                batches += message.type == "record batch"
                rows, expanded = rows + n, expanded + size
    except (pa.ArrowException, OSError, ValueError, MemoryError, IndexError, struct.error) as error:
        raise BadInput("data", "arrow_damaged", path=path.name) from error
    return Sizes(batches, rows, expanded)


def _listed(source: Any) -> Iterator[Any]:
    """Yield the messages that the footer of a file lists."""
    import pyarrow as pa

    size = source.size()
    source.seek(size - len(END) - 4)
    length = _unsigned(source.read(4), 0)
    source.seek(size - len(END) - 4 - length)
    footer = source.read(length)
    table = _unsigned(footer, 0)
    for field in (DICTIONARIES, BATCHES):
        vector = _followed(footer, _field(footer, table, field))
        for index in range(_unsigned(footer, vector) if vector else 0):
            source.seek(struct.unpack_from("<q", footer, vector + 4 + BLOCK * index)[0])
            yield pa.ipc.read_message(source)


def _of_message(header: bytes, body: Any) -> tuple[int, int]:
    """Return rows and expanded bytes of one message; a dictionary has no rows of its own."""
    message = _unsigned(header, 0)
    at = _field(header, message, HEADER_TYPE)
    kind = header[at] if at else 0
    table = _followed(header, _field(header, message, HEADER))
    if kind == DICTIONARY:
        table = _followed(header, _field(header, table, DATA))
    if kind not in (DICTIONARY, BATCH) or not table:
        return 0, 0
    length = _field(header, table, LENGTH)
    rows = struct.unpack_from("<q", header, length)[0] if length else 0
    is_compressed = bool(_field(header, table, COMPRESSION))
    expanded = sum(_buffer(body, offset, size, is_compressed) for offset, size in _buffers(header, table))
    return (rows if kind == BATCH else 0), expanded


def _buffers(header: bytes, table: int) -> list[tuple[int, int]]:
    vector = _followed(header, _field(header, table, BUFFERS))
    n = _unsigned(header, vector) if vector else 0
    return [struct.unpack_from("<qq", header, vector + 4 + 16 * index) for index in range(n)]


def _buffer(body: Any, offset: int, size: int, is_compressed: bool) -> int:
    """Return the bytes of one buffer; a compressed one begins with its size, or -1 where it was left as it is."""
    if not is_compressed or size < PREFIX:
        return max(0, size)
    declared = struct.unpack("<q", body.slice(offset, PREFIX).to_pybytes())[0]
    return size if declared < 0 else int(declared)


def _field(data: bytes, table: int, index: int) -> int:
    """Return where a field of a table stands, 0 where it has none."""
    listed = table - struct.unpack_from("<i", data, table)[0]
    if listed < 0 or 4 + 2 * index >= struct.unpack_from("<H", data, listed)[0]:
        return 0
    offset = struct.unpack_from("<H", data, listed + 4 + 2 * index)[0]
    return table + offset if offset else 0


def _followed(data: bytes, at: int) -> int:
    return at + _unsigned(data, at) if at else 0


def _unsigned(data: bytes, at: int) -> int:
    return int(struct.unpack_from("<I", data, at)[0])
