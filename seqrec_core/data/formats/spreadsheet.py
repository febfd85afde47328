"""A sheet of an .xlsx as a Table of text: what is text stays as it is written, dates become times, numbers lose no digit."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from seqrec_core.data.formats.workbook import Sheet, check_extent, inspect
from seqrec_core.data.header import guess_header, name_columns
from seqrec_core.data.mapping import ReadOptions
from seqrec_core.data.records import MAX_COLUMNS
from seqrec_core.data.report import Fix
from seqrec_core.data.table import Table
from seqrec_core.errors import BadInput, NeedsDecision, Question
from seqrec_core.settings import Settings
from seqrec_core.text import integer, say

TOP = 50  # rows in which the beginning of the table is looked for
WIDE_ENOUGH = 0.6  # of the usual number of filled cells: a row with fewer is a title
PREVIEWED = 20
CLOCK = r"^1899-12-3[01] \d{2}:\d{2}:\d{2}(?:\.\d+)?$"
MIDNIGHT = r"^\d{4}-\d{2}-\d{2} 00:00:00$"


def read_sheet(path: Path, read: ReadOptions, head: int | None, limits: Settings) -> Table:
    """Read one sheet. One row is a row of the sheet; wholly empty rows are none, and rows above the table are named.

    Args:
        path: the workbook.
        read: `sheet`, `has_header` and `skip_lines` where known.
        head: only this many rows; None = all.
        limits: of size.

    Raises:
        BadInput: damaged, too large, no such sheet, or nothing in it.
        NeedsDecision: several sheets hold a table.
    """
    sheets = inspect(path, limits)
    book = _open(path)
    sheet = _choose(sheets, book, read.sheet, path)
    frame, offset, n_rows, errors = _load(book, sheet, path, head)
    frame = _fill_merged(frame, sheet, offset)
    lines = pl.Series(range(1, frame.height + 1), dtype=pl.Int64)
    filled = frame.select(pl.any_horizontal(pl.all().ne(""))).to_series() if frame.width else pl.Series([], dtype=pl.Boolean)
    frame, lines = frame.filter(filled), lines.filter(filled)
    above = _above(frame) if read.skip_lines is None else int((lines <= read.skip_lines).sum())
    fixes = _notes(sheet, errors, frame.head(above))
    frame, lines = frame.slice(above), lines.slice(above)
    if not frame.height:
        raise BadInput("data", "empty_sheet", path=path.name, sheet=sheet.name)
    frame = frame.select(name for name in frame.columns if frame[name].ne("").any())
    has_header = read.has_header if read.has_header is not None else guess_header(frame.head(TOP).rows())[0]
    names, repeated = name_columns(frame.row(0) if has_header else [""] * frame.width)
    frame, lines = frame.slice(int(has_header)), lines.slice(int(has_header))
    if not frame.height:
        raise BadInput("data", "header_only", path=path.name)
    frame.columns = names
    complete = head is None or n_rows <= head
    return Table(
        frame.with_columns(_time(frame[name]) for name in names),
        lines,
        format="xlsx",
        has_header=has_header,
        repeated=repeated,
        fixes=fixes,
        complete=complete,
        n_rows=frame.height if complete else n_rows,
        read=ReadOptions(sheet=sheet.name, skip_lines=read.skip_lines),
        recognised=say("data.format.xlsx", sheet=sheet.name, n=len(sheets)),
    )


def _open(path: Path) -> Any:
    import fastexcel

    return _safely(path, lambda: fastexcel.read_excel(path))


def _safely(path: Path, work: Callable[[], Any]) -> Any:
    """Turn what the library raises, its panics included, into a refusal."""
    import fastexcel

    try:
        return work()
    except fastexcel.FastExcelError as error:
        raise BadInput("data", "workbook_damaged", path=path.name) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise BadInput("data", "workbook_damaged", path=path.name) from error


def _choose(sheets: dict[str, Sheet], book: Any, name: str | None, path: Path) -> Sheet:
    """Return the sheet asked for, or the only one that holds a table."""
    if name is not None:
        if name not in sheets:
            raise BadInput("data", "unknown_sheet", path=path.name, found=name, known=", ".join(sheets))
        return sheets[name]
    tables = [sheet for sheet in sheets.values() if sheet.rows > 1 and sheet.columns > 1]
    if not tables:
        raise BadInput("data", "no_sheet", path=path.name, n=len(sheets))
    if len(tables) == 1:
        return tables[0]
    options = tuple((sheet.name, _preview(book, sheet, path)) for sheet in tables[:PREVIEWED])
    raise NeedsDecision((Question("sheet", say("data.question.sheet", n=len(tables)), options),))


def _preview(book: Any, sheet: Sheet, path: Path) -> str:
    frame, _, n_rows, _ = _load(book, sheet, path, 5)
    cells = [cell for row in frame.rows() for cell in row if cell][:8]
    return say("data.question.sheet_holds", rows=n_rows, columns=frame.width, begins=" · ".join(cells)[:120])


def _load(book: Any, sheet: Sheet, path: Path, head: int | None) -> tuple[pl.DataFrame, int, int, int]:
    """Return the cells as text, the position of the first column, the rows of the sheet, and cells that hold an error."""
    check_extent(sheet, path)
    if sheet.columns > MAX_COLUMNS:
        raise BadInput("data", "too_many_columns", found=integer(sheet.columns), limit=integer(MAX_COLUMNS))
    loaded = _safely(path, lambda: book.load_sheet(sheet.name, header_row=None, skip_rows=0, n_rows=head, dtypes="string"))
    batch, errors = _safely(path, loaded.to_arrow_with_errors)
    columns = loaded.available_columns()
    frame = pl.DataFrame(pl.from_arrow(batch)).select(pl.all().cast(pl.String).fill_null(""))
    offset = columns[0].absolute_index if columns else 0
    return frame, offset, loaded.total_height, len(errors.errors) if errors else 0


def _fill_merged(frame: pl.DataFrame, sheet: Sheet, offset: int) -> pl.DataFrame:
    """Give each row of a merged cell its value."""
    inside = [span for span in sheet.merged if 0 <= span[2] - offset < frame.width and span[0] < frame.height]
    for column in {span[2] - offset for span in inside}:
        cells = frame.to_series(column).to_list()
        for first, last, position in inside:
            if position - offset == column:
                rows = range(first, min(last + 1, len(cells)))
                cells[first : first + len(rows)] = [cells[first]] * len(rows)
        frame = frame.with_columns(pl.Series(frame.columns[column], cells, dtype=pl.String))
    return frame


def _above(frame: pl.DataFrame) -> int:
    """Count the rows above the table: titles and notes fill fewer cells than its rows do."""
    counts = frame.head(TOP).select(pl.sum_horizontal(pl.all().ne("").cast(pl.Int64))).to_series() if frame.width else None
    if counts is None or not len(counts):
        return 0
    usual = float(counts.median() or 0)  # type: ignore[arg-type]
    wide = (counts >= max(2.0, WIDE_ENOUGH * usual)).arg_true()
    return int(wide[0]) if len(wide) else 0


def _notes(sheet: Sheet, errors: int, above: pl.DataFrame) -> tuple[Fix, ...]:
    notes = [
        ("data.fix.sheet_above", above.height, {"text": " · ".join(cell for row in above.rows() for cell in row if cell)[:80]}),
        ("data.fix.sheet_errors", errors, {}),
        ("data.fix.sheet_merged", len(sheet.merged), {}),
        ("data.fix.sheet_uncalculated", sheet.uncalculated, {}),
        ("data.fix.sheet_long_numbers", sheet.long_numbers, {}),
    ]
    return tuple(Fix(key, n, dict(values)) for key, n, values in notes if n)


def _time(column: pl.Series) -> pl.Series:
    """Write times of day without the day that spreadsheets count from, and days without midnight."""
    filled = column.filter(column != "")
    for shape, start, length in ((CLOCK, 11, None), (MIDNIGHT, 0, 10)):
        if len(filled) and filled.str.contains(shape).all():
            return column.str.slice(start, length)
    return column
