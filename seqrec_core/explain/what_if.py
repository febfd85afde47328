"""Ranks of one item under changed histories. The candidates stay those of the full history, so only the model can move a rank."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.history import History
from seqrec_core.errors import BadInput, Failed
from seqrec_core.models.protocol import Recommender
from seqrec_core.models.topk import places_of

MAX_ROWS = 4096
MAX_CELLS = 1 << 25  # 128 MiB of float32 scores


def score_in_batches(model: Recommender, histories: Sequence[History]) -> Iterator[NDArray[np.float32]]:
    """Yield float32[b, V] for successive histories, b at most 4096 and smaller where V is large.

    Raises:
        Failed: a score is not a finite number.
    """
    rows = max(1, min(MAX_ROWS, MAX_CELLS // max(1, model.n_items)))
    for start in range(0, len(histories), rows):
        scores = model.score(histories[start : start + rows])
        if not np.isfinite(scores[:, 1:]).all():
            raise Failed("explain", "not_finite", model=model.name)
        yield scores


def target_scores(
    model: Recommender, histories: Sequence[History], target: int, versus: int | None = None
) -> NDArray[np.float64]:
    """Return the score of one item under each history, float64[n], in logits; less that of `versus` where it is given."""
    parts = []
    for scores in score_in_batches(model, histories):
        worth = scores[:, target].astype(np.float64)
        parts.append(worth if versus is None else worth - scores[:, versus])
    return np.concatenate(parts)


@dataclass(frozen=True)
class Ranking:
    """One target among the candidates that the full history leaves.

    Args:
        model: any recommender.
        history: the full history, which decides the candidates unless `seen` does.
        target: item index.
        exclude_seen: whether items of the full history are no candidates.
        n_candidates: items 1…n_candidates can be recommended.
        seen: the history before a what-if, where `history` is already an edited one: the candidates stay those of `seen`.

    Raises:
        BadInput: the target is no candidate.
    """

    model: Recommender
    history: History
    target: int
    exclude_seen: bool
    n_candidates: int
    seen: History | None = None

    @property
    def decides(self) -> History:
        """The history whose items are no candidates under `exclude_seen`."""
        return self.history if self.seen is None else self.seen

    def __post_init__(self) -> None:
        if not 1 <= self.target <= self.n_candidates:
            raise BadInput("explain", "no_candidate", target=self.target, n=self.n_candidates)
        if self.exclude_seen and bool((self.decides.items == self.target).any()):
            raise BadInput("explain", "target_seen")

    def of(self, edited: Sequence[History]) -> NDArray[np.int64]:
        """Return the 1-based rank of the target under each edited history, int64[n]: its place in the list, ties and all."""
        parts = [np.zeros(0, np.int64)]
        for scores in score_in_batches(self.model, edited):
            targets = np.full(len(scores), self.target)
            parts.append(places_of(scores, targets, [self.decides] * len(scores), self.exclude_seen, self.n_candidates))
        return np.concatenate(parts)

    def adding(self, items: Sequence[int], removed: Sequence[int] = ()) -> NDArray[np.int64]:
        """Return the rank with each of these items appended, int64[n]; an added item counts as seen.

        It happens at the time of the newest event, with the event type that is most frequent in the history. Positions in
        `removed` are taken out, and their items stay seen.
        """
        before = self.history.without(removed)
        parts = [np.zeros(0, np.int64)]
        rows = max(1, min(MAX_ROWS, MAX_CELLS // max(1, self.model.n_items)))
        for start in range(0, len(items), rows):
            some = items[start : start + rows]
            edited = [appended(before, item, self.history) for item in some]
            decides = [appended(self.decides, item, self.history) for item in some]
            scores = np.concatenate(list(score_in_batches(self.model, edited)))
            parts.append(places_of(scores, np.full(len(some), self.target), decides, self.exclude_seen, self.n_candidates))
        return np.concatenate(parts)

    def without(self, removals: Sequence[Sequence[int]]) -> NDArray[np.int64]:
        """Return the rank with each set of positions removed and the gap closed; an empty set stands for the full history."""
        return self.of([self.history.without(positions) for positions in removals])


def appended(history: History, item: int, like: History) -> History:
    """Return a history with one more event: now, of the event type that `like` has most often."""
    types, times = history.event_types, history.times
    if types is not None and like.event_types is not None:
        usual = np.bincount(like.event_types).argmax() if len(like) else 0
        types = np.append(types, np.array([usual], types.dtype))
    if times is not None and like.times is not None:
        times = np.append(times, like.times[-1:] if len(like) else np.zeros(1, times.dtype))
    return History(np.append(history.items, np.array([item], history.items.dtype)), types, times)
