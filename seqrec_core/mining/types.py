"""What mining returns: patterns with their support, and under which terms they were found."""

from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.sequences import Of, Unit

Kind = Literal["all", "closed", "maximal"]


@dataclass(frozen=True)
class Pattern:
    """A sequence of labels that occurs in `support_count` sequences, in this order.

    Args:
        items: labels (external item ids, event types or categories), first to last.
        support_count: number of sequences (or of distinct users, see MiningResult.unit) that hold it.
        support: support_count / n_sequences, in [0, 1].
    """

    items: tuple[str, ...]
    support_count: int
    support: float


@dataclass(frozen=True)
class MiningTerms:
    """What to look for. Gap 1 = contiguous; None = any gap. min_count is absolute.

    Args:
        min_count: fewest supporting sequences.
        kind: all, closed or maximal (defined under the same gap rule as the search).
        max_gap: largest distance in steps between neighbours of a pattern; events of one basket are one step.
        min_length, max_length: length of a pattern in events; None = no limit.
        top_k: keep only the k best by support (then shorter, then by labels).
        max_patterns, max_seconds: a budget; on hitting it the search stops cleanly and says so.
    """

    min_count: int
    kind: Kind = "all"
    max_gap: int | None = None
    min_length: int = 1
    max_length: int | None = None
    top_k: int | None = None
    max_patterns: int = 2_000_000
    max_seconds: float = 120.0


@dataclass(frozen=True)
class MiningResult:
    """Patterns of one search, the best supported first.

    Args:
        frame: `items` (list of String), `support_count`, `support`, sorted by support, then length, then labels.
        n_sequences: number of sequences searched.
        unit, of: what one sequence is, what was counted in it.
        terms: what was asked.
        complete: False if a budget stopped the search; then `suggestion` is a min_count that fits.
        seconds, cpu_seconds: time of the search.
    """

    frame: pl.DataFrame
    n_sequences: int
    unit: Unit
    of: Of
    terms: MiningTerms
    complete: bool = True
    suggestion: int | None = None
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def __len__(self) -> int:
        return self.frame.height

    def patterns(self, n: int | None = None) -> list[Pattern]:
        """Return the first n patterns (all by default)."""
        rows = self.frame if n is None else self.frame.head(n)
        columns = rows.select(c.ITEMS, c.SUPPORT_COUNT, c.SUPPORT).iter_rows()
        return [Pattern(tuple(items), count, support) for items, count, support in columns]


@dataclass(frozen=True)
class Match:
    """One occurrence of a pattern: the sequence it is in and the positions of its events there."""

    sequence: int
    positions: tuple[int, ...] = field(default=())
