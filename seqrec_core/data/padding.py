"""Blanks and invisible characters around ids: “u1 ” and “u1” are one user, whatever a fixed-width export has put around them."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from seqrec_core.data.report import Fix
from seqrec_core.errors import BadInput

ANSWER = "padding"  # strip or keep
# Characters that leave no trace on paper: control characters, blanks of any width, zero-width characters, marks of direction.
_SPANS = ((0x00, 0x20), (0x7F, 0xA0), (0xAD, 0xAD), (0x2000, 0x200F), (0x2028, 0x202F), (0x205F, 0x206F))
_SINGLE = (0x1680, 0x180E, 0x2800, 0x3000, 0x3164, 0xFEFF, 0xFFA0)
INVISIBLE = "".join(map(chr, [*(code for low, high in _SPANS for code in range(low, high + 1)), *_SINGLE]))
GRAPHIC = (0x21, 0x7E)  # bytes that are seen; all others at the edge of an id have to be looked at


def keeps(raw: bool, answers: Mapping[str, str]) -> bool:
    """Whether ids stay as they stand: as answered, else where nothing is to be cleaned.

    Raises:
        BadInput: an answer that is neither strip nor keep.
    """
    answer = answers.get(ANSWER)
    if answer not in (None, "strip", "keep"):
        raise BadInput("data", "unknown_answer", code=ANSWER, found=answer, known="strip, keep")
    return raw if answer is None else answer == "keep"


def bare(ids: pl.Series, kept: bool) -> tuple[pl.Series, tuple[Fix, ...]]:
    """Return ids without what cannot be seen around them, and how many had it; blanks inside stay.

    Args:
        ids: text, under the name of their column.
        kept: whether they are to stay as they stand; what is around them is counted all the same.
    """
    if not _may_be_padded(ids):
        return ids, ()
    plain = ids.str.strip_chars(INVISIBLE)
    n = int(((plain != ids) & (plain != "")).sum())
    fix = Fix("data.fix.padded_kept" if kept else "data.fix.padded", n, {"column": ids.name})
    return ids if kept else plain, (fix,) if n else ()


def _may_be_padded(ids: pl.Series) -> bool:
    """Whether some id begins or ends with a byte that is no graphic ASCII character; looks at two bytes an id."""
    text = ids.drop_nulls().to_arrow(compat_level=pl.CompatLevel.oldest())
    _, offsets, values = text.buffers()
    if values is None or not len(values):
        return False
    data = np.frombuffer(values, np.uint8)
    ends = np.frombuffer(offsets, np.int64)[text.offset : text.offset + len(text) + 1]
    first, last = data[np.minimum(ends[:-1], len(data) - 1)], data[np.maximum(ends[1:], 1) - 1]
    low, high = GRAPHIC
    return bool(min(first.min(), last.min()) < low or max(first.max(), last.max()) > high)
