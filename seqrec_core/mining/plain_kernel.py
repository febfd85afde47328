"""The compiled search for single events in order with any gap: depth first, counting grandchildren ahead.

A *frame* is the database of one pattern: what follows its earliest end in each sequence, copied without its infrequent items
and renumbered 0…n−1 (its children, which are in the table already). Taking a child copies the child's own database; one pass
over it counts all pairs (first x, then y), which are the supports of all grandchildren, so that a child without frequent
continuation is never built. Where the pairs would not fit a small matrix, each child is counted when it is taken.

- `frames`, int64[·, 10]: see the constants. What lies in the arenas behind the top frame's own ends is overwritten.
- `ints`, int32: of a frame with n local items: n codes, n + 1 bounds of its children's entries, n first children, n numbers of
  children.
- `store`, int32: local items. `entries`, int32[·, 3]: begin and end in the store, and how many sequences are like this.
- `scratch`, int32[5, n_items]: last stamp, count, local id (−1 between uses), last place, items in order of last place.
- `matrix`, int32: pairs.

Source: PrefixSpan (Pei et al. 2001) with physical projection; equal sequences are merged beforehand.
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

BASE, CHILDREN, NEXT, LOCALS, COUNTED, INTS, INTS_END, ENTRIES_END, STORE_END, LENGTH = range(10)
FRAME_SIZE = 10
MOST_PAIRS = 4_000_000  # entries of the largest matrix: 16 MB
PAIRS_A_EVENT = 24  # a larger matrix costs more to clear and to read than counting each child


@njit(cache=True, nogil=True)
def count_pairs(
    store: Ints,
    entries: Ints,
    low: int,
    high: int,
    n: int,
    scratch: Ints,
    matrix: Ints,
    allowed: Ints,
    all_allowed: bool,
    stamp: int,
) -> int:
    """Count pairs (first x, then y) over a database of n local items; scratch[1, x] = rows with something after x."""
    stamp_of, count, last, order = scratch[0], scratch[1], scratch[3], scratch[4]
    for i in range(n * n):
        matrix[i] = 0
    for x in range(n):
        count[x] = 0
    for row in range(low, high):
        begin, end, weight = entries[row, 0], entries[row, 1], entries[row, 2]
        stamp += 1
        m = 0
        for t in range(end - 1, begin - 1, -1):
            x = store[t]
            if stamp_of[x] != stamp:
                stamp_of[x] = stamp
                last[x] = t
                order[m] = x
                m += 1
        stamp += 1
        for t in range(begin, end - 1):
            x = store[t]
            if stamp_of[x] != stamp:
                stamp_of[x] = stamp
                while m > 0 and last[order[m - 1]] <= t:
                    m -= 1
                if m == 0:
                    break
                if all_allowed or allowed[x]:
                    count[x] += 1
                    at = x * n
                    for q in range(m):
                        matrix[at + order[q]] += weight
    return stamp


@njit(cache=True, nogil=True)
def count_firsts(store: Ints, entries: Ints, low: int, high: int, n: int, scratch: Ints, stamp: int) -> int:
    """Count in how many rows each local item has something after it, into scratch[1]."""
    stamp_of, count = scratch[0], scratch[1]
    for x in range(n):
        count[x] = 0
    for row in range(low, high):
        stamp += 1
        for t in range(entries[row, 0], entries[row, 1] - 1):
            x = store[t]
            if stamp_of[x] != stamp:
                stamp_of[x] = stamp
                count[x] += 1
    return stamp


@njit(cache=True, nogil=True)
def fill(store: Ints, entries: Ints, low: int, high: int, scratch: Ints, stamp: int) -> int:
    """Write the entries of each child: what follows its first place in each row. scratch[1, x] = next entry, −1: not wanted."""
    stamp_of, slot = scratch[0], scratch[1]
    for row in range(low, high):
        stamp += 1
        end, weight = entries[row, 1], entries[row, 2]
        for t in range(entries[row, 0], end - 1):
            x = store[t]
            if stamp_of[x] != stamp:
                stamp_of[x] = stamp
                at = slot[x]
                if at >= 0:
                    entries[at, 0] = t + 1
                    entries[at, 1] = end
                    entries[at, 2] = weight
                    slot[x] = at + 1
    return stamp


@njit(cache=True, nogil=True)
def count_items(store: Ints, entries: Ints, low: int, high: int, scratch: Ints, touched: Ints, stamp: int) -> tuple[int, int]:
    """Count the local items of a database into scratch[1], which is zero before. Returns their number and the stamp."""
    stamp_of, count = scratch[0], scratch[1]
    n = 0
    for row in range(low, high):
        stamp += 1
        weight = entries[row, 2]
        for t in range(entries[row, 0], entries[row, 1]):
            x = store[t]
            if stamp_of[x] != stamp:
                stamp_of[x] = stamp
                if count[x] == 0:
                    touched[n] = x
                    n += 1
                count[x] += weight
    return n, stamp


# Longer than the rule: taking a child, copying and counting share a dozen local arrays, and splitting costs a call per node.
@njit(cache=True, nogil=True)
def search_any_gap(  # noqa: PLR0912, PLR0915, D417 - one loop, see above
    nodes: Ints,
    frames: Ints,
    ints: Ints,
    store: Ints,
    entries: Ints,
    matrix: Ints,
    scratch: Ints,
    allowed: Ints,
    histogram: Ints,
    state: Ints,
    min_length: int,
    max_length: int,
    max_patterns: int,
) -> tuple[Ints, ...]:
    """Go on until the stack is empty, the quota is used up or the table is full.

    Args:
        allowed: which codes may come first, bool[n_items].
        min_length: shortest pattern that a top-k search wants.
        max_length, max_patterns: limits; what the other arguments hold is on top of the file.
    """
    touched = scratch[4]
    local = scratch[2]
    count = scratch[1]
    while state[TOP] > 0 and state[QUOTA] > 0 and state[FULL] == 0:
        f = state[TOP] - 1
        child = frames[f, NEXT]
        if child == frames[f, CHILDREN]:
            state[TOP] = f
            continue
        frames[f, NEXT] = child + 1
        if f == 1:
            state[ROOTS_DONE] += 1
        n_old, ints_at = frames[f, LOCALS], frames[f, INTS]
        low, high = np.int64(ints[ints_at + n_old + child]), np.int64(ints[ints_at + n_old + child + 1])
        node, length = frames[f, BASE] + child, frames[f, LENGTH]
        if high == low or (node >= 0 and nodes[node, 2] < state[MIN_COUNT]) or (f == 1 and not allowed[child]):
            continue
        minimum, stamp = state[MIN_COUNT], state[STAMP]
        # 1. Which local items go on, and their block in the table.
        volume = 0
        for row in range(low, high):
            volume += entries[row, 1] - entries[row, 0]
        state[QUOTA] -= volume + high - low
        new_ints = frames[f, INTS_END]
        if frames[f, COUNTED]:
            block, n = int(ints[ints_at + 2 * n_old + 1 + child]), int(ints[ints_at + 3 * n_old + 1 + child])
            ints = grown(ints, new_ints + 4 * n + 1)
            x = 0
            for i in range(n):
                code = nodes[block + i, 1]
                while ints[ints_at + x] != code:
                    x += 1
                ints[new_ints + i] = code
                local[x] = i
        else:
            m, stamp = count_items(store, entries, low, high, scratch, touched, stamp)
            n = 0
            for i in range(m):
                x = touched[i]
                if count[x] >= minimum:
                    touched[n] = x
                    n += 1
                else:
                    count[x] = 0
            sort(touched, n)
            block = state[NODES]
            ints = grown(ints, new_ints + 4 * n + 1)
            nodes = grown_table(nodes, block + n)
            wanted = state[WANTED] > 0 and length + 1 >= min_length
            for i in range(n):
                x = touched[i]
                code = ints[ints_at + x]
                ints[new_ints + i] = code
                local[x] = i
                if state[NODES] < max_patterns:
                    emit(nodes, node, code, count[x], wanted and (length > 0 or allowed[code]), histogram, state)
                else:
                    state[FULL] = 1
                count[x] = 0
        # 2. The child's database: only what goes on, only rows that can hold a pair.
        at = store_low = frames[f, STORE_END]
        entries_low = frames[f, ENTRIES_END]
        rows, total = entries_low, 0
        if n > 0 and length + 2 <= max_length and state[FULL] == 0:
            store = grown(store, at + volume)
            entries = grown_table(entries, rows + high - low)
            for row in range(low, high):
                start = at
                for t in range(entries[row, 0], entries[row, 1]):
                    x = local[store[t]]
                    if x >= 0:
                        store[at] = x
                        at += 1
                if at - start >= 2:
                    entries[rows, 0] = start
                    entries[rows, 1] = at
                    entries[rows, 2] = entries[row, 2]
                    total += entries[row, 2]
                    rows += 1
                else:
                    at = start
        x = 0
        for i in range(n):
            while ints[ints_at + x] != ints[new_ints + i]:
                x += 1
            local[x] = -1
        state[STAMP] = stamp
        if total < minimum:
            continue
        # 3. Supports of all grandchildren, where a matrix of them is small enough.
        is_counted = n * n <= MOST_PAIRS and n * n <= PAIRS_A_EVENT * (at - store_low) + 4096
        bounds, blocks, numbers = new_ints + n, new_ints + 2 * n + 1, new_ints + 3 * n + 1
        if is_counted:
            matrix = grown(matrix, n * n)
            stamp = count_pairs(store, entries, entries_low, rows, n, scratch, matrix, allowed, f > 0, stamp)
            wanted = state[WANTED] > 0 and length + 2 >= min_length
            for x in range(n):
                ints[blocks + x] = state[NODES]
                if count[x] > 0 and nodes[block + x, 2] >= state[MIN_COUNT]:
                    nodes = grown_table(nodes, state[NODES] + n)
                    for y in range(n):
                        if matrix[x * n + y] >= state[MIN_COUNT]:
                            if state[NODES] == max_patterns:
                                state[FULL] = 1
                                break
                            emit(nodes, block + x, ints[new_ints + y], matrix[x * n + y], wanted, histogram, state)
                ints[numbers + x] = state[NODES] - ints[blocks + x]
        else:
            stamp = count_firsts(store, entries, entries_low, rows, n, scratch, stamp)
        # 4. Its children's entries.
        room = rows
        any_child = False
        for x in range(n):
            ints[bounds + x] = room
            is_wanted = (ints[numbers + x] > 0) if is_counted else (count[x] > 0)
            if is_wanted and length + (3 if is_counted else 2) <= max_length:
                room += count[x]
                count[x] = ints[bounds + x]
                any_child = True
            else:
                count[x] = -1
        ints[bounds + n] = room
        if any_child and state[FULL] == 0:
            entries = grown_table(entries, room)
            stamp = fill(store, entries, entries_low, rows, scratch, stamp)
            frames = grown_table(frames, f + 2)
            frames[f + 1, BASE] = block
            frames[f + 1, CHILDREN] = n
            frames[f + 1, NEXT] = 0
            frames[f + 1, LOCALS] = n
            frames[f + 1, COUNTED] = is_counted
            frames[f + 1, INTS] = new_ints
            frames[f + 1, INTS_END] = new_ints + 4 * n + 1
            frames[f + 1, ENTRIES_END] = room
            frames[f + 1, STORE_END] = at
            frames[f + 1, LENGTH] = length + 1
            state[TOP] = f + 2
        for x in range(n):
            count[x] = 0
        state[STAMP] = stamp
    return nodes, frames, ints, store, entries, matrix
