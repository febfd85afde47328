"""Click-through and conversion @k, as ratios over all lists, and weighted by how likely each click was seen.

A stored report can be replayed again under other roles of event types: its lists are all that is needed.
"""

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Cases
from seqrec_core.evaluation.asked import Asked
from seqrec_core.evaluation.behaviour import Behaviour, candidates_before, codes_of, is_hit, replay, settled_items
from seqrec_core.evaluation.later import Later, later_events, previous_rows, within
from seqrec_core.evaluation.ratios import Ratio, mean_of, summary
from seqrec_core.evaluation.report import MetricReport
from seqrec_core.models.topk import TopK


def behaviour_ratios(asked: Asked, lists: TopK, behaviour: Behaviour, k: int) -> dict[str, Ratio]:
    """Return ctr, conversion, value and their inverse-propensity counterparts @k, where the log allows each.

    Args:
        asked: the questions.
        lists: one more than k wide.
        behaviour: what counts.
        k: length of the lists.
    """
    settled = settled_items(lists, k)
    return _ratios(asked.dataset, asked.cases, asked.later, settled, behaviour, k, asked.exclude_seen)


def replayed(
    report: MetricReport, dataset: SequenceDataset, behaviour: Behaviour
) -> tuple[dict[str, float], dict[str, tuple[float, float]]]:
    """Return the metrics of behaviour of a stored report's longest lists, under any roles of event types and any window.

    Args:
        report: of the test part.
        dataset: the log that it was measured on.
        behaviour: what counts, and for how long.

    Returns:
        Means and 95 % intervals by metric, as `evaluate` gives them under the same roles.

    Raises:
        NotFound: a user that the dataset does not have.
    """
    cases, k = report.cases(dataset), max(report.protocol.k)
    later = later_events(dataset, cases)
    ratios = _ratios(dataset, cases, later, report.settled_lists(), behaviour, k, report.protocol.exclude_seen)
    known = {name: ratio for name, ratio in ratios.items() if ratio.below.sum() != 0}
    return summary(known, cases.users, report.protocol.seed)


def _ratios(
    dataset: SequenceDataset,
    cases: Cases,
    later: Later,
    settled: NDArray[np.int32],
    behaviour: Behaviour,
    k: int,
    exclude_seen: bool,
) -> dict[str, Ratio]:
    later = within(dataset, cases, later, behaviour.window)
    before = previous_rows(dataset) if exclude_seen else np.zeros(0, np.int64)
    ratios: dict[str, Ratio] = {}
    for name, types in (("ctr", behaviour.clicks), ("conversion", behaviour.conversions)):
        if not types:
            continue
        some = later.only(codes_of(dataset, types)[dataset.event_types[later.row]])
        hit = is_hit(dataset, settled, some)
        open_ = candidates_before(cases, some, before, exclude_seen)
        told = replay(dataset, some, hit, open_, behaviour.values)
        ratios[f"{name}@{k}"] = mean_of(told.found)
        possible = np.where(told.possible > 0, told.found, np.nan)
        ratios[f"{name}_possible@{k}"] = mean_of(possible)
        is_worth = behaviour.values is not None and bool(np.isfinite(behaviour.values[some.row]).any())
        if is_worth and (name == "conversion" or not behaviour.conversions):
            ratios[f"value@{k}"] = mean_of(told.worth)
        if behaviour.exposure is not None:
            ratios |= {f"{name}_ips@{k}": _weighted(some.only(open_), hit[open_], behaviour.exposure.weights)}
    return ratios


def _weighted(later: Later, hit: NDArray[np.bool_], weights: NDArray[np.float64]) -> Ratio:
    """Return the weighted share of later events whose items the lists held: Σ w · hit / Σ w, self-normalised."""
    w = np.nan_to_num(weights[later.row])
    above, below = (np.bincount(later.case, part, later.n).astype(np.float64) for part in (w * hit, w))
    return Ratio(above, below)
