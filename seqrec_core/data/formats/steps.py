"""Logs that hold a sequence a line: `user item item item`, lines of items alone, and the SPMF sequence format.

A row is one item of a line; its order is its place in the line, or in SPMF its step (items of one step share it). A line with
no item, or one that does not follow the format, is rejected.

Source: the input format of sequential pattern mining in the SPMF library (Fournier-Viger et al. 2016).
"""

import re
from collections import Counter

import polars as pl

from seqrec_core.data.hints import is_hinted
from seqrec_core.data.table import Reject, Table
from seqrec_core.errors import BadInput, Question
from seqrec_core.text import say

SAMPLE = 300
SPMF_LINE = r"^\s*(?:\d{1,18}\s+(?:-1\s+)?)+-2\s*$"
MOSTLY = 0.8  # of the lines follow the format; the others are rejected
REMARKS = ("#", "%", "@")
DELIMITERS = ("\t", ",", ";", "|", " ")
RAGGED = 0.6  # a table has more lines of its usual width than this
ID_LENGTH = 40
USER, ORDER, ITEM, NAME = "user", "order", "item", "item_name"
ROLES = {"user": USER, "item": ITEM, "order": ORDER}


def looks_like_spmf(text: str) -> bool:
    """Whether nearly all lines of a sample are numbers with -1 between steps and -2 at the end."""
    lines = [line for line in _sample(text) if not line.startswith(REMARKS)]
    following = [line for line in lines if re.match(SPMF_LINE, line)]
    return len(following) > MOSTLY * len(lines) and any(" -1 " in line for line in following)


def looks_like_sequences(text: str) -> bool:
    """Whether lines are lists of ids of very different length, without names above them."""
    lines = _sample(text)
    if len(lines) < 2 or '"' in text or _delimiter(lines) is None:
        return False
    rows = [_cut(line, str(_delimiter(lines))) for line in lines]
    widths = Counter(map(len, rows))
    usual = max(widths.values()) / len(rows)
    cells = [cell for row in rows for cell in row]
    if sum(map(is_hinted, rows[0])) > 1 or any(len(cell) > ID_LENGTH for cell in cells):
        return False
    with_digit = sum(any(letter.isdigit() for letter in cell) for cell in cells)
    return len(widths) > (1 if len(rows) < 4 else 2) and usual < RAGGED and with_digit > 0.8 * len(cells)


def question(text: str) -> Question:
    """Ask whether the first id of a line is the user; both readings are shown."""
    lines = _sample(text)
    first = _cut(lines[0], str(_delimiter(lines)))
    shown = [" → ".join(first[start : start + 4]) for start in (1, 0)]
    options = (
        ("sequences", say("data.question.user_first", user=first[0], items=shown[0])),
        ("item_sequences", say("data.question.items_only", items=shown[1])),
    )
    return Question("format", say("data.question.sequences"), options)


def read_spmf(data: bytes, name: str, complete: bool) -> Table:
    """Read SPMF text; each sequence is a user, named by its number among the sequences.

    Raises:
        BadInput: no line follows the format.
    """
    lines = _numbered(data, complete)
    names = dict(found for text in lines["text"].to_list() if (found := _named(text)))
    lines = lines.filter(~pl.col("text").str.contains(r"^[#%@]"))
    good = lines["text"].str.contains(SPMF_LINE)
    kept = lines.filter(good).with_row_index(USER, 1)
    frame = kept.with_columns(pl.col("text").str.extract_all(r"-?\d+").alias(ITEM)).explode(ITEM)
    step = (pl.col(ITEM) == "-1").cum_sum().over(USER) + 1
    frame = frame.with_columns(step.cast(pl.String).alias(ORDER)).filter(~pl.col(ITEM).is_in(["-1", "-2"]))
    if names:
        frame = frame.with_columns(pl.col(ITEM).replace(names).alias(NAME))
    return _table(frame, lines.filter(~good), "not_spmf", "spmf", name, complete)


def read_sequences(data: bytes, name: str, complete: bool, user_first: bool) -> Table:
    """Read lines of ids.

    Args:
        data: UTF-8.
        name: of the file, for errors.
        complete: False if this is only the head of a file; its last line may be cut and is left out.
        user_first: whether the first id of a line is the user; else each line is a user, named by its line.

    Raises:
        BadInput: no line holds an item.
    """
    lines = _numbered(data, complete)
    delimiter = _delimiter(lines["text"].head(SAMPLE).to_list()) or " "
    cells = (
        pl.col("text").str.split(delimiter).list.eval(pl.element().str.strip_chars().filter(pl.element().str.strip_chars() != ""))
    )
    lines = lines.with_columns(cells.alias("cells"))
    good = lines["cells"].list.len() > (1 if user_first else 0)
    kept = lines.filter(good)
    user = pl.col("cells").list.first() if user_first else pl.col("line").cast(pl.String)
    frame = kept.with_columns(user.alias(USER), pl.col("cells").list.slice(1 if user_first else 0).alias(ITEM)).explode(ITEM)
    frame = frame.with_columns(pl.int_range(1, pl.len() + 1).over("line").cast(pl.String).alias(ORDER))
    kind = "sequences" if user_first else "item_sequences"
    return _table(frame, lines.filter(~good), "no_item", kind, name, complete)


def _table(frame: pl.DataFrame, bad: pl.DataFrame, reason: str, kind: str, name: str, complete: bool) -> Table:
    if not frame.height:
        raise BadInput("data", "no_rows", path=name)
    rejects = tuple(Reject(line, reason, text) for line, text in bad.select("line", "text").iter_rows())
    columns = [column for column in (USER, ORDER, ITEM, NAME) if column in frame.columns]
    return Table(
        frame.select(pl.col(columns).cast(pl.String)), frame["line"], rejects, kind, "utf-8", complete=complete,
        n_rows=frame.height, recognised=say(f"data.format.{kind}"), roles=ROLES,
    )  # fmt: skip


def _numbered(data: bytes, complete: bool) -> pl.DataFrame:
    """Return the lines that are not blank, stripped, with their numbers: `line, text`."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    text = text if complete else text[:-1]
    frame = pl.DataFrame({"line": pl.Series(range(1, len(text) + 1), dtype=pl.Int64), "text": pl.Series(text, dtype=pl.String)})
    return frame.with_columns(pl.col("text").str.strip_chars()).filter(pl.col("text") != "")


def _named(text: str) -> tuple[str, str] | None:
    """Read `@ITEM=7=apple`."""
    number, _, title = text.removeprefix("@ITEM=").partition("=")
    return (number, title) if text.startswith("@ITEM=") and number.isdigit() and title else None


def _sample(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()[: SAMPLE + 1] if line.strip()][:SAMPLE]


def _delimiter(lines: list[str]) -> str | None:
    """Return what stands between the ids of most lines, None where nothing does."""
    counts = {delimiter: sum(delimiter in line for line in lines) for delimiter in DELIMITERS}
    best = max(counts.values(), default=0)
    return next((delimiter for delimiter, n in counts.items() if n == best and n > len(lines) / 2), None)


def _cut(line: str, delimiter: str) -> list[str]:
    return [cell.strip() for cell in line.split(delimiter) if cell.strip()]
