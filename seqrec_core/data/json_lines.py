"""JSON lines to rows of text: one object a line, or one session a line with its events nested inside."""

import json

import numpy as np
import polars as pl

from seqrec_core.data.records import MAX_COLUMNS
from seqrec_core.data.table import Reject, Table
from seqrec_core.errors import BadInput
from seqrec_core.text import integer

Row = dict[str, object]


def looks_like_json_lines(data: bytes) -> bool:
    """Whether the first line that is not blank is a JSON object, or the file is a JSON array of objects."""
    start = data[:64].lstrip()
    if start.startswith(b"["):
        return start[1:].lstrip().startswith(b"{")
    if not start.startswith(b"{"):
        return False
    first = data.lstrip().split(b"\n", 1)[0]
    try:
        return isinstance(json.loads(first), dict)
    except ValueError:
        return len(first) > 1 << 20 or first.strip() == b"{"


def read_json_lines(data: bytes, complete: bool = True) -> Table:
    """Read JSON lines, or one JSON array of objects.

    A list of objects inside an object is unrolled: each of its entries becomes a row, with the other fields repeated.

    Raises:
        BadInput: no object at all, or too many different fields.
    """
    rows: list[Row] = []
    lines: list[int] = []
    rejects: list[Reject] = []
    for number, text, record in _records(data, complete):
        if isinstance(record, dict):
            unrolled = _unroll(record)
            rows += unrolled
            lines += [number] * len(unrolled)
        else:
            rejects.append(Reject(number, "not_json", text))
    if not rows:
        raise BadInput("data", "no_json_rows")
    frame = _frame(rows)
    return Table(frame, pl.Series(lines, dtype=pl.Int64), tuple(rejects), "jsonl", "utf-8", complete=complete, n_rows=len(rows))


def _records(data: bytes, complete: bool) -> list[tuple[int, str, object]]:
    text = data.decode("utf-8", "replace")
    if text.lstrip().startswith("["):
        array = _parsed(text)
        return [(1, json.dumps(record), record) for record in array] if isinstance(array, list) else [(1, text, None)]
    lines = text.split("\n")
    if not complete:
        lines = lines[:-1]
    return [(number, line, _parsed(line)) for number, line in enumerate(lines, 1) if line.strip()]


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _unroll(record: Row) -> list[Row]:
    nested = [
        name for name, value in record.items() if isinstance(value, list) and value and all(isinstance(x, dict) for x in value)
    ]
    if len(nested) != 1:
        return [record]
    shared = {name: value for name, value in record.items() if name != nested[0]}
    return [{**shared, **entry} for entry in record[nested[0]]]  # type: ignore[attr-defined]


def _frame(rows: list[Row]) -> pl.DataFrame:
    names = list(dict.fromkeys(name for row in rows for name in row))
    if len(names) > MAX_COLUMNS:
        raise BadInput("data", "too_many_columns", found=integer(len(names)), limit=integer(MAX_COLUMNS))
    return pl.DataFrame({name: [_text(row.get(name)) for row in rows] for name in names}, schema=dict.fromkeys(names, pl.String))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and np.isfinite(value) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)
