"""Choose how much of the pattern prior a fitted network gets, on validation cases."""

from dataclasses import replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Cases
from seqrec_core.errors import Stopped
from seqrec_core.evaluation.metrics import ndcg
from seqrec_core.models.config import NetworkConfig
from seqrec_core.models.counting import TrainEvents
from seqrec_core.models.network import NetworkRecommender
from seqrec_core.models.prior import Prior
from seqrec_core.models.topk import ranks_of
from seqrec_core.text import count, decimal, say
from seqrec_core.training.options import ShouldStop

WEIGHTS = (0.0, 0.1, 0.2, 0.3, 0.45, 0.65, 0.9, 1.2)  # the first is no prior
ROWS, CELLS = 512, 4_000_000  # histories, and scores, held at once
CLEAR = 1.0  # standard errors of the gain, case by case, below which it is chance


def add_prior(
    model: NetworkRecommender,
    dataset: SequenceDataset,
    cases: Cases,
    exclude_seen: bool,
    events: TrainEvents,
    should_stop: ShouldStop,
) -> list[str]:
    """Give a fitted network the prior that its settings ask for; return what there is to say about it.

    Args:
        model: the fitted network; its `prior` is set where the weight is above 0.
        dataset: the log as arrays.
        cases: validation cases; the test cases have no part in the choice.
        exclude_seen: items of the history are no candidates.
        events: the training events, which the prior counts.
        should_stop: asked before each batch.

    Raises:
        Stopped: should_stop said so.
    """
    if cast(NetworkConfig, model.config).prior == "off":
        return []
    prior = Prior.count(events)
    values = _values(model, prior, dataset, cases, exclude_seen, should_stop)
    if not len(values):
        return [say("training.note.prior.no_cases")]
    means, n = values.mean(0), count(len(values), "case")
    best = int(np.argmax(means))
    if not _is_clear(values[:, best] - values[:, 0]):
        return [say("training.note.prior.none", cases=n)]
    model.prior = replace(prior, weight=WEIGHTS[best])
    numbers = {"before": decimal(float(means[0]), 4), "after": decimal(float(means[best]), 4)}
    return [say("training.note.prior", weight=f"{WEIGHTS[best]:g}", cases=n, **numbers)]


def _values(
    model: NetworkRecommender,
    prior: Prior,
    dataset: SequenceDataset,
    cases: Cases,
    exclude_seen: bool,
    should_stop: ShouldStop,
) -> NDArray[np.float64]:
    """NDCG@10 of each case that can be ranked under each weight, float64[n, len(WEIGHTS)]."""
    ranks = np.zeros((len(cases), len(WEIGHTS)), np.int64)
    rows = max(1, min(ROWS, CELLS // dataset.vocabulary.size))
    for begin in range(0, len(cases), rows):
        if should_stop():
            raise Stopped("training", "stopped_prior")
        part = cases.take(np.arange(begin, min(len(cases), begin + rows)))
        histories = [part.history(dataset, case) for case in range(len(part))]
        scores, targets = model.score(histories), dataset.items[part.targets]
        seen = [model.seen(history) for history in histories]
        for column, weight in enumerate(WEIGHTS):
            added = scores.copy()
            if weight:
                replace(prior, weight=weight).add_to(added, seen)
            ranks[begin : begin + rows, column] = ranks_of(added, targets, histories, exclude_seen, dataset.vocabulary.n_logged)
    return np.stack([ndcg(column, 10) for column in ranks[(ranks > 0).all(1)].T], axis=1)


def _is_clear(gains: NDArray[np.float64]) -> bool:
    """Whether a mean gain is above what chance gives in so many cases."""
    return bool(len(gains) > 1 and gains.mean() > CLEAR * gains.std(ddof=1) / np.sqrt(len(gains)))
