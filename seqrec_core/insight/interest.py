"""How much more often a pattern occurs than its own transitions explain."""

import math
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput
from seqrec_core.insight.holding import holding
from seqrec_core.mining.transitions import pairs
from seqrec_core.mining.types import MiningResult
from seqrec_core.stats.tests import benjamini_yekutieli

EXPECTED, RATIO, Z = "expected", "ratio", "z"
P_VALUE, P_CORRECTED = "p_value", "p_corrected"
COPIES = 20


def interest(sequences: Sequences, result: MiningResult, copies: int = COPIES, seed: int = 0) -> pl.DataFrame:
    """Compare each pattern's support with what a first-order chain of the same log gives.

    The chain is run `copies` times from the first event of every sequence for as many events as it has; `expected` is the mean
    support count in these copies. With v = expected · (1 − expected / n),
    z = (support_count − expected) / √(v · (1 + 1 / copies)):
    the last factor is for the error of the mean. A pattern with z near 0 is dull: its steps alone explain it.

    Args:
        sequences: what was searched.
        result: patterns of a search over them; closed ones say each thing once.
        copies: copies of the log to draw.
        seed: of the draws.

    Returns:
        `items, support_count, support, expected, ratio, z, p_value, p_corrected` (two-sided, normal; Benjamini-Yekutieli over all
        patterns), the largest z first, then by support and by labels. `ratio` is null where no copy holds the pattern.

    Raises:
        BadInput: no copies.
    """
    if copies < 1:
        raise BadInput("insight", "no_copies", found=copies)
    lists = result.frame[c.ITEMS].to_list()
    rng, total = np.random.default_rng(seed), np.zeros(len(lists))
    for _ in range(copies):
        total += holding(chained(sequences, rng), lists, result.terms.max_gap).counts
    expected, n = total / copies, max(len(sequences), 1)
    steady = np.clip(expected, 1 / copies, n - 1 / copies)
    z = (result.frame[c.SUPPORT_COUNT].to_numpy() - expected) / np.sqrt(steady * (1 - steady / n) * (1 + 1 / copies))
    p_value = np.array([math.erfc(abs(away) / math.sqrt(2)) for away in z], np.float64)
    ratio = pl.when(pl.col(EXPECTED) > 0).then(pl.col(c.SUPPORT_COUNT) / pl.col(EXPECTED)).alias(RATIO)
    frame = result.frame.select(c.ITEMS, c.SUPPORT_COUNT, c.SUPPORT).with_columns(
        pl.Series(EXPECTED, expected, pl.Float64),
        pl.Series(Z, z, pl.Float64),
        pl.Series(P_VALUE, p_value, pl.Float64),
        pl.Series(P_CORRECTED, benjamini_yekutieli(p_value), pl.Float64),
    )
    frame = frame.with_columns(ratio).select(c.ITEMS, c.SUPPORT_COUNT, c.SUPPORT, EXPECTED, RATIO, Z, P_VALUE, P_CORRECTED)
    return frame.sort([-pl.col(Z), -pl.col(c.SUPPORT_COUNT), pl.col(c.ITEMS).list.join("\x1f")])


def chained(sequences: Sequences, rng: np.random.Generator) -> Sequences:
    """Return sequences as a first-order chain would make them, with their own first events and lengths.

    Each next event is drawn from those that follow its like in the log; from all events where none does.

    Args:
        sequences: the log.
        rng: source of chance.
    """
    found, n_labels = pairs(sequences), len(sequences.labels)
    order = np.argsort(found.source, kind="stable")
    after = sequences.values if not len(order) else found.target[order]
    bounds = np.searchsorted(found.source[order], np.arange(n_labels + 1))
    values, sizes = sequences.values.copy(), np.diff(sequences.offsets)
    by_size = np.argsort(-sizes, kind="stable")
    longer = np.searchsorted(-sizes[by_size], -np.arange(1, int(sizes.max(initial=0)) + 1), side="right")
    for place, n in enumerate(longer[1:], start=1):
        spots = sequences.offsets[by_size[:n]] + place
        values[spots] = _next(values[spots - 1], after, bounds, sequences.values, rng)
    return replace(sequences, values=values)


def _next(
    now: NDArray[np.int32],
    after: NDArray[np.int32],
    bounds: NDArray[np.int64],
    everything: NDArray[np.int32],
    rng: np.random.Generator,
) -> NDArray[np.int32]:
    """Draw what follows each event, int32[n]."""
    low, width = bounds[now], bounds[now + 1] - bounds[now]
    place = low + (rng.random(len(now)) * width).astype(np.int64)
    drawn = after[np.minimum(place, len(after) - 1)]
    return np.where(width > 0, drawn, everything[rng.integers(0, len(everything), len(now))]).astype(np.int32)
