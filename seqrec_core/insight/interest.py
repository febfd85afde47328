"""How much more often a pattern occurs than its own transitions explain."""

import math
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput
from seqrec_core.mining.holding import holding
from seqrec_core.mining.matching import Rules
from seqrec_core.mining.preparing import arrays
from seqrec_core.mining.transitions import pairs
from seqrec_core.mining.types import MiningResult
from seqrec_core.stats.tests import benjamini_yekutieli

EXPECTED, RATIO, Z = "expected", "ratio", "z"
P_VALUE, P_CORRECTED = "p_value", "p_corrected"
IS_DULL = "is_dull"
COPIES = 20
LEVEL, NEARLY = 0.05, 1.25


def interest(
    sequences: Sequences, result: MiningResult, copies: int = COPIES, seed: int = 0, most_events: int | None = None
) -> pl.DataFrame:
    """Compare each pattern's support with what a first-order chain of the same log gives.

    The chain is run `copies` times from the first event of every sequence for as many events as it has; `expected` is the mean
    support count in these copies. With v = expected · (1 − expected / n),
    z = (support_count − expected) / √(v · (1 + 1 / copies)):
    the last factor is for the error of the mean. A pattern with z near 0 is dull: its steps alone explain it. With
    `most_events`, each copy is of every k-th sequence, others each time, and `copies` above is what they amount to.

    Args:
        sequences: what was searched.
        result: patterns of a search over them; closed ones say each thing once.
        copies: copies of the log to draw.
        seed: of the draws.
        most_events: of all copies together; None = whole copies.

    Returns:
        `items, support_count, support, expected, ratio, z, p_value, p_corrected` (two-sided, normal; Benjamini-Yekutieli over all
        patterns), the largest z first, then by support and by labels. `ratio` is null where no copy holds the pattern.

    Raises:
        BadInput: no copies.
    """
    found, copied = result.frame, drawn(sequences, copies, seed, most_events)
    table = judged(sequences, found[c.ITEMS].to_list(), found[c.SUPPORT_COUNT].to_list(), copied, result.terms)
    return table.sort([-pl.col(Z), -pl.col(c.SUPPORT_COUNT), pl.col(c.ITEMS).list.join("\x1f")])


@dataclass(frozen=True)
class Copies:
    """Copies of a log that its chain made, or of parts of it.

    Args:
        parts: the copies.
        n: how many whole copies they amount to.
    """

    parts: tuple[Sequences, ...]
    n: float


def drawn(sequences: Sequences, copies: int = COPIES, seed: int = 0, most_events: int | None = None) -> Copies:
    """Draw copies of a log from its chain.

    Args:
        sequences: the log.
        copies: how many to draw.
        seed: of the draws.
        most_events: of all copies together; with it each is of every k-th sequence, others each time.

    Raises:
        BadInput: no copies.
    """
    if copies < 1:
        raise BadInput("insight", "no_copies", found=copies)
    every = 1 if most_events is None else max(1, -(-copies * len(sequences.values) // max(most_events, 1)))
    every = min(every, max(len(sequences), 1))
    chain, rng = Chain.of(sequences), np.random.default_rng(seed)
    parts = tuple(
        chained(sequences.take(np.arange(number % every, len(sequences), every)), rng, chain) for number in range(copies)
    )
    return Copies(parts, max(sum(map(len, parts)), 1) / max(len(sequences), 1))


def judged(
    sequences: Sequences, patterns: list[list[str]], counts: list[int], copies: Copies, rules: Rules = None
) -> pl.DataFrame:
    """Say of given patterns what `interest` says, in their order.

    Args:
        sequences: what was searched.
        patterns: labels of each, first to last.
        counts: support count of each.
        copies: of the log.
        rules: the terms of the search, or only its `max_gap`.

    Raises:
        NotFound: a label that does not occur.
    """
    held = [holding(part, patterns, rules).counts for part in copies.parts]
    n, expected = max(len(sequences), 1), np.sum(held, axis=0) / copies.n
    steady = np.clip(expected, 1 / copies.n, n - 1 / copies.n)
    z = (np.array(counts, np.int64) - expected) / np.sqrt(steady * (1 - steady / n) * (1 + 1 / copies.n))
    p_value = np.array([math.erfc(abs(away) / math.sqrt(2)) for away in z], np.float64)
    frame = pl.DataFrame(
        {
            c.ITEMS: pl.Series(patterns, dtype=pl.List(pl.String)),
            c.SUPPORT_COUNT: pl.Series(counts, dtype=pl.Int64),
            EXPECTED: pl.Series(expected, dtype=pl.Float64),
            Z: pl.Series(z, dtype=pl.Float64),
            P_VALUE: pl.Series(p_value, dtype=pl.Float64),
            P_CORRECTED: pl.Series(benjamini_yekutieli(p_value), dtype=pl.Float64),
        }
    )
    ratio = pl.when(pl.col(EXPECTED) > 0).then(pl.col(c.SUPPORT_COUNT) / pl.col(EXPECTED)).alias(RATIO)
    support = (pl.col(c.SUPPORT_COUNT) / n).alias(c.SUPPORT)
    return frame.with_columns(ratio, support).select(
        c.ITEMS, c.SUPPORT_COUNT, c.SUPPORT, EXPECTED, RATIO, Z, P_VALUE, P_CORRECTED
    )


def dullness() -> pl.Expr:
    """Say which rows of `interest` are dull, as `is_dull`: their transitions explain them within chance, or nearly.

    Nearly: between 4/5 and 5/4 of what the chain gives. In a large log a difference that nobody would act on is beyond chance.
    """
    is_near = pl.col(RATIO).is_between(1 / NEARLY, NEARLY).fill_null(False)
    return ((pl.col(P_CORRECTED) > LEVEL) | is_near).alias(IS_DULL)


@dataclass(frozen=True)
class Chain:
    """What follows each label in a log: label x is followed by one of `after[bounds[x]:bounds[x + 1]]`; `everything` is all."""

    after: NDArray[np.int32]
    bounds: NDArray[np.int64]
    everything: NDArray[np.int32]

    @classmethod
    def of(cls, sequences: Sequences) -> "Chain":
        """Read the transitions of a log."""
        found = pairs(sequences)
        order = np.argsort(found.source, kind="stable")
        after = found.target[order] if len(order) else sequences.values
        bounds = np.searchsorted(found.source[order], np.arange(len(sequences.labels) + 1))
        return cls(after, bounds, sequences.values)


def chained(sequences: Sequences, rng: np.random.Generator, chain: Chain | None = None) -> Sequences:
    """Return sequences as a first-order chain would make them, with their own first events and lengths.

    Each next event is drawn from those that follow its like in the log; from all events where none does.

    Args:
        sequences: the log, or a part of it.
        rng: source of chance.
        chain: of the whole log; None = of these sequences.
    """
    from seqrec_core.insight.chain_kernels import walked

    chain = chain or Chain.of(sequences)
    values, _, offsets = arrays(sequences)
    after, everything = (np.require(of, np.int32, ["C", "W"]) for of in (chain.after, chain.everything))
    return replace(sequences, values=walked(values, offsets, after, chain.bounds, everything, rng.random(len(values))))
