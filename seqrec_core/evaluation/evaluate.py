"""Evaluate a model: rank every candidate for every held-out target, and keep what each case gave."""

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Cases, Part, Split
from seqrec_core.errors import BadInput, Stopped
from seqrec_core.evaluation.metrics import case_metrics, coverage, user_shares
from seqrec_core.evaluation.report import MetricReport, ProtocolLine
from seqrec_core.evaluation.resample import mean_intervals
from seqrec_core.models.protocol import Recommender
from seqrec_core.models.topk import TopK, ranks_of, top_k

BATCH = 512
CELLS = 8_000_000  # scores held at once, so that a batch of a large catalogue stays in memory


def evaluate(
    model: Recommender,
    dataset: SequenceDataset,
    split: Split,
    part: Part = "test",
    k: Sequence[int] = (10,),
    exclude_seen: bool = False,
    seed: int = 0,
    max_cases: int | None = None,
    progress: Callable[[int, int, dict[str, float]], None] = lambda step, total, values: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> MetricReport:
    """Rank the targets of one part among all candidates and report HR, NDCG, MRR, novelty and coverage @k.

    Targets that cannot be recommended (seen, under `exclude_seen`) stay in the table without values and are counted as
    left out. Intervals are 95 % percentile bootstrap over cases; coverage has none: it is one number of all lists.

    Args:
        model: what to measure.
        dataset: the log as arrays.
        split: its cases are asked.
        part: `test` or `valid`.
        k: list lengths, 1…1000.
        exclude_seen: items of the history are no candidates.
        seed: of the interval, and of the choice of cases under `max_cases`.
        max_cases: ask at most this many cases, chosen at random.
        progress: called with (cases done, cases, {}).
        should_stop: asked before each batch.

    Raises:
        BadInput: a list length outside its range, or no case that can be ranked.
        Stopped: should_stop said so.
    """
    lengths = _checked_k(k)
    cases = _chosen(split.cases(part), max_cases, seed)
    ranks, lists = rank_cases(model, dataset, cases, max(lengths), exclude_seen, progress, should_stop)
    if not (ranks > 0).any():
        raise BadInput("evaluation", "no_cases", split=split.protocol, part=part)
    values = case_metrics(ranks, lists, lengths, training_shares(dataset, split))
    table = pl.concat([_case_table(dataset, cases, ranks), pl.DataFrame(values).fill_nan(None)], how="horizontal")
    means, intervals = _summary(values, ranks > 0, seed)
    n_candidates = dataset.vocabulary.n_logged
    means |= {f"coverage@{n}": coverage(lists.items[ranks > 0], n, n_candidates) for n in lengths}
    protocol = ProtocolLine(
        split=split.protocol,
        part=part,
        n_candidates=n_candidates,
        exclude_seen=exclude_seen,
        n_users=len(np.unique(cases.users[ranks > 0])),
        k=lengths,
        seed=seed,
        left_out=int((ranks == 0).sum()),
        leak=split.leak,
    )
    return MetricReport(table, _list_table(lists), means, intervals, protocol)


def rank_cases(
    model: Recommender,
    dataset: SequenceDataset,
    cases: Cases,
    k: int,
    exclude_seen: bool,
    progress: Callable[[int, int, dict[str, float]], None] = lambda step, total, values: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> tuple[NDArray[np.int64], TopK]:
    """Return the rank of each case's target, int64[n] (0 = no candidate), and the top k lists, [n, k]."""
    n, n_candidates = len(cases), dataset.vocabulary.n_logged
    ranks = np.zeros(n, np.int64)
    items, found = np.zeros((n, k), np.int32), np.zeros((n, k), np.float32)
    rows = max(1, min(BATCH, CELLS // dataset.vocabulary.size))
    for start in range(0, n, rows):
        if should_stop():
            raise Stopped("evaluation", "stopped", done=start, total=n)
        batch = range(start, min(n, start + rows))
        histories = [cases.history(dataset, case) for case in batch]
        scores = model.score(histories)
        targets = dataset.items[cases.targets[batch.start : batch.stop]]
        ranks[batch.start : batch.stop] = ranks_of(scores, targets, histories, exclude_seen, n_candidates)
        best = top_k(scores, histories, k, exclude_seen, n_candidates)
        items[batch.start : batch.stop], found[batch.start : batch.stop] = best.items, best.scores
        progress(batch.stop, n, {})
    return ranks, TopK(items, found)


def training_shares(dataset: SequenceDataset, split: Split) -> NDArray[np.float64]:
    """Share of users who had each item in training, float64[V]."""
    users = np.repeat(np.arange(dataset.n_users, dtype=np.int64), np.diff(dataset.user_offsets))
    trained = np.arange(dataset.n_events) < split.train_end[users]
    return user_shares(users[trained], dataset.items[trained], dataset.n_users, dataset.vocabulary.size)


def _checked_k(k: Sequence[int]) -> tuple[int, ...]:
    lengths = tuple(sorted({int(n) for n in k}))
    if not lengths or lengths[0] < 1 or lengths[-1] > 1000:
        raise BadInput("evaluation", "bad_k", found=", ".join(map(str, k)) or "none")
    return lengths


def _chosen(cases: Cases, max_cases: int | None, seed: int) -> Cases:
    if max_cases is None or len(cases) <= max_cases:
        return cases
    return cases.take(np.sort(np.random.default_rng(seed).choice(len(cases), max_cases, replace=False)))


def _case_table(dataset: SequenceDataset, cases: Cases, ranks: NDArray[np.int64]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            c.USER: [dataset.user_ids[user] for user in cases.users],
            c.ITEM: dataset.vocabulary.external(dataset.items[cases.targets]),
            c.RANK: pl.Series(ranks).replace(0, None),
            c.N_HISTORY: cases.targets - dataset.user_offsets[cases.users],
        }
    )


def _list_table(lists: TopK) -> pl.DataFrame:
    return pl.DataFrame({c.ITEMS: pl.Series(lists.items).arr.to_list()})


def _summary(
    values: dict[str, NDArray[np.float64]], ranked: NDArray[np.bool_], seed: int
) -> tuple[dict[str, float], dict[str, tuple[float, float]]]:
    columns = np.stack([column[ranked] for column in values.values()], axis=1)
    ends = mean_intervals(columns, seed)
    means = {name: float(mean) for name, mean in zip(values, columns.mean(axis=0), strict=True)}
    return means, {name: (float(low), float(high)) for name, (low, high) in zip(values, ends, strict=True)}
