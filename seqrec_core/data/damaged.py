"""Read a delimited text whose quotes are damaged, losing only the lines at fault."""

from collections.abc import Sequence

from seqrec_core.data.table import Reject

MAX_SPAN = 50  # a quoted field over more lines than this is an unclosed quote
OPEN, MALFORMED = "unclosed_quote", "text_after_quote"


def read_damaged(text: str, delimiter: str, damaged: frozenset[int]) -> tuple[list[list[str]], list[int], list[Reject]]:
    """Cut a text into rows of the width of its first.

    A quote opens a field only at its beginning; elsewhere it stands for itself. A record that starts on a line and does not
    close well is rejected with that line alone, and reading goes on with the next.

    Args:
        text: the whole file.
        delimiter: one character.
        damaged: lines (1-based) whose characters could not be decoded.

    Returns:
        rows, the line of each, and the rejected lines.
    """
    lines = text.split("\n")
    rows: list[list[str]] = []
    at: list[int] = []
    rejects: list[Reject] = []
    width = 0
    position = 0
    while position < len(lines):
        if not lines[position].rstrip("\r"):
            position += 1
            continue
        fields, used, reason = _record(lines, position, delimiter, width)
        raw = "\n".join(lines[position : position + used])
        if fields is not None and any(position + 1 + step in damaged for step in range(used)):
            reason = "encoding"
        elif fields is not None and "\0" in raw:
            reason = "nul"
        elif fields is not None and width and len(fields) != width:
            reason = "too_many_fields" if len(fields) > width else "too_few_fields"
        if fields is None or reason:
            rejects.append(Reject(position + 1, reason, raw))
        else:
            width = width or len(fields)
            rows.append(fields)
            at.append(position + 1)
        position += used
    return rows, at, rejects


def _record(lines: Sequence[str], position: int, delimiter: str, width: int) -> tuple[list[str] | None, int, str]:
    """Read the record that starts on a line: (fields or None, lines used, reason)."""
    text = lines[position].removesuffix("\r")
    for used in range(1, MAX_SPAN + 1):
        fields, fault = _fields(text, delimiter)
        if fields is not None and (used == 1 or not width or len(fields) == width):
            return fields, used, ""
        if fields is not None or fault == MALFORMED:
            return None, 1, OPEN if used > 1 else MALFORMED
        if position + used >= len(lines):
            break
        line = lines[position + used]
        text = f"{lines[position] if used == 1 else text}\n{line}"
    return None, 1, OPEN


def _fields(text: str, delimiter: str) -> tuple[list[str] | None, str]:
    """Cut one record; None with OPEN where a quote is still open at its end, with MALFORMED where text follows a quote."""
    text = text.removesuffix("\r")
    if '"' not in text:
        return text.split(delimiter), ""
    fields: list[str] = []
    start = 0
    while True:
        if text.startswith('"', start):
            end = _closing(text, start + 1)
            if end < 0:
                return None, OPEN
            fields.append(text[start + 1 : end].replace('""', '"'))
            end += 1
            if end < len(text) and not text.startswith(delimiter, end):
                return None, MALFORMED
        else:
            end = text.find(delimiter, start)
            end = len(text) if end < 0 else end
            fields.append(text[start:end])
        if end >= len(text):
            return fields, ""
        start = end + len(delimiter)


def _closing(text: str, start: int) -> int:
    while True:
        at = text.find('"', start)
        if at < 0 or text[at + 1 : at + 2] != '"':
            return at
        start = at + 2
