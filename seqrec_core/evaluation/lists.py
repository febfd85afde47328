"""What recommended lists give, all metrics in one pass: found items, novelty, diversity, surprise, popularity, balance.

`docs/metrics.md` says the same for readers.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.content import ContentVectors, content_vectors, no_content
from seqrec_core.data.sequences import NO_CATEGORY, SequenceDataset
from seqrec_core.data.split import Cases, Split
from seqrec_core.evaluation.later import Later
from seqrec_core.models.topk import TopK

Values = NDArray[np.float64]
HEAD = 0.8  # share of the training events that the popular items hold; the rest of the items is the long tail
MOST_THREADS = 8
BLOCK = 16_384  # lists a thread takes at a time


@dataclass(frozen=True)
class ItemFacts:
    """What is known of each item from training, index 0 = PAD.

    Args:
        users: how many users had it, int64[V].
        bits: −log2(share of users who had it), float64[V]; the share is 1 / (n_users + 1) for an item that nobody had.
        popularity: share of users who had it, float64[V].
        place: 0-based place by popularity, ties by index, int64[V]; PAD and non-candidates last.
        is_tail: not among the most popular items that together hold HEAD of the training events, bool[V].
        category: code of the category, −1 where none is known, int32[V].
        n_candidates: how many items can be recommended.
        content: vectors of what is written about them; None = not known.
    """

    users: NDArray[np.int64]
    bits: Values
    popularity: Values
    place: NDArray[np.int64]
    is_tail: NDArray[np.bool_]
    category: NDArray[np.int32]
    n_candidates: int
    content: ContentVectors | None = None


def item_facts(dataset: SequenceDataset, split: Split) -> ItemFacts:
    """Count items over the training events."""
    users = np.repeat(np.arange(dataset.n_users, dtype=np.int64), np.diff(dataset.user_offsets))
    trained = np.arange(dataset.n_events) < split.train_end[users]
    size, n = dataset.vocabulary.size, dataset.vocabulary.n_logged
    had = np.bincount(np.unique(users[trained] * size + dataset.items[trained]) % size, minlength=size)
    events = np.bincount(dataset.items[trained], minlength=size)
    place = np.arange(size)
    place[1 + np.argsort(-had[1 : n + 1], kind="stable")] = np.arange(n)
    place[0] = size
    return ItemFacts(
        users=had,
        bits=-np.log2(np.where(had > 0, had / max(1, dataset.n_users), 1 / (dataset.n_users + 1))),
        popularity=had / max(1, dataset.n_users),
        place=place,
        is_tail=_tail(events),
        category=_categories(dataset),
        n_candidates=n,
        content=content_vectors(dataset),
    )


def _tail(events: NDArray[np.int64]) -> NDArray[np.bool_]:
    """The head is the shortest list of most used items that holds HEAD of the events; what is left is the tail."""
    order = np.argsort(-events, kind="stable")
    before = np.cumsum(events[order]) - events[order]
    is_tail = np.ones(len(events), dtype=bool)
    is_tail[order[(before < HEAD * events.sum()) & (events[order] > 0)]] = False
    return is_tail


def _categories(dataset: SequenceDataset) -> NDArray[np.int32]:
    if dataset.categories is None:
        return np.full(dataset.vocabulary.size, -1, np.int32)
    codes = {name: code for code, name in enumerate(sorted(set(dataset.categories[1:]) - {NO_CATEGORY, ""}))}
    return np.array([-1, *(codes.get(name, -1) for name in dataset.categories[1:])], np.int32)


@dataclass(frozen=True)
class ListValues:
    """Values of each list and counts of each item.

    Args:
        recall: found of the wanted items / wanted items; NaN where nothing is wanted. Range [0, 1], as all but novelty.
        precision: found / k.
        average_precision: Σ over found items of (found up to its place / its place) / wanted items (trec_eval's `map_cut`).
        novelty: mean bits of the items of the list; NaN for an empty list.
        diversity: share of the pairs of items that are of two categories; NaN where fewer than two items have one.
        content_diversity: 1 − mean cosine of the pairs of items by the words written about them; NaN below two such items.
        serendipity: found items that the popularity list of the same length does not hold / k.
        long_tail: share of the items that belong to the long tail.
        popularity: mean share of users who had the items.
        is_filled: whether scores alone decide which k items it holds: k candidates, none tied with one left out.
        counts: how often each candidate stands in a list, int64[n_candidates].
    """

    recall: Values
    precision: Values
    average_precision: Values
    novelty: Values
    diversity: Values
    content_diversity: Values
    serendipity: Values
    long_tail: Values
    popularity: Values
    is_filled: NDArray[np.bool_]
    counts: NDArray[np.int64]


def list_values(
    lists: TopK, k: int, wanted: NDArray[np.int32], offsets: NDArray[np.int64], facts: ItemFacts, expected: NDArray[np.int64]
) -> ListValues:
    """Return every metric of every list, in one compiled pass dealt out to threads.

    Items of equal score share the last place of them, as in ranks: what is tied with an item outside the list is not found.

    Args:
        lists: items and scores, [n, ≥ k + 1]; one more than k, so that ties at the end are seen. Scores of no column: no ties.
        k: how much of each list counts.
        wanted: the items asked for, list i's are `wanted[offsets[i]:offsets[i + 1]]`.
        offsets: int64[n + 1].
        facts: of the items.
        expected: from `popularity_reach`, int64[n].

    Source: recall, precision, average precision: trec_eval; novelty: Vargas & Castells 2011; diversity: Ziegler et al. 2005
        (intra-list, 0/1 distance of categories; cosine distance of words); serendipity: Ge, Delgado-Battenfeld & Jannach
        2010; long tail: Abdollahpouri, Burke & Mobasher 2017.
    """
    from seqrec_core.evaluation import list_kernels as kernel

    n, size = len(lists.items), len(facts.bits)
    out = np.full((n, kernel.WIDTH), np.nan)
    items = np.ascontiguousarray(lists.items, np.int32)
    scores = np.ascontiguousarray(lists.scores, np.float32)
    n_marks = int(facts.category.max(initial=-1)) + 2

    known = facts.content or no_content(size)
    tables = (facts.bits, facts.popularity, facts.place, facts.is_tail, facts.category)
    content = (known.offsets, known.words, known.weights)

    def work(start: int) -> NDArray[np.int64]:
        block, counts = slice(start, min(n, start + BLOCK)), np.zeros(size, np.int64)
        own, marks, sums = offsets[start : block.stop + 1], np.zeros(n_marks, np.int32), np.zeros(known.n_words)
        kernel.pass_over(
            items[block], scores[block], k, own, wanted, tables, expected[block], content, marks, sums, out[block], counts
        )
        return counts

    with ThreadPoolExecutor(n_threads()) as pool:
        counts = np.zeros(size, np.int64)
        for part in pool.map(work, range(0, n, BLOCK)):
            counts += part
    columns = {name: out[:, at] for at, name in enumerate(NAMES)}
    return ListValues(**columns, is_filled=out[:, kernel.FILLED] > 0, counts=counts[1 : facts.n_candidates + 1])


NAMES = (
    "recall",
    "precision",
    "average_precision",
    "novelty",
    "diversity",
    "content_diversity",
    "serendipity",
    "long_tail",
    "popularity",
)


def popularity_reach(dataset: SequenceDataset, cases: Cases, facts: ItemFacts, k: int, exclude_seen: bool) -> NDArray[np.int64]:
    """Return the place by popularity that a popularity list of k candidates reaches in each case, int64[n].

    An item of a smaller place is in that list, or was seen. Without `exclude_seen` it is k.
    """
    if not exclude_seen:
        return np.full(len(cases), k, np.int64)
    from seqrec_core.evaluation.list_kernels import expected_until

    reach = np.empty(len(cases), np.int64)
    expected_until(dataset.items, dataset.user_offsets[cases.users], cases.targets, facts.place, k, reach)
    return reach


def wanted_of(dataset: SequenceDataset, wanted: Later) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return wanted items and where each case's begin."""
    return dataset.items[wanted.row], wanted.offsets


def history_popularity(dataset: SequenceDataset, cases: Cases, facts: ItemFacts) -> Values:
    """Return the mean share of users who had the items of each history, float64[n]; NaN for an empty one."""
    sums = np.concatenate([[0.0], np.cumsum(facts.popularity[dataset.items])])
    begin = dataset.user_offsets[cases.users]
    n = cases.targets - begin
    return np.where(n > 0, (sums[cases.targets] - sums[begin]) / np.maximum(n, 1), np.nan)


def coverage(counts: NDArray[np.integer]) -> float:
    """Catalog coverage: items that stand in at least one list / all candidates. Range [0, 1], a share; 0 without candidates.

    Source: Ge, Delgado-Battenfeld & Jannach 2010, "Beyond accuracy: evaluating recommender systems by coverage".

    Example:
        >>> coverage(np.array([0, 3, 1, 0]))
        0.5
    """
    return float((counts > 0).mean()) if len(counts) else 0.0


def gini(counts: NDArray[np.integer]) -> float:
    """Gini coefficient of how often items are recommended. Range [0, 1 − 1/n]: 0 = all alike, near 1 = few get everything.

    Σ (2 i − n − 1) · c₍ᵢ₎ / (n Σ c) with counts c rising and i = 1…n; items never recommended count as 0. 0 without lists.
    Source: Gini 1912; as a recommender metric Fleder & Hosanagar 2009.

    Example:
        >>> gini(np.array([1, 1, 1, 1])), gini(np.array([0, 0, 0, 4]))
        (0.0, 0.75)
    """
    total, n = int(counts.sum()), len(counts)
    if not total:
        return 0.0
    return float(((2 * np.arange(1, n + 1) - n - 1) * np.sort(counts)).sum() / (n * total))


def n_threads() -> int:
    """Return how many threads a pass takes."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(MOST_THREADS, cores)
