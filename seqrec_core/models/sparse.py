"""A sparse table of numbers from item to item, in CSR form, with what counting models need of it."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec_core.models.protocol import Arrays

LARGEST = 4_000_000  # entries held at once while scores are added up or pairs are counted


@dataclass(frozen=True)
class Csr:
    """Row i holds `values[offsets[i]:offsets[i + 1]]` in the columns `columns[offsets[i]:offsets[i + 1]]`.

    Args:
        offsets: int64[V + 1].
        columns: int32[nnz], rising inside a row.
        values: float32[nnz].
    """

    offsets: NDArray[np.int64]
    columns: NDArray[np.int32]
    values: NDArray[np.float32]

    @classmethod
    def from_keys(cls, keys: NDArray[np.int64], values: NDArray[np.integer] | NDArray[np.floating], n: int) -> "Csr":
        """Build from distinct, sorted keys row · n + column."""
        offsets = np.searchsorted(keys, np.arange(n + 1, dtype=np.int64) * n).astype(np.int64)
        return cls(offsets, (keys % n).astype(np.int32), values.astype(np.float32))

    @property
    def rows(self) -> NDArray[np.int64]:
        """Row of each entry, int64[nnz]."""
        return np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))

    def sum_rows(self, owners: NDArray[np.int64], rows: NDArray[np.integer], n_out: int) -> NDArray[np.float64]:
        """Add up rows: out[owners[t]] += row rows[t], float64[n_out, V].

        Entries are added in the order given, so that a result does not depend on what else is in the batch.
        """
        width = len(self.offsets) - 1
        out = np.zeros(n_out * width)
        lengths = np.diff(self.offsets)[rows]
        parts = np.cumsum(lengths) // LARGEST
        for part in np.unique(parts):
            pick = parts == part
            n = lengths[pick]
            first = np.repeat(self.offsets[rows[pick]] - np.concatenate([[0], np.cumsum(n)[:-1]]), n)
            entries = first + np.arange(n.sum())
            places = np.repeat(owners[pick] * width, n) + self.columns[entries]
            np.add.at(out, places, self.values[entries])
        return out.reshape(n_out, width)

    def to_arrays(self) -> Arrays:
        """Return offsets, columns and values by name."""
        return {"offsets": self.offsets, "columns": self.columns, "values": self.values}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> "Csr":
        """Rebuild from `to_arrays`."""
        offsets = np.asarray(arrays["offsets"], np.int64)
        return cls(offsets, np.asarray(arrays["columns"], np.int32), np.asarray(arrays["values"], np.float32))


def count_keys(chunks: Iterable[NDArray[np.int64]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count equal keys over chunks without holding them all: (sorted distinct keys, how often each came)."""
    known, counts = np.zeros(0, np.int64), np.zeros(0, np.int64)
    waiting: list[NDArray[np.int64]] = []
    size = 0
    for chunk in chunks:
        waiting.append(chunk)
        size += len(chunk)
        if size >= LARGEST:
            known, counts = _merge(known, counts, waiting)
            waiting, size = [], 0
    return _merge(known, counts, waiting)


def _merge(
    known: NDArray[np.int64], counts: NDArray[np.int64], waiting: list[NDArray[np.int64]]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    keys, new = np.unique(np.concatenate([np.zeros(0, np.int64), *waiting]), return_counts=True)
    both, where = np.unique(np.concatenate([known, keys]), return_inverse=True)
    total = np.zeros(len(both), np.int64)
    np.add.at(total, where, np.concatenate([counts, new]))
    return both, total
