"""NDCG@10 on validation cases while a network is fitted, as fast as its training steps: in bf16 and in threads like them."""

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Cases
from seqrec_core.evaluation.metrics import ndcg
from seqrec_core.models.network import NetworkRecommender
from seqrec_core.models.topk import ranks_of
from seqrec_core.training.step import Stepper

ROWS, CELLS = 256, 4_000_000  # histories, and scores, that a thread holds at once


def validate(
    model: NetworkRecommender, dataset: SequenceDataset, cases: Cases, stepper: Stepper, *, exclude_seen: bool
) -> float | None:
    """Return NDCG@10; None without cases that can be ranked. No list is made: ranks are enough.

    Args:
        model: as it stands, or with its running mean in place.
        dataset: the log as arrays.
        cases: what is asked.
        stepper: whose threads and precision are used. The parts do not depend on how many threads there are, so neither
            does the value.
        exclude_seen: items of the history are no candidates.
    """
    rows = max(1, min(ROWS, CELLS // dataset.vocabulary.size))
    order = np.argsort(cases.targets - dataset.user_offsets[cases.users], kind="stable")  # alike lengths need little padding
    parts = [order[begin : begin + rows] for begin in range(0, len(order), rows)]

    def ranks(part: NDArray[np.int64]) -> NDArray[np.int64]:
        asked = cases.take(part)
        histories = [asked.history(dataset, case) for case in range(len(asked))]
        scores = model.score(histories)
        return ranks_of(scores, dataset.items[asked.targets], histories, exclude_seen, dataset.vocabulary.n_logged)

    model.net.eval()
    model.is_low = stepper.body_is_low
    try:
        found = np.zeros(len(cases), np.int64)
        for part, some in zip(parts, stepper.pool.map(ranks, parts), strict=True):
            found[part] = some
    finally:
        model.is_low = False
        model.net.train()
    return float(np.nanmean(ndcg(found, 10))) if (found > 0).any() else None
