"""JSON to rows of text: an object a line, an array of objects, pretty-printed objects, or events nested inside any of them.

A row is an object; an object that holds one list of objects (a session and its events) is a row for each of these, with its
other fields repeated. Objects inside become columns of their own (`user.id`). A line that is no object is rejected.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from seqrec_core.data.records import MAX_COLUMNS
from seqrec_core.data.report import Fix
from seqrec_core.data.table import Reject, Table
from seqrec_core.errors import BadInput
from seqrec_core.text import integer, say

Row = dict[str, object]

MAX_DEPTH = 5  # objects inside objects that become columns; deeper ones stay JSON
MAX_LINE = 64 << 20  # characters: a longer line is no event
MAX_DOCUMENT = 256 << 20  # bytes: a document is held in memory as a whole
BLANKS = " \t\r\n"
NAMED = 10  # fields that are named where objects hold them twice


@dataclass(frozen=True)
class _Record:
    """One object with its line: fields of its own, and those of each object in its list (named `nested`)."""

    line: int
    shared: Row
    entries: tuple[Row, ...]
    nested: str


class _Parser:
    """Parses JSON and counts objects that hold a field twice, of which the last one is kept."""

    def __init__(self) -> None:
        self.repeated: Counter[str] = Counter()
        self.decoder = json.JSONDecoder(object_pairs_hook=self._object)

    def _object(self, pairs: list[tuple[str, object]]) -> Row:
        found = dict(pairs)
        if len(found) < len(pairs):
            self.repeated.update(name for name, n in Counter(name for name, _ in pairs).items() if n > 1)
        return found

    def value(self, text: str) -> object:
        """Return the value of a text; None where it is no JSON or nested too deep."""
        try:
            return self.decoder.decode(text)
        except (ValueError, RecursionError):
            return None

    def fixes(self) -> tuple[Fix, ...]:
        """Say which fields stand twice in an object."""
        return tuple(Fix("data.fix.json_field_twice", n, {"column": name}) for name, n in self.repeated.most_common(NAMED))


def looks_like_json(data: bytes) -> bool:
    """Whether a text begins like a JSON object or an array of objects."""
    start = data[:4096].lstrip()
    if start.startswith(b"["):
        return start[1:].lstrip().startswith(b"{")
    return start.startswith(b"{") and start[1:].lstrip()[:1] in (b'"', b"}", b"")


def is_document(data: bytes) -> bool:
    """Whether a JSON text is one value over many lines rather than an object a line."""
    first = data.lstrip().split(b"\n", 1)[0]
    if first.startswith(b"["):
        return True
    return len(first) < MAX_LINE and not isinstance(_Parser().value(first.decode("utf-8", "replace")), dict)


def read_json(data: bytes, name: str, complete: bool = True, before: int | None = None) -> Table:
    """Read JSON lines, an array of objects, or objects one after the other.

    Args:
        data: UTF-8.
        name: of the file, for errors.
        complete: False if this is only the head of a file.
        before: of whole values out of a document, how many line feeds stand before them.

    Raises:
        BadInput: no object at all, a document that breaks off, or too many different fields.
    """
    text = data.decode("utf-8", "replace")
    rejects: list[Reject] = []
    records: list[_Record] = []
    parser = _Parser()
    if before is not None or (complete and is_document(data)):
        shape = "data.format.json"
        found = _document(text, name, parser, before)
    else:
        shape = "data.format.jsonl"
        found = _lines(text, complete, parser)
    for line, raw, value in found:
        record = _record(line, value)
        if record is None:
            rejects.append(Reject(line, "not_json", raw))
        else:
            records.append(record)
    if not records and before is None:
        raise BadInput("data", "no_json_rows", path=name)
    rows, lines, nested = _unrolled(records)
    return Table(
        _frame(rows), pl.Series(lines, dtype=pl.Int64), tuple(rejects), "jsonl", "utf-8", complete=complete, n_rows=len(rows),
        fixes=parser.fixes(), recognised=say(shape) if not nested else say(f"{shape}_nested", column=nested),
    )  # fmt: skip


def _lines(text: str, complete: bool, parser: _Parser) -> Iterator[tuple[int, str, object]]:
    lines = text.split("\n")
    for number, line in enumerate(lines if complete else lines[:-1], 1):
        if line.strip():
            yield number, line[:1000], parser.value(line) if len(line) <= MAX_LINE else None


def _document(text: str, name: str, parser: _Parser, before: int | None) -> Iterator[tuple[int, str, object]]:
    """Yield the objects of a text whose values take several lines, each with the line that it begins on.

    Args:
        text: a document or, where `before` is a number, some of its values and what stands between them.
        name: of the file, for errors.
        parser: of values.
        before: line feeds before these values.

    Raises:
        BadInput: a value that cannot be read; where nearly all lines are objects, only the lines at fault are lost instead.
    """
    if len(text) > MAX_DOCUMENT:
        raise BadInput("data", "json_too_large", path=name, limit=integer(MAX_DOCUMENT >> 20))
    values: list[tuple[int, str, object]] = []
    at, line, counted = _skip(text, 0), (before or 0) + 1, 0
    inside = before is None and text.startswith("[", at)
    at = _skip(text, at + 1) if inside or text.startswith(",", at) else at
    while at < len(text) and not (inside and text[at] == "]"):
        line += text.count("\n", counted, at)
        counted = at
        try:
            value, end = parser.decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            parser.repeated.clear()
            by_line = list(_lines(text, True, parser))
            if before is None and sum(isinstance(value, dict) for _, _, value in by_line) > len(by_line) / 2:
                return iter(by_line)
            raise BadInput("data", "json_damaged", path=name, line=line) from error
        values.append((line, text[at : min(end, at + 1000)], value))
        at = _skip(text, end)
        if text.startswith(",", at):
            at = _skip(text, at + 1)
    if inside and at >= len(text):
        raise BadInput("data", "json_damaged", path=name, line=text.count("\n") + 1)
    return iter(values)


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in BLANKS:
        at += 1
    return at


def _record(line: int, value: object) -> _Record | None:
    """Take an object apart; None where it is none, or nested too deep to be written again."""
    if not isinstance(value, dict):
        return None
    lists = [key for key, entry in value.items() if isinstance(entry, list) and entry and all(isinstance(x, dict) for x in entry)]
    nested = lists[0] if len(lists) == 1 else ""
    try:
        shared = _flat({key: entry for key, entry in value.items() if key != nested or not nested})
        entries = tuple(_flat(entry) for entry in value[nested]) if nested else ()
    except RecursionError:
        return None
    return _Record(line, shared, entries, nested)


def _flat(record: Row, depth: int = 1) -> Row:
    """Give the fields of objects inside names of their own, and every value its text."""
    flat: Row = {}
    for name, value in record.items():
        if isinstance(value, dict) and value and depth < MAX_DEPTH:
            flat |= {f"{name}.{inner}": text for inner, text in _flat(value, depth + 1).items()}
        else:
            flat[name] = _text(value)
    return flat


def _unrolled(records: list[_Record]) -> tuple[list[Row], list[int], str]:
    """Return a row for each entry or lone object, their lines, and the field that held entries.

    A field that both an object and its entries have keeps its name for the object: `id` and `events.id`.
    """
    above = {name for record in records for name in record.shared if record.entries}
    below = {name for record in records for entry in record.entries for name in entry}
    both = above & below
    rows: list[Row] = []
    lines: list[int] = []
    for record in records:
        for entry in record.entries or ({},):
            renamed = {f"{record.nested}.{name}" if name in both else name: value for name, value in entry.items()}
            rows.append({**record.shared, **renamed})
            lines.append(record.line)
    return rows, lines, next((record.nested for record in records if record.nested), "")


def _frame(rows: list[Row]) -> pl.DataFrame:
    names = list(dict.fromkeys(name for row in rows for name in row))
    if len(names) > MAX_COLUMNS:
        raise BadInput("data", "too_many_columns", found=integer(len(names)), limit=integer(MAX_COLUMNS))
    return pl.DataFrame({name: [row.get(name, "") for row in rows] for name in names}, schema=dict.fromkeys(names, pl.String))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and np.isfinite(value) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)
