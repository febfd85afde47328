"""Any dialect of delimited text turned into one: a delimiter of one byte, fields quoted by `"`, quotes inside doubled.

Characters that would mean something else there are put aside as control characters, and put back in the cells.
"""

import re
from dataclasses import dataclass
from typing import Literal

import polars as pl

from seqrec_core.errors import BadInput

UNIT = "\x1f"  # stands for delimiters of more than one byte
BLANKS = "blanks"  # the delimiter of aligned tables: a run of blanks
QUOTE_ASIDE, BACKSLASH_ASIDE, DELIMITER_ASIDE = b"\x1c", b"\x1d", b"\x1e"
CONTROLS = "\x1c\x1d\x1e\x1f"
SWAP = bytes.maketrans(b"\"'", b"'\"")
MARGINS = re.compile(rb"(?m)^[ \t]+|[ \t]+(?=\r?$)")


@dataclass(frozen=True)
class Dialect:
    """How fields are cut.

    Args:
        delimiter: one or more characters, or `blanks`.
        quote: `"`, `'` or "" for none.
        escape: how a quote stands inside quotes.
    """

    delimiter: str
    quote: str = '"'
    escape: Literal["double", "backslash"] = "double"

    @property
    def byte(self) -> str:
        """The delimiter of the canonical text, one byte."""
        return self.delimiter if len(self.delimiter.encode()) == 1 else UNIT


def canonical(data: bytes, dialect: Dialect) -> bytes:
    """Return the same table as canonical text; each line stays a line.

    Args:
        data: UTF-8.
        dialect: how it is written.

    Raises:
        BadInput: the text has control characters that this dialect needs.
    """
    if b"\n" not in data and b"\r" in data:
        data = data.replace(b"\r", b"\n")
    if dialect.quote == "'":
        data = data.translate(SWAP)
    elif not dialect.quote:
        data = _aside(data, b'"', QUOTE_ASIDE)
    if dialect.escape == "backslash":
        data = _unescape(data, dialect)
    return data if dialect.byte == dialect.delimiter else _one_byte(data, dialect.delimiter)


def _aside(data: bytes, character: bytes, mark: bytes) -> bytes:
    """Replace a character by its mark, which must not occur."""
    if mark in data:
        raise BadInput("data", "control_characters", found=repr(mark.decode()))
    return data.replace(character, mark)


def _unescape(data: bytes, dialect: Dialect) -> bytes:
    """Put aside what stands after a backslash: a backslash, the quote, the delimiter."""
    if BACKSLASH_ASIDE in data or DELIMITER_ASIDE in data or (dialect.quote and QUOTE_ASIDE in data):
        raise BadInput("data", "control_characters", found=repr(BACKSLASH_ASIDE.decode()))
    delimiter = b" " if dialect.delimiter == BLANKS else dialect.delimiter.encode()
    meant = {b"\\": BACKSLASH_ASIDE, b'"': QUOTE_ASIDE, QUOTE_ASIDE: QUOTE_ASIDE, delimiter: DELIMITER_ASIDE}
    escaped = re.compile(rb"\\(" + b"|".join(re.escape(character) for character in meant) + b")")
    return escaped.sub(lambda match: meant[match[1]], data)


def _one_byte(data: bytes, delimiter: str) -> bytes:
    """Replace a long delimiter by one byte, except inside quotes."""
    if UNIT.encode() in data:
        raise BadInput("data", "control_characters", found=repr(UNIT))
    if delimiter == BLANKS:
        data, found, before = MARGINS.sub(b"", data), rb"[ \t]+", rb"[ \t]"
    else:
        found = before = re.escape(delimiter.encode())
    if b'"' not in data:
        return data.replace(delimiter.encode(), UNIT.encode()) if delimiter != BLANKS else re.sub(found, UNIT.encode(), data)
    pattern = re.compile(rb"(?:\A|(?<=\n)|(?<=" + before + rb'))"(?:[^"]|"")*"|(' + found + rb")")
    return pattern.sub(lambda match: UNIT.encode() if match[1] is not None else match[0], data)


def put_back(frame: pl.DataFrame, dialect: Dialect) -> pl.DataFrame:
    """Return cells as they were meant, with what had been put aside."""
    if dialect.quote == '"' and dialect.escape == "double":
        return frame
    cells = pl.all()
    if dialect.quote == "'":
        swapped = {"'": '"', '"': "'"}
        cells = cells.str.replace_many(list(swapped), list(swapped.values()))
    meant = _meant(dialect)
    return frame.with_columns(cells.str.replace_many(list(meant), list(meant.values())))


def put_back_raw(text: str, dialect: Dialect) -> str:
    """Return a line as it stood in the file, as far as that can be told."""
    if dialect.quote == "'":
        text = text.translate(str.maketrans("\"'", "'\""))
    if dialect.quote != '"' or dialect.escape == "backslash":
        for mark, meant in _meant(dialect).items():
            text = text.replace(mark, meant)
    return text.replace(UNIT, " " if dialect.delimiter == BLANKS else dialect.delimiter) if dialect.byte == UNIT else text


def _meant(dialect: Dialect) -> dict[str, str]:
    delimiter = " " if dialect.delimiter == BLANKS else dialect.delimiter
    quote = dialect.quote or '"'
    return {QUOTE_ASIDE.decode(): quote, BACKSLASH_ASIDE.decode(): "\\", DELIMITER_ASIDE.decode(): delimiter}
