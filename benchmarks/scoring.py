"""All metrics of recommended lists, in one pass: seconds, memory and the ratio to peers in the same run.

    python -m benchmarks.scoring
    python -m benchmarks.scoring --lists 1000000

Peers answer a sample of the lists and are compared by CPU seconds a list: numpy a list at a time, numpy over whole arrays,
and ir-measures, which knows recall, precision and MAP alone.
"""

import argparse
import resource
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from seqrec_core.evaluation.lists import ItemFacts, ListValues, coverage, gini, list_values
from seqrec_core.models.topk import TopK

V = 16_384  # a power of two, so that odd strides give lists of distinct items
WANTED = 3


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lists", type=int, default=50_000)
    parser.add_argument("--k", type=int, default=100)
    parser.add_argument("--sample", type=int, default=5_000, help="lists that peers answer")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def made(n: int, k: int, seed: int) -> tuple[TopK, np.ndarray, np.ndarray, ItemFacts]:
    """Lists of distinct items with falling scores, three items asked for each, one of them in the list."""
    rng = np.random.default_rng(seed)
    start, stride = rng.integers(0, V, n), 2 * rng.integers(0, V // 2, n) + 1
    items = np.empty((n, k + 1), np.int32)
    for at in range(k + 1):
        items[:, at] = 1 + (start + at * stride) % V
    scores = np.tile(-np.arange(k + 1, dtype=np.float32), (n, 1))
    inside = items[np.arange(n), rng.integers(0, k, n)] - 1
    half = V // 2
    others = inside + 1 + rng.integers(0, half - 1, n), inside + half + rng.integers(0, half, n)
    wanted = 1 + np.stack([inside, *(other % V for other in others)], axis=1).astype(np.int32)
    users = np.concatenate([[0], 1 + rng.zipf(1.6, V) % 5_000])
    place = np.concatenate([[V + 1], np.argsort(np.argsort(-users[1:], kind="stable"))])
    category = np.concatenate([[-1], rng.integers(0, 50, V)]).astype(np.int32)
    facts = ItemFacts(users, -np.log2(users.clip(1) / 5_000), users / 5_000, place, rng.random(V + 1) < 0.5, category, V)
    return TopK(items, scores), wanted, np.arange(0, n * WANTED + 1, WANTED), facts


def a_list_at_a_time(lists: TopK, wanted: np.ndarray, facts: ItemFacts, k: int) -> np.ndarray:
    """The definitions, written with numpy for one list and called for each."""
    rows = []
    for items, goal in zip(lists.items[:, :k], wanted, strict=True):
        hit = np.isin(items, goal)
        ap = (hit * np.cumsum(hit) / np.arange(1, k + 1)).sum() / WANTED
        n = np.unique(facts.category[items], return_counts=True)[1]
        diversity = 1 - (n * (n - 1)).sum() / (k * (k - 1))
        new = (hit & (facts.place[items] >= k)).sum() / k
        means = [facts.bits[items].mean(), facts.is_tail[items].mean(), facts.popularity[items].mean()]
        rows.append([hit.sum() / WANTED, hit.sum() / k, ap, means[0], diversity, new, *means[1:]])
    np.bincount(lists.items[:, :k].ravel(), minlength=V + 1)
    return np.array(rows)


def whole_arrays(lists: TopK, wanted: np.ndarray, facts: ItemFacts, k: int) -> np.ndarray:
    """The same with numpy over blocks of 2,000 lists."""
    blocks = []
    for start in range(0, len(wanted), 2_000):
        items, goal = lists.items[start : start + 2_000, :k], wanted[start : start + 2_000]
        hit = (items[:, :, None] == goal[:, None, :]).any(axis=2)
        ap = (hit * np.cumsum(hit, axis=1) / np.arange(1, k + 1)).sum(axis=1) / WANTED
        codes = facts.category[items] + 50 * np.arange(len(items))[:, None]
        n = np.bincount(codes.ravel(), minlength=50 * len(items)).reshape(-1, 50)
        diversity = 1 - (n * (n - 1)).sum(axis=1) / (k * (k - 1))
        new = (hit & (facts.place[items] >= k)).sum(axis=1) / k
        means = [table[items].mean(axis=1) for table in (facts.bits, facts.is_tail, facts.popularity)]
        found = hit.sum(axis=1)
        blocks.append(np.stack([found / WANTED, found / k, ap, means[0], diversity, new, *means[1:]], axis=1))
    np.bincount(lists.items[:, :k].ravel(), minlength=V + 1)
    return np.concatenate(blocks)


def outside(lists: TopK, wanted: np.ndarray, k: int) -> dict[str, float]:
    """Recall, precision and MAP by ir-measures, the making of its tables included."""
    import ir_measures
    from ir_measures import AP, P, R

    run = {
        str(at): dict(zip(map(str, items.tolist()), scores.tolist(), strict=True))
        for at, (items, scores) in enumerate(zip(lists.items[:, :k], lists.scores[:, :k], strict=True))
    }
    qrels = {str(at): dict.fromkeys(map(str, goal.tolist()), 1) for at, goal in enumerate(wanted)}
    return {str(name): value for name, value in ir_measures.calc_aggregate([R @ k, P @ k, AP @ k], qrels, run).items()}


def timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """Return what work gives, its wall seconds and its CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return result, time.perf_counter() - wall, time.process_time() - cpu


def table(values: ListValues) -> np.ndarray:
    names = ("recall", "precision", "average_precision", "novelty", "diversity", "serendipity", "long_tail", "popularity")
    return np.stack([getattr(values, name) for name in names], axis=1)


def main() -> None:
    options = arguments()
    n, k, few = options.lists, options.k, min(options.sample, options.lists)
    lists, wanted, offsets, facts = made(n, k, options.seed)
    expected = np.full(n, k, np.int64)
    first = timed(
        lambda: list_values(TopK(lists.items[:10], lists.scores[:10]), k, wanted[:10].ravel(), offsets[:11], facts, expected[:10])
    )
    print(f"compiling, or reading what was compiled before: {first[1]:.1f} s")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    values, wall, cpu = timed(lambda: list_values(lists, k, wanted.ravel(), offsets, facts, expected))
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    balance = timed(lambda: (coverage(values.counts), gini(values.counts)))
    given = (lists.items.nbytes + n * (k + 1) * 4) / 1e6
    beside = f"{more:,.0f} MB beside the lists ({given:,.0f} MB)"
    print(f"{n:,} lists of {k}: {wall:.2f} s, {cpu:.2f} CPU s; {beside}; coverage and Gini {balance[1]:.3f} s")
    some = TopK(lists.items[:few], lists.scores[:few])
    peers = {"numpy, a list at a time": a_list_at_a_time, "numpy, whole arrays": whole_arrays}
    for name, peer in peers.items():
        found, _, spent = timed(lambda peer=peer: peer(some, wanted[:few], facts, k))
        apart = np.abs(found - table(values)[:few]).max()
        print(
            f"{name}: {1e6 * spent / few:.1f} CPU µs a list, {spent / few / (cpu / n):.1f} × ours; largest difference {apart:.1e}"
        )
    means, _, spent = timed(lambda: outside(some, wanted[:few], k))
    apart = np.abs(np.array([means[f"R@{k}"], means[f"P@{k}"], means[f"AP@{k}"]]) - table(values)[:few, :3].mean(axis=0)).max()
    print(f"ir-measures, three metrics: {1e6 * spent / few:.1f} CPU µs a list, {spent / few / (cpu / n):.1f} × ours; {apart:.1e}")


if __name__ == "__main__":
    main()
