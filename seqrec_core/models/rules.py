"""Sequential rules as a recommender: what followed, as often as it takes to be a rule; the longest left side speaks first.

A rule a → b → j says that j came right after a → b, and holds where that happened `min_count` times or more. Its confidence is
shrunk towards what the shorter rule b → j says, that towards what followed the recent items within a few events (nearer = more
weight), and that towards popularity. So the very next step is not blurred by what came two steps later, and the latter speaks
where the former knows little.
Sources: Fournier-Viger et al. 2012, "Using partially-ordered sequential rules to generate more accurate sequence prediction";
back-off as in Chen & Goodman 1999, "An empirical study of smoothing techniques"; weights by gap as in Ludewig & Jannach 2018,
"Evaluation of session-based recommendation algorithms" (sequential rules).
"""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.history import History
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Split
from seqrec_core.models.config import ModelConfig, RulesConfig
from seqrec_core.models.contexts import Contexts
from seqrec_core.models.counting import TrainEvents, flatten, weights_of_age
from seqrec_core.models.protocol import Arrays
from seqrec_core.models.sparse import Csr, add_keys

NEAR = "near."


class Rules:
    """Score of j = its probability after a history.

    With s = `shrinkage`, n the counts of rules alone, c the last o items and c' the last o − 1:

        p(j | c)  = (n(c → j) + s · p(j | c')) / (Σ n(c → ·) + s), for o = `max_length` − 1 … 1
        p(j | ()) = Σ_t w_t · (m(t → j) + s · p(j)) / (Σ m(t → ·) + s), over the `recent` items t, w_t ∝ `decay`^age
        m(t → j)  = Σ `gap_decay`^(g − 1) · how often j came g events after t, g = 1 … `max_gap`

    and p(j) the share of j among the training events.

    Args:
        config: its settings.
        share: p(j), float64[V].
        rules: left sides of 1, 2, … items, and how often each item came right after them.
        near: m.
    """

    name = "rules"

    def __init__(self, config: RulesConfig, share: NDArray[np.float64], rules: Contexts, near: Csr) -> None:
        self.config, self.share, self.rules, self.near = config, share, rules, near
        self.n_items = len(share)
        self._near_totals = np.bincount(near.rows, near.values, self.n_items)

    @classmethod
    def fit(cls, config: RulesConfig, dataset: SequenceDataset, split: Split) -> Self:
        """Count the training prefixes."""
        events = TrainEvents.of(dataset, split)
        counted = Contexts.count(events, config.max_length - 1)
        tables = tuple(_frequent(table, config.min_count) for table in counted.tables)
        return cls(config, events.shares(), Contexts(counted.n_items, counted.keys, tables), _near(events, config))

    def score(self, histories: Sequence[History]) -> NDArray[np.float32]:
        """Return the probabilities, float32[B, V]."""
        out, s = self._recent(histories), self.config.shrinkage
        for order, rows in enumerate(self.rules.find(histories)):
            total = self.rules.total(order, rows)
            known = np.flatnonzero(total > 0)
            out[known] *= (s / (total[known] + s))[:, None]
            weights = 1 / (total[known] + s)
            _add(out, self.rules.tables[order].sum_rows(known, rows[known], len(rows), weights, self.n_items))
        return out.astype(np.float32)

    def _recent(self, histories: Sequence[History]) -> NDArray[np.float64]:
        """Return what the recent items say, filled up with popularity, float64[B, V]."""
        recent, s = [history.last(self.config.recent) for history in histories], self.config.shrinkage
        owners, items = flatten(recent)
        weights = weights_of_age(recent, self.config.decay)
        weights /= np.maximum(np.bincount(owners, weights, len(histories)), np.finfo(float).tiny)[owners]
        total = self._near_totals[items]
        rest = 1 - np.bincount(owners, weights * total / (total + s), len(histories))
        out = rest[:, None] * self.share
        _add(out, self.near.sum_rows(owners, items, len(histories), weights / (total + s), self.n_items))
        return out

    def to_arrays(self) -> Arrays:
        """Return the shares and the rules."""
        near = {f"{NEAR}{name}": array for name, array in self.near.to_arrays().items()}
        return {"share": self.share, **self.rules.to_arrays(), **near}

    @classmethod
    def from_arrays(cls, config: ModelConfig, n_items: int, arrays: Arrays) -> Self:
        """Rebuild a fitted model."""
        settings = RulesConfig.model_validate(config.model_dump())
        near = {name.removeprefix(NEAR): array for name, array in arrays.items() if name.startswith(NEAR)}
        rules = Contexts.from_arrays(n_items, settings.max_length - 1, arrays)
        return cls(settings, np.asarray(arrays["share"]), rules, Csr.from_arrays(near))


def _add(out: NDArray[np.float64], part: Any) -> None:
    entries = part.tocoo()
    out[entries.row, entries.col] += entries.data


def _frequent(table: Csr, least: int) -> Csr:
    """Keep what came so often that it is a rule."""
    kept = table.values >= least
    before = np.concatenate([[0], np.cumsum(kept)]).astype(np.int64)
    return Csr(before[table.offsets], table.columns[kept], table.values[kept])


def _near(events: TrainEvents, config: RulesConfig) -> Csr:
    """Count what came at most `max_gap` events later, nearer with more weight."""
    n, items = events.n_items, events.items.astype(np.int64)
    keys, sums = add_keys(
        (items[:-gap][same] * n + items[gap:][same], config.gap_decay ** (gap - 1))
        for gap in range(1, config.max_gap + 1)
        for same in [events.users[gap:] == events.users[:-gap]]
    )
    return Csr.from_keys(keys, sums, n)
