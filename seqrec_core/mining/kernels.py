"""The compiled pattern search: depth first, with an explicit stack, over arrays that the caller keeps between calls.

Both searches expand one node (a pattern and where it ends) at a time and return to Python after a quota of work, so
that budgets, progress and cancelling live outside. A call gets the arrays that may grow and returns them.

What they share:

- `node_*`: the patterns found, int32: parent (−1: none), item, support, first child and number of children. Children of
  a node are one block sorted by item, so that the table is a trie.
- `stack`, int64[·, 5]: nodes still to expand: node, first and last entry in the arena, length, end of the store. What lies
  in the arena and in the store behind the top node's own block belongs to finished nodes and is overwritten.
- `scratch`, int64[3, n_items]: last stamp, count of sequences, count of entries of each item, zero between calls.
- `histogram`, int64[n_sequences + 1]: patterns found by support (filled only for a top-k search).
- `state`, int64[9]: see the constants.

Source: PrefixSpan (Pei et al. 2001) with projections copied without their infrequent items; for a gap, all end positions
of a pattern are kept, as the first one need not be the one that can be continued (Antunes and Oliveira 2003).
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[Any]  # whole numbers of the width that the docstring names

NODES, TOP, STAMP, MIN_COUNT, QUOTA, FULL, ROOTS_DONE, ABOVE, WANTED = range(9)
STATE_SIZE = 9


@njit(cache=True, nogil=True)
def grown(array: Ints, size: int) -> Ints:
    """Return the array with room for `size` rows or more."""
    if size <= array.shape[0]:
        return array
    bigger = np.empty(max(size, 2 * array.shape[0]), array.dtype)
    for i in range(array.shape[0]):  # a slice assignment would take four seconds to compile
        bigger[i] = array[i]
    return bigger


@njit(cache=True, nogil=True)
def grown_table(table: Ints, size: int) -> Ints:
    """Return the table with `size` rows or more."""
    if size <= table.shape[0]:
        return table
    bigger = np.empty((max(size, 2 * table.shape[0]), table.shape[1]), table.dtype)
    for i in range(table.shape[0]):
        for j in range(table.shape[1]):
            bigger[i, j] = table[i, j]
    return bigger


@njit(cache=True, nogil=True)
def sort(numbers: Ints) -> None:
    """Sort in place (Shell 1959): a few lines that compile at once, for lists of some hundred numbers."""
    gap = numbers.shape[0] // 2
    while gap > 0:
        for i in range(gap, numbers.shape[0]):
            number, at = numbers[i], i
            while at >= gap and numbers[at - gap] > number:
                numbers[at] = numbers[at - gap]
                at -= gap
            numbers[at] = number
        gap = 1 if gap == 2 else gap * 5 // 11


@njit(cache=True, nogil=True)
def frequent(touched: Ints, scratch: Ints, minimum: int) -> Ints:
    """Return the touched items that are frequent, ascending and in place; forget the others."""
    kept = 0
    for i in range(touched.shape[0]):
        item = touched[i]
        if scratch[1, item] >= minimum:
            touched[kept] = item
            kept += 1
        else:
            scratch[1, item] = 0
            scratch[2, item] = 0
    sort(touched[:kept])
    return touched[:kept]


@njit(cache=True, nogil=True)
def raise_minimum(support: int, length: int, min_length: int, histogram: Ints, state: Ints) -> None:
    """Count a pattern of a top-k search; raise the least support once k better ones are known."""
    if length < min_length or support < state[MIN_COUNT]:
        return
    histogram[support] += 1
    state[ABOVE] += 1
    while state[ABOVE] - histogram[state[MIN_COUNT]] >= state[WANTED]:
        state[ABOVE] -= histogram[state[MIN_COUNT]]
        state[MIN_COUNT] += 1


@njit(cache=True, nogil=True)
def emit(
    nodes: Ints,
    node: int,
    items: Ints,
    scratch: Ints,
    length: int,
    min_length: int,
    max_patterns: int,
    histogram: Ints,
    state: Ints,
) -> Ints:
    """Append the children of a node; stop at `max_patterns`. Returns the table."""
    start = state[NODES]
    n = len(items)
    if start + n > max_patterns:
        n = max_patterns - start
        state[FULL] = 1
    nodes = grown_table(nodes, start + n)
    if node >= 0:
        nodes[node, 3] = start
        nodes[node, 4] = n
    for i in range(n):
        support = scratch[1, items[i]]
        nodes[start + i, 0] = node
        nodes[start + i, 1] = items[i]
        nodes[start + i, 2] = support
        nodes[start + i, 3] = 0
        nodes[start + i, 4] = 0
        if state[WANTED] > 0:
            raise_minimum(support, length, min_length, histogram, state)
    state[NODES] = start + n
    return nodes


# Longer than the rule: one node's count, copy and push share a dozen local arrays, and splitting costs a call per node.
@njit(cache=True, nogil=True)
def search_any_gap(  # noqa: PLR0912, PLR0915, D417 - one loop, see above; shared arguments are on top of the file
    nodes: Ints,
    stack: Ints,
    store: Ints,
    store_steps: Ints,
    begin: Ints,
    end: Ints,
    scratch: Ints,
    histogram: Ints,
    state: Ints,
    has_steps: bool,
    min_length: int,
    max_length: int,
    max_patterns: int,
) -> tuple[Ints, ...]:
    """Search without a gap limit: of each sequence only what follows the earliest end of a pattern matters.

    Args:
        store: items, int32; the searched sequences first, then copies of what is left of them.
        store_steps: step ordinals beside `store`, int32; read only if `has_steps` (some step holds several events).
        begin, end: arena of entries, int32: entry i is what may follow, `store[begin[i]:end[i]]`.
    """
    n_items = scratch.shape[1]
    slot = np.empty(n_items, np.int64)
    touched = np.empty(n_items, np.int64)
    while state[TOP] > 0 and state[QUOTA] > 0 and state[FULL] == 0:
        state[TOP] -= 1
        top = state[TOP]
        node, low, high, length, store_end = stack[top, 0], stack[top, 1], stack[top, 2], stack[top, 3], stack[top, 4]
        if length == 1:
            state[ROOTS_DONE] += 1
        if node >= 0 and nodes[node, 2] < state[MIN_COUNT]:
            continue
        n_touched = 0
        stamp = state[STAMP]
        volume = 0
        for i in range(low, high):
            stamp += 1
            volume += end[i] - begin[i]
            for t in range(begin[i], end[i]):
                item = store[t]
                if scratch[0, item] != stamp:
                    scratch[0, item] = stamp
                    if scratch[1, item] == 0:
                        touched[n_touched] = item
                        n_touched += 1
                    scratch[1, item] += 1
        state[QUOTA] -= volume + high - low
        items = frequent(touched[:n_touched], scratch, state[MIN_COUNT])
        first = state[NODES]
        nodes = emit(nodes, node, items, scratch, length + 1, min_length, max_patterns, histogram, state)
        n = len(items)
        if n > 0 and length + 1 < max_length and state[FULL] == 0:
            room = high
            starts = np.empty(n, np.int64)
            for i in range(n - 1, -1, -1):
                starts[i] = room
                slot[items[i]] = room
                room += scratch[1, items[i]]
            begin = grown(begin, room)
            end = grown(end, room)
            store = grown(store, store_end + volume)
            if has_steps:
                store_steps = grown(store_steps, store_end + volume)
            at = store_end
            for i in range(low, high):
                row = at
                for t in range(begin[i], end[i]):
                    if scratch[1, store[t]] > 0:
                        store[at] = store[t]
                        if has_steps:
                            store_steps[at] = store_steps[t]
                        at += 1
                stamp += 1
                for t in range(row, at):
                    item = store[t]
                    if scratch[0, item] != stamp:
                        scratch[0, item] = stamp
                        after = t + 1
                        if has_steps:
                            while after < at and store_steps[after] == store_steps[t]:
                                after += 1
                        if after < at:
                            begin[slot[item]] = after
                            end[slot[item]] = at
                            slot[item] += 1
            stack = grown_table(stack, state[TOP] + n)
            for i in range(n - 1, -1, -1):
                if slot[items[i]] - starts[i] >= state[MIN_COUNT]:
                    top = state[TOP]
                    stack[top, 0] = first + i
                    stack[top, 1] = starts[i]
                    stack[top, 2] = slot[items[i]]
                    stack[top, 3] = length + 1
                    stack[top, 4] = at
                    state[TOP] += 1
                elif length == 0:
                    state[ROOTS_DONE] += 1
        state[STAMP] = stamp
        for item in items:
            scratch[1, item] = 0
    return nodes, stack, store, store_steps, begin, end


# Longer than the rule for the same reason as above.
@njit(cache=True, nogil=True)
def search_within_gap(  # noqa: PLR0912, PLR0915, D417 - the same
    nodes: Ints,
    stack: Ints,
    items_of: Ints,
    steps: Ints,
    row_of: Ints,
    row_end: Ints,
    ends: Ints,
    scratch: Ints,
    histogram: Ints,
    state: Ints,
    gap: int,
    min_length: int,
    max_length: int,
    max_patterns: int,
) -> tuple[Ints, ...]:
    """Search where neighbours of a pattern are at most `gap` steps apart: all ends of a pattern are kept.

    Args:
        items_of, steps, row_of: item, step ordinal and sequence of each event, int32.
        row_end: end of each sequence in these arrays, int64.
        ends: arena of positions where a pattern ends, int32, by sequence and rising.
    """
    n_items = scratch.shape[1]
    slot = np.empty(n_items, np.int64)
    touched = np.empty(n_items, np.int64)
    while state[TOP] > 0 and state[QUOTA] > 0 and state[FULL] == 0:
        state[TOP] -= 1
        top = state[TOP]
        node, low, high, length = stack[top, 0], stack[top, 1], stack[top, 2], stack[top, 3]
        if length == 1:
            state[ROOTS_DONE] += 1
        if nodes[node, 2] < state[MIN_COUNT]:
            continue
        n_touched = 0
        stamp = state[STAMP]
        work = high - low
        row, stop, seen = -1, np.int64(0), np.int64(0)
        for q in range(low, high):
            at = ends[q]
            if row_of[at] != row:
                row = row_of[at]
                stop = row_end[row]
                seen = at + 1
                stamp += 1
            t = max(at + 1, seen)
            while t < stop and steps[t] == steps[at]:
                t += 1
            while t < stop and steps[t] - steps[at] <= gap:
                item = items_of[t]
                if scratch[0, item] != stamp:
                    scratch[0, item] = stamp
                    if scratch[1, item] == 0:
                        touched[n_touched] = item
                        n_touched += 1
                    scratch[1, item] += 1
                scratch[2, item] += 1
                work += 1
                t += 1
            seen = t
        state[QUOTA] -= work
        state[STAMP] = stamp
        items = frequent(touched[:n_touched], scratch, state[MIN_COUNT])
        first = state[NODES]
        nodes = emit(nodes, node, items, scratch, length + 1, min_length, max_patterns, histogram, state)
        n = len(items)
        if n > 0 and length + 1 < max_length and state[FULL] == 0:
            room = high
            starts = np.empty(n, np.int64)
            for i in range(n - 1, -1, -1):
                starts[i] = room
                slot[items[i]] = room
                room += scratch[2, items[i]]
            ends = grown(ends, room)
            row = -1
            for q in range(low, high):
                at = ends[q]
                if row_of[at] != row:
                    row = row_of[at]
                    stop = row_end[row]
                    seen = at + 1
                t = max(at + 1, seen)
                while t < stop and steps[t] == steps[at]:
                    t += 1
                while t < stop and steps[t] - steps[at] <= gap:
                    item = items_of[t]
                    if scratch[1, item] > 0:
                        ends[slot[item]] = t
                        slot[item] += 1
                    t += 1
                seen = t
            stack = grown_table(stack, state[TOP] + n)
            for i in range(n - 1, -1, -1):
                top = state[TOP]
                stack[top, 0] = first + i
                stack[top, 1] = starts[i]
                stack[top, 2] = slot[items[i]]
                stack[top, 3] = length + 1
                stack[top, 4] = 0
                state[TOP] += 1
        for item in items:
            scratch[1, item] = 0
            scratch[2, item] = 0
    return nodes, stack, ends
