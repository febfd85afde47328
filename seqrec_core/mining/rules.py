"""Sequential rules: what tends to follow once a prefix has happened."""

import numpy as np
import polars as pl

from seqrec_core import columns as c
from seqrec_core.errors import BadInput
from seqrec_core.mining.types import MiningResult
from seqrec_core.stats.intervals import wilson_interval

ANTECEDENT = "antecedent"
CONSEQUENT = "consequent"
CONFIDENCE = "confidence"
LOW, HIGH = "low", "high"
LIFT = "lift"
LEVERAGE = "leverage"
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    ANTECEDENT: pl.List(pl.String),
    CONSEQUENT: pl.String,
    c.SUPPORT_COUNT: pl.Int64,
    c.SUPPORT: pl.Float64,
    CONFIDENCE: pl.Float64,
    LOW: pl.Float64,
    HIGH: pl.Float64,
    LIFT: pl.Float64,
    LEVERAGE: pl.Float64,
}


def rules(result: MiningResult) -> pl.DataFrame:
    """Return one rule for each pattern of two events or more: its prefix → its last event.

    - confidence = support of the pattern / support of the prefix: the share of the sequences with the prefix in which the
      last event follows it (within the gap of the search).
    - lift = confidence / share of all sequences that hold the last event anywhere.
    - leverage = support − share with the prefix × share with the last event: how many more of all hold the rule than if
      the two came independently.

    Args:
        result: all patterns from one event on (a budget or top_k may have cut it).

    Returns:
        `antecedent, consequent, support_count, support, confidence, low, high, lift, leverage`, the most confident first,
        then by support, then in the order of the patterns; low and high are the 95 % interval of the confidence by Wilson.

    Raises:
        BadInput: closed or maximal patterns, or a least length above 1: the prefixes are not in them.
    """
    if result.terms.kind != "all" or result.terms.min_length > 1:
        raise BadInput("mining", "rules_need_all", kind=result.terms.kind, least=result.terms.min_length)
    counts = {tuple(items): n for items, n in result.frame.select(c.ITEMS, c.SUPPORT_COUNT).iter_rows()}
    rows, n_before, n = [], [], max(result.n_sequences, 1)
    for items, count in counts.items():
        before, last = counts.get(items[:-1]), counts.get(items[-1:])
        if len(items) > 1 and before is not None and last is not None:
            confidence, support, share = count / before, count / n, last / n
            leverage = support - before / n * share
            rows.append((list(items[:-1]), items[-1], count, support, confidence, 0.0, 0.0, confidence / share, leverage))
            n_before.append(before)
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    low, high = wilson_interval(frame[c.SUPPORT_COUNT].to_numpy(), np.array(n_before, np.int64))
    frame = frame.with_columns(pl.Series(LOW, low, pl.Float64), pl.Series(HIGH, high, pl.Float64))
    return frame.sort([CONFIDENCE, c.SUPPORT_COUNT], descending=True, maintain_order=True)
