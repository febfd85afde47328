"""Compiled walks over found patterns, which form a trie, that mark which ones a longer one covers."""

import numpy as np
from numba import njit

from seqrec_core.mining.arena import Ints, grown

MISSING = -2


@njit(cache=True, nogil=True)
def find(nodes: Ints, low: int, end: int, code: int) -> int:
    """Return the first child in nodes[low:end] whose code is not below `code`, looking near `low` first."""
    step = 1
    high = low
    while high < end and nodes[high, 1] < code:
        low = high + 1
        high += step
        step *= 2
    high = min(high, end)
    while low < high:
        middle = (low + high) // 2
        if nodes[middle, 1] < code:
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=True, nogil=True)
def mark_parts(
    nodes: Ints, node: int, n: int, codes: Ints, parts: Ints, only_equal: bool, inner: bool, n_items: int, covered: Ints
) -> None:
    """Mark what a pattern of n events holds and what is one event shorter; parts[i] is it without event i."""
    for i in range(n):
        part = parts[i]
        if part < 0 or (only_equal and nodes[part, 2] != nodes[node, 2]):
            continue
        is_step = codes[i] < n_items and (i + 1 == n or codes[i + 1] < n_items)
        if inner or not is_step or i == 0 or i == n - 1:
            covered[part] = True


@njit(cache=True, nogil=True)
def write_parts(
    nodes: Ints, first: Ints, number: Ints, parts: Ints, places: Ints, depth: int, code: int, last: int, n_items: int
) -> None:
    """Find what a child, its parent continued with `code`, is without each event of the parent, whose last code is `last`."""
    for i in range(depth + 1):
        source = parts[depth, i]
        parts[depth + 1, i] = MISSING
        if source == MISSING:
            continue
        begin, end = first[source + 1], first[source + 1] + number[source + 1]
        wanted = code
        if i == depth and code >= n_items and last < n_items:  # the step loses its first event, and this one begins it
            wanted = code - n_items
            spot = find(nodes, begin, end, wanted)
        else:
            spot = find(nodes, places[depth, i], end, code)
            places[depth, i] = spot
        if spot < end and nodes[spot, 1] == wanted:
            parts[depth + 1, i] = spot


@njit(cache=True, nogil=True)
def cover_shorter(  # noqa: D417 - the file says most
    nodes: Ints,
    first: Ints,
    number: Ints,
    accepted: Ints,
    longest: int,
    only_equal: bool,
    inner: bool,
    n_items: int,
    covered: Ints,
    low: int,
    high: int,
) -> None:
    """Mark what accepted patterns cover among those of one event less, by walking below the single events low…high−1.

    A pattern without event i continues its parent without event i, so that each part is one step from a known one; and as
    children rise by code, each search begins where the one for the sibling before ended.

    Args:
        longest: events of the longest pattern.
        inner: whether a whole step between two others may be left out.
        n_items: codes from here on join the step before.
        covered: bool[n], written to.
    """
    size = longest + 2
    codes, path, turn = np.empty(size, np.int64), np.empty(size, np.int64), np.empty(size, np.int64)
    parts, places = np.empty((size, size), np.int64), np.empty((size, size), np.int64)
    for root in range(low, high):
        depth = 0
        path[0], turn[0], codes[0], parts[0, 0], places[0, 0] = root, 0, nodes[root, 1], -1, first[0]
        while depth >= 0:
            parent = path[depth]
            if turn[depth] == number[parent + 1]:
                depth -= 1
                continue
            node = first[parent + 1] + turn[depth]
            turn[depth] += 1
            if not accepted[node] and number[node + 1] == 0:
                continue
            code, n = np.int64(nodes[node, 1]), depth + 2
            codes[n - 1] = code
            write_parts(nodes, first, number, parts, places, depth, code, codes[depth], n_items)
            parts[depth + 1, n - 1] = parent
            if accepted[node]:
                mark_parts(nodes, node, n, codes, parts[depth + 1], only_equal, inner, n_items, covered)
            if number[node + 1] > 0:
                depth += 1
                path[depth], turn[depth] = node, 0
                for i in range(n):
                    if parts[depth, i] != MISSING:
                        places[depth, i] = first[parts[depth, i] + 1]


@njit(cache=True, nogil=True)
def child(nodes: Ints, first: Ints, number: Ints, node: int, code: int) -> int:
    """Return the pattern that continues `node` (−1: the empty one) with a code, −1 where it was not found."""
    low = first[node + 1]
    end = low + number[node + 1]
    high = end
    while low < high:
        middle = (low + high) // 2
        if nodes[middle, 1] < code:
            low = middle + 1
        else:
            high = middle
    return low if low < end and nodes[low, 1] == code else -1


@njit(cache=True, nogil=True)
def write_path(nodes: Ints, node: int, n: int, path: Ints) -> None:
    """Write the prefixes of a pattern of n events into path[:n], the shortest first, the pattern itself last."""
    for spot in range(n - 1, -1, -1):
        path[spot] = node
        node = nodes[node, 0]


@njit(cache=True, nogil=True)
def cover_within_gap(
    nodes: Ints,
    first: Ints,
    number: Ints,
    length: Ints,
    accepted: Ints,
    only_equal: bool,
    n_items: int,
    gap: int,
    covered: Ints,
    seen: Ints,
    low: int,
    high: int,
) -> None:
    """Mark what the accepted patterns of low…high−1 cover: all that they hold with neighbours at most `gap` steps apart.

    `seen` is int64[n] and −1 at first: the last (pattern, position) a part was reached at.
    """
    path, bounds, begins, reached = np.empty(16, np.int64), np.empty(17, np.int64), np.empty(16, np.int64), np.empty(64, np.int64)
    stamp = np.int64(-1)
    for node in range(low, high):
        n = np.int64(length[node])
        if not accepted[node]:
            continue
        path, begins, bounds = grown(path, n), grown(begins, n + 1), grown(bounds, n + 1)
        write_path(nodes, np.int64(node), n, path)
        total, step = np.int64(0), np.int64(-1)
        for spot in range(n):
            code = np.int64(nodes[path[spot], 1])
            stamp = np.int64(node) * (2**20) + spot
            if code < n_items:
                step += 1
                begins[step] = spot
            else:
                code -= n_items
            bounds[spot] = total
            far, near = bounds[begins[max(0, step - gap)]], bounds[begins[step]]
            before = total
            for source in range(far - 1, before):
                part = np.int64(-1) if source < far else reached[source]
                part = child(nodes, first, number, part, code + n_items if source >= near else code)
                if part < 0 or part == node or seen[part] == stamp:
                    continue
                seen[part] = stamp
                reached = grown(reached, total + 1)
                reached[total] = part
                total += 1
                if not only_equal or nodes[part, 2] == nodes[node, 2]:
                    covered[part] = True
