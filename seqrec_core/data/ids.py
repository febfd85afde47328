"""Ids as exports write them: what stands around them is taken off, what stands in their place is none, what was lost is said.

Each column is looked at by the first and last bytes of its values; only where these allow it, values are looked at by letters.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core.data.report import Fix
from seqrec_core.errors import BadInput

ANSWER = "ids"  # clean or keep
# Characters that leave no trace on paper: control characters, blanks of any width, zero-width characters, marks of direction.
_SPANS = ((0x00, 0x20), (0x7F, 0xA0), (0xAD, 0xAD), (0x2000, 0x200F), (0x2028, 0x202F), (0x205F, 0x206F))
_SINGLE = (0x1680, 0x180E, 0x2800, 0x3000, 0x3164, 0xFEFF, 0xFFA0)
INVISIBLE = "".join(map(chr, [*(code for low, high in _SPANS for code in range(low, high + 1)), *_SINGLE]))
GRAPHIC = (0x21, 0x7E)  # bytes that are seen; all others at the edge of an id have to be looked at
# What databases, spreadsheets and programs write where there is nothing. "-" and "NA" are ids now and then, and stay.
NOTHING = (
    "NULL", "null", "Null", "None", "\\N", "N/A", "n/a", "#N/A", "NaN", "nan", "<NA>", "<null>", "(null)", "[NULL]", "undefined",
    "#REF!", "#VALUE!", "#NAME?",
)  # fmt: skip
ALSO_NAMES = frozenset({"null", "Null", "None", "NaN", "nan", "undefined"})  # a song, a band or a product may be called so
NOTHING_FIX = "data.fix.nothing"
LONGEST = 15
FORMULA = r'^="(.*)"$'  # ="007": how a spreadsheet is told to keep zeros
MARKED = r"^'(\d+)$"  # '007: the same by hand
WHOLE_DECIMAL = r"^\d+\.0$"
POWER = r"^\d(?:[.,]\d+)?[eE]\+\d+$"


def _places(words: tuple[str, ...]) -> NDArray[np.bool_]:
    """Return by first byte and length whether some word has both."""
    found = np.zeros((256, LONGEST + 1), bool)
    for word in words:
        found[word.encode()[0], len(word)] = True
    return found.ravel()


_NOTHING_AT = _places(NOTHING)


def keeps(raw: bool, answers: Mapping[str, str]) -> bool:
    """Whether ids stay as they stand: as answered, else where nothing is to be cleaned.

    Raises:
        BadInput: an answer that is neither clean nor keep.
    """
    answer = answers.get(ANSWER)
    if answer not in (None, "clean", "keep"):
        raise BadInput("data", "unknown_answer", code=ANSWER, found=answer, known="clean, keep")
    return raw if answer is None else answer == "keep"


@dataclass(frozen=True)
class _Edges:
    """First and last byte of each id, the one before the last, its length in bytes; and whether there is a plus anywhere."""

    first: NDArray[np.uint8]
    last: NDArray[np.uint8]
    before_last: NDArray[np.uint8]
    lengths: NDArray[np.int64]
    plus: bool

    def may_be_padded(self) -> bool:
        low, high = GRAPHIC
        return bool(
            min(self.first.min(), self.last.min()) < low
            or max(self.first.max(), self.last.max()) > high
            or self.lengths.min() == 0
        )

    def may_be_marked(self) -> bool:
        return bool((((self.first == ord("=")) & (self.last == ord('"'))) | (self.first == ord("'"))).any())

    def may_be_nothing(self) -> bool:
        return bool(_NOTHING_AT[self.first.astype(np.int64) * (LONGEST + 1) + np.minimum(self.lengths, LONGEST)].any())

    def may_be_decimal(self) -> bool:
        return bool(((self.last == ord("0")) & (self.before_last == ord("."))).any())


def read_ids(ids: pl.Series, kept: bool, types: bool = False) -> tuple[pl.Series, tuple[Fix, ...]]:
    """Return ids as they are meant, empty where something stands for nothing, and what was done or noticed.

    Args:
        ids: text, under the name of their column.
        kept: whether they are to stay as they stand; what would have been done is counted all the same.
        types: whether these name event types, among which a word such as null may be one.
    """
    edges = _edges(ids)
    if edges is None:
        return ids, ()
    found: list[Fix] = []
    plain = ids
    if edges.may_be_padded():
        plain = plain.str.strip_chars(INVISIBLE)
        found.append(_fix("padded", kept, (plain != ids) & (plain != ""), ids.name))
    if edges.may_be_marked():
        bare = plain.str.replace(FORMULA, "${1}").str.replace(MARKED, "${1}")
        found.append(_fix("marked", kept, bare != plain, ids.name))
        plain = bare
    if not types and edges.may_be_nothing():
        empty = plain.is_in(list(NOTHING))
        found.append(_fix("nothing", kept, empty, ids.name))
        plain = plain.set(empty, "")
    if edges.may_be_decimal():
        found.append(Fix("data.fix.whole_decimals", _count(plain.str.contains(WHOLE_DECIMAL)), {"column": ids.name}))
    if edges.plus:
        found.append(Fix("data.fix.power_ids", _count(plain.str.contains(POWER)), {"column": ids.name}))
    return ids if kept else plain, tuple(fix for fix in found if fix.n)


def _fix(name: str, kept: bool, mask: pl.Series, column: str) -> Fix:
    return Fix(f"data.fix.{name}{'_kept' if kept else ''}", _count(mask), {"column": column})


def _count(mask: pl.Series) -> int:
    return int(mask.sum())


def _edges(ids: pl.Series) -> _Edges | None:
    """Look at the bytes of ids; None where there is none."""
    text = ids.drop_nulls().to_arrow(compat_level=pl.CompatLevel.oldest())
    _, offsets, values = text.buffers()
    if values is None or not len(values) or not len(text):
        return None
    data = np.frombuffer(values, np.uint8)
    bounds = np.frombuffer(offsets, np.int64)[text.offset : text.offset + len(text) + 1]
    begin, end = bounds[:-1], bounds[1:]
    plus = bool((data[bounds[0] : bounds[-1]] == ord("+")).any())
    first, last = data[np.minimum(begin, len(data) - 1)], data[np.maximum(end, 1) - 1]
    return _Edges(first, last, data[np.maximum(end, 2) - 2], end - begin, plus)


def nothing_words(column: pl.Series) -> dict[str, int]:
    """Count the words of a column that say that there is nothing; "" counts its empty cells.

    Args:
        column: text, as read.
    """
    plain = column.fill_null("").str.strip_chars(INVISIBLE)
    counted = plain.filter(plain.is_in([*NOTHING, ""])).value_counts()
    return dict(counted.rows())
