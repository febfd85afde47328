"""Compiled walks over found patterns, which form a trie: lengths, labels, and which patterns a longer one covers."""

import numpy as np
from numba import njit

from seqrec_core.mining.kernels import Ints, grown


@njit(cache=True, nogil=True)
def lengths(nodes: Ints) -> Ints:
    """Return the length of each pattern in events, int32[n]."""
    result = np.empty(nodes.shape[0], np.int32)
    for node in range(nodes.shape[0]):
        parent = nodes[node, 0]
        result[node] = 1 if parent < 0 else result[parent] + 1
    return result


@njit(cache=True, nogil=True)
def written_out(nodes: Ints, length: Ints, chosen: Ints) -> Ints:
    """Return the items of the chosen patterns, one after the other, int32[sum of lengths]."""
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
def child(nodes: Ints, n_roots: int, node: int, item: int) -> int:
    """Return the pattern that continues `node` (−1: the empty one) with `item`, −1 where it was not found."""
    if node < 0:
        low, high = 0, n_roots
    else:
        low = nodes[node, 3]
        high = low + nodes[node, 4]
    while low < high:
        middle = (low + high) // 2
        if nodes[middle, 1] < item:
            low = middle + 1
        else:
            high = middle
    end = n_roots if node < 0 else nodes[node, 3] + nodes[node, 4]
    return low if low < end and nodes[low, 1] == item else -1


@njit(cache=True, nogil=True)
def write_path(nodes: Ints, node: int, n: int, path: Ints) -> None:
    """Write the prefixes of a pattern of n events into path[:n], the shortest first, the pattern itself last."""
    for spot in range(n - 1, -1, -1):
        path[spot] = node
        node = nodes[node, 0]


@njit(cache=True, nogil=True)
def cover_any_gap(
    nodes: Ints, n_roots: int, length: Ints, longest: int, low: int, high: int, only_equal: bool, covered: Ints
) -> None:
    """Mark what patterns low…high−1 cover. Leaving out one event is enough, as support never falls on the way.

    `longest` is the largest length + 1.
    """
    path = np.empty(longest, np.int64)
    for node in range(low, high):
        n = length[node]
        write_path(nodes, np.int64(node), n, path)
        for left_out in range(n):
            part = np.int64(-1) if left_out == 0 else path[left_out - 1]
            for spot in range(left_out + 1, n):
                part = child(nodes, n_roots, part, nodes[path[spot], 1])
                if part < 0:
                    break
            if part >= 0 and (not only_equal or nodes[part, 2] == nodes[node, 2]):
                covered[part] = True


@njit(cache=True, nogil=True)
def cover_within_gap(
    nodes: Ints,
    n_roots: int,
    length: Ints,
    longest: int,
    low: int,
    high: int,
    only_equal: bool,
    gap: int,
    covered: Ints,
    seen: Ints,
) -> None:
    """Mark what patterns low…high−1 cover: all that they hold with neighbours at most `gap` events apart.

    `longest` is the largest length + 1; `seen` is int64[n] and −1 at first: the last (pattern, position) a part was reached at.
    """
    path = np.empty(longest, np.int64)
    bounds = np.empty(longest + 1, np.int64)
    reached = np.empty(64, np.int64)
    for node in range(low, high):
        n = length[node]
        write_path(nodes, np.int64(node), n, path)
        total = 0
        for spot in range(n):
            item = nodes[path[spot], 1]
            stamp = np.int64(node) * longest + spot
            bounds[spot] = total
            for source in range(bounds[max(0, spot - gap)] - 1, bounds[spot]):
                part = np.int64(-1) if source < bounds[max(0, spot - gap)] else reached[source]
                part = child(nodes, n_roots, part, item)
                if part < 0 or part == node or seen[part] == stamp:
                    continue
                seen[part] = stamp
                reached = grown(reached, total + 1)
                reached[total] = part
                total += 1
                if not only_equal or nodes[part, 2] == nodes[node, 2]:
                    covered[part] = True
