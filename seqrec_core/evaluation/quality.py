"""Metrics of ranks and of lists, as ratios over the cases whose target can be ranked."""

import numpy as np
from numpy.typing import NDArray

from seqrec_core.evaluation.asked import Asked
from seqrec_core.evaluation.later import wanted_items
from seqrec_core.evaluation.lists import history_popularity, list_values, popularity_reach, wanted_of
from seqrec_core.evaluation.metrics import PER_CASE, ndcg, rarity_weights
from seqrec_core.evaluation.ranking import Ranked
from seqrec_core.evaluation.ratios import Ratio, mean_of, weighted

PER_LIST = {
    "recall": "recall",
    "precision": "precision",
    "map": "average_precision",
    "novelty": "novelty",
    "diversity": "diversity",
    "content_diversity": "content_diversity",
    "serendipity": "serendipity",
    "long_tail": "long_tail",
}


def rank_ratios(asked: Asked, ranked: Ranked, k: int) -> dict[str, Ratio]:
    """Return NDCG, HR, MRR and debiased NDCG @k, of the next item."""
    ratios = {f"{name}@{k}": mean_of(metric(ranked.ranks, k)) for name, metric in PER_CASE.items()}
    had_by = asked.facts.users[asked.dataset.items[asked.cases.targets]]
    return ratios | {f"ndcg_debiased@{k}": weighted(ndcg(ranked.ranks, k), rarity_weights(had_by))}


def list_ratios(asked: Asked, ranked: Ranked, k: int) -> tuple[dict[str, Ratio], NDArray[np.int64], float]:
    """Return the metrics of lists @k, how often each candidate stands in a list, and the share of users with a full list.

    Popularity lift is Σ popularity of the list / Σ popularity of the history − 1, over lists and histories of the cases: 0 =
    as popular as what people had, 1 = twice as popular. Source: Abdollahpouri, Mansoury, Burke & Mobasher 2020.
    """
    dataset, cases, is_ranked = asked.dataset, asked.cases, ranked.ranks > 0
    wanted = wanted_items(dataset, cases, asked.later, asked.exclude_seen)
    reach = popularity_reach(dataset, cases, asked.facts, k, asked.exclude_seen)
    found = list_values(ranked.lists, k, *wanted_of(dataset, wanted), asked.facts, reach)
    ratios = {f"{name}@{k}": mean_of(np.where(is_ranked, getattr(found, field), np.nan)) for name, field in PER_LIST.items()}
    before = history_popularity(dataset, cases, asked.facts)
    both = is_ranked & ~np.isnan(before) & ~np.isnan(found.popularity)
    lift = Ratio(np.where(both, found.popularity, 0.0), np.where(both, before, 0.0), minus=1.0)
    ratios[f"popularity_lift@{k}"] = lift
    filled = len(np.unique(cases.users[is_ranked & found.is_filled])) / max(1, len(np.unique(cases.users[is_ranked])))
    return ratios, found.counts, filled
