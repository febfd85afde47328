"""Read a file into a Table: text with any of the usual delimiters, JSON lines, or Parquet; plain or gzip."""

from dataclasses import replace
from pathlib import Path

from seqrec_core.data.container import Contents, read_contents
from seqrec_core.data.delimited import read_delimited
from seqrec_core.data.encodings import Decoded, decode
from seqrec_core.data.json_lines import looks_like_json_lines, read_json_lines
from seqrec_core.data.mapping import ReadOptions
from seqrec_core.data.parquet import read_parquet
from seqrec_core.data.table import Table
from seqrec_core.errors import BadInput
from seqrec_core.settings import Settings, settings

FORMATS = ("csv", "jsonl", "parquet")
HEAD_BYTES = 4 << 20
HEAD_ROWS = 50_000


def read_table(
    path: Path,
    read: ReadOptions | None = None,
    answers: dict[str, str] | None = None,
    *,
    head: bool = False,
    limits: Settings | None = None,
) -> Table:
    """Read a file.

    Args:
        path: the file.
        read: what is known about it; the rest is proposed from its content.
        answers: answers to questions, by code (`encoding`, `delimiter`, `tables` …).
        head: only the first 4 MB (Parquet: 50,000 rows), for a preview.
        limits: where not the settings of this process.

    Raises:
        NotFound: no such file.
        BadInput: it cannot be read; the message says why, the hint what to do.
        NeedsDecision: it can be read in several ways.
    """
    read, limits = read or ReadOptions(), limits or settings()
    if read.format is not None and read.format not in FORMATS:
        raise BadInput("data", "unknown_format", found=read.format, known=", ".join(FORMATS))
    table = _read(path, read, answers or {}, head, limits)
    zone = read.with_answers(answers or {}).time_zone
    return table if zone is None else replace(table, read=table.read.model_copy(update={"time_zone": zone}))


def _read(path: Path, read: ReadOptions, answers: dict[str, str], head: bool, limits: Settings) -> Table:
    contents = read_contents(path, _head_bytes(path) if head else None, limits)
    if contents.kind in ("arrow", "arrow_stream", "xlsx"):
        raise BadInput("data", "binary_file", path=path.name, what=contents.kind)
    if contents.kind == "parquet":
        source = path if _is_plain_parquet(path) else contents.data
        return read_parquet(source, path.name, HEAD_ROWS if head else None, limits)
    if read.format == "parquet":
        raise BadInput("data", "parquet_damaged", path=path.name)
    decoded = decode(contents.data, read.encoding, answers.get("encoding"))
    if read.format == "jsonl" or (read.format is None and looks_like_json_lines(decoded.data)):
        return read_json_lines(decoded.data, contents.complete)
    return _read_delimited(path, contents, decoded, read, answers)


def _head_bytes(path: Path) -> int:
    return 16 if path.is_file() and _is_plain_parquet(path) else HEAD_BYTES


def _is_plain_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"PAR1"


def _read_delimited(path: Path, contents: Contents, decoded: Decoded, read: ReadOptions, answers: dict[str, str]) -> Table:
    found = read_delimited(decoded.data, decoded.damaged, contents.complete, read, answers, path.name)
    rows = found.frame.height
    options = found.layout.options()
    return Table(
        found.frame,
        found.lines,
        found.rejects,
        "csv",
        decoded.encoding,
        options.delimiter,
        options.has_header,
        found.repeated,
        (*decoded.fixes, *found.fixes),
        contents.complete,
        rows if contents.complete else round(rows * contents.total / len(contents.data)),
        options,
        found.layout.evidence,
    )
