"""Evaluate a model: rank every candidate for every held-out target, and keep what each case gave."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Cases, Part, Split
from seqrec_core.errors import BadInput
from seqrec_core.evaluation.asked import Asked
from seqrec_core.evaluation.behaviour import Behaviour, settled_items
from seqrec_core.evaluation.behaviour_metrics import behaviour_ratios
from seqrec_core.evaluation.calibration import calibration_error
from seqrec_core.evaluation.later import held_until, later_events, tied_in_time
from seqrec_core.evaluation.lists import coverage, gini, item_facts
from seqrec_core.evaluation.metrics import ndcg
from seqrec_core.evaluation.quality import list_ratios, rank_ratios
from seqrec_core.evaluation.ranking import Progress, Ranked, ShouldStop, rank_cases, shuffled_ranks
from seqrec_core.evaluation.ratios import Ratio, mean_of, summary
from seqrec_core.evaluation.report import MetricReport, ProtocolLine
from seqrec_core.models.protocol import Recommender

ORDER_K = 10  # list length of the metric after shuffling, where it is asked for among others


def evaluate(
    model: Recommender,
    dataset: SequenceDataset,
    split: Split,
    part: Part = "test",
    k: Sequence[int] = (10,),
    exclude_seen: bool = False,
    seed: int = 0,
    max_cases: int | None = None,
    behaviour: Behaviour | None = None,
    shuffle_cases: int = 0,
    progress: Progress = lambda step, total, values: None,
    should_stop: ShouldStop = lambda: False,
) -> MetricReport:
    """Rank the targets of one part among all candidates and report every metric of `docs/metrics.md` @k.

    Targets that cannot be recommended (seen, under `exclude_seen`) stay in the table without values and are counted as
    left out; what is replayed of behaviour counts their lists too. Intervals are 95 % percentile bootstrap over users;
    coverage, user coverage, Gini and calibration error have none: each is one number of all lists.

    Args:
        model: what to measure.
        dataset: the log as arrays.
        split: its cases are asked.
        part: `test` or `valid`.
        k: list lengths, 1…1000.
        exclude_seen: items of the history are no candidates.
        seed: of the interval, of the choice of cases under `max_cases`, and of the shuffles.
        max_cases: ask at most this many cases, chosen at random.
        behaviour: what counts as a click and a conversion; None = they are not replayed.
        shuffle_cases: ask at most this many cases again with their histories shuffled; 0 = none.
        progress: called with (cases done, cases, {}).
        should_stop: asked before each batch.

    Raises:
        BadInput: a list length outside its range, or no case that can be ranked.
        Stopped: should_stop said so.
    """
    lengths = _checked_k(k)
    cases = chosen(split.cases(part), max_cases, seed)
    ranked = rank_cases(model, dataset, cases, max(lengths), exclude_seen, progress, should_stop)
    if not (ranked.ranks > 0).any():
        raise BadInput("evaluation", "no_cases", split=split.protocol, part=part)
    later = later_events(dataset, cases, held_until(dataset, split, part, cases))
    asked = Asked(dataset, split, part, cases, exclude_seen, item_facts(dataset, split), later)
    ratios, counted = _measured(asked, ranked, lengths, behaviour)
    if shuffle_cases:
        ratios |= _after_shuffling(model, asked, ranked, lengths, shuffle_cases, seed, should_stop)
    return _report(asked, ranked, lengths, ratios, counted, seed)


def _measured(
    asked: Asked, ranked: Ranked, lengths: tuple[int, ...], behaviour: Behaviour | None
) -> tuple[dict[str, Ratio], dict[str, float]]:
    """Return every metric with an interval, and those that are one number of all lists."""
    ratios: dict[str, Ratio] = {}
    counted: dict[str, float] = {}
    for k in lengths:
        ratios |= rank_ratios(asked, ranked, k)
        more, counts, filled = list_ratios(asked, ranked, k)
        ratios |= more
        counted |= {f"coverage@{k}": coverage(counts), f"gini@{k}": gini(counts), f"user_coverage@{k}": filled}
        if behaviour is not None:
            ratios |= behaviour_ratios(asked, ranked.lists, behaviour, k)
    right = np.where(ranked.ranks > 0, ranked.ranks == 1, np.nan).astype(np.float64)
    return ratios, counted | {"calibration_error@1": calibration_error(ranked.confidence, right)}


def _report(
    asked: Asked, ranked: Ranked, lengths: tuple[int, ...], ratios: dict[str, Ratio], counted: dict[str, float], seed: int
) -> MetricReport:
    known = {name: ratio for name, ratio in ratios.items() if ratio.below.sum() != 0}
    means, intervals = summary(known, asked.cases.users, seed)
    means |= {name: value for name, value in counted.items() if np.isfinite(value)}
    values = {name: ratio.values for name, ratio in known.items() if ratio.values is not None}
    table = pl.concat([_case_table(asked, ranked), pl.DataFrame(values).fill_nan(None)], how="horizontal")
    return MetricReport(table, _list_table(ranked, max(lengths)), means, intervals, _protocol(asked, ranked, lengths, seed))


def _protocol(asked: Asked, ranked: Ranked, lengths: tuple[int, ...], seed: int) -> ProtocolLine:
    return ProtocolLine(
        split=asked.split.protocol,
        part=asked.part,
        n_candidates=asked.facts.n_candidates,
        exclude_seen=asked.exclude_seen,
        n_users=len(np.unique(asked.cases.users[ranked.ranks > 0])),
        k=lengths,
        seed=seed,
        left_out=int((ranked.ranks == 0).sum()),
        tied_in_time=tied_in_time(asked.dataset, asked.cases),
        leak=asked.split.leak,
    )


def _after_shuffling(
    model: Recommender,
    asked: Asked,
    ranked: Ranked,
    lengths: tuple[int, ...],
    most: int,
    seed: int,
    should_stop: ShouldStop,
) -> dict[str, Ratio]:
    """Return NDCG after the histories of some cases were shuffled, among those that can be ranked and have two events."""
    length = ORDER_K if ORDER_K in lengths else max(lengths)
    history = asked.cases.targets - asked.dataset.user_offsets[asked.cases.users]
    some = np.flatnonzero((ranked.ranks > 0) & (history > 1))
    if len(some) > most:
        some = np.sort(np.random.default_rng(seed).choice(some, most, replace=False))
    values = np.full(len(asked.cases), np.nan)
    again = shuffled_ranks(model, asked.dataset, asked.cases.take(some), asked.exclude_seen, seed, should_stop)
    values[some] = ndcg(again, length)
    return {f"ndcg_shuffled@{length}": mean_of(values)}


def _checked_k(k: Sequence[int]) -> tuple[int, ...]:
    lengths = tuple(sorted({int(n) for n in k}))
    if not lengths or lengths[0] < 1 or lengths[-1] > 1000:
        raise BadInput("evaluation", "bad_k", found=", ".join(map(str, k)) or "none")
    return lengths


def chosen(cases: Cases, most: int | None, seed: int) -> Cases:
    """Return at most so many cases, chosen at random."""
    if most is None or len(cases) <= most:
        return cases
    return cases.take(np.sort(np.random.default_rng(seed).choice(len(cases), most, replace=False)))


def _case_table(asked: Asked, ranked: Ranked) -> pl.DataFrame:
    dataset, cases = asked.dataset, asked.cases
    begin = dataset.user_offsets[cases.users]
    times = [] if dataset.times is None else [pl.Series(c.TIME, dataset.times[cases.targets]).cast(c.TIME_DTYPE)]
    users = pl.Series(dataset.user_ids, dtype=pl.String)
    names = pl.Series(dataset.event_names, dtype=pl.String)
    return pl.DataFrame(
        [
            users.gather(cases.users).alias(c.USER),
            pl.Series(c.ITEM, dataset.vocabulary.external(dataset.items[cases.targets]), pl.String),
            pl.Series(c.RANK, ranked.ranks).replace(0, None),
            pl.Series(c.N_HISTORY, cases.targets - begin),
            pl.Series(c.N_TRAINED, np.minimum(asked.split.train_end[cases.users], cases.targets) - begin),
            pl.Series(c.HAD_BY, asked.facts.users[dataset.items[cases.targets]]),
            names.gather(dataset.event_types[cases.targets]).alias(c.EVENT),
            *times,
            pl.Series(c.CONFIDENCE, ranked.confidence).fill_nan(None),
        ]
    )


def _list_table(ranked: Ranked, k: int) -> pl.DataFrame:
    settled = (settled_items(ranked.lists, k) > 0).sum(axis=1).astype(np.int32)
    return pl.DataFrame({c.ITEMS: pl.Series(ranked.lists.items[:, :k]).arr.to_list(), c.SETTLED: settled})
