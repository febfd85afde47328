"""Compiled reading and writing of the SPMF text format."""

from typing import Any

import numpy as np
from numba import njit

from seqrec_core.mining.arena import Ints

MINUS, ZERO, NINE = 45, 48, 57
MOST_DIGITS = 18


@njit(cache=True, nogil=True)
def parsed(content: Ints) -> tuple[Ints, Ints, Ints, int, Any, int]:
    """Read all sequences of a file, one a line, up to the first line that is none.

    Args:
        content: its bytes, uint8[n].

    Returns:
        Numbers of the items and step of each, int64; borders of the sequences that hold any, int64; the place of the first thing
        that is no number, −1 if all are; the last number (0: none), which has to be −2; the place where reading ended.
    """
    n = content.shape[0]
    items, steps = np.empty(n // 2 + 1, np.int64), np.empty(n // 2 + 1, np.int64)
    bounds = np.empty(n // 3 + 2, np.int64)
    bounds[0] = 0
    kept, rows, step, at, last = 0, 0, np.int64(0), 0, np.int64(0)
    while at < n:
        byte = content[at]
        if byte == 32 or (9 <= byte <= 13):
            if byte in (10, 13) and last not in (0, -2):
                break  # the line has no end
            at += 1
            continue
        begin = at
        if byte == MINUS:
            at += 1
        number, digits = np.int64(0), 0
        while at < n and ZERO <= content[at] <= NINE and digits < MOST_DIGITS:
            number = number * 10 + (content[at] - ZERO)
            digits += 1
            at += 1
        if digits == 0 or (at < n and content[at] != 32 and not (9 <= content[at] <= 13)) or (byte == MINUS and number > 2):
            return items[:kept], steps[:kept], bounds[: rows + 1], begin, last, at
        if byte == MINUS and number > 0:
            step += 1
            if number == 2 and kept > bounds[rows]:
                rows += 1
                bounds[rows] = kept
            last = -number
        else:
            items[kept], steps[kept] = number, step
            kept += 1
            last = number
    return items[:kept], steps[:kept], bounds[: rows + 1], -1, last, at


@njit(cache=True, nogil=True)
def written(  # noqa: D417 - two lines say several arguments
    codes: Ints, bounds: Ints, counts: Ints, n_labels: int, names: Ints, name_bounds: Ints, out: Ints
) -> int:
    """Write patterns as lines `1 2 -1 3 -1 #SUP: 7`; return the number of bytes.

    Args:
        codes: of the patterns, one after the other; from n_labels on, a code joins the step before.
        bounds, counts: of each pattern.
        names: what stands for each label, all bytes one after the other, with bounds.
        out: room for all lines, uint8.
    """
    at = 0
    digits = np.empty(20, np.uint8)
    for pattern in range(bounds.shape[0] - 1):
        for t in range(bounds[pattern], bounds[pattern + 1]):
            code = codes[t]
            if code >= n_labels:
                code -= n_labels
                at -= 3  # the step goes on: its end is written again
            for i in range(name_bounds[code], name_bounds[code + 1]):
                out[at] = names[i]
                at += 1
            out[at], out[at + 1], out[at + 2], out[at + 3] = 32, MINUS, 49, 32
            at += 4
        out[at], out[at + 1], out[at + 2], out[at + 3], out[at + 4], out[at + 5] = 35, 83, 85, 80, 58, 32
        at += 6
        count, n = counts[pattern], 0
        while count > 0 or n == 0:
            digits[n] = ZERO + count % 10
            count //= 10
            n += 1
        for i in range(n - 1, -1, -1):
            out[at] = digits[i]
            at += 1
        out[at] = 10
        at += 1
    return at
