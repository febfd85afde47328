"""How a text table is laid out: its delimiter, and whether its first row names the columns."""

import re
from collections import Counter
from collections.abc import Sequence

from seqrec_core.data.hints import is_hinted
from seqrec_core.data.numbers import is_number
from seqrec_core.data.times import looks_like_time

DELIMITERS = ("\t", ";", "|", ",", "::", "\x1f")
SAMPLE_LINES = 300
QUOTED = re.compile(r'"(?:[^"]|"")*"')
CONSISTENT = 0.9


def guess_delimiter(text: str) -> tuple[str, float]:
    """Return the delimiter that cuts most lines into the same number (> 1) of fields, and the share of lines it does.

    Args:
        text: the head of the file.

    Returns:
        delimiter and share in [0, 1]; a comma and 0 where nothing cuts the lines.
    """
    sample = QUOTED.sub("q", "\n".join(text.split("\n")[: SAMPLE_LINES + 1]))
    lines = [line for line in sample.split("\n")[:SAMPLE_LINES] if line.strip(" \r")]
    best = (0.0, 0, ",")
    for delimiter in DELIMITERS:
        counts = Counter(line.count(delimiter) for line in lines)
        fields, n = max(counts.items(), key=lambda pair: (pair[1], pair[0]), default=(0, 0))
        share = n / max(1, len(lines))
        if fields:
            best = max(best, (round(min(share, CONSISTENT), 2), fields, delimiter), key=lambda entry: entry[:2])
    return best[2], best[0]


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
    return not recurs, 0.5


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
