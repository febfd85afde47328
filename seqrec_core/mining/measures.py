"""What a support means: its interval, and how far it is above what chance would give."""

import math

import numpy as np
import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.sequences import Sequences
from seqrec_core.mining.preparing import label_counts
from seqrec_core.mining.types import MiningResult
from seqrec_core.stats.intervals import wilson_interval

LENGTH = "length"
LOW, HIGH = "low", "high"
LIFT = "lift"
LEVERAGE = "leverage"


def measured(result: MiningResult, sequences: Sequences) -> pl.DataFrame:
    """Add to each pattern its length, the interval of its support, its lift and its leverage.

    - expected support: the product of the supports of the pattern's different labels, which is the share of sequences that
      would hold them all if each came by chance, independently of the others. A label that repeats counts once.
    - lift = support / expected (1 = chance); leverage = support − expected. Null for patterns of one event.

    Args:
        result: of a search over `sequences`.
        sequences: what was searched.

    Returns:
        The frame of the result with `length, low, high, lift, leverage`; 95 % intervals by Wilson.
    """
    shares = dict(zip(sequences.labels, (label_counts(sequences) / max(len(sequences), 1)).tolist(), strict=True))
    lists = result.frame[c.ITEMS].to_list()
    expected = [math.prod(shares[item] for item in dict.fromkeys(items)) if len(items) > 1 else None for items in lists]
    low, high = wilson_interval(result.frame[c.SUPPORT_COUNT].to_numpy(), np.full(len(lists), result.n_sequences))
    return result.frame.with_columns(
        pl.col(c.ITEMS).list.len().cast(pl.Int64).alias(LENGTH),
        pl.Series(LOW, low),
        pl.Series(HIGH, high),
        pl.Series("expected", expected, pl.Float64),
    ).select(
        *result.frame.columns,
        LENGTH,
        LOW,
        HIGH,
        (pl.col(c.SUPPORT) / pl.col("expected")).alias(LIFT),
        (pl.col(c.SUPPORT) - pl.col("expected")).alias(LEVERAGE),
    )
