"""Put patterns in their order (support, then length, then labels) and write out their labels."""

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


def label_ranks(labels: list[str]) -> NDArray[np.int64]:
    """Return the place of each label in alphabetical order, int64[n]."""
    ranks = np.empty(len(labels), np.int64)
    ranks[sorted(range(len(labels)), key=labels.__getitem__)] = np.arange(len(labels))
    return ranks


def best_first(
    nodes: NDArray[np.int32], length: NDArray[np.int32], chosen: NDArray[np.int64], ranks: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Sort the chosen patterns by support (high first), then length (short first), then labels.

    Patterns of one length are in alphabetical order if their prefixes are and, among equal prefixes, their last labels.
    So the place of a pattern among those of its length follows from its parent's place, one length after the other.
    """
    place = np.zeros(len(nodes), np.int64)
    by_length = np.argsort(length, kind="stable")
    bounds = np.searchsorted(length[by_length], np.arange(1, length.max(initial=0) + 2))
    for low, high in pairwise(bounds):
        level = by_length[low:high]
        parent = nodes[level, 0]
        parent_place = np.where(parent < 0, 0, place[parent])
        place[level[np.lexsort((ranks[nodes[level, 1]], parent_place))]] = np.arange(high - low)
    return chosen[np.lexsort((place[chosen], length[chosen], -nodes[chosen, 2]))]


def to_frame(
    nodes: NDArray[np.int32], length: NDArray[np.int32], chosen: NDArray[np.int64], labels: list[str], n_sequences: int
) -> pl.DataFrame:
    """Return `items`, `support_count` and `support` of the chosen patterns, in the order given."""
    from seqrec_core.mining.trie_kernels import written_out

    if not len(chosen):
        return pl.DataFrame(schema=SCHEMA)
    names = pl.Series(labels, dtype=pl.String)
    flat = pl.DataFrame(
        {"pattern": np.repeat(np.arange(len(chosen)), length[chosen]), c.ITEMS: names[written_out(nodes, length, chosen)]}
    )
    items = flat.group_by("pattern", maintain_order=True).agg(c.ITEMS)[c.ITEMS]
    counts = nodes[chosen, 2].astype(np.int64)
    return pl.DataFrame({c.ITEMS: items, c.SUPPORT_COUNT: counts, c.SUPPORT: counts / n_sequences}, schema=SCHEMA)
