"""Parse a piece of well-formed text at once, where counting its bytes shows that nothing in it can be misread."""

import polars as pl

from seqrec_core.data.intake.cutting import count_byte

PLAIN_RETURNS = (b"\r\n", b"\r")


def quick_rows(data: bytes, names: list[str], delimiter: str) -> pl.DataFrame | None:
    """Return the rows of a piece as text, or None where they must be looked at one by one.

    Every line has to hold the same number of delimiters, and nothing may stand in it that has a meaning of its own: no quote,
    no NUL, no lone carriage return, nothing that is not UTF-8. polars refuses a line with too many fields; so if the delimiters
    of all lines add up, no line has too few either, and none is blank.

    Args:
        data: whole lines without a header.
        names: of the columns, at least two.
        delimiter: one ASCII character.
    """
    if len(names) < 2 or len(delimiter) != 1 or not delimiter.isascii() or not _is_plain(data):
        return None
    lines = count_byte(data, b"\n") + (not data.endswith(b"\n"))
    if count_byte(data, delimiter.encode()) != lines * (len(names) - 1):
        return None
    try:
        frame = pl.read_csv(
            data,
            has_header=False,
            separator=delimiter,
            quote_char=None,
            infer_schema=False,
            schema=dict.fromkeys(names, pl.String),
            empty_string_is_null=False,
        )
    except pl.exceptions.PolarsError:
        return None
    if frame.height != lines or any(frame[name].null_count() for name in names):
        return None
    return frame.rechunk()


def _is_plain(data: bytes) -> bool:
    if b'"' in data or b"\0" in data or b"\n\xef\xbb\xbf" in data or data.startswith((b"\n", b"\r")):
        return False
    if b"\r" in data and (data.count(b"\r\n") != data.count(b"\r") or b"\n\r" in data):
        return False
    return data.isascii() or _is_utf8(data)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
