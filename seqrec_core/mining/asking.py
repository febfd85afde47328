"""Which of the patterns that were found hold, begin with and end with what was asked for."""

import numpy as np
from numpy.typing import NDArray

from seqrec_core.mining.types import Labels, MiningTerms


def asked_for(nodes: NDArray[np.int32], labels: Labels, terms: MiningTerms) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Return the length of each pattern in events, and whether its events are as asked for; kind and lengths are left aside.

    Args:
        nodes: patterns, int32[n, 3], as `Search.nodes`.
        labels: of their codes.
        terms: `contains`, `starts`, `ends`, `excludes` and `over` count.

    Returns:
        int32[n] and bool[n].
    """
    from seqrec_core.mining.trie_kernels import described

    number = {label: at for at, label in enumerate(dict.fromkeys(terms.contains))}
    bit = np.array([number.get(label, -1) for label in labels], np.int64)
    is_first, is_last, is_meant = (_among(labels, wanted) for wanted in (terms.starts, terms.ends, terms.over))
    is_allowed = is_meant & ~_among(labels, terms.excludes) if terms.excludes else is_meant
    length, bits, is_framed = described(nodes, len(labels), bit, is_first, is_last, is_allowed)
    return length, is_framed & (bits == (1 << len(number)) - 1)


def _among(labels: Labels, wanted: Labels) -> NDArray[np.bool_]:
    """Say which labels are among those wanted, bool[n]; all, where none is named."""
    names = set(wanted)
    return np.array([not names or label in names for label in labels], np.bool_)
