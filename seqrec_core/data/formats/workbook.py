"""What is inside an .xlsx, before a spreadsheet library opens it: how large it gets, and what its cells alone do not say.

Source: ECMA-376, part 1 (SpreadsheetML): rows, cells `<c r="B7">`, `<mergeCell ref="A2:A5"/>`, `<f>` with its value in `<v>`.
"""

import copy
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import normpath
from xml.etree import ElementTree

from seqrec_core.data.compression import FAULTS
from seqrec_core.data.container import check_expansion
from seqrec_core.errors import BadInput
from seqrec_core.settings import Settings
from seqrec_core.text import integer

PIECE = 1 << 20
OVERLAP = 256  # of pieces, so that no tag is missed at a seam
MAX_CELLS = 40_000_000  # of the rectangle around all cells, which is held in memory
MAX_PART = 8 << 20  # bytes of the list of sheets
ENDLESS = 1 << 62
COLUMN = re.compile(rb"""\br=["']([A-Z]{1,3})[0-9]""")
ROW = re.compile(rb"""row [^>]{0,200}?\br=["']([0-9]{1,9})["']""")
MERGED = re.compile(rb"""mergeCell [^>]{0,60}?ref=["']([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})["']""")
UNCALCULATED = re.compile(rb"</f>(?:<v></v>|<v/>)?</c>|<f/></c>")
LONG = re.compile(rb"<v>-?(?:[1-9][0-9]{15,}|[0-9](?:\.[0-9]+)?E\+(?:1[5-9]|[2-9][0-9]))[<]")
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass
class Sheet:
    """What the text of one sheet shows.

    Args:
        name: as people see it.
        rows: of the rectangle around all cells; `columns` too.
        merged: cells that are one, as (first row, last row, column), counted from 0; only those over several rows.
        uncalculated: formulas without a stored value.
        long_numbers: numbers of more than 15 digits, of which spreadsheets keep 15.
    """

    name: str
    rows: int = 0
    columns: int = 0
    merged: list[tuple[int, int, int]] = field(default_factory=list)
    uncalculated: int = 0
    long_numbers: int = 0


def inspect(path: Path, limits: Settings) -> dict[str, Sheet]:
    """Expand every part of a workbook once, without keeping it, and describe its sheets by name.

    Raises:
        BadInput: it expands beyond the limits, whatever it declares, or is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _inspect(archive, path, limits)
    except (*FAULTS, zipfile.BadZipFile, NotImplementedError, RuntimeError, KeyError, ElementTree.ParseError) as error:
        raise BadInput("data", "workbook_damaged", path=path.name) from error


def check_extent(sheet: Sheet, path: Path) -> None:
    """Refuse a sheet whose cells span more than can be held: two far corners are enough for that.

    Raises:
        BadInput: it is so.
    """
    if sheet.rows * sheet.columns > MAX_CELLS:
        raise BadInput(
            "data", "sheet_too_large", path=path.name, sheet=sheet.name,
            rows=integer(sheet.rows), columns=integer(sheet.columns), limit=integer(MAX_CELLS),
        )  # fmt: skip


def _inspect(archive: zipfile.ZipFile, path: Path, limits: Settings) -> dict[str, Sheet]:
    stored, expanded = path.stat().st_size, 0
    for member in archive.infolist():
        for piece in _pieces(archive, member):
            expanded += len(piece)
            check_expansion(path.name, expanded, stored, limits)
    return {name: _describe(archive, name, part) for name, part in _sheet_parts(archive).items()}


def _pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Expand one part to its true end, which need not be where it says."""
    true = copy.copy(member)
    true.file_size = ENDLESS
    with archive.open(true) as file:
        while piece := file.read(PIECE):
            yield piece


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Find the part of each sheet of cells, in the order of the workbook."""
    targets = {
        relation.get("Id"): normpath(f"xl/{relation.get('Target', '')}").removeprefix("xl//")
        for relation in _tree(archive, "xl/_rels/workbook.xml.rels")
        if relation.get("Type", "").endswith("/worksheet")
    }
    known = {member.filename: member for member in archive.infolist()}
    sheets = (element for element in _tree(archive, "xl/workbook.xml").iter() if element.tag.endswith("}sheet"))
    found = {}
    for sheet in sheets:
        target = targets.get(next((value for key, value in sheet.items() if key.endswith("}id")), ""))
        part = known.get((target or "").lstrip("/"))
        if part is not None:
            found[sheet.get("name", "")] = part
    return found


def _tree(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    if archive.getinfo(name).file_size > MAX_PART:
        raise KeyError(name)
    return ElementTree.fromstring(archive.read(name))  # expat limits what entities expand to


def _describe(archive: zipfile.ZipFile, name: str, part: zipfile.ZipInfo) -> Sheet:
    sheet = Sheet(name)
    letters: set[bytes] = set()
    rest, tags, widest = b"", 0, 0
    for piece in _pieces(archive, part):
        text = rest + piece
        letters.update(COLUMN.findall(text))
        sheet.rows = max(sheet.rows, *map(int, ROW.findall(text)), 0)
        tags += text.count(b"<row") + text.count(b":row ") - rest.count(b"<row") - rest.count(b":row ")
        widest = max(widest, *(row.count(b"<c ") + row.count(b":c ") + row.count(b"<c>") for row in text.split(b"row>")))
        sheet.merged += [span for found in MERGED.findall(text) if (span := _span(found)) and span not in sheet.merged[-9:]]
        sheet.uncalculated += len(UNCALCULATED.findall(text)) - len(UNCALCULATED.findall(rest))
        sheet.long_numbers += len(LONG.findall(text)) - len(LONG.findall(rest))
        rest = text[-OVERLAP:]
    sheet.rows = max(sheet.rows, tags)
    sheet.columns = max([widest, *(_number(column) + 1 for column in letters)])
    return sheet


def _span(found: tuple[bytes, bytes, bytes, bytes]) -> tuple[int, int, int] | None:
    first, last = int(found[1]) - 1, int(found[3]) - 1
    return (first, last, _number(found[0])) if last > first else None


def _number(column: bytes) -> int:
    """Return the position of a column, counted from 0: A is 0, AA is 26."""
    number = 0
    for letter in column:
        number = number * 26 + letter - 64
    return number - 1
