"""First-order Markov chain: what followed the last item, popularity where little is known.

Departure from the plain chain: additive back-off, p(j | i) = (n(i → j) + s · p(j)) / (n(i) + s), where p(j) is the share
of j among the training events. Source: Chen & Goodman 1999, "An empirical study of smoothing techniques", additive form.
"""

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.history import History
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Split
from seqrec_core.models.config import MarkovConfig, ModelConfig
from seqrec_core.models.counting import TrainEvents
from seqrec_core.models.protocol import Arrays
from seqrec_core.models.sparse import Csr, count_keys

LEAST = 1e-12  # probability that stands for "never": keeps logits finite where smoothing is 0


class Markov:
    """Score of an item = log p(item | last item); of an empty history log p(item).

    Args:
        config: its settings.
        share: p(j), float64[V].
        counts: n(i → j).
    """

    name = "markov"

    def __init__(self, config: MarkovConfig, share: NDArray[np.float64], counts: Csr) -> None:
        self.config, self.share, self.counts = config, share, counts
        self.n_items = len(share)
        self._leaving = np.add.reduceat(np.append(counts.values, 0.0), np.minimum(counts.offsets[:-1], len(counts.values)))
        self._leaving[np.diff(counts.offsets) == 0] = 0

    @classmethod
    def fit(cls, config: MarkovConfig, dataset: SequenceDataset, split: Split) -> Self:
        """Count the transitions inside each training prefix."""
        events = TrainEvents.of(dataset, split)
        earlier, later = events.pairs()
        keys = events.items[earlier].astype(np.int64) * events.n_items + events.items[later]
        return cls(config, events.shares(), Csr.from_keys(*count_keys([keys]), events.n_items))

    def score(self, histories: Sequence[History]) -> NDArray[np.float32]:
        """Return log p(item | last item), float32[B, V]."""
        last = np.array([h.items[-1] if len(h) else 0 for h in histories], np.int64)
        smoothing = np.where(last > 0, self.config.smoothing, 1.0)
        seen = self.counts.sum_rows(np.arange(len(last)), last, len(last))
        total = self._leaving[last] + smoothing
        share = (seen + smoothing[:, None] * self.share) / np.maximum(total, LEAST)[:, None]
        return np.log(np.maximum(share, LEAST)).astype(np.float32)

    def to_arrays(self) -> Arrays:
        """Return the shares and the counted transitions."""
        return {"share": self.share, **self.counts.to_arrays()}

    @classmethod
    def from_arrays(cls, config: ModelConfig, n_items: int, arrays: Arrays) -> Self:
        """Rebuild a fitted model."""
        return cls(MarkovConfig.model_validate(config.model_dump()), np.asarray(arrays["share"]), Csr.from_arrays(arrays))
