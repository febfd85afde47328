"""Leave out patterns that point at too few people."""

import numpy as np
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput
from seqrec_core.mining.matching import Grid
from seqrec_core.mining.preparing import arrays
from seqrec_core.mining.types import MiningResult, MiningTerms

ANY_GAP = 2**62


def with_users(result: MiningResult, sequences: Sequences, floor: int) -> MiningResult:
    """Drop patterns that fewer than `floor` distinct users hold (a floor of 1 or less keeps all).

    Args:
        result: of a search over `sequences`.
        sequences: what was searched.
        floor: least number of distinct users.

    Raises:
        BadInput: see `check_floor`.
    """
    check_floor(result.terms, floor)
    if floor <= 1 or not len(result):
        return result
    if result.terms.by == "user":
        return result.only(result.table.counts >= floor)
    return result.only(distinct_users(result, sequences, floor) >= floor)


def check_floor(terms: MiningTerms, floor: int) -> None:
    """Refuse a floor where users could not be counted by the rule of the search.

    Raises:
        BadInput: baskets, least distances or rules of time, unless the search counts users itself.
    """
    if floor > 1 and terms.by != "user" and (terms.baskets or terms.min_gap > 1 or terms.uses_time):
        raise BadInput("mining", "floor_under_rules", floor=floor)


def distinct_users(result: MiningResult, sequences: Sequences, most: int) -> NDArray[np.int64]:
    """Return how many distinct users hold each pattern, counted up to `most`, int64[n_patterns].

    Args:
        result: of a search over `sequences`.
        sequences: what was searched.
        most: stop counting there.
    """
    from seqrec_core.mining.matching_kernels import users_up_to

    index = {label: code for code, label in enumerate(sequences.labels)}
    lists = result.frame[c.ITEMS].to_list()
    codes = np.array([index[label] for items in lists for label in items], np.int64)
    starts = np.concatenate([[0], np.cumsum([len(items) for items in lists])]).astype(np.int64)
    values, _, offsets = arrays(sequences)
    grid = Grid.of(sequences)
    held = np.unique(values.astype(np.int64) * len(sequences) + grid.rows)
    bounds = np.searchsorted(held, np.arange(len(index) + 1) * len(sequences))
    owner = sequences.owner.astype(np.int64)
    gap = ANY_GAP if result.terms.max_gap is None else result.terms.max_gap
    n_users = int(owner.max(initial=-1)) + 1
    return np.asarray(
        users_up_to(values, grid.steps, offsets, owner, n_users, held % len(sequences), bounds, codes, starts, gap, most)
    )
