"""A compiled walk that counts known patterns again, under narrower rules of distance or over fewer events."""

import numpy as np
from numba import njit

from seqrec_core.mining.arena import Ints
from seqrec_core.mining.ends_kernel import MAX_GAP, MAX_TIME, MIN_GAP, MIN_TIME, SPAN


@njit(cache=True, nogil=True)
def events_by_label(values: Ints, n_labels: int) -> tuple[Ints, Ints]:
    """Return the events of each label, rising: label x has `events[bounds[x]:bounds[x + 1]]`, int64 both."""
    bounds = np.zeros(n_labels + 1, np.int64)
    for value in values:
        bounds[value + 1] += 1
    for x in range(n_labels):
        bounds[x + 1] += bounds[x]
    at, events = bounds[:-1].copy(), np.empty(values.shape[0], np.int64)
    for event in range(values.shape[0]):
        events[at[values[event]]] = event
        at[values[event]] += 1
    return events, bounds


@njit(cache=True, nogil=True)
def extended(
    spots: Ints, ends: Ints, begins: Ints, rows: Ints, steps: Ints, times: Ints, rules: Ints, new_ends: Ints, new_begins: Ints
) -> tuple[int, int]:
    """Let a prefix that ends at `ends`, having begun at `begins`, go on to one of `spots`: all rising over all sequences.

    Of all ends that are far enough before a spot, the last is the nearest and has the latest beginning.

    Returns:
        How many ends were written, and in how many sequences they are.
    """
    has_times = times.shape[0] > 0
    n, n_rows, p, row_before = 0, 0, -1, -1
    for t in spots:
        row = rows[t]
        while p + 1 < ends.shape[0]:
            end = ends[p + 1]
            if rows[end] > row:
                break
            if rows[end] == row:
                if steps[t] - steps[end] < rules[MIN_GAP]:
                    break
                if has_times and times[t] - times[end] < rules[MIN_TIME]:
                    break
            p += 1
        if p < 0 or rows[ends[p]] != row or steps[t] - steps[ends[p]] > rules[MAX_GAP]:
            continue
        if has_times and times[t] - times[ends[p]] > rules[MAX_TIME]:
            continue
        if has_times and rules[SPAN] >= 0 and times[t] - times[begins[p]] > rules[SPAN]:
            continue
        new_ends[n], new_begins[n] = t, begins[p]
        n += 1
        if row != row_before:
            n_rows += 1
            row_before = row
    return n, n_rows


@njit(cache=True, nogil=True)
def counted_again(
    values: Ints,
    rows: Ints,
    steps: Ints,
    times: Ints,
    n_labels: int,
    codes: Ints,
    known: Ints,
    first: Ints,
    number: Ints,
    depth: int,
    rules: Ints,
    least: int,
) -> Ints:
    """Return how many sequences hold each pattern of a tree, int64[n_patterns]; 0 where that is surely below `least`.

    Event e is `values[e]` in sequence `rows[e]`; `steps` are numbered over all sequences; `times` is empty where no rule
    speaks of time. Pattern i is its parent and `codes[i]`, at most `known[i]` hold it, and its children are the `number[i + 1]`
    from `first[i + 1]` on; place 0 is the empty pattern. `rules` as `rules_of` writes them.
    """
    events, bounds = events_by_label(values, n_labels)
    ends, begins = np.empty((depth + 1, values.shape[0]), np.int64), np.empty((depth + 1, values.shape[0]), np.int64)
    held = np.zeros(depth + 1, np.int64)
    at, end = np.zeros(depth + 1, np.int64), np.zeros(depth + 1, np.int64)
    counts = np.zeros(codes.shape[0], np.int64)
    at[0], end[0] = first[0], first[0] + number[0]
    level = 0
    while level >= 0:
        if at[level] == end[level]:
            level -= 1
            continue
        node = at[level]
        at[level] += 1
        if known[node] < least:
            continue
        spots = events[bounds[codes[node]] : bounds[codes[node] + 1]]
        if level == 0:
            n = spots.shape[0]
            ends[1, :n], begins[1, :n] = spots, spots
            n_rows = np.unique(rows[spots]).shape[0]
        else:
            so_far, further = (ends[level, : held[level]], begins[level, : held[level]]), (ends[level + 1], begins[level + 1])
            n, n_rows = extended(spots, so_far[0], so_far[1], rows, steps, times, rules, further[0], further[1])
        counts[node] = n_rows
        if n_rows >= least and number[node + 1] > 0:
            level += 1
            held[level] = n
            at[level], end[level] = first[node + 1], first[node + 1] + number[node + 1]
    return counts
