"""Read a delimited text: find its layout, leave out what is no row (and count it), cut the rest into named columns."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from seqrec_core.data.canonical import canonical, put_back, put_back_raw
from seqrec_core.data.header import is_value, name_columns
from seqrec_core.data.hints import is_hinted
from seqrec_core.data.layout import COMMENTS, Layout, damaged_header, find_layout, sample_of
from seqrec_core.data.mapping import ReadOptions
from seqrec_core.data.records import Records, read_records
from seqrec_core.data.report import Fix
from seqrec_core.data.table import Reject
from seqrec_core.errors import BadInput, NeedsDecision, Question
from seqrec_core.text import say

SAME, FIRST = "same", "first"
INNER_MARK = b"\n\xef\xbb\xbf"  # files put one behind the other leave their byte order marks at beginnings of lines
MAX_GAPS = 1_000  # rows after blank lines looked at for the names of another table


@dataclass(frozen=True)
class Delimited:
    """A delimited text as named columns.

    Args:
        frame: the rows, all String.
        lines: 1-based line of the file of each row, Int64.
        rejects: rows that could not be read.
        repeated: names that occur more than once in the header.
        layout: how it was read.
        fixes: what was left out or noticed.
    """

    frame: pl.DataFrame
    lines: pl.Series
    rejects: tuple[Reject, ...]
    repeated: tuple[str, ...]
    layout: Layout
    fixes: tuple[Fix, ...]


def read_delimited(
    data: bytes, damaged: Sequence[int], complete: bool, read: ReadOptions, answers: Mapping[str, str], name: str
) -> Delimited:
    """Read a delimited text.

    Args:
        data: UTF-8.
        damaged: lines (1-based) whose characters could not be decoded.
        complete: False if `data` is only the head of a file.
        read: what is known.
        answers: answers to questions, by code.
        name: of the file, for errors.

    Raises:
        BadInput: it is no table that can be read without doubt.
        NeedsDecision: it can be read in several ways.
    """
    read = read.with_answers(answers)
    data = _with_line_feeds(data)
    marks = data.count(INNER_MARK)
    data = data.replace(INNER_MARK, b"\n") if marks else data
    layout = find_layout(sample_of(data), read)
    if layout.questions:
        raise NeedsDecision(layout.questions)
    data, fixes = _cleared(data, layout, read)
    fixes += [Fix("layout.fix.inner_marks", marks)] if marks else []
    text = canonical(data, layout.dialect)
    if layout.trailing:
        text = _with_last_name(text, layout.dialect.byte)
    records = read_records(text, layout.dialect.byte, damaged, complete, layout.width if layout.width > 1 else 0)
    left_out = sum(fix.n for fix in fixes) - marks
    if records.blank > left_out:
        fixes.append(Fix("layout.fix.blank_lines", records.blank - left_out))
    rejects = tuple(replace(reject, raw=put_back_raw(reject.raw, layout.dialect)) for reject in records.rejects)
    records = replace(records, frame=put_back(records.frame, layout.dialect), rejects=rejects)
    return _named(records, layout, answers, fixes, name)


def _with_line_feeds(data: bytes) -> bytes:
    """Let lines end in LF where they end in CR alone, in the whole file or (as its rows show) in part of it."""
    lone = data.count(b"\r") - data.count(b"\r\n")
    if not lone:
        return data
    if b"\n" not in data:
        return data.replace(b"\r", b"\n")
    inside = re.search(rb'"[^"\n]*\r(?!\n)[^"\n]*"', data)
    return data if inside else re.sub(rb"\r(?!\n)", b"\n", data)


def _cleared(data: bytes, layout: Layout, read: ReadOptions) -> tuple[bytes, list[Fix]]:
    """Empty the lines that are no rows, so that every other line keeps its number.

    Raises:
        NeedsDecision: lines that were taken for comments are laid out like rows.
    """
    fixes: list[Fix] = []
    if layout.skip_lines:
        end = -1
        for _ in range(layout.skip_lines):
            end = data.find(b"\n", end + 1)
            if end < 0:
                raise BadInput("layout", "skips_all", n=layout.skip_lines)
        n = sum(1 for line in data[:end].split(b"\n") if line.strip())
        fixes += [Fix("layout.fix.skip_lines", n)] if n else []
        data = b"\n" * layout.skip_lines + data[end + 1 :]
    mark = layout.comment.encode()
    if mark and mark in data:
        data, comments = _without_comments(data, mark, layout, asked=read.comment is not None)
        fixes += [Fix("layout.fix.comments", comments)] if comments else []
    return data, fixes


def _without_comments(data: bytes, mark: bytes, layout: Layout, asked: bool) -> tuple[bytes, int]:
    quote, delimiter = layout.dialect.quote.encode(), layout.dialect.delimiter.encode()
    parts: list[bytes] = []
    end = quotes = n = 0
    for match in re.finditer(rb"(?m)^" + re.escape(mark) + rb"[^\n]*", data):
        quotes += data.count(quote, end, match.start()) if quote else 0
        if quotes % 2:
            continue  # inside a quoted field
        if not asked and layout.width > 1 and match[0].count(delimiter) == layout.width - 1:  # beyond the sample
            text = match[0].decode("utf-8", "replace")[:60]
            yes, no = say("layout.question.comment_yes", mark=layout.comment), say("layout.question.comment_no", text=text)
            question = say("layout.question.comment", mark=layout.comment)
            raise NeedsDecision((Question("comment", question, ((layout.comment, yes), ("", no))),))
        parts.append(data[end : match.start()])
        end, n = match.end(), n + 1
    return b"".join([*parts, data[end:]]), n


def _with_last_name(text: bytes, delimiter: str) -> bytes:
    """Give the header the delimiter with which every row ends."""
    match = re.search(rb"(?m)^[^\r\n]+", text)
    return text if match is None else text[: match.end()] + delimiter.encode() + text[match.end() :]


def _named(records: Records, layout: Layout, answers: Mapping[str, str], fixes: list[Fix], name: str) -> Delimited:
    if not records.frame.height:
        raise BadInput("data", "header_only" if not records.rejects else "no_rows", path=name)
    frame, lines = records.frame, pl.Series(records.lines, dtype=pl.Int64)
    first = list(frame.row(0)) if layout.has_header else [""] * frame.width
    if layout.has_header:
        early = min((reject for reject in records.rejects if reject.line < lines[0]), key=lambda r: r.line, default=None)
        if early is not None:
            raise damaged_header(early.line, early.reason)
        if not layout.comment:
            first[0] = _unmarked(first[0])
        frame, lines = frame.slice(1), lines.slice(1)
        if not frame.height and not records.rejects:
            raise BadInput("data", "header_only", path=name)
    names, repeated = name_columns(first)
    frame.columns = names
    frame, unnamed = _without_unnamed(frame, first)
    fixes = fixes + ([Fix("layout.fix.unnamed_columns", unnamed)] if unnamed else [])
    frame, lines, more = _one_table(frame, lines, first, answers, layout)
    rejects = tuple(sorted((*records.rejects, *more), key=lambda reject: reject.line))
    return Delimited(frame, lines, rejects, repeated, layout, tuple(fixes))


def _unmarked(cell: str) -> str:
    mark = next((mark for mark in COMMENTS if cell.startswith(mark)), "")
    bare = cell.removeprefix(mark).strip()
    return bare if mark and is_hinted(bare) else cell


def _without_unnamed(frame: pl.DataFrame, header: Sequence[str]) -> tuple[pl.DataFrame, int]:
    """Leave out columns that have neither a name nor a value, as spreadsheets and trailing delimiters make them."""
    blank = [column for column, cell in zip(frame.columns, header, strict=True) if not cell.strip()]
    if len(blank) == frame.width or not frame.height:
        return frame, 0
    empty = [column for column in blank if (frame[column].str.strip_chars() == "").all()]
    return frame.drop(empty), len(empty)


def _one_table(
    frame: pl.DataFrame, lines: pl.Series, header: Sequence[str], answers: Mapping[str, str], layout: Layout
) -> tuple[pl.DataFrame, pl.Series, list[Reject]]:
    """Take out rows that name the columns again, and what belongs to another table.

    Raises:
        NeedsDecision: names stand again among the rows, and nobody has said what follows them.
    """
    again = _names_again(frame, lines, header)
    if not again:
        return frame, lines, []
    at_top = 0
    while at_top < len(again) and again[at_top] == at_top:
        at_top += 1
    later = again[at_top:]
    end = frame.height
    if later:
        answer = answers.get("tables")
        if answer not in (SAME, FIRST):
            raise NeedsDecision((_tables_question(frame, lines, later[0]),))
        end = later[0] if answer == FIRST else end
    out = {row: "header_again" for row in again if row < end} | dict.fromkeys(range(end, frame.height), "other_table")
    keep = np.ones(frame.height, np.bool_)
    keep[list(out)] = False
    separator = layout.dialect.byte
    rejects = [Reject(int(lines[row]), reason, separator.join(map(str, frame.row(row)))) for row, reason in out.items()]
    return frame.filter(keep), lines.filter(pl.Series(keep)), rejects


def _tables_question(frame: pl.DataFrame, lines: pl.Series, row: int) -> Question:
    text = " · ".join(map(str, frame.row(row)))[:60]
    options = ((SAME, say("layout.question.tables_same")), (FIRST, say("layout.question.tables_first")))
    return Question("tables", say("layout.question.tables", line=int(lines[row]), text=text), options)


def _names_again(frame: pl.DataFrame, lines: pl.Series, header: Sequence[str]) -> list[int]:
    """Rows that hold names of columns: those of the header, or after a blank line any that are well known."""
    names = [cell for cell in header if cell.strip()]
    if not frame.height or frame.width < 2:
        return []
    found: set[int] = set()
    if len(names) >= 2:
        named = pl.sum_horizontal(pl.col(column).is_in(names).cast(pl.Int32) for column in frame.columns)
        counts = frame.select(named).to_series()
        found = set(np.flatnonzero(counts.to_numpy() >= max(2, (len(names) + 1) // 2)).tolist())
    gaps = (np.flatnonzero(np.diff(lines.to_numpy()) > 1)[:MAX_GAPS] + 1).tolist()
    return sorted(found | {row for row in gaps if _are_names([str(cell) for cell in frame.row(row)])})


def _are_names(cells: Sequence[str]) -> bool:
    return sum(is_hinted(cell) for cell in cells) >= 2 and not any(is_value(cell) for cell in cells)
