"""A sparse table of numbers from item to item, in CSR form, with what counting models need of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqrec_core.models.protocol import Arrays

LARGEST = 4_000_000  # entries held at once while pairs are counted


@dataclass(frozen=True)
class Csr:
    """Row i holds `values[offsets[i]:offsets[i + 1]]` in the columns `columns[offsets[i]:offsets[i + 1]]`.

    Args:
        offsets: int64[rows + 1]; there are V rows where nothing else is said.
        columns: int32[nnz], rising inside a row.
        values: float32[nnz].
    """

    offsets: NDArray[np.int64]
    columns: NDArray[np.int32]
    values: NDArray[np.float32]

    @classmethod
    def from_keys(
        cls, keys: NDArray[np.int64], values: NDArray[np.integer] | NDArray[np.floating], n: int, rows: int | None = None
    ) -> "Csr":
        """Build from distinct, sorted keys row · n + column; as many rows as columns where nothing else is said."""
        height = n if rows is None else rows
        offsets = np.searchsorted(keys, np.arange(height + 1, dtype=np.int64) * n).astype(np.int64)
        return cls(offsets, (keys % n).astype(np.int32), values.astype(np.float32))

    @property
    def rows(self) -> NDArray[np.int64]:
        """Row of each entry, int64[nnz]."""
        return np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))

    def sum_rows(
        self,
        owners: NDArray[np.int64],
        rows: NDArray[np.integer],
        n_out: int,
        weights: NDArray[np.floating] | None = None,
        width: int | None = None,
    ) -> Any:
        """Add up rows: out[owners[t]] += weights[t] · row rows[t], a csr_array, float64[n_out, width].

        Entries are added in the order given, so that a result does not depend on what else is in the batch.

        Args:
            owners: row of the result that each addend belongs to, int64[T], rising.
            rows: row of this table, [T].
            n_out: rows of the result.
            weights: of each addend, [T]; None = 1.
            width: columns of the table; None = as many as rows.
        """
        from scipy.sparse import csr_array

        height = len(self.offsets) - 1
        factors = np.ones(len(rows)) if weights is None else weights.astype(np.float64)
        starts = np.searchsorted(owners, np.arange(n_out + 1))
        pick = csr_array((factors, np.asarray(rows, np.int64), starts), shape=(n_out, height))
        return pick @ self._matrix(width or height)

    def _matrix(self, width: int) -> Any:
        from scipy.sparse import csr_array

        parts = (self.values.astype(np.float64), self.columns, self.offsets)
        return csr_array(parts, shape=(len(self.offsets) - 1, width))

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
    return both, np.bincount(where, np.concatenate([counts, new]), len(both)).astype(np.int64)


def add_keys(chunks: Iterable[tuple[NDArray[np.int64], float]]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Add up weights of equal keys over chunks that each have one weight: (sorted distinct keys, their sums)."""
    known, sums = np.zeros(0, np.int64), np.zeros(0)
    for keys, weight in chunks:
        new, counts = np.unique(keys, return_counts=True)
        both, where = np.unique(np.concatenate([known, new]), return_inverse=True)
        sums = np.bincount(where, np.concatenate([sums, counts * weight]), len(both)).astype(np.float64)
        known = both
    return known, sums
