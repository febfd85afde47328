"""Compiled walks over found patterns, which form a trie: what each is like, its labels."""

import numpy as np
from numba import njit

from seqrec_core.mining.arena import Ints


@njit(cache=True, nogil=True)
def described(  # noqa: D417 - one line says both
    nodes: Ints, n_items: int, bit: Ints, is_first: Ints, is_last: Ints, is_allowed: Ints
) -> tuple[Ints, Ints, Ints]:
    """Return the length in events, the wanted events held, and whether all events, the first and the last step are as asked.

    Args:
        nodes: patterns, int32[n, 3]; a parent stands before its children.
        n_items: codes from here on join the step before.
        bit: number of each wanted code in the answer's bits, −1 for the others, int64[n_items].
        is_first, is_last: codes of which a pattern has to begin or end with one, bool[n_items].
        is_allowed: the only codes that it may hold, bool[n_items].

    Returns:
        Lengths, int32[n]; bits, int64[n]; whether begin, end and all events are right, bool[n].
    """
    n = nodes.shape[0]
    length, bits, holds_others = np.empty(n, np.int32), np.zeros(n, np.int64), np.empty(n, np.bool_)
    steps, begins, ends = np.empty(n, np.int32), np.empty(n, np.bool_), np.empty(n, np.bool_)
    for node in range(n):
        parent, code = nodes[node, 0], nodes[node, 1]
        joins = code >= n_items
        if joins:
            code -= n_items
        if parent < 0:
            length[node], steps[node], begins[node], ends[node] = 1, 1, is_first[code], is_last[code]
        else:
            length[node], bits[node] = length[parent] + 1, bits[parent]
            steps[node] = steps[parent] + (not joins)
            begins[node] = begins[parent] or (steps[node] == 1 and is_first[code])
            ends[node] = is_last[code] or (joins and ends[parent])
        holds_others[node] = not is_allowed[code] or (parent >= 0 and holds_others[parent])
        if bit[code] >= 0:
            bits[node] |= 1 << bit[code]
    for node in range(n):
        begins[node] = begins[node] and ends[node] and not holds_others[node]
    return length, bits, begins


@njit(cache=True, nogil=True)
def roots_of(nodes: Ints) -> Ints:
    """Return the code that each pattern begins with, int32[n]."""
    root = np.empty(nodes.shape[0], np.int32)
    for node in range(nodes.shape[0]):
        parent = nodes[node, 0]
        root[node] = nodes[node, 1] if parent < 0 else root[parent]
    return root


@njit(cache=True, nogil=True)
def written_out(nodes: Ints, length: Ints, chosen: Ints) -> Ints:
    """Return the codes of the chosen patterns, one after the other, int32[sum of lengths]."""
    total = 0
    for node in chosen:
        total += length[node]
    flat = np.empty(total, np.int32)
    at = 0
    for pattern in chosen:
        at += length[pattern]
        spot, node = at, pattern
        while node >= 0:
            spot -= 1
            flat[spot] = nodes[node, 1]
            node = np.int64(nodes[node, 0])
    return flat


@njit(cache=True, nogil=True)
def in_order(nodes: Ints, length: Ints, ranks: Ints, n_items: int) -> Ints:
    """Return the place of each pattern among those of its length by its labels, int32[n] (an order, with holes).

    Children are put in order below their parents, one length after the other, by counting: first by label, then by parent.
    """
    n = nodes.shape[0]
    longest, most = 0, 0
    for node in range(n):
        longest = max(longest, length[node])
    for i in range(ranks.shape[0]):
        most = max(most, ranks[i] + 1)
    place = np.zeros(n, np.int32)
    by_rank = np.zeros(most + 1, np.int64)
    for node in range(n):
        by_rank[ranks[nodes[node, 1]] + 1] += 1
    for i in range(most):
        by_rank[i + 1] += by_rank[i]
    sorted_by_rank = np.empty(n, np.int64)
    for node in range(n):
        slot = ranks[nodes[node, 1]]
        sorted_by_rank[by_rank[slot]] = node
        by_rank[slot] += 1
    # Linked lists of children: walking them from the last rank to the first leaves the first rank on top.
    head, follows = np.full(n + 1, -1, np.int64), np.empty(n, np.int64)
    for i in range(n - 1, -1, -1):
        node = sorted_by_rank[i]
        parent = nodes[node, 0] + 1
        follows[node] = head[parent]
        head[parent] = node
    stack = np.empty(longest + 2, np.int64)
    top, counter = 0, np.int64(0)
    stack[0] = head[0]
    while top >= 0:
        node = stack[top]
        if node < 0:
            top -= 1
            continue
        stack[top] = follows[node]
        place[node] = counter
        counter += 1
        top += 1
        stack[top] = head[node + 1]
    return place
