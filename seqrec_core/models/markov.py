"""Markov chain: what followed the last item, or the last two or three; popularity where little is known.

p(j | c) = (n(c → j) + s · p(j | c without its oldest item)) / (n(c) + s), down to p(j), the share of j among the training
events. Source: Chen & Goodman 1999, "An empirical study of smoothing techniques", additive form with back-off (s · V of
theirs is s here).
"""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.history import History
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Split
from seqrec_core.models.config import MarkovConfig, ModelConfig
from seqrec_core.models.contexts import Contexts
from seqrec_core.models.counting import TrainEvents
from seqrec_core.models.protocol import Arrays

LEAST = 1e-12  # probability that stands for "never": keeps logits finite where smoothing is 0


class Markov:
    """Score of an item = log p(item | the last `order` items); of an empty history log p(item).

    Args:
        config: its settings.
        share: p(j), float64[V].
        contexts: what followed the last 1, 2, … items.
    """

    name = "markov"

    def __init__(self, config: MarkovConfig, share: NDArray[np.float64], contexts: Contexts) -> None:
        self.config, self.share, self.contexts = config, share, contexts
        self.n_items = len(share)

    @classmethod
    def fit(cls, config: MarkovConfig, dataset: SequenceDataset, split: Split) -> Self:
        """Count the transitions inside each training prefix."""
        events = TrainEvents.of(dataset, split)
        return cls(config, events.shares(), Contexts.count(events, config.order))

    def score(self, histories: Sequence[History]) -> NDArray[np.float32]:
        """Return log p(item | last items), float32[B, V].

        An item that followed none of the contexts has a share of its popularity that is the same for all such items of
        a history, so only the others are worked out one by one.
        """
        rest = np.ones(len(histories))  # what is left for popularity after the orders so far
        found: Any = None
        for order, rows in enumerate(self.contexts.find(histories)):
            total = self.contexts.total(order, rows)
            known = total > 0
            below = np.where(known, self.config.smoothing / (total + self.config.smoothing + LEAST), 1.0)
            table, weights = self.contexts.tables[order], 1 / (total[known] + self.config.smoothing)
            part = table.sum_rows(np.flatnonzero(known), rows[known], len(rows), weights, self.n_items)
            found = part if found is None else found.multiply(below[:, None]).tocsr() + part
            rest = rest * below
        return self._logs(rest, found)

    def _logs(self, rest: NDArray[np.float64], found: Any) -> NDArray[np.float32]:
        share = np.maximum(self.share, LEAST)
        out = np.log(share).astype(np.float32) + np.log(np.maximum(rest, LEAST)).astype(np.float32)[:, None]
        entries = found.tocoo()
        value = entries.data + rest[entries.row] * self.share[entries.col]
        out[entries.row, entries.col] = np.log(np.maximum(value, LEAST))
        return np.maximum(out, np.float32(np.log(LEAST)))

    def to_arrays(self) -> Arrays:
        """Return the shares and the counted transitions."""
        return {"share": self.share, **self.contexts.to_arrays()}

    @classmethod
    def from_arrays(cls, config: ModelConfig, n_items: int, arrays: Arrays) -> Self:
        """Rebuild a fitted model."""
        settings = MarkovConfig.model_validate(config.model_dump())
        return cls(settings, np.asarray(arrays["share"]), Contexts.from_arrays(n_items, settings.order, arrays))
