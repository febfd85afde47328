"""Ask a model every question of a part: the rank of each target among all candidates, and the best list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.history import History
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Cases
from seqrec_core.errors import Stopped
from seqrec_core.evaluation.calibration import first_confidence
from seqrec_core.models.protocol import Recommender
from seqrec_core.models.topk import TopK, is_candidate, ranks_of, top_k

BATCH = 512
CELLS = 8_000_000  # scores held at once, so that a batch of a large catalogue stays in memory
Progress = Callable[[int, int, dict[str, float]], None]
ShouldStop = Callable[[], bool]


@dataclass(frozen=True)
class Ranked:
    """What a model answered.

    Args:
        ranks: of each case's target, int64[n]; 0 = no candidate.
        lists: the best items and their scores, [n, k + 1]: one more than asked, so that a tie at the end is seen.
        confidence: chance that a softmax over the candidates gives the first item, float64[n].
    """

    ranks: NDArray[np.int64]
    lists: TopK
    confidence: NDArray[np.float64]


def rank_cases(
    model: Recommender,
    dataset: SequenceDataset,
    cases: Cases,
    k: int,
    exclude_seen: bool,
    progress: Progress = lambda step, total, values: None,
    should_stop: ShouldStop = lambda: False,
) -> Ranked:
    """Ask all cases, in batches.

    Raises:
        Stopped: should_stop said so.
    """
    n, n_candidates = len(cases), dataset.vocabulary.n_logged
    ranks, confidence = np.zeros(n, np.int64), np.zeros(n)
    items, found = np.zeros((n, k + 1), np.int32), np.zeros((n, k + 1), np.float32)
    rows = batch_rows(dataset)
    for start in range(0, n, rows):
        if should_stop():
            raise Stopped("evaluation", "stopped", done=start, total=n)
        batch = slice(start, min(n, start + rows))
        histories = [cases.history(dataset, case) for case in range(batch.start, batch.stop)]
        scores = _of_candidates(model, histories, n_candidates)
        ranks[batch] = ranks_of(scores, dataset.items[cases.targets[batch]], histories, exclude_seen, n_candidates)
        best = top_k(scores, histories, k + 1, exclude_seen, n_candidates)
        items[batch], found[batch] = best.items, best.scores
        confidence[batch] = first_confidence(scores, is_candidate(scores.shape, histories, exclude_seen, n_candidates))
        progress(batch.stop, n, {})
    return Ranked(ranks, TopK(items, found), confidence)


def batch_rows(dataset: SequenceDataset) -> int:
    """Return how many cases are scored at once."""
    return max(1, min(BATCH, CELLS // dataset.vocabulary.size))


def shuffled_ranks(
    model: Recommender,
    dataset: SequenceDataset,
    cases: Cases,
    exclude_seen: bool,
    seed: int,
    should_stop: ShouldStop = lambda: False,
) -> NDArray[np.int64]:
    """Return the rank of each target where the events before it come in random order, int64[n]; 0 = no candidate.

    Items move with their event types; times stay where they are, so that ages and pauses are those of the log.

    Raises:
        Stopped: should_stop said so.
    """
    rng = np.random.default_rng(seed)
    ranks = np.zeros(len(cases), np.int64)
    rows = batch_rows(dataset)
    for start in range(0, len(cases), rows):
        if should_stop():
            raise Stopped("evaluation", "stopped", done=start, total=len(cases))
        batch = slice(start, min(len(cases), start + rows))
        histories = [_shuffled(cases.history(dataset, case), rng) for case in range(batch.start, batch.stop)]
        targets, n = dataset.items[cases.targets[batch]], dataset.vocabulary.n_logged
        ranks[batch] = ranks_of(_of_candidates(model, histories, n), targets, histories, exclude_seen, n)
    return ranks


def _of_candidates(model: Recommender, histories: Sequence[History], n_candidates: int) -> NDArray[np.float32]:
    """Return the scores of PAD and the candidates alone, float32[B, 1 + n_candidates].

    What only the catalogue knows (three of four items of some logs) is then neither compared nor sorted.
    """
    return model.score(histories)[:, : n_candidates + 1]


def _shuffled(history: History, rng: np.random.Generator) -> History:
    moved = history.take(rng.permutation(len(history)))
    return History(moved.items, moved.event_types, history.times)
