"""Read a file into a Table: its content says which format it has, its name says nothing."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from seqrec_core.data.container import Contents, expanded_file, read_contents
from seqrec_core.data.delimited import read_delimited
from seqrec_core.data.encodings import Decoded, decode
from seqrec_core.data.formats import steps
from seqrec_core.data.formats.arrow import read_arrow
from seqrec_core.data.formats.atomic import atomic_options, without_types
from seqrec_core.data.formats.spreadsheet import read_sheet
from seqrec_core.data.json_lines import is_document, looks_like_json, read_json
from seqrec_core.data.json_values import BLANKS, last_value
from seqrec_core.data.layout import sample_of
from seqrec_core.data.mapping import ReadOptions
from seqrec_core.data.parquet import read_parquet
from seqrec_core.data.table import Table
from seqrec_core.errors import BadInput, NeedsDecision, Question
from seqrec_core.settings import Settings, settings
from seqrec_core.text import say

FORMATS = ("csv", "jsonl", "parquet", "arrow", "xlsx", "recbole", "spmf", "sequences", "item_sequences")
BINARY_FORMATS = ("parquet", "arrow", "xlsx")
ANSWERED = ("format", "sheet")
ITEMS = "items."  # before the codes of questions about the item file
HEAD_BYTES = 4 << 20
HEAD_ROWS = 50_000


def read_table(
    path: Path,
    read: ReadOptions | None = None,
    answers: Mapping[str, str] | None = None,
    *,
    head: bool = False,
    limits: Settings | None = None,
) -> Table:
    """Read a file.

    Args:
        path: the file.
        read: what is known about it; the rest is proposed from its content.
        answers: answers to questions, by code (`encoding`, `sheet`, `format`, `delimiter`, `tables` …).
        head: only the first 4 MB (of typed files and sheets: 50,000 rows), for a preview.
        limits: where not the settings of this process.

    Raises:
        NotFound: no such file.
        BadInput: it cannot be read; the message says why, the hint what to do.
        NeedsDecision: it can be read in several ways.
    """
    limits, answers = limits or settings(), answers or {}
    read = (read or ReadOptions()).with_answers({code: answers[code] for code in ANSWERED if code in answers})
    if read.format is not None and read.format not in FORMATS:
        raise BadInput("data", "unknown_format", found=read.format, known=", ".join(FORMATS))
    table = _read(path, read, answers, head, limits)
    zone = read.with_answers(answers).time_zone
    return table if zone is None else replace(table, read=table.read.model_copy(update={"time_zone": zone}))


def read_items(path: Path, answers: Mapping[str, str]) -> Table:
    """Read a file that describes items; its questions have codes of their own, such as `items.delimiter`.

    Raises:
        as `read_table`.
    """
    own = {code.removeprefix(ITEMS): answer for code, answer in answers.items() if code.startswith(ITEMS)}
    try:
        return read_table(path, None, own)
    except NeedsDecision as decision:
        asked = [
            Question(ITEMS + question.code, say("data.question.items", question=question.message), question.options)
            for question in decision.questions
        ]
        raise NeedsDecision(tuple(asked)) from decision


def _read(path: Path, read: ReadOptions, answers: Mapping[str, str], head: bool, limits: Settings) -> Table:
    contents = read_contents(path, HEAD_BYTES if head else None, limits)
    rows = HEAD_ROWS if head else None
    if contents.kind == "xlsx":
        return read_sheet(path, read, rows, limits)
    if contents.kind == "text":
        return _read_text(path, contents, read, answers, limits)
    with expanded_file(path, limits) as plain:
        if contents.kind == "parquet":
            return read_parquet(plain, path.name, rows, limits)
        return read_arrow(plain, path.name, contents.kind == "arrow", rows, limits)


def _read_text(path: Path, contents: Contents, read: ReadOptions, answers: Mapping[str, str], limits: Settings) -> Table:
    """Tell JSON, sequences and typed headers from delimited text, which everything else is taken for."""
    if read.format in BINARY_FORMATS:
        raise BadInput("data", "not_that_format", path=path.name, format=read.format)
    decoded = decode(contents.data, read.encoding, answers.get("encoding"), contents.complete)
    sample = sample_of(decoded.data)
    kind = read.format or _text_format(decoded.data, sample, read)
    if kind == "jsonl":
        if not contents.complete and is_document(decoded.data):
            start = decoded.data.lstrip(BLANKS)
            end = last_value(start.removeprefix(b"["))[0]
            if end:
                table = read_json(start.removeprefix(b"[")[:end], path.name, False, 0)
                return replace(table, n_rows=round(table.frame.height * contents.total / end))
            contents = read_contents(path, None, limits)
            decoded = decode(contents.data, read.encoding, answers.get("encoding"))
        table = read_json(decoded.data, path.name, contents.complete)
        return table if contents.complete else replace(table, n_rows=_estimate(table, contents))
    if kind == "spmf":
        return _estimated(steps.read_spmf(decoded.data, path.name, contents.complete), contents, decoded)
    if kind in ("sequences", "item_sequences"):
        table = steps.read_sequences(decoded.data, path.name, contents.complete, user_first=kind == "sequences")
        return _estimated(table, contents, decoded)
    atomic = atomic_options(sample, read) if kind == "recbole" else None
    if atomic is not None:
        return without_types(_read_delimited(path, contents, decoded, atomic, answers))
    return _read_delimited(path, contents, decoded, read, answers)


def _text_format(data: bytes, sample: str, read: ReadOptions) -> str:
    """Return the format of a text.

    Raises:
        NeedsDecision: lines are lists of ids, and a person has to say whether users stand first.
    """
    if looks_like_json(data):
        return "jsonl"
    if steps.looks_like_spmf(sample):
        return "spmf"
    if atomic_options(sample, read) is not None:
        return "recbole"
    if read.delimiter is None and steps.looks_like_sequences(sample):
        raise NeedsDecision((steps.question(sample),))
    return "csv"


def _estimated(table: Table, contents: Contents, decoded: Decoded) -> Table:
    """Say the encoding, and estimate the rows of the whole file from those in its head."""
    return replace(table, n_rows=_estimate(table, contents), encoding=decoded.encoding, fixes=(*decoded.fixes, *table.fixes))


def _estimate(table: Table, contents: Contents) -> int:
    return table.frame.height if contents.complete else round(table.frame.height * contents.total / len(contents.data))


def _read_delimited(path: Path, contents: Contents, decoded: Decoded, read: ReadOptions, answers: Mapping[str, str]) -> Table:
    found = read_delimited(decoded.data, decoded.damaged, contents.complete, read, answers, path.name)
    options = found.layout.options()
    table = Table(
        found.frame,
        found.lines,
        found.rejects,
        "csv",
        delimiter=options.delimiter,
        has_header=options.has_header,
        repeated=found.repeated,
        fixes=found.fixes,
        complete=contents.complete,
        read=options,
        evidence=found.layout.evidence,
        recognised=say("data.format.csv"),
    )
    return _estimated(table, contents, decoded)
