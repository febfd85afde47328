"""Read a delimited text whose quotes are damaged, losing only the lines at fault."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from seqrec_core.data.table import Reject

MAX_SPAN = 50  # a quoted field over more lines than this is an unclosed quote
OPEN, MALFORMED = "unclosed_quote", "text_after_quote"


@dataclass(frozen=True)
class Cut:
    """What begins on a line (1-based): its fields, or None and the reason; how many lines it spans; its text."""

    line: int
    fields: list[str] | None
    reason: str
    used: int
    raw: str


def cut_lines(text: str, delimiter: str, width: int = 0) -> Iterator[Cut]:
    """Cut a text record by record, leaving out blank lines.

    Args:
        text: canonical text (`canonical.py`).
        delimiter: one character.
        width: fields of a record over several lines; 0 = any number.
    """
    lines = text.split("\n")
    position = 0
    while position < len(lines):
        if not lines[position].rstrip("\r"):
            position += 1
            continue
        fields, used, reason = _record(lines, position, delimiter, width)
        yield Cut(position + 1, fields, reason, used, "\n".join(lines[position : position + used]))
        position += used


def read_damaged(
    text: str, delimiter: str, damaged: frozenset[int], width: int = 0
) -> tuple[list[list[str]], list[int], list[Reject]]:
    """Cut a text into rows of one width.

    A quote opens a field only at its beginning; elsewhere it stands for itself. A record that starts on a line and does not
    close well is rejected with that line alone, and reading goes on with the next.

    Args:
        text: the whole file, canonical.
        delimiter: one character.
        damaged: lines (1-based) whose characters could not be decoded.
        width: fields of a row; 0 = as many as the first has.

    Returns:
        rows, the line of each, and the rejected lines.
    """
    rows: list[list[str]] = []
    at: list[int] = []
    rejects: list[Reject] = []
    width = width or next((len(cut.fields) for cut in cut_lines(text, delimiter) if cut.fields is not None), 0)
    for cut in cut_lines(text, delimiter, width):
        reason = cut.reason
        if cut.fields is not None and any(cut.line + step in damaged for step in range(cut.used)):
            reason = "encoding"
        elif cut.fields is not None and "\0" in cut.raw:
            reason = "nul"
        elif cut.fields is not None and len(cut.fields) != width:
            reason = "too_many_fields" if len(cut.fields) > width else "too_few_fields"
        if cut.fields is None or reason:
            rejects.append(Reject(cut.line, reason, cut.raw))
        else:
            rows.append(cut.fields)
            at.append(cut.line)
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
