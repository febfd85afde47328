"""External item ids outside, indices inside, and one converter between."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from seqrec_core.errors import BadInput, NotFound

PAD = 0


@dataclass(frozen=True)
class Vocabulary:
    """A bijection between external item ids and 1…n; 0 is PAD. Log items come first, then catalogue-only items.

    Args:
        ids: external ids; `ids[0]` is index 1.
        n_logged: how many of them occur in the log.
    """

    ids: tuple[str, ...]
    n_logged: int
    _index: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        index = {item: position for position, item in enumerate(self.ids, start=1)}
        if len(index) != len(self.ids):
            raise BadInput("data", "vocabulary_repeats", n=len(self.ids) - len(index))
        object.__setattr__(self, "_index", index)

    @classmethod
    def from_ids(cls, logged: Iterable[str], catalog_only: Iterable[str] = ()) -> "Vocabulary":
        """Build from the items of a log and those that only the catalogue knows; each part is sorted."""
        first = sorted(set(logged))
        known = set(first)
        return cls((*first, *sorted(set(catalog_only) - known)), len(first))

    @property
    def size(self) -> int:
        """V: the number of indices, PAD included."""
        return len(self.ids) + 1

    def __contains__(self, item: str) -> bool:
        return item in self._index

    def index(self, item: str) -> int:
        """Return the index of an external id.

        Raises:
            NotFound: no such item.
        """
        try:
            return self._index[item]
        except KeyError:
            raise NotFound("data", "unknown_item", item=item, n=len(self.ids)) from None

    def indices(self, items: Sequence[str]) -> NDArray[np.int32]:
        """Return the indices of external ids, int32[n]."""
        return np.fromiter((self.index(item) for item in items), np.int32, len(items))

    def id(self, index: int) -> str:
        """Return the external id of an index 1…n."""
        return self.ids[index - 1]

    def external(self, indices: Iterable[int]) -> list[str]:
        """Return the external ids of indices 1…n."""
        return [self.ids[index - 1] for index in indices]
