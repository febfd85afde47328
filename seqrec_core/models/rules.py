"""Sequential rules as a recommender: the frequent patterns of the log, read from left to right.

A pattern a → b → j with at most `max_gap` steps between neighbours makes the rule "who had a → b goes on to j", with
confidence n(a → b → j) / n(a → b), n counting users. A rule speaks where a history holds its left side under the same gap.
Source: Fournier-Viger et al. 2012, "Using partially-ordered sequential rules to generate more accurate sequence prediction".
Departures: the rules come from the miner that the Patterns page uses; all rules that speak are added up, those whose left
side ended longer ago with less weight; popularity where none does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.history import History
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Split
from seqrec_core.mining.engine import mine
from seqrec_core.mining.types import MiningResult, MiningTerms
from seqrec_core.models.config import ModelConfig, RulesConfig
from seqrec_core.models.contexts import Contexts, look_up
from seqrec_core.models.counting import TrainEvents
from seqrec_core.models.protocol import Arrays
from seqrec_core.models.sparse import Csr

TIE = 1e-6  # weight of the popularity that orders items that no rule names
PATIENCE = 600.0  # seconds of one search: none comes near, so that a fit does not depend on the machine


class Rules:
    """Score of j = Σ confidence · decay^age over the rules that speak; popularity, weighted by TIE, breaks ties.

    Args:
        config: its settings.
        share: share of each item among the training events, float64[V].
        rules: left sides of 1, 2, … items, and the confidence that each gives to each item.
    """

    name = "rules"

    def __init__(self, config: RulesConfig, share: NDArray[np.float64], rules: Contexts) -> None:
        self.config, self.share, self.rules = config, share, rules
        self.n_items = len(share)

    @classmethod
    def fit(cls, config: RulesConfig, dataset: SequenceDataset, split: Split) -> Self:
        """Mine the training prefixes; where there would be too many patterns, with twice the count until there are not."""
        events = TrainEvents.of(dataset, split)
        is_trained = np.zeros(dataset.n_events, dtype=bool)
        is_trained[events.rows] = True
        sequences = dataset.sequences("user").only(is_trained)
        terms = MiningTerms(
            config.min_count,
            max_gap=config.max_gap,
            max_length=config.max_length,
            max_patterns=config.max_patterns,
            max_seconds=PATIENCE,
        )
        found = mine(sequences, terms)
        while not found.complete:
            terms = replace(terms, min_count=2 * terms.min_count)
            found = mine(sequences, terms)
        return cls(config, events.shares(), _rules_of(found, dataset, config.max_length))

    def score(self, histories: Sequence[History]) -> NDArray[np.float32]:
        """Return the summed confidences, float32[B, V]."""
        out = np.tile(TIE * self.share, (len(histories), 1))
        for level, owners, rows, ages in self._speaking(histories):
            weights = self.config.decay**ages
            out += self.rules.tables[level].sum_rows(owners, rows, len(histories), weights, self.n_items).toarray()
        return out.astype(np.float32)

    def _speaking(
        self, histories: Sequence[History]
    ) -> Iterator[tuple[int, NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]]:
        """Yield for each length of left side what speaks: (length − 1, history, row, age of its last event)."""
        width = self.config.recent
        items = np.zeros((len(histories), width), np.int64)
        for index, history in enumerate(histories):
            ending = history.items[-width:]
            items[index, width - len(ending) :] = ending
        owners, ends = np.nonzero(items)
        rows = items[owners, ends]
        for level in range(len(self.rules.tables)):
            if level:
                owners, ends, rows = self._longer(level, items, owners, ends, rows)
            owners, ends, rows = _latest(owners, ends, rows, width)
            yield level, owners, rows, width - 1 - ends

    def _longer(
        self, level: int, items: NDArray[np.int64], owners: NDArray[np.int64], ends: NDArray[np.int64], rows: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Left sides of one item more: each goes on with one of the next `max_gap` events."""
        steps = np.arange(1, (self.config.max_gap or items.shape[1]) + 1)
        after = ends[:, None] + steps
        inside = after < items.shape[1]
        which, step = np.nonzero(inside)
        ends = after[which, step]
        owners, rows = owners[which], look_up(self.rules.keys[level], rows[which] * self.n_items + items[owners[which], ends])
        known = rows >= 0
        return owners[known], ends[known], rows[known]

    def to_arrays(self) -> Arrays:
        """Return the shares and the rules."""
        return {"share": self.share, **self.rules.to_arrays()}

    @classmethod
    def from_arrays(cls, config: ModelConfig, n_items: int, arrays: Arrays) -> Self:
        """Rebuild a fitted model."""
        settings = RulesConfig.model_validate(config.model_dump())
        return cls(settings, np.asarray(arrays["share"]), Contexts.from_arrays(n_items, settings.max_length - 1, arrays))


def _latest(
    owners: NDArray[np.int64], ends: NDArray[np.int64], rows: NDArray[np.int64], width: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Of equal left sides of one history the one that ended last; by history, then left side."""
    order = np.lexsort((ends, rows, owners))
    owners, ends, rows = owners[order], ends[order], rows[order]
    is_last = np.append((np.diff(owners) != 0) | (np.diff(rows) != 0), True)[: len(owners)]
    return owners[is_last], ends[is_last], rows[is_last]


def _rules_of(found: MiningResult, dataset: SequenceDataset, max_length: int) -> Contexts:
    """Turn patterns into left sides, item by item, with the confidence of what follows."""
    n = dataset.vocabulary.size
    frame = found.frame.with_columns(pl.col(c.ITEMS).list.len().alias("length"))
    keys: list[NDArray[np.int64]] = [np.zeros(0, np.int64)]
    tables: list[Csr] = []
    below = np.zeros(n)  # support of each left side
    for length in range(1, max_length + 1):
        part = frame.filter(pl.col("length") == length)
        labels = part[c.ITEMS].explode().to_list()
        items = np.array(dataset.vocabulary.indices(labels), np.int64).reshape(-1, length)
        support = part[c.SUPPORT_COUNT].to_numpy().astype(np.float64)
        if length == 1:
            below[items[:, 0]] = support
            continue
        row = items[:, 0]
        for level in range(1, length - 1):
            row = look_up(keys[level], row * n + items[:, level])
        pattern = row * n + items[:, -1]
        order = np.argsort(pattern)
        height = n if length == 2 else len(keys[length - 2])
        tables.append(Csr.from_keys(pattern[order], (support / below[row])[order], n, height))
        keys.append(pattern[order])
        below = support[order]
    return Contexts(n, tuple(keys[: len(tables)]), tuple(tables))
