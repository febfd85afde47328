"""Pattern prior: what followed the last items of a history in the log, as a term of a network's scores.

term(j) = log(p(j | last items) / popularity(j)), up to a number that is the same for all j of a history and so changes no
rank. Items that never followed one of the last items all have the same term; it is taken as 0, so that only pairs that
occur are stored and added:

    q(j)    = Σ_l λ_l · n_l(i_l → j) / (n_l(i_l) + s)           l = 1, 2, 3: steps back; i_l: the item that many steps ago
    rest    = 1 − Σ_l λ_l · n_l(i_l) / (n_l(i_l) + s)           what is left for popularity
    term(j) = log(1 + q(j) / (rest · share(j)))  ≥ 0            in nats, as the network's scores are

λ_l falls as 1 / l over the steps at which something is known, and adds up to 1. The term is added once the network is
fitted, so that no count holds the very event that it helps to predict, and its weight is chosen on validation cases.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.history import History
from seqrec_core.models.counting import TrainEvents
from seqrec_core.models.protocol import Arrays
from seqrec_core.models.sparse import Csr, count_keys

LAGS = 3  # steps back that it looks
SMOOTHING = 10.0  # events of popularity that are mixed into what followed an item
PREFIX = "prior."  # of its names among the arrays of a network


@dataclass(frozen=True)
class Prior:
    """The term of a log, and how much of it is added.

    Args:
        share: share of each item among the training events, float64[V]; PAD has 0.
        followers: row (l − 1) · V + i holds n_l(i → j) / (n_l(i) + s) for each j that came l steps after i.
        weight: of the term in a score.
    """

    share: NDArray[np.float64]
    followers: Csr
    weight: float = 1.0

    @classmethod
    def count(cls, events: TrainEvents, weight: float = 1.0) -> "Prior":
        """Count what came one, two and three steps after each item of the training events."""
        n = events.n_items
        items, counts = count_keys(_pairs(events, lag) for lag in range(1, LAGS + 1))
        row = items // n
        totals = np.bincount(row, counts, LAGS * n)
        return cls(events.shares(), Csr.from_keys(items, counts / (totals[row] + SMOOTHING), n, LAGS * n), weight)

    @cached_property
    def _known(self) -> NDArray[np.float64]:
        """n_l(i) / (n_l(i) + s) of each row, float64[LAGS · V]; 0 where nothing followed."""
        height = len(self.followers.offsets) - 1
        return np.bincount(self.followers.rows, self.followers.values, height).astype(np.float64)

    def terms(self, histories: Sequence[History]) -> Any:
        """Return the term of each item of each history, without its weight: a csr_array, float64[B, V]."""
        n = len(self.share)
        rows = np.full((len(histories), LAGS), -1)
        for index, history in enumerate(histories):
            newest_first = history.items[: -LAGS - 1 : -1].astype(np.int64)
            rows[index, : len(newest_first)] = np.where(newest_first > 0, newest_first + n * np.arange(len(newest_first)), -1)
        known = np.where(rows >= 0, self._known[rows], 0.0)  # [B, LAGS]
        part = (known > 0) / np.arange(1, LAGS + 1)
        part /= np.maximum(part.sum(1, keepdims=True), 1e-12)
        owners, lags = np.nonzero(part)
        found = self.followers.sum_rows(owners, rows[owners, lags], len(rows), part[owners, lags], n)
        rest = 1 - (part * known).sum(1)
        rest_of = np.repeat(rest, np.diff(found.indptr))
        found.data = np.log1p(found.data / (rest_of * self.share[found.indices]))
        return found

    def add_to(self, scores: NDArray[np.float32], histories: Sequence[History]) -> None:
        """Add the weighted terms to the scores of these histories, float32[B, V], in place."""
        found = self.terms(histories)
        owners = np.repeat(np.arange(len(histories)), np.diff(found.indptr))
        scores[owners, found.indices] += (self.weight * found.data).astype(np.float32)

    def part(self, history: History, item: int) -> float:
        """Return how much of an item's score is the prior's, in logits; 0 where the item never followed."""
        found = self.terms([history])
        return self.weight * float(found.data[found.indices == item].sum())

    def to_arrays(self) -> Arrays:
        """Return everything by name, behind PREFIX."""
        arrays = {"share": self.share, "weight": np.array([self.weight]), **self.followers.to_arrays()}
        return {PREFIX + name: array for name, array in arrays.items()}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> "Prior | None":
        """Rebuild from the arrays of a network; None where they hold no prior."""
        own = {name.removeprefix(PREFIX): array for name, array in arrays.items() if name.startswith(PREFIX)}
        if not own:
            return None
        return cls(np.asarray(own["share"], np.float64), Csr.from_arrays(own), float(np.asarray(own["weight"], np.float64)[0]))


def _pairs(events: TrainEvents, lag: int) -> NDArray[np.int64]:
    """Keys of the pairs of events `lag` steps apart in one history: ((lag − 1) · V + earlier) · V + later."""
    n, items = events.n_items, events.items.astype(np.int64)
    together = np.flatnonzero(events.users[lag:] == events.users[:-lag])
    return ((lag - 1) * n + items[together]) * n + items[together + lag]
