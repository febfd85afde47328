"""One compiled pass over recommended lists. Imported inside functions: numba is slow to import."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Table = NDArray[Any]  # numbers of the type that the docstring names

# columns of what the pass writes, in the order of `lists.NAMES`, then whether scores alone fill the list
RECALL, PRECISION, AVERAGE_PRECISION, NOVELTY, DIVERSITY, CONTENT, SERENDIPITY, LONG_TAIL, POPULARITY, FILLED = range(10)
WIDTH = 10


@njit(cache=True, nogil=True)
def pass_over(
    items: Table,
    scores: Table,
    k: int,
    offsets: Table,
    wanted: Table,
    facts: tuple[Table, Table, Table, Table, Table],
    expected: Table,
    content: tuple[Table, Table, Table],
    marks: Table,
    sums: Table,
    out: Table,
    counts: Table,
) -> None:
    """Write every value of every list, and count how often each item stands in one.

    Args:
        items: best first, 0 = no item, int32[n, k + 1]; the last column only shows whether the end is tied.
        scores: theirs, float32 of the same shape, or of shape [0, 0] where nothing ties.
        k: how much of each list counts.
        offsets: list i is asked for `wanted[offsets[i]:offsets[i + 1]]`, int64[n + 1].
        wanted: items asked for, int32.
        facts: bits, popularity, place, is_tail, category (−1 = not known) of each item, [V] each.
        expected: items of a place below this are in the popularity list of the case, int64[n].
        content: offsets int64[V + 1], words int32 and weights float64 of `ContentVectors`.
        marks: zeros, int32[categories + 1]; left as found.
        sums: zeros, float64[words]; left as found.
        out: NaN, float64[n, WIDTH].
        counts: of each item, int64[V]; added to.
    """
    for i in range(items.shape[0]):
        length = 0
        while length < k and length < items.shape[1] and items[i, length] > 0:
            length += 1
        own = scores[i] if scores.shape[0] > 0 else scores.ravel()
        describe(items[i, :length], facts, marks, out[i], counts)
        if len(sums):
            out[i, CONTENT] = apart(items[i, :length], content, sums)
        find(items[i], own, k, length, wanted[offsets[i] : offsets[i + 1]], facts[2], expected[i], out[i])


@njit(cache=True, nogil=True)
def describe(items: Table, facts: tuple[Table, Table, Table, Table, Table], marks: Table, out: Table, counts: Table) -> None:
    """Write what a list is made of: novelty, popularity, long tail, diversity."""
    bits, popularity, _, is_tail, category = facts
    novelty, popular, tail, known, pairs = 0.0, 0.0, 0, 0, 0
    for item in items:
        counts[item] += 1
        novelty += bits[item]
        popular += popularity[item]
        tail += is_tail[item]
        if category[item] >= 0:
            pairs += marks[category[item]]
            marks[category[item]] += 1
            known += 1
    for item in items:
        if category[item] >= 0:
            marks[category[item]] = 0
    length = len(items)
    if length:
        out[NOVELTY] = novelty / length
        out[POPULARITY] = popular / length
        out[LONG_TAIL] = tail / length
    if known > 1:
        out[DIVERSITY] = 1.0 - 2.0 * pairs / (known * (known - 1))


@njit(cache=True, nogil=True)
def apart(items: Table, content: tuple[Table, Table, Table], sums: Table) -> float:
    """Return 1 − the mean cosine of the pairs of items that have words; NaN for fewer than two of them.

    Vectors have length 1, so the cosines of an item with all before it are its product with their sum.
    """
    offsets, words, weights = content
    known, alike = 0, 0.0
    for item in items:
        begin, end = offsets[item], offsets[item + 1]
        known += end > begin
        for at in range(begin, end):
            alike += sums[words[at]] * weights[at]
        for at in range(begin, end):
            sums[words[at]] += weights[at]
    for item in items:
        for at in range(offsets[item], offsets[item + 1]):
            sums[words[at]] = 0.0
    return 1.0 - 2.0 * alike / (known * (known - 1)) if known > 1 else np.nan


@njit(cache=True, nogil=True)
def find(items: Table, scores: Table, k: int, length: int, wanted: Table, place: Table, expected: int, out: Table) -> None:
    """Write what a list finds: recall, precision, average precision, serendipity; items of equal score share their last place.

    `a` is where a group of equal scores begins, `b` the place of its last item.
    """
    hits, surprising, precision, a = 0, 0, 0.0, 0
    while a < length:
        b = a + 1
        while b < len(scores) and items[b] > 0 and scores[b] == scores[a]:
            b += 1
        if b > k or (len(scores) > 0 and np.isnan(scores[a])):
            break
        new = 0
        for j in range(a, b):
            for item in wanted:
                if item == items[j]:
                    new += 1
                    surprising += place[item] >= expected
                    break
        hits += new
        precision += new * hits / b
        a = b
    out[FILLED] = 1.0 if a == k else 0.0
    if len(wanted):
        out[RECALL] = hits / len(wanted)
        out[PRECISION] = hits / k
        out[AVERAGE_PRECISION] = precision / len(wanted)
        out[SERENDIPITY] = surprising / k


@njit(cache=True, nogil=True)
def expected_until(items: Table, begin: Table, end: Table, place: Table, k: int, out: Table) -> None:
    """Write how many of the most popular items, by place, a popularity list of k unseen items goes through, int64[n].

    Args:
        items: of the whole log, int32[n_events].
        begin: the history of case i is `items[begin[i]:end[i]]`, int64[n].
        end: int64[n].
        place: 0-based place of each item by popularity, int64[V].
        k: length of the list.
        out: written to.
    """
    for i in range(len(begin)):
        reach = k + end[i] - begin[i]
        seen = np.zeros(reach, np.bool_)
        for row in range(begin[i], end[i]):
            if place[items[row]] < reach:
                seen[place[items[row]]] = True
        unseen, at = 0, 0
        while unseen < k and at < reach:
            unseen += not seen[at]
            at += 1
        out[i] = at
