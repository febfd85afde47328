"""What a network reads of a batch of histories, and what it must know of a log to be built."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from seqrec_core.data.history import History
from seqrec_core.data.sequences import NO_CATEGORY, SequenceDataset
from seqrec_core.models.protocol import Arrays

NO_TIME = int(np.iinfo(np.int64).min)  # stands where a time is not known
# Names of arrays of a network: a table, a code an item, a vector an item.
TYPES, CATEGORIES, TEXTS = "events.types", "events.categories", "events.texts"


@dataclass(frozen=True)
class Inputs:
    """Some histories side by side, padded on the right.

    Args:
        items: int64[B, L], 0 = PAD.
        event_types: 1 + code of the event type, int64[B, L]; 0 = PAD or not known.
        times: microseconds since 1970 UTC, int64[B, L]; NO_TIME = PAD or not known.
    """

    items: Tensor
    event_types: Tensor
    times: Tensor

    @classmethod
    def gather(cls, log: History, rows: NDArray[np.int64], is_there: NDArray[np.bool_]) -> "Inputs":
        """Read rows of a log, int64[B, L], where `is_there`, bool[B, L]; PAD elsewhere.

        Args:
            log: all events of a dataset (`dataset.slice(0, dataset.n_events)`).
            rows: event rows; any valid row where nothing is there.
            is_there: which places hold an event.
        """
        shape = is_there.shape
        items = np.where(is_there, log.items[rows], 0).astype(np.int64)
        kinds = np.zeros(shape, np.int64) if log.event_types is None else np.where(is_there, log.event_types[rows] + 1, 0)
        times = np.full(shape, NO_TIME) if log.times is None else np.where(is_there, log.times[rows], NO_TIME)
        return cls(*(torch.from_numpy(column.astype(np.int64, copy=False)) for column in (items, kinds, times)))

    @classmethod
    def of(cls, histories: Sequence[History]) -> "Inputs":
        """Put whole histories side by side; L is at least 1. A history without types or times has them nowhere."""
        lengths = np.array([len(history) for history in histories], np.int64)
        is_there = np.arange(max(1, lengths.max(initial=0))) < lengths[:, None]
        offsets = np.cumsum(lengths) - lengths
        rows = np.where(is_there, offsets[:, None] + np.arange(is_there.shape[1]), 0)
        return cls.gather(_joined(histories), rows, is_there)

    def __len__(self) -> int:
        return len(self.items)

    def rows(self, begin: int, end: int) -> "Inputs":
        """Return some of the histories."""
        return Inputs(self.items[begin:end], self.event_types[begin:end], self.times[begin:end])

    def to(self, device: torch.device) -> "Inputs":
        """Return the same on another device."""
        return Inputs(self.items.to(device), self.event_types.to(device), self.times.to(device))


@dataclass(frozen=True)
class LogFacts:
    """What decides the sizes of a network's tables.

    Args:
        n_items: V, PAD included.
        n_event_types: types of events in the log.
        categories: category of each item as a code, int64[V], 0 = none known; None without categories.
        texts: item vectors of the content model, float32[V, C]; None where they are not read.
    """

    n_items: int
    n_event_types: int = 0
    categories: NDArray[np.int64] | None = None
    texts: NDArray[np.float32] | None = None

    @classmethod
    def of(cls, dataset: SequenceDataset) -> "LogFacts":
        """Read them from a dataset."""
        return cls(dataset.vocabulary.size, len(dataset.event_names), _category_codes(dataset.categories))

    @classmethod
    def from_arrays(cls, n_items: int, arrays: Arrays) -> "LogFacts":
        """Read them from the arrays of a fitted network, as far as it used them."""
        n_types = len(arrays[TYPES]) - 1 if TYPES in arrays else 0
        categories = np.asarray(arrays[CATEGORIES], np.int64) if CATEGORIES in arrays else None
        return cls(n_items, n_types, categories, np.asarray(arrays[TEXTS], np.float32) if TEXTS in arrays else None)


def _joined(histories: Sequence[History]) -> History:
    """All histories in one row of events, with at least one event to point at."""
    nothing = History(np.zeros(1, np.int32))
    some = [*histories, nothing]
    kinds = [np.full(len(h), -1, np.int16) if h.event_types is None else h.event_types for h in some]
    times = [np.full(len(h), NO_TIME) if h.times is None else h.times for h in some]
    return History(np.concatenate([h.items for h in some]), np.concatenate(kinds), np.concatenate(times))


def _category_codes(categories: tuple[str, ...] | None) -> NDArray[np.int64] | None:
    if categories is None:
        return None
    names = sorted(set(categories[1:]) - {NO_CATEGORY})
    code = {name: index + 1 for index, name in enumerate(names)}
    return np.array([code.get(name, 0) for name in categories], np.int64)
