"""Logs that hold a sequence a line: `user item item item`, lines of items alone, and the SPMF sequence format.

A row is one item of a line; its order is its place in the line, or in SPMF its step (items of one step share it). A line with
no item, or one that does not follow the format, is rejected.

Source: the input format of sequential pattern mining in the SPMF library (Fournier-Viger et al. 2016).
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

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


@dataclass(frozen=True)
class Before:
    """What stands before a piece of a file, and what its beginning settled.

    Args:
        lines, sequences: how many.
        delimiter: between ids; None = looked for.
        names: SPMF number → name of an item; None = looked for.
    """

    lines: int = 0
    sequences: int = 0
    delimiter: str | None = None
    names: Mapping[str, str] | None = None


NOTHING = Before()


def read_spmf(data: bytes, name: str, complete: bool, before: Before = NOTHING) -> Table:
    """Read SPMF text; each sequence is a user, named by its number among the sequences.

    Raises:
        BadInput: no line follows the format.
    """
    names = spmf_names(data) if before.names is None else before.names
    lines, good = _spmf_lines(data, complete, before.lines)
    kept = lines.filter(good)
    numbers = kept["text"].str.extract_all(r"-?\d+")
    frame, first = _exploded(numbers, kept["line"], pl.Series(np.arange(kept.height) + before.sequences + 1))
    ended = np.cumsum((frame[ITEM] == "-1").to_numpy())
    frame = frame.with_columns(pl.Series(ORDER, ended - ended[first] + 1).cast(pl.String))
    frame = frame.filter(~pl.col(ITEM).is_in(["-1", "-2"]))
    if names:
        frame = frame.with_columns(pl.col(ITEM).replace(names).alias(NAME))
    return _table(frame, lines.filter(~good), "not_spmf", "spmf", name, complete, before is not NOTHING)


def spmf_names(data: bytes) -> dict[str, str]:
    """Return the names of items that an SPMF text gives: number → name."""
    if b"@ITEM=" not in data:
        return {}
    return dict(found for text in _numbered(data, True)["text"].to_list() if (found := _named(text)))


def count_sequences(data: bytes) -> int:
    """Count the sequences of a piece of SPMF text."""
    return int(_spmf_lines(data, True, 0)[1].sum())


def _spmf_lines(data: bytes, complete: bool, before: int) -> tuple[pl.DataFrame, pl.Series]:
    """Return the lines that are no remarks, and the mask of those that follow the format."""
    lines = _numbered(data, complete, before).filter(~pl.col("text").str.contains(r"^[#%@]"))
    return lines, lines["text"].str.contains(SPMF_LINE)


def _exploded(lists: pl.Series, lines: pl.Series, users: pl.Series) -> tuple[pl.DataFrame, NDArray[np.int64]]:
    """Return a row for each element of lists, `user, line, item`, and for each row the number of the first of its list."""
    lengths = lists.list.len().to_numpy().astype(np.int64)
    at = np.repeat(np.arange(len(lengths)), lengths)
    first = np.repeat(np.cumsum(lengths) - lengths, lengths)
    columns = {USER: users.cast(pl.String).gather(at), "line": lines.gather(at), ITEM: lists.explode().drop_nulls()}
    return pl.DataFrame(columns), first


def read_sequences(data: bytes, name: str, complete: bool, user_first: bool, before: Before = NOTHING) -> Table:
    """Read lines of ids.

    Args:
        data: UTF-8.
        name: of the file, for errors.
        complete: False if this is only the head of a file; its last line may be cut and is left out.
        user_first: whether the first id of a line is the user; else each line is a user, named by its line.
        before: of a piece of a file, what stands before it.

    Raises:
        BadInput: no line holds an item.
    """
    lines = _numbered(data, complete, before.lines)
    delimiter = before.delimiter or _delimiter(lines["text"].head(SAMPLE).to_list()) or " "
    cells = (
        lines["text"].str.split(delimiter).list.eval(pl.element().str.strip_chars().filter(pl.element().str.strip_chars() != ""))
    )
    good = cells.list.len() > (1 if user_first else 0)
    kept, numbers = cells.filter(good), lines["line"].filter(good)
    users, items = (kept.list.first(), kept.list.slice(1)) if user_first else (numbers, kept)
    frame, first = _exploded(items, numbers, users)
    frame = frame.with_columns(pl.Series(ORDER, np.arange(frame.height) - first + 1).cast(pl.String))
    kind = "sequences" if user_first else "item_sequences"
    return _table(frame, lines.filter(~good), "no_item", kind, name, complete, before is not NOTHING)


def delimiter_of(data: bytes) -> str:
    """Return what stands between the ids of a text, by its first lines."""
    return _delimiter(_numbered(data, False)["text"].head(SAMPLE).to_list()) or " "


def _table(frame: pl.DataFrame, bad: pl.DataFrame, reason: str, kind: str, name: str, complete: bool, is_piece: bool) -> Table:
    if not frame.height and not is_piece:
        raise BadInput("data", "no_rows", path=name)
    rejects = tuple(Reject(line, reason, text) for line, text in bad.select("line", "text").iter_rows())
    columns = [column for column in (USER, ORDER, ITEM, NAME) if column in frame.columns]
    return Table(
        frame.select(columns), frame["line"], rejects, kind, "utf-8", complete=complete,
        n_rows=frame.height, recognised=say(f"data.format.{kind}"), roles=ROLES,
    )  # fmt: skip


def _numbered(data: bytes, complete: bool, before: int = 0) -> pl.DataFrame:
    """Return the lines that are not blank, stripped, with their numbers: `line, text`."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    text = text if complete else text[:-1]
    lines = pl.int_range(before + 1, before + len(text) + 1, dtype=pl.Int64, eager=True)
    frame = pl.DataFrame({"line": lines, "text": pl.Series(text, dtype=pl.String)})
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
