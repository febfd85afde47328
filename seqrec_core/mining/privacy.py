"""Leave out patterns that point at too few people."""

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.sequences import Sequences
from seqrec_core.mining.matching import Grid
from seqrec_core.mining.preparing import arrays
from seqrec_core.mining.search_ends import rules_of
from seqrec_core.mining.types import MiningResult


def with_users(result: MiningResult, sequences: Sequences, floor: int) -> MiningResult:
    """Drop patterns that fewer than `floor` distinct users hold (a floor of 1 or less keeps all).

    Args:
        result: of a search over `sequences`.
        sequences: what was searched.
        floor: least number of distinct users.
    """
    if floor <= 1 or not len(result):
        return result
    if result.terms.by == "user":
        return result.only(result.table.counts >= floor)
    return result.only(distinct_users(result, sequences, floor) >= floor)


def distinct_users(result: MiningResult, sequences: Sequences, most: int) -> NDArray[np.int64]:
    """Return how many distinct users hold each pattern under the rules of its search, counted up to `most`, int64[n_patterns].

    Args:
        result: of a search over `sequences`.
        sequences: what was searched.
        most: stop counting there.
    """
    from seqrec_core.mining.holding_kernels import rows_by_label
    from seqrec_core.mining.matching_kernels import users_up_to

    terms, table = result.terms, result.table
    index = {label: code for code, label in enumerate(sequences.labels)}
    own, starts = table.codes()
    n = max(len(table.labels), 1)
    codes = np.array([index[label] for label in table.labels], np.int64)[own % n] if len(own) else np.empty(0, np.int64)
    values, _, offsets = arrays(sequences)
    grid = Grid.of(sequences)
    by_label = rows_by_label(values, offsets, len(sequences.labels))
    times = sequences.times if terms.uses_time and sequences.times is not None else np.empty(0, np.int64)
    is_plain = terms.min_gap == 1 and not terms.uses_time and not terms.baskets
    owner = sequences.owner.astype(np.int64)
    users = (owner, int(owner.max(initial=-1)) + 1, *by_label)
    patterns = (codes, starts, own >= n, is_plain, rules_of(terms), most)
    return np.asarray(users_up_to(values, grid.steps, np.require(times, np.int64, ["C", "W"]), offsets, *users, *patterns))
