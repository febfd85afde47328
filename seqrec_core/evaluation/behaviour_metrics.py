"""Click-through and conversion @k, as ratios over all lists, and weighted by how likely each click was seen."""

import numpy as np
from numpy.typing import NDArray

from seqrec_core.evaluation.asked import Asked
from seqrec_core.evaluation.behaviour import Behaviour, candidates_before, codes_of, is_hit, replay, settled_items
from seqrec_core.evaluation.later import Later, previous_rows, within
from seqrec_core.evaluation.ratios import Ratio, mean_of
from seqrec_core.models.topk import TopK


def behaviour_ratios(asked: Asked, lists: TopK, behaviour: Behaviour, k: int) -> dict[str, Ratio]:
    """Return ctr, conversion, value and their inverse-propensity counterparts @k, where the log allows each.

    Args:
        asked: the questions.
        lists: one more than k wide.
        behaviour: what counts.
        k: length of the lists.
    """
    dataset = asked.dataset
    later = within(dataset, asked.cases, asked.later, behaviour.window)
    settled = settled_items(lists, k)
    before = previous_rows(dataset) if asked.exclude_seen else np.zeros(0, np.int64)
    ratios: dict[str, Ratio] = {}
    for name, types in (("ctr", behaviour.clicks), ("conversion", behaviour.conversions)):
        if not types:
            continue
        some = later.only(codes_of(dataset, types)[dataset.event_types[later.row]])
        hit = is_hit(dataset, settled, some)
        open_ = candidates_before(asked.cases, some, before, asked.exclude_seen)
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
