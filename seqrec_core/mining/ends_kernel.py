"""The compiled search under rules: gaps and a span, in steps and in time, and events that share a step.

All ends of a pattern are kept, as the first one need not be the one that can be continued. With a limit on the time from the
first event to the last, each end carries the latest time at which its pattern can have begun.

- `stack`, int64[·, 4]: patterns still to continue: node, first and last end in the arena, length. What lies in the arena behind
  the top pattern's own ends belongs to finished ones and is overwritten.
- `events`, int32[3, n_events]: code, step ordinal in the whole sequence, row. Inside a step, codes rise and differ.
- `rows`, int64[3, n_rows]: end in `events`, who it counts for (rows of one supporter follow each other), weight.
- `ends`, int32: positions where a pattern ends, by row and rising; `since`, int64, beside it: its latest begin.
- `scratch`, int64[4, 2 · n_items]: last stamp, count, ends, next place of each code; zero between calls.
- `reach`, int64[4, longest row]: position, code and begin of what can follow, where a position was written.
- `rules`, int64[6]: least and largest distance in steps, least and largest in time, span in time, and whether events may join
  the last step.

Source: for ends, Antunes and Oliveira (2003); for joined events, PrefixSpan (Pei et al. 2001).
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

MIN_GAP, MAX_GAP, MIN_TIME, MAX_TIME, SPAN, JOINS, FIRST_ONLY = range(7)
N_RULES = 7


@njit(cache=True, nogil=True)
def after(events: Ints, times: Ints, at: int, t: int, stop: int, rules: Ints) -> int:
    """Return the first event from t on that is far enough after `at`."""
    if rules[MIN_TIME] > 0:
        while t < stop and (events[1, t] - events[1, at] < rules[MIN_GAP] or times[t] - times[at] < rules[MIN_TIME]):
            t += 1
    else:
        while t < stop and events[1, t] - events[1, at] < rules[MIN_GAP]:
            t += 1
    return t


@njit(cache=True, nogil=True)
def reached(
    events: Ints,
    times: Ints,
    has_times: bool,
    stop: int,
    ends: Ints,
    since: Ints,
    low: int,
    high: int,
    n_items: int,
    rules: Ints,
    reach: Ints,
) -> int:
    """Write what can follow the ends low…high−1 of one row: later events rising, then those that join. Returns their number."""
    n = 0
    base = np.int64(ends[low])
    seen = base + 1
    has_span = rules[SPAN] >= 0
    for q in range(low, high):
        at = np.int64(ends[q])
        begin = since[q] if has_span else np.int64(0)
        if has_span:
            t = after(events, times, at, at + 1, stop, rules)
        else:
            t = after(events, times, at, max(at + 1, seen), stop, rules)
        while t < stop and events[1, t] - events[1, at] <= rules[MAX_GAP]:
            if has_times and (times[t] - times[at] > rules[MAX_TIME] or (has_span and times[t] - begin > rules[SPAN])):
                break
            if has_span and t < seen:
                place = reach[3, t - base]
                reach[2, place] = max(reach[2, place], begin)
            else:
                reach[0, n] = t
                reach[1, n] = events[0, t]
                reach[2, n] = begin
                reach[3, t - base] = n
                n += 1
            t += 1
        seen = max(seen, t)
    if rules[JOINS]:
        for q in range(low, high):
            t = np.int64(ends[q]) + 1
            while t < stop and events[1, t] == events[1, t - 1]:
                reach[0, n] = t
                reach[1, n] = events[0, t] + n_items
                reach[2, n] = since[q] if has_span else np.int64(0)
                n += 1
                t += 1
    return n


@njit(cache=True, nogil=True)
def row_block(events: Ints, ends: Ints, low: int, high: int) -> int:
    """Return where the ends of the row of end `low` stop."""
    row = events[2, ends[low]]
    q = low + 1
    while q < high and events[2, ends[q]] == row:
        q += 1
    return q


# Longer than the rule: one pattern's count, copy and push share a dozen local arrays, and splitting costs a call per pattern.
@njit(cache=True, nogil=True)
def search_by_ends(  # noqa: PLR0912, PLR0915 - one loop, see above
    nodes: Ints,
    stack: Ints,
    ends: Ints,
    since: Ints,
    events: Ints,
    times: Ints,
    has_times: bool,
    rows: Ints,
    scratch: Ints,
    reach: Ints,
    rules: Ints,
    histogram: Ints,
    state: Ints,
    min_length: int,
    max_length: int,
    max_patterns: int,
) -> tuple[Ints, ...]:
    """Go on until the stack is empty, the quota is used up or the table is full. Arguments: on top of the file."""
    n_items = scratch.shape[1] // 2
    stamp_of, count, n_ends, slot = scratch[0], scratch[1], scratch[2], scratch[3]
    touched = np.empty(2 * n_items, np.int64)
    has_span = rules[SPAN] >= 0
    while state[TOP] > 0 and state[QUOTA] > 0 and state[FULL] == 0:
        top = state[TOP] - 1
        state[TOP] = top
        node, low, high, length = stack[top, 0], stack[top, 1], stack[top, 2], stack[top, 3]
        if length == 1:
            state[ROOTS_DONE] += 1
        minimum = state[MIN_COUNT]
        if nodes[node, 2] < minimum:
            continue
        n_touched, stamp, work, group = 0, state[STAMP], high - low, np.int64(-1)
        q = low
        while q < high:
            block_end = row_block(events, ends, q, high)
            row = events[2, ends[q]]
            n = reached(events, times, has_times, rows[0, row], ends, since, q, block_end, n_items, rules, reach)
            if rows[1, row] != group:
                group = rows[1, row]
                stamp += 1
            for i in range(n):
                code = reach[1, i]
                if stamp_of[code] != stamp:
                    stamp_of[code] = stamp
                    if count[code] == 0:
                        touched[n_touched] = code
                        n_touched += 1
                    count[code] += rows[2, row]
                n_ends[code] += 1
            work += n
            q = block_end
        state[QUOTA] -= work
        kept = 0
        for i in range(n_touched):
            code = touched[i]
            if count[code] >= minimum:
                touched[kept] = code
                kept += 1
            else:
                count[code] = 0
                n_ends[code] = 0
        sort(touched, kept)
        first = state[NODES]
        nodes = grown_table(nodes, first + kept)
        wanted = state[WANTED] > 0 and length + 1 >= min_length
        room = high
        for i in range(kept):
            code = touched[i]
            if state[NODES] == max_patterns:
                state[FULL] = 1
                break
            emit(nodes, node, code, count[code], wanted, histogram, state)
        if kept > 0 and length + 1 < max_length and state[FULL] == 0:
            stack = grown_table(stack, top + kept)
            for i in range(kept - 1, -1, -1):
                code = touched[i]
                slot[code] = room
                stack[top, 0], stack[top, 1], stack[top, 3] = first + i, room, length + 1
                room += n_ends[code]
                stack[top, 2] = room
                top += 1
            ends = grown(ends, room)
            if has_span:
                since = grown(since, room)
            q = low
            while q < high:
                block_end = row_block(events, ends, q, high)
                row = events[2, ends[q]]
                n = reached(events, times, has_times, rows[0, row], ends, since, q, block_end, n_items, rules, reach)
                stamp += 1
                for i in range(n):
                    code = reach[1, i]
                    if count[code] > 0 and not (rules[FIRST_ONLY] and stamp_of[code] == stamp):
                        stamp_of[code] = stamp
                        at = slot[code]
                        ends[at] = reach[0, i]
                        if has_span:
                            since[at] = reach[2, i]
                        slot[code] = at + 1
                q = block_end
            if rules[FIRST_ONLY]:
                for i in range(kept):
                    stack[top - 1 - i, 2] = slot[touched[i]]
            state[TOP] = top
        state[STAMP] = stamp
        for i in range(kept):
            count[touched[i]] = 0
            n_ends[touched[i]] = 0
    return nodes, stack, ends, since
