"""Read a file into a Table: text with any of the usual delimiters, JSON lines, or Parquet; plain or gzip."""

from pathlib import Path

import polars as pl

from seqrec_core.data.container import Contents, read_contents
from seqrec_core.data.dialect import guess_delimiter, guess_header, name_columns
from seqrec_core.data.encodings import Decoded, decode
from seqrec_core.data.json_lines import looks_like_json_lines, read_json_lines
from seqrec_core.data.mapping import ReadOptions
from seqrec_core.data.parquet import read_parquet
from seqrec_core.data.records import Records, prepare, read_records
from seqrec_core.data.table import Table
from seqrec_core.errors import BadInput
from seqrec_core.settings import Settings, settings

FORMATS = ("csv", "jsonl", "parquet")
HEAD_BYTES = 4 << 20
HEAD_ROWS = 50_000
TEXT_SAMPLE = 1 << 18
COMMON = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}


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
        answers: answers to questions, by code (`encoding`).
        head: only the first 4 MB (Parquet: 50,000 rows), for a preview.
        limits: where not the settings of this process.

    Raises:
        NotFound: no such file.
        BadInput: it cannot be read; the message says why, the hint what to do.
        NeedsDecision: two encodings fit equally.
    """
    read, limits = read or ReadOptions(), limits or settings()
    if read.format is not None and read.format not in FORMATS:
        raise BadInput("data", "unknown_format", found=read.format, known=", ".join(FORMATS))
    contents = read_contents(path, _head_bytes(path) if head else None, limits)
    if contents.kind in ("arrow", "arrow_stream", "xlsx"):
        raise BadInput("data", "binary_file", path=path.name, what=contents.kind)
    if contents.kind == "parquet":
        source = path if _is_plain_parquet(path) else contents.data
        return read_parquet(source, path.name, HEAD_ROWS if head else None, limits)
    if read.format == "parquet":
        raise BadInput("data", "parquet_damaged", path=path.name)
    decoded = decode(contents.data, read.encoding, (answers or {}).get("encoding"))
    if read.format == "jsonl" or (read.format is None and looks_like_json_lines(decoded.data)):
        return read_json_lines(decoded.data, contents.complete)
    return _read_delimited(path, contents, decoded, read)


def _head_bytes(path: Path) -> int:
    return 16 if path.is_file() and _is_plain_parquet(path) else HEAD_BYTES


def _is_plain_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"PAR1"


def _read_delimited(path: Path, contents: Contents, decoded: Decoded, read: ReadOptions) -> Table:
    sample = decoded.data[:TEXT_SAMPLE].replace(b"\r\n", b"\n").replace(b"\r", b"\n").decode("utf-8", "replace")
    chosen = COMMON.get(read.delimiter or "", read.delimiter) or guess_delimiter(sample)[0]
    data, delimiter = prepare(decoded.data, chosen)
    records = read_records(data, delimiter, decoded.damaged, contents.complete)
    if not records.frame.height:
        raise BadInput("data", "header_only" if not records.rejects else "no_rows", path=path.name)
    has_header = read.has_header
    if has_header is None:
        has_header = guess_header(records.frame.head(50).rows())[0]
    return _named(path, contents, decoded, records, chosen, has_header)


def _named(path: Path, contents: Contents, decoded: Decoded, records: Records, delimiter: str, has_header: bool) -> Table:
    frame, lines = records.frame, pl.Series(records.lines, dtype=pl.Int64)
    first = frame.row(0) if has_header else [""] * frame.width
    names, repeated = name_columns(first)
    if has_header:
        frame, lines = frame.slice(1), lines.slice(1)
    if not frame.height and not records.rejects:
        raise BadInput("data", "header_only", path=path.name)
    frame.columns = names
    n_rows = frame.height if contents.complete else round(frame.height * contents.total / len(contents.data))
    return Table(
        frame,
        lines,
        records.rejects,
        "csv",
        decoded.encoding,
        delimiter,
        has_header,
        repeated,
        decoded.fixes,
        contents.complete,
        n_rows,
    )
