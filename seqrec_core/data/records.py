"""From UTF-8 bytes to records of equal width, each with its line; what is no such record is rejected by name.

The text is canonical (`canonical.py`). One that is well-formed (RFC 4180) is checked with arrays and parsed by polars; one whose
quotes are damaged is read line by line (`damaged.py`), which costs more and loses only the lines at fault.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core.data.damaged import MAX_SPAN, read_damaged
from seqrec_core.data.table import RAW_LENGTH, Reject
from seqrec_core.errors import BadInput
from seqrec_core.text import integer

NEWLINE, QUOTE, RETURN = 10, 34, 13
MAX_COLUMNS = 2_000
MAX_OTHER_WIDTH = 0.2  # beyond this share of rows of another width, the file is another table from there on


@dataclass(frozen=True)
class Records:
    """Rows of equal width as text.

    Args:
        frame: `column_0 … column_{n-1}`, all String, never null; the header row included where there is one.
        lines: 1-based line of the file of each row, int64.
        rejects: what could not be read.
        blank: empty lines.
    """

    frame: pl.DataFrame
    lines: NDArray[np.int64]
    rejects: tuple[Reject, ...]
    blank: int = 0


@dataclass(frozen=True)
class _Spans:
    """Where each record begins and ends in the bytes, its line, its count of delimiters, and lines it spans."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    lines: NDArray[np.int64]
    delimiters: NDArray[np.int64]
    span: NDArray[np.int64]

    def take(self, keep: NDArray[np.bool_]) -> "_Spans":
        return _Spans(self.starts[keep], self.ends[keep], self.lines[keep], self.delimiters[keep], self.span[keep])


def read_records(
    data: bytes, delimiter: str, damaged_lines: Sequence[int] = (), complete: bool = True, width: int = 0
) -> Records:
    """Cut bytes into records.

    Args:
        data: canonical text (`canonical.py`).
        delimiter: one byte.
        damaged_lines: lines (1-based) whose characters could not be decoded.
        complete: False if `data` is only the head of a file; then its last record is left out.
        width: fields of a record; 0 = as many as the first has.

    Raises:
        BadInput: too many columns, or many rows have another width.
    """
    if not complete:
        data = data[: data.rfind(b"\n") + 1] or data
    quoted = b'"' in data
    spans = _spans(data, ord(delimiter), quoted)
    records = None
    if spans is not None:
        blank = int((spans.ends == spans.starts).sum())
        spans = spans.take(spans.ends > spans.starts)  # blank lines are no rows
        width = _checked(width or (int(spans.delimiters[0]) + 1 if len(spans.delimiters) else 1))
        broken = (spans.span > MAX_SPAN) | ((spans.span > 1) & (spans.delimiters + 1 != width))
        if not broken.any():
            records = replace(_read_well_formed(data, delimiter, spans, width, quoted, frozenset(damaged_lines)), blank=blank)
    if records is None:
        records = _read_line_by_line(data, delimiter, frozenset(damaged_lines), complete, width)
    _check_widths(records)
    return records


def _spans(data: bytes, delimiter: int, quoted: bool) -> _Spans | None:
    """Find the records; None where the quotes are not those of RFC 4180."""
    text = np.frombuffer(data, np.uint8)
    outside = _outside(text, delimiter) if quoted else None
    if quoted and outside is None:
        return None
    breaks = text == NEWLINE
    ends = np.flatnonzero(breaks if outside is None else breaks & outside)
    if not len(ends) or ends[-1] != len(text) - 1:
        ends = np.append(ends, len(text))
    starts = np.concatenate([[0], ends[:-1] + 1])
    every_break = np.flatnonzero(breaks)
    lines = np.searchsorted(every_break, starts) + 1
    span = np.searchsorted(every_break, ends) + 2 - lines if outside is not None else np.ones(len(starts), np.int64)
    at = np.flatnonzero((text == delimiter) if outside is None else (text == delimiter) & outside)
    count = np.searchsorted(at, ends) - np.searchsorted(at, starts)
    stripped = ends - ((ends > starts) & (text[np.maximum(ends - 1, 0)] == RETURN))
    return _Spans(starts, stripped, lines, count, span)


def _outside(text: NDArray[np.uint8], delimiter: int) -> NDArray[np.bool_] | None:
    """Mask of bytes outside quotes, or None where a quote opens or closes in the middle of a field."""
    is_quote = text == QUOTE
    inside = np.bitwise_xor.accumulate(is_quote.view(np.uint8)).view(np.bool_)
    if len(inside) and inside[-1]:
        return None
    at = np.flatnonzero(is_quote)
    opens = inside[at]
    edge = np.zeros(256, np.bool_)
    edge[[delimiter, NEWLINE, RETURN, QUOTE]] = True
    first, last = at == 0, at == len(text) - 1
    before = first | edge[text[np.where(first, 0, at - 1)]]
    after = last | edge[text[np.where(last, len(text) - 1, at + 1)]]
    fine = np.where(opens, before, after).all()
    return ~inside if fine else None


def _checked(width: int) -> int:
    if width > MAX_COLUMNS:
        raise BadInput("data", "too_many_columns", found=integer(width), limit=integer(MAX_COLUMNS))
    return width


def _check_widths(records: Records) -> None:
    """Refuse a file of which a large part is laid out differently, rather than reject half of it row by row."""
    others = [reject for reject in records.rejects if reject.reason in ("too_many_fields", "too_few_fields")]
    total = records.frame.height + len(records.rejects)
    if len(others) > max(1, MAX_OTHER_WIDTH * total):
        width, line = records.frame.width, others[0].line
        raise BadInput("data", "two_widths", width=width, n=integer(len(others)), total=integer(total), line=line)


def _read_well_formed(data: bytes, delimiter: str, spans: _Spans, width: int, quoted: bool, damaged: frozenset[int]) -> Records:
    good, rejects = _judge(data, spans, width, damaged)
    kept = spans.take(good)
    frame = _parse(data, kept, delimiter, width, quoted)
    if frame.height != len(kept.lines):  # never seen; polars must agree on what a record is
        raise BadInput("data", "rows_do_not_add_up", read=len(kept.lines), kept=frame.height, rejected=0)
    return Records(frame, kept.lines, rejects)


def _judge(data: bytes, spans: _Spans, width: int, damaged: frozenset[int]) -> tuple[NDArray[np.bool_], tuple[Reject, ...]]:
    """Which records are kept, and the others with their reason."""
    reasons: dict[int, str] = {}
    nul = np.flatnonzero(np.frombuffer(data, np.uint8) == 0)
    for row in np.flatnonzero(spans.delimiters + 1 != width):
        reasons[int(row)] = "too_many_fields" if spans.delimiters[row] + 1 > width else "too_few_fields"
    for position in nul:
        reasons[int(np.searchsorted(spans.starts, position, "right")) - 1] = "nul"
    for line in damaged:
        reasons[int(np.searchsorted(spans.lines, line, "right")) - 1] = "encoding"
    reasons.pop(-1, None)
    good = np.ones(len(spans.lines), np.bool_)
    good[list(reasons)] = False
    rejects = tuple(
        Reject(
            int(spans.lines[row]), reason, data[spans.starts[row] : spans.ends[row]][: 4 * RAW_LENGTH].decode("utf-8", "replace")
        )
        for row, reason in sorted(reasons.items())
    )
    return good, rejects


def _parse(data: bytes, spans: _Spans, delimiter: str, width: int, quoted: bool) -> pl.DataFrame:
    names = [f"column_{position}" for position in range(width)]
    schema = dict.fromkeys(names, pl.String)
    if not len(spans.starts):
        return pl.DataFrame(schema=schema)
    if width == 1 and not quoted:
        text = [data[start:end].decode() for start, end in zip(spans.starts, spans.ends, strict=True)]
        return pl.DataFrame({names[0]: text}, schema=schema)
    frame = pl.read_csv(
        io.BytesIO(_joined(data, spans)),
        has_header=False,
        separator=delimiter,
        quote_char='"' if quoted else None,
        infer_schema=False,
        schema=schema,
        empty_string_is_null=False,
    )
    return frame.with_columns(pl.all().fill_null(""))


def _joined(data: bytes, spans: _Spans) -> bytes:
    """The kept records as one text; whole runs of neighbours are copied at once."""
    view = memoryview(data)
    distance = spans.starts[1:] - spans.ends[:-1]
    returned = np.frombuffer(data, np.uint8)[np.minimum(spans.ends[:-1], len(data) - 1)] == RETURN
    gap = np.flatnonzero(distance != 1 + returned)
    first = spans.starts[np.concatenate([[0], gap + 1])]
    last = spans.ends[np.concatenate([gap, [len(spans.ends) - 1]])]
    return b"\n".join(view[start:end] for start, end in zip(first, last, strict=True))


def _read_line_by_line(data: bytes, delimiter: str, damaged: frozenset[int], complete: bool, width: int) -> Records:
    text = data.decode("utf-8", "replace")
    rows, lines, rejects = read_damaged(text, delimiter, damaged, width)
    if not complete and rejects and rejects[-1].line > (lines[-1] if lines else 0):
        rejects = rejects[:-1]  # the head of a file may end inside a quoted field
    if not rows:
        return Records(pl.DataFrame(), np.zeros(0, np.int64), tuple(rejects))
    names = [f"column_{position}" for position in range(_checked(len(rows[0])))]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    blank = sum(1 for line in text.removesuffix("\n").split("\n") if not line.rstrip("\r"))
    return Records(frame, np.array(lines, np.int64), tuple(rejects), blank)
