"""Compiled passes over raw sequences that come before a search."""

import numpy as np
from numba import njit

from seqrec_core.mining.arena import Ints


@njit(cache=True, nogil=True)
def holders(values: Ints, offsets: Ints, rows: Ints, groups: Ints, n_labels: int) -> Ints:
    """Return how many supporters hold each label, int64[n_labels].

    `rows` are the sequences in an order in which those of one supporter follow each other, `groups` who each counts for.
    """
    counts = np.zeros(n_labels, np.int64)
    last = np.full(n_labels, -1, np.int64)
    for row in rows:
        for t in range(offsets[row], offsets[row + 1]):
            label = values[t]
            if last[label] != groups[row]:
                last[label] = groups[row]
                counts[label] += 1
    return counts


@njit(cache=True, nogil=True)
def compacted(values: Ints, steps: Ints, offsets: Ints, order: Ints, code: Ints) -> tuple[Ints, Ints, Ints, Ints, Ints, bool]:
    """Keep only labels with a code; number the steps of each sequence from 0, as they were before.

    Inside a step, codes rise and each stands once.

    Args:
        values: label codes, as in `Sequences`.
        steps: step of each event, as in `Sequences`.
        offsets: borders of the sequences.
        order: the sequences to keep, in the order to keep them in, int64[n].
        code: new code of each label, −1 for those to leave out, int32[n_labels].

    Returns:
        Codes and step ordinals, int32, and the event each stands for, int64; offsets of the sequences that keep any, int64, and
        which these are, int64; whether a step holds several kept events.
    """
    n = values.shape[0]
    items, ordinals, spots = np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.int64)
    ends, rows = np.zeros(order.shape[0] + 1, np.int64), np.empty(order.shape[0], np.int64)
    at, kept, shared = 0, 0, False
    for row in order:
        first, ordinal, step_at = at, -1, at
        for t in range(offsets[row], offsets[row + 1]):
            if t == offsets[row] or steps[t] != steps[t - 1]:
                ordinal += 1
                step_at = at
            item = code[values[t]]
            if item < 0:
                continue
            place = at
            while place > step_at and items[place - 1] > item:
                place -= 1
            if place > step_at and items[place - 1] == item:
                continue
            for i in range(at, place, -1):
                items[i], spots[i] = items[i - 1], spots[i - 1]
            items[place], spots[place], ordinals[at] = item, t, ordinal
            shared = shared or at > step_at
            at += 1
        if at > first:
            rows[kept] = row
            kept += 1
            ends[kept] = at
    return items[:at], ordinals[:at], spots[:at], ends[: kept + 1], rows[:kept], shared


@njit(cache=True, nogil=True)
def merged(items: Ints, ordinals: Ints, offsets: Ints, with_steps: bool) -> tuple[Ints, Ints]:
    """Find sequences that are equal, steps counted from the first kept event included where they matter.

    Returns:
        The first of each kind, int64, rising, and how many are like it, int64.
    """
    n = offsets.shape[0] - 1
    size = 16
    while size < 2 * n:
        size *= 2
    table = np.full(size, -1, np.int64)
    firsts, weights, hashes = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.uint64)
    kinds = 0
    for row in range(n):
        low, high = offsets[row], offsets[row + 1]
        code = np.uint64(1469598103934665603) + np.uint64(high - low)
        for t in range(low, high):
            word = np.uint64(items[t])
            if with_steps:
                word += np.uint64(ordinals[t] - ordinals[low]) << np.uint64(32)
            code = (code ^ word) * np.uint64(1099511628211)
            code ^= code >> np.uint64(29)
        slot = np.int64(code & np.uint64(size - 1))
        while table[slot] >= 0:
            kind = table[slot]
            if hashes[kind] == code and same(items, ordinals, offsets, firsts[kind], row, with_steps):
                break
            slot = (slot + 1) & (size - 1)
        if table[slot] < 0:
            table[slot] = kinds
            firsts[kinds], weights[kinds], hashes[kinds] = row, 0, code
            kinds += 1
        weights[table[slot]] += 1
    return firsts[:kinds], weights[:kinds]


@njit(cache=True, nogil=True)
def same(items: Ints, ordinals: Ints, offsets: Ints, a: int, b: int, with_steps: bool) -> bool:
    """Say whether two sequences are equal."""
    start, other = offsets[a], offsets[b]
    n = offsets[a + 1] - start
    if offsets[b + 1] - other != n:
        return False
    for i in range(n):
        if items[start + i] != items[other + i]:
            return False
        if with_steps and ordinals[start + i] - ordinals[start] != ordinals[other + i] - ordinals[other]:
            return False
    return True
