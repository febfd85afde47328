"""Where the values of a JSON document end, so that it can be read some values at a time."""

from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from seqrec_core.errors import BadInput
from seqrec_core.text import integer

BLANKS = b" \t\r\n"
QUOTE, BACKSLASH = 34, 92
OPENS, CLOSES = (123, 91), (125, 93)
MAX_VALUE = 256 << 20  # bytes: a document in which no value ends in so many is not read


def value_pieces(stream: BinaryIO, size: int, name: str) -> Iterator[tuple[int, bytes]]:
    """Yield the values of a document, an array of values or values one after the other, some at a time.

    Args:
        stream: UTF-8.
        size: bytes asked for at once.
        name: of the file, for errors.

    Yields:
        The line feeds before, and the text of whole values with what stands between them.

    Raises:
        BadInput: an array that breaks off, or a value without an end.
    """
    data = stream.read(size).lstrip(BLANKS + b"\xef\xbb\xbf")
    inside = data.startswith(b"[")
    line = 0
    data = data[1:] if inside else data
    while True:
        end, closed = last_value(data)
        if data[:end].strip(BLANKS):
            yield line, data[:end]
            line += data.count(b"\n", 0, end)
            data = data[end:]
        if closed and inside:
            return
        more = stream.read(size)
        if not more:
            break
        if len(data) > MAX_VALUE:
            raise BadInput("data", "endless_record", path=name, limit=integer(MAX_VALUE >> 20))
        data += more
    if inside or data.strip(BLANKS + b","):
        raise BadInput("data", "json_damaged", path=name, line=line + data.count(b"\n") + 1)


def last_value(data: bytes) -> tuple[int, bool]:
    """Return how many bytes at the beginning are whole objects and lists, and whether the array around them is closed there.

    Args:
        data: begins before a value.
    """
    text = np.frombuffer(data, np.uint8)
    outside = np.cumsum(_quotes(data, text), dtype=np.uint8) & 1 == 0
    opens = ((text == OPENS[0]) | (text == OPENS[1])) & outside
    closes = ((text == CLOSES[0]) | (text == CLOSES[1])) & outside
    at = np.flatnonzero(opens | closes)
    depth = np.cumsum(np.where(opens[at], 1, -1))
    beyond = np.flatnonzero(depth < 0)
    if len(beyond):
        return int(at[beyond[0]]), True
    whole = at[depth == 0]
    return (int(whole[-1]) + 1 if len(whole) else 0), False


def _quotes(data: bytes, text: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Mask of quotes that open or close a string: those after an even number of backslashes."""
    quotes = text == QUOTE
    if b'\\"' not in data:
        return quotes
    others = np.flatnonzero(text != BACKSLASH)
    at = np.flatnonzero(quotes)
    before = np.searchsorted(others, at) - 1
    run = at - 1 - np.where(before >= 0, others[np.maximum(before, 0)], -1)
    quotes[at[run % 2 == 1]] = False
    return quotes
