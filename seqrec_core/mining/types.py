"""What mining is asked and what it returns: terms, patterns with their support."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core.data.sequences import Of, Sequences, Unit
from seqrec_core.mining.table import PatternTable

Kind = Literal["all", "closed", "maximal"]
Supporter = Literal["sequence", "user"]
Source = Literal["search", "found"]
Labels = tuple[str, ...]
SECOND_US = 1_000_000


@dataclass(frozen=True)
class Pattern:
    """Labels that occur in `support_count` sequences, in this order.

    Args:
        items: labels (external item ids, event types or categories), first to last.
        support_count: number of sequences (or of distinct users, see `MiningTerms.by`) that hold it.
        support: support_count / number of them, in [0, 1].
        steps: the same labels step by step; events of one step happen together and have no order.
    """

    items: Labels
    support_count: int
    support: float
    steps: tuple[Labels, ...]


@dataclass(frozen=True)
class MiningTerms:
    """What to look for. Gap 1 = contiguous; None = no limit. min_count is absolute.

    Args:
        min_count: fewest supporters.
        kind: all, closed or maximal (what they mean under a gap: `covering.py`).
        max_gap: largest distance in steps between neighbouring steps of a pattern; events of one basket are one step.
        min_length, max_length: length of a pattern in events.
        top_k: keep only the k best by support (then shorter, then by labels).
        max_patterns, max_seconds: a budget; on hitting it the search stops cleanly and says so.
        min_gap: least distance in steps.
        min_gap_seconds, max_gap_seconds: distance in time between neighbouring steps.
        max_span_seconds: longest time from the first step to the last.
        baskets: whether a step of a pattern may hold several events, which then share a step of the sequence.
        by: who counts once: each sequence, or each user.
        contains: labels that a pattern has to hold, all of them.
        starts, ends: labels of which its first step, or its last one, has to hold one; () = any.
        excludes: labels that no pattern may hold.
        over: the only labels that patterns may hold; () = any.
        max_bytes: most memory that a search may take, part of the budget.
    """

    min_count: int
    kind: Kind = "all"
    max_gap: int | None = None
    min_length: int = 1
    max_length: int | None = None
    top_k: int | None = None
    max_patterns: int = 2_000_000
    max_seconds: float = 120.0
    min_gap: int = 1
    min_gap_seconds: float | None = None
    max_gap_seconds: float | None = None
    max_span_seconds: float | None = None
    baskets: bool = False
    by: Supporter = "sequence"
    contains: Labels = ()
    starts: Labels = ()
    ends: Labels = ()
    excludes: Labels = ()
    over: Labels = ()
    max_bytes: int = 4_000_000_000

    @property
    def uses_time(self) -> bool:
        """Whether a rule speaks of time."""
        return (self.min_gap_seconds, self.max_gap_seconds, self.max_span_seconds) != (None, None, None)

    @property
    def has_rules(self) -> bool:
        """Whether a rule limits how far apart steps may be."""
        return self.max_gap is not None or self.min_gap > 1 or self.uses_time


@dataclass(frozen=True)
class Known:
    """What a search that came to its end leaves for later questions.

    Args:
        sequences: what was searched.
        terms: what it looked for, which may be more than was asked.
        table: all that it found.
        least: support from which on nothing is missing: `terms.min_count`, or more after a search for the best only.
        is_checked: whether only closed, or only maximal, patterns are in the table (beside their beginnings).
    """

    sequences: Sequences
    terms: MiningTerms
    table: PatternTable
    least: int
    is_checked: bool


@dataclass(frozen=True)
class MiningResult:
    """Patterns of one search, the best supported first.

    Args:
        table: the patterns in compact form.
        n_sequences: number of supporters searched: sequences, or users.
        unit, of: what one sequence is, what was counted in it.
        terms: what was asked.
        complete: False if a budget stopped the search; then `suggestion` is a min_count that fits.
        seconds, cpu_seconds: time of the search.
        known: what `remining` answers other terms from; None after a search that a budget stopped.
        answered_from: a search for it, or what an earlier one found.
    """

    table: PatternTable
    n_sequences: int
    unit: Unit
    of: Of
    terms: MiningTerms
    complete: bool = True
    suggestion: int | None = None
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    known: Known | None = None
    answered_from: Source = "search"

    def __len__(self) -> int:
        return len(self.table)

    @cached_property
    def frame(self) -> pl.DataFrame:
        """`items` (list of String), `support_count`, `support`, sorted by support, then length, then labels; made when asked."""
        return self.table.frame(self.n_sequences)

    def patterns(self, n: int | None = None) -> list[Pattern]:
        """Return the first n patterns (all by default)."""
        table = self.table if n is None else self.table.head(n)
        lines = zip(table.steps(), table.counts.tolist(), strict=True)
        return [
            Pattern(tuple(label for step in steps for label in step), count, count / self.n_sequences, steps)
            for steps, count in lines
        ]

    def only(self, is_kept: NDArray[np.bool_]) -> "MiningResult":
        """Return the same result with some of its patterns, bool[len(self)] in their order."""
        return replace(self, table=self.table.only(is_kept))

    def head(self, n: int | None) -> "MiningResult":
        """Return the same result with its first n patterns."""
        return self if n is None else replace(self, table=self.table.head(n))


@dataclass(frozen=True)
class Match:
    """One occurrence of a pattern: the sequence it is in and the positions of its events there."""

    sequence: int
    positions: tuple[int, ...] = field(default=())
