"""The compiled search under a limit on the distance in steps, for patterns of single events.

All ends of a pattern are kept, as the first one need not be the one that can be continued. What can follow the ends of a row is
a union of windows that rise with the ends, so that one pass over them meets each event once.

- `events`, int32[n_events + 1, 4]: place, code, who it counts for, weight. Places number the steps of all rows in a line, with
  more than the largest distance between two rows, so that a window ends with its row; the last line is beyond all windows.
- `stack`, int64[·, 4]: patterns still to continue: node, first and last end in the arena, length. What lies in the arena behind
  the top pattern's own ends belongs to finished ones and is overwritten.
- `ends`, int32: positions where a pattern ends, rising; those of one supporter follow each other.
- `scratch`, int32[n_items, 4]: last stamp, count, ends, next place of each code; zero between calls, but for the stamp.

Source: for ends, Antunes and Oliveira (2003).
"""

import numpy as np
from numba import njit

from seqrec_core.mining.arena import (
    FULL,
    MIN_COUNT,
    NODES,
    QUOTA,
    ROOTS_DONE,
    STAMP,
    TOP,
    WANTED,
    Ints,
    emit,
    grown,
    grown_table,
    sort,
)

PLACE, CODE, GROUP, WEIGHT = range(4)
LAST, COUNT, ENDS, SLOT = range(4)


@njit(cache=True, nogil=True)
def lined_up(items: Ints, steps: Ints, offsets: Ints, groups: Ints, weights: Ints, between: int) -> Ints:
    """Return `events` of prepared rows, with `between` places between the last step of a row and the first of the next."""
    n_rows, place = offsets.shape[0] - 1, np.int64(0)
    events = np.empty((items.shape[0] + 1, 4), np.int32)
    for row in range(n_rows):
        low, high = offsets[row], offsets[row + 1]
        for t in range(low, high):
            events[t, PLACE] = place + steps[t] - steps[low]
            events[t, CODE] = items[t]
            events[t, GROUP] = groups[row]
            events[t, WEIGHT] = weights[row]
        if high > low:
            place += steps[high - 1] - steps[low] + between
    last = items.shape[0]
    events[last, PLACE] = np.iinfo(np.int32).max
    events[last, CODE], events[last, GROUP], events[last, WEIGHT] = 0, -1, 0
    return events


@njit(cache=True, nogil=True)
def by_code(codes: Ints, groups: Ints, weights: Ints, wanted: Ints) -> tuple[Ints, Ints, Ints]:
    """Sort positions by code in linear time.

    Args:
        codes: of each position.
        groups: who each position counts for; positions of one supporter follow each other.
        weights: of each position.
        wanted: bool[n_items]: codes of which the positions are kept.

    Returns:
        The positions of wanted codes, int32, codes falling and positions rising; where those of each code begin and end,
        int64[n_items, 2]; and the support of every code, int64[n_items].
    """
    n_items = wanted.shape[0]
    bounds, supports = np.zeros((n_items, 2), np.int64), np.zeros(n_items, np.int64)
    last = np.full(n_items, -1, np.int64)
    for t in range(codes.shape[0]):
        code = codes[t]
        bounds[code, 1] += 1
        if last[code] != groups[t]:
            last[code] = groups[t]
            supports[code] += weights[t]
    at = np.int64(0)
    for code in range(n_items - 1, -1, -1):
        n = bounds[code, 1] if wanted[code] else 0
        bounds[code, 0], bounds[code, 1] = at, at
        at += n
    positions = np.empty(at, np.int32)
    for t in range(codes.shape[0]):
        code = codes[t]
        if wanted[code]:
            positions[bounds[code, 1]] = t
            bounds[code, 1] += 1
    return positions, bounds, supports


# Longer than the rule: one pattern's count, copy and push share a dozen local arrays, and splitting costs a call per pattern.
@njit(cache=True, nogil=True)
def search_within_gap(  # noqa: PLR0912, PLR0915 - one loop, see above
    nodes: Ints,
    stack: Ints,
    ends: Ints,
    events: Ints,
    scratch: Ints,
    min_gap: int,
    max_gap: int,
    histogram: Ints,
    state: Ints,
    min_length: int,
    max_length: int,
    max_patterns: int,
) -> tuple[Ints, ...]:
    """Go on until the stack is empty, the quota is used up or the table is full. Arguments: on top of the file."""
    touched = np.empty(scratch.shape[0], np.int64)
    while state[TOP] > 0 and state[QUOTA] > 0 and state[FULL] == 0:
        top = state[TOP] - 1
        state[TOP] = top
        node, low, high, length = stack[top, 0], stack[top, 1], stack[top, 2], stack[top, 3]
        if length == 1:
            state[ROOTS_DONE] += 1
        minimum = state[MIN_COUNT]
        if nodes[node, 2] < minimum:
            continue
        n_touched, stamp, work, group, seen = 0, state[STAMP], high - low, np.int64(-1), np.int64(0)
        for q in range(low, high):
            at = np.int64(ends[q])
            place = np.int64(events[at, PLACE])
            t = max(at + 1, seen)
            while events[t, PLACE] < place + min_gap:
                t += 1
            begin = t
            while events[t, PLACE] <= place + max_gap:
                code = events[t, CODE]
                if events[t, GROUP] != group:
                    group = np.int64(events[t, GROUP])
                    stamp += 1
                if scratch[code, LAST] != stamp:
                    scratch[code, LAST] = stamp
                    if scratch[code, COUNT] == 0:
                        touched[n_touched] = code
                        n_touched += 1
                    scratch[code, COUNT] += events[t, WEIGHT]
                scratch[code, ENDS] += 1
                t += 1
            work += t - begin
            seen = t
        state[QUOTA] -= work
        state[STAMP] = stamp
        kept = 0
        for i in range(n_touched):
            code = touched[i]
            if scratch[code, COUNT] >= minimum:
                touched[kept] = code
                kept += 1
            else:
                scratch[code, COUNT] = 0
                scratch[code, ENDS] = 0
        if kept == 0:
            continue
        sort(touched, kept)
        first = state[NODES]
        nodes = grown_table(nodes, first + kept)
        wanted = state[WANTED] > 0 and length + 1 >= min_length
        for i in range(kept):
            if state[NODES] == max_patterns:
                state[FULL] = 1
                break
            emit(nodes, node, touched[i], np.int64(scratch[touched[i], COUNT]), wanted, histogram, state)
        if length + 1 < max_length and state[FULL] == 0:
            stack = grown_table(stack, top + kept)
            room = high
            for i in range(kept - 1, -1, -1):
                code = touched[i]
                scratch[code, SLOT] = room
                stack[top, 0], stack[top, 1], stack[top, 3] = first + i, room, length + 1
                room += scratch[code, ENDS]
                stack[top, 2] = room
                top += 1
            ends = grown(ends, room)
            seen = np.int64(0)
            for q in range(low, high):
                at = np.int64(ends[q])
                place = np.int64(events[at, PLACE])
                t = max(at + 1, seen)
                while events[t, PLACE] < place + min_gap:
                    t += 1
                while events[t, PLACE] <= place + max_gap:
                    code = events[t, CODE]
                    if scratch[code, COUNT] > 0:
                        ends[scratch[code, SLOT]] = t
                        scratch[code, SLOT] += 1
                    t += 1
                seen = t
            state[TOP] = top
        for i in range(kept):
            scratch[touched[i], COUNT] = 0
            scratch[touched[i], ENDS] = 0
    return nodes, stack, ends
