"""Whether the first row of a table names its columns, and the names that it gives them."""

from collections import Counter
from collections.abc import Sequence

from seqrec_core.data.hints import is_hinted
from seqrec_core.data.numbers import is_number
from seqrec_core.data.times import looks_like_time

UNSURE = 0.5


def guess_header(rows: Sequence[Sequence[str]]) -> tuple[bool, float]:
    """Say whether the first row names the columns, and how sure that is.

    A name is text; a number or a time in the first row is data, unless another cell is a well-known column name.

    Args:
        rows: the first rows, cut into fields.

    Returns:
        the answer and a confidence in [0, 1].
    """
    first, rest = rows[0], rows[1:50]
    hinted = sum(is_hinted(cell) for cell in first)
    if any(is_number(cell) or looks_like_time(cell) for cell in first):
        return hinted > len(first) / 2, 0.9
    typed = sum(_is_typed([row[column] for row in rest if column < len(row)]) for column in range(len(first)))
    if hinted or typed:
        return True, 0.95
    recurs = sum(any(row[column : column + 1] == [cell] for row in rest) for column, cell in enumerate(first))
    return not recurs, UNSURE if not recurs else 0.7


def is_value(cell: str) -> bool:
    """Whether a cell is a number or a time rather than a name."""
    return is_number(cell) or looks_like_time(cell)


def is_second_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the second row names the columns too: text where all rows below it hold numbers or times."""
    second, rest = rows[1], rows[2:50]
    if len(rest) < 2 or any(is_value(cell) for cell in second):
        return False
    typed = [column for column in range(len(second)) if _is_typed([row[column] for row in rest if column < len(row)])]
    return bool(typed) and all(second[column] for column in typed)


def _is_typed(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and sum(is_number(cell) or looks_like_time(cell) for cell in filled) > 0.8 * len(filled)


def name_columns(names: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """Give each column a name of its own: blank ones their position, repeated ones a number.

    Returns:
        the names, and those that occurred more than once.
    """
    seen: Counter[str] = Counter()
    repeated: list[str] = []
    result: list[str] = []
    taken = set(names)
    for position, raw in enumerate(names, 1):
        name = raw.strip() or f"column_{position}"
        seen[name] += 1
        if seen[name] > 1:
            repeated.append(name)
            name = _free(name, seen[name], taken)
        taken.add(name)
        result.append(name)
    return result, tuple(dict.fromkeys(repeated))


def _free(name: str, number: int, taken: set[str]) -> str:
    while f"{name} ({number})" in taken:
        number += 1
    return f"{name} ({number})"
