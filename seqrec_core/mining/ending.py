"""Patterns that a history completes: they end in one label, and everything before it happened, in this order."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.sequences import Sequences
from seqrec_core.mining.engine import mine
from seqrec_core.mining.privacy import with_users
from seqrec_core.mining.rules import ANTECEDENT, CONSEQUENT, LIFT, SCHEMA, rules
from seqrec_core.mining.types import MiningTerms

LAST = 30  # the last events of a history that are looked at
LONGEST = 4
MAX_PATTERNS = 50_000
MAX_SECONDS = 2.0


def completed(sequences: Sequences, history: Sequence[str], last: str, min_count: int = 5, floor: int = 5) -> pl.DataFrame:
    """Return the rules `a → b → last` whose left side a history holds in this order, with any gap.

    Only the labels of the history's last 30 events are searched, so that the search stays small on any log.

    Args:
        sequences: where they are counted.
        history: labels of one person's events, oldest first.
        last: label that the patterns end in.
        min_count: fewest supporting sequences.
        floor: fewest distinct users of a pattern.

    Returns:
        The columns of `rules`; the largest lift first, then by support and by labels.
    """
    recent = list(history)[-LAST:]
    wanted = {*recent, last}
    codes = [code for code, label in enumerate(sequences.labels) if label in wanted]
    if not recent or last not in sequences.labels:
        return pl.DataFrame(schema=SCHEMA)
    few = only(sequences, codes)
    terms = MiningTerms(min_count, max_length=LONGEST, max_patterns=MAX_PATTERNS, max_seconds=MAX_SECONDS)
    found = rules(with_users(mine(few, terms), few, floor))
    ends = found.filter(pl.col(CONSEQUENT) == last)
    is_held = [holds(recent, left) for left in ends[ANTECEDENT].to_list()]
    return ends.filter(pl.Series(is_held, dtype=pl.Boolean)).sort([LIFT, c.SUPPORT_COUNT], descending=True, maintain_order=True)


def only(sequences: Sequences, codes: Sequence[int]) -> Sequences:
    """Return the same sequences with only the events of these labels; a sequence may become empty and still counts."""
    keep = np.isin(sequences.values, np.asarray(codes, sequences.values.dtype))
    before = np.concatenate([[0], np.cumsum(keep)]).astype(np.int64)
    times = None if sequences.times is None else sequences.times[keep]
    return Sequences(
        sequences.values[keep],
        before[sequences.offsets],
        sequences.labels,
        times,
        sequences.steps[keep],
        sequences.owner,
        sequences.unit,
        sequences.of,
    )


def holds(history: Sequence[str], items: Sequence[str]) -> bool:
    """Whether the items occur in the history in this order, with any gap."""
    events = iter(history)
    return all(item in events for item in items)
