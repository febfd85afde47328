"""Patterns in compact form: three numbers each; labels are written only for what is shown."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c

SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    c.ITEMS: pl.List(pl.String),
    c.SUPPORT_COUNT: pl.Int64,
    c.SUPPORT: pl.Float64,
}


@dataclass(frozen=True)
class PatternTable:
    """Patterns of one search.

    Args:
        nodes: everything found, int32[n, 3]: parent (−1: none), code, support; a parent stands before its children. A code from
            len(labels) on stands for the label with len(labels) less, in the same step as the event before.
        length: of each in events, int32[n].
        chosen: which of them are meant, int64[m].
        labels: of the codes.
        is_sorted: whether `chosen` is in order (support, then length, then labels); otherwise it is put so when needed.
    """

    nodes: NDArray[np.int32]
    length: NDArray[np.int32]
    chosen: NDArray[np.int64]
    labels: tuple[str, ...]
    is_sorted: bool = False

    @classmethod
    def empty(cls) -> "PatternTable":
        """Return no patterns."""
        return cls(np.empty((0, 3), np.int32), np.empty(0, np.int32), np.empty(0, np.int64), (), is_sorted=True)

    def __len__(self) -> int:
        return len(self.chosen)

    @cached_property
    def ordered(self) -> NDArray[np.int64]:
        """The chosen patterns in order, int64[m]."""
        return self.chosen if self.is_sorted else self._best_first(self.chosen, np.arange(len(self.nodes)))

    @property
    def counts(self) -> NDArray[np.int64]:
        """Support of each pattern in order, int64[m]."""
        return self.nodes[self.ordered, 2].astype(np.int64)

    def head(self, n: int) -> "PatternTable":
        """Return the first n; only what has their support or more is put in order."""
        if n >= len(self):
            return self
        if self.is_sorted or "ordered" in self.__dict__:
            return replace(self, chosen=self.ordered[:n], is_sorted=True)
        counts = self.nodes[self.chosen, 2]
        least = np.partition(counts, len(counts) - n)[len(counts) - n]
        among = np.flatnonzero(self.nodes[:, 2] >= least)  # prefixes included: no support is above its prefix's
        return replace(self, chosen=self._best_first(self.chosen[counts >= least], among)[:n], is_sorted=True)

    def only(self, is_kept: NDArray[np.bool_]) -> "PatternTable":
        """Return some of the patterns, bool[m] in their order."""
        return replace(self, chosen=self.ordered[is_kept], is_sorted=True)

    def codes(self) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Return the codes of all patterns in order, one after the other, and the bounds of each, int64[m + 1]."""
        from seqrec_core.mining.trie_kernels import written_out

        bounds = np.zeros(len(self) + 1, np.int64)
        np.cumsum(self.length[self.ordered], out=bounds[1:])
        return written_out(self.nodes, self.length, self.ordered), bounds

    def steps(self) -> Iterator[tuple[tuple[str, ...], ...]]:
        """Give the labels of each pattern in order, step by step."""
        codes, bounds = self.codes()
        n, flat = len(self.labels), codes.tolist()
        for low, high in pairwise(bounds.tolist()):
            cuts = [at for at in range(low, high) if flat[at] < n] + [high]
            yield tuple(tuple(self.labels[code % n] for code in flat[a:b]) for a, b in pairwise(cuts))

    def frame(self, n_sequences: int) -> pl.DataFrame:
        """Return `items`, `support_count` and `support` of the patterns in order."""
        if not len(self):
            return pl.DataFrame(schema=SCHEMA)
        codes, bounds = self.codes()
        names = pl.Series(list(self.labels), dtype=pl.String)
        number = np.repeat(np.arange(len(self)), np.diff(bounds))
        flat = pl.DataFrame({"pattern": number, c.ITEMS: names[codes % len(self.labels)]})
        items = flat.group_by("pattern", maintain_order=True).agg(c.ITEMS)[c.ITEMS]
        return pl.DataFrame({c.ITEMS: items, c.SUPPORT_COUNT: self.counts, c.SUPPORT: self.counts / n_sequences}, schema=SCHEMA)

    def _best_first(self, chosen: NDArray[np.int64], among: NDArray[np.int64]) -> NDArray[np.int64]:
        """Sort patterns by support (high first), then length (short first), then labels.

        Args:
            chosen: rising.
            among: all of `chosen` with all their prefixes, rising.
        """
        from seqrec_core.mining.trie_kernels import in_order

        nodes, length = self.nodes[among], self.length[among]
        if len(among) < len(self.nodes):
            nodes[:, 0] = np.where(nodes[:, 0] < 0, -1, np.searchsorted(among, nodes[:, 0]))
            chosen = np.searchsorted(among, chosen)
        place = in_order(nodes, length, self._ranks(), len(self.labels))[chosen].astype(np.int64)
        long = length[chosen].astype(np.int64)
        by_length = np.argsort(long * (1 + place.max(initial=0)) + place)
        order = by_length[np.argsort(-nodes[chosen[by_length], 2], kind="stable")]
        return among[chosen[order]]

    def _ranks(self) -> NDArray[np.int64]:
        """Return the place of each code in alphabetical order, joined ones after the others, int64[2 · n]."""
        n = len(self.labels)
        ranks = np.empty(n, np.int64)
        ranks[sorted(range(n), key=self.labels.__getitem__)] = np.arange(n)
        return np.concatenate([ranks, ranks + n])
