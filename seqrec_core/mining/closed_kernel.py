"""The compiled search for closed and for maximal patterns of single events with any gap, which keeps no pattern that is neither.

A pattern is closed if no event can be put into it, at any place, without losing a sequence. Before its last event, what can be
put at place i lies in the i-th *maximum period* of a sequence: after the earliest end of the events before i, before the latest
begin of those from i on. The same with the earliest ends only (*semi-maximum period*) says whether a prefix can lead to anything
closed (BackScan). A pattern is maximal if no event that can be put into it is found in `min_count` sequences.

- `frames`, int64[·, 8]: see the constants. What lies in the arenas behind the top frame's own ends is overwritten.
- `sources`, int32: the searched sequences; `spans`, int64[2, n]: begin and end of each there.
- `entries`, int32[·, 4]: begin and end in `store` of what follows a pattern's earliest end, weight, and the sequence.
- `bounds`, int32: of a frame with n children: n codes and n + 1 bounds of their entries.
- `scratch`, int32[3, n_items]: last stamp, weight, rows of each code.
- `path`, int32: the pattern at work; `ends`, int32[2, ·]: earliest and latest place of each of its events in one sequence.
- `marks`, uint8: beside `nodes`: 1 = asked for, 0 = kept only because one below it is.

Source: BIDE (Wang and Han 2004).
"""

import numpy as np
from numba import njit

from seqrec_core.mining.arena import FULL, MIN_COUNT, NODES, QUOTA, ROOTS_DONE, STAMP, TOP, Ints, grown, grown_table

NODE, CHILDREN, NEXT, BOUNDS, BOUNDS_END, ENTRIES_END, STORE_END, LENGTH = range(8)
FRAME_SIZE = 8


@njit(cache=True, nogil=True)
def place(sources: Ints, begin: int, end: int, path: Ints, n: int, is_semi: bool, ends: Ints) -> None:
    """Write the earliest place of each event of the pattern, and the latest one (before the earliest end, if `is_semi`)."""
    i, t = 0, begin
    while i < n:
        if sources[t] == path[i]:
            ends[0, i] = t
            i += 1
        t += 1
    t = int(ends[0, n - 1]) if is_semi else end - 1
    i = n - 1
    while i >= 0:
        if sources[t] == path[i]:
            ends[1, i] = t
            i -= 1
        t -= 1


@njit(cache=True, nogil=True)
def is_in_all(  # noqa: PLR0912 - one loop, as below
    sources: Ints,
    spans: Ints,
    entries: Ints,
    low: int,
    high: int,
    path: Ints,
    n: int,
    is_semi: bool,
    ends: Ints,
    scratch: Ints,
    common: Ints,
    starts: Ints,
    state: Ints,
) -> tuple[bool, Ints]:
    """Say whether, before some event of the pattern, one event lies in the period of every sequence; return `common` grown.

    common[starts[i]:starts[i] + starts[n + i]] = what every sequence so far has in period i; empty ones are dropped from the
    list of periods starts[2n:].
    """
    stamp_of, stamp = scratch[0], state[STAMP]
    active = 0
    for k in range(low, high):
        row = entries[k, 3]
        begin = spans[0, row]
        place(sources, begin, spans[1, row], path, n, is_semi, ends)
        if k == low:
            size = np.int64(0)
            for i in range(n):
                period = begin if i == 0 else np.int64(ends[0, i - 1]) + 1
                stamp += 1
                common = grown(common, size + max(0, ends[1, i] - period))
                starts[i] = size
                for t in range(period, ends[1, i]):
                    if stamp_of[sources[t]] != stamp:
                        stamp_of[sources[t]] = stamp
                        common[size] = sources[t]
                        size += 1
                starts[n + i] = size - starts[i]
                if starts[n + i] > 0:
                    starts[2 * n + active] = i
                    active += 1
        else:
            kept = 0
            for a in range(active):
                i = starts[2 * n + a]
                period = begin if i == 0 else np.int64(ends[0, i - 1]) + 1
                stamp += 1
                for t in range(period, ends[1, i]):
                    stamp_of[sources[t]] = stamp
                left = np.int64(0)
                at = starts[i]
                for c in range(starts[n + i]):
                    if stamp_of[common[at + c]] == stamp:
                        common[at + left] = common[at + c]
                        left += 1
                starts[n + i] = left
                if left > 0:
                    starts[2 * n + kept] = i
                    kept += 1
            active = kept
        if active == 0:
            break
    state[STAMP] = stamp
    return active > 0, common


@njit(cache=True, nogil=True)
def is_in_enough(
    sources: Ints,
    spans: Ints,
    entries: Ints,
    low: int,
    high: int,
    path: Ints,
    n: int,
    ends: Ints,
    scratch: Ints,
    tally: Ints,
    state: Ints,
) -> tuple[bool, Ints]:
    """Say whether, before some event of the pattern, one event lies in the period of `min_count` sequences; `tally` grown."""
    stamp_of, stamp, n_items = scratch[0], state[STAMP], scratch.shape[1]
    tally = grown(tally, n * n_items)
    for i in range(n * n_items):
        tally[i] = 0
    found = False
    for k in range(low, high):
        row, weight = entries[k, 3], entries[k, 2]
        begin = spans[0, row]
        place(sources, begin, spans[1, row], path, n, False, ends)
        for i in range(n):
            period = begin if i == 0 else np.int64(ends[0, i - 1]) + 1
            stamp += 1
            for t in range(period, ends[1, i]):
                code = sources[t]
                if stamp_of[code] != stamp:
                    stamp_of[code] = stamp
                    tally[i * n_items + code] += weight
                    found = found or tally[i * n_items + code] >= state[MIN_COUNT]
        if found:
            break
    state[STAMP] = stamp
    return found, tally


# Longer than the rule: one pattern's checks, count, copy and push share a dozen local arrays.
@njit(cache=True, nogil=True)
def search_closed(  # noqa: PLR0912, PLR0915, D417 - one loop, see above
    nodes: Ints,
    marks: Ints,
    frames: Ints,
    bounds: Ints,
    store: Ints,
    entries: Ints,
    common: Ints,
    tally: Ints,
    sources: Ints,
    spans: Ints,
    scratch: Ints,
    path: Ints,
    ends: Ints,
    starts: Ints,
    allowed: Ints,
    state: Ints,
    only_maximal: bool,
    prunes: bool,
    max_length: int,
    max_patterns: int,
) -> tuple[Ints, ...]:
    """Go on until the stack is empty, the quota is used up or the table is full.

    Args:
        allowed: which codes may come first, bool[n_items].
        only_maximal: look for maximal patterns.
        prunes: whether BackScan is sound: not with a largest length, as what covers a pattern may be longer.
        max_length, max_patterns: limits; what the other arguments hold is on top of the file.
    """
    stamp_of, count, n_rows = scratch[0], scratch[1], scratch[2]
    touched = np.empty(scratch.shape[1], np.int64)
    while state[TOP] > 0 and state[QUOTA] > 0 and state[FULL] == 0:
        f = state[TOP] - 1
        child, children, at_bounds = frames[f, NEXT], frames[f, CHILDREN], frames[f, BOUNDS]
        if child == children:
            state[TOP] = f
            node = frames[f, NODE]
            if node >= 0 and state[NODES] == node + 1 and marks[node] == 0:
                state[NODES] = node
            continue
        frames[f, NEXT] = child + 1
        is_root = f == 0
        low, high, length = (
            np.int64(bounds[at_bounds + children + child]),
            np.int64(bounds[at_bounds + children + child + 1]),
            frames[f, LENGTH],
        )
        node, support = np.int64(-1), np.int64(0)
        volume = high - low
        for k in range(low, high):
            volume += entries[k, 1] - entries[k, 0]
            support += entries[k, 2]
        state[QUOTA] -= volume
        if not is_root:
            code = bounds[at_bounds + child]
            if f == 1:
                state[ROOTS_DONE] += 1
                if not allowed[code]:
                    continue
            path[length - 1] = code
            if prunes:
                is_covered, common = is_in_all(
                    sources, spans, entries, low, high, path, length, True, ends, scratch, common, starts, state
                )
                state[QUOTA] -= 4 * volume if is_covered else volume
                if is_covered:
                    continue
            node = state[NODES]
            if node == max_patterns:
                state[FULL] = 1
                continue
            nodes = grown_table(nodes, node + 1)
            marks = grown(marks, node + 1)
            nodes[node, 0], nodes[node, 1], nodes[node, 2], marks[node] = frames[f, NODE], code, support, 0
            state[NODES] = node + 1
        stamp, m, kept, goes_on = state[STAMP], 0, 0, False
        if length < max_length:
            for k in range(low, high):
                stamp += 1
                for t in range(entries[k, 0], entries[k, 1]):
                    code = store[t]
                    if stamp_of[code] != stamp:
                        stamp_of[code] = stamp
                        if count[code] == 0:
                            touched[m] = code
                            m += 1
                        count[code] += entries[k, 2]
                        n_rows[code] += 1
        for i in range(m):
            code = touched[i]
            if count[code] >= state[MIN_COUNT]:
                goes_on = goes_on or count[code] == support or only_maximal
                touched[kept] = code
                kept += 1
            else:
                count[code], n_rows[code] = 0, 0
        state[STAMP] = stamp
        if not is_root and not goes_on:
            is_covered = False
            if length < max_length:
                if only_maximal:
                    is_covered, tally = is_in_enough(
                        sources, spans, entries, low, high, path, length, ends, scratch, tally, state
                    )
                else:
                    is_covered, common = is_in_all(
                        sources, spans, entries, low, high, path, length, False, ends, scratch, common, starts, state
                    )
            marks[node] = not is_covered
        stamp = state[STAMP]
        new_bounds, room = frames[f, BOUNDS_END], frames[f, ENTRIES_END]
        bounds = grown(bounds, new_bounds + 2 * kept + 1)
        for i in range(kept):
            code = touched[i]
            bounds[new_bounds + i], bounds[new_bounds + kept + i] = code, room
            room += n_rows[code]
            n_rows[code] = bounds[new_bounds + kept + i]
        bounds[new_bounds + 2 * kept] = room
        at = frames[f, STORE_END]
        if kept > 0:
            store = grown(store, at + volume)
            entries = grown_table(entries, room)
            for k in range(low, high):
                start = at
                for t in range(entries[k, 0], entries[k, 1]):
                    if count[store[t]] > 0:
                        store[at] = store[t]
                        at += 1
                stamp += 1
                for t in range(start, at):
                    code = store[t]
                    if stamp_of[code] != stamp:
                        stamp_of[code] = stamp
                        slot = n_rows[code]
                        entries[slot, 0], entries[slot, 1], entries[slot, 2], entries[slot, 3] = (
                            t + 1,
                            at,
                            entries[k, 2],
                            entries[k, 3],
                        )
                        n_rows[code] = slot + 1
        state[STAMP] = stamp
        for i in range(kept):
            count[touched[i]], n_rows[touched[i]] = 0, 0
        frames = grown_table(frames, f + 2)
        frames[f + 1, NODE], frames[f + 1, CHILDREN], frames[f + 1, NEXT] = node, kept, 0
        frames[f + 1, BOUNDS], frames[f + 1, BOUNDS_END] = new_bounds, new_bounds + 2 * kept + 1
        frames[f + 1, ENTRIES_END], frames[f + 1, STORE_END], frames[f + 1, LENGTH] = room, at, length + 1
        state[TOP] = f + 2
    return nodes, marks, frames, bounds, store, entries, common, tally
