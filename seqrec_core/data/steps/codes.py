"""Item ids as evidence: codes that are no product, and ids that differ only in case."""

import polars as pl

from seqrec_core import columns as c

MIN_IDS = 50  # fewer ids have no usual shape
USUAL = 0.95  # share of ids that must have the usual shape
MOST_ROWS = 0.1  # share of events above which unusual ids are a part of the log rather than dirt
SHAPES = (r"^\d+[A-Za-z]*$", r"^[A-Za-z]+\d+$")  # 85123A, A13
MOST_MIXED = 0.05  # share of ids in both cases above which case tells items apart
MOST_MERGED = 0.1


def non_products(counted: pl.DataFrame) -> pl.DataFrame:
    """Return the ids that do not have the shape of nearly all others, the most frequent first.

    Args:
        counted: `item_id, len`.
    """
    ids, total = counted[c.ITEM], int(counted["len"].sum())
    if counted.height < MIN_IDS:
        return counted.clear()
    for shape in SHAPES:
        usual = ids.str.contains(shape)
        rare = counted.filter(~usual)
        if float(usual.mean() or 0) >= USUAL and int(rare["len"].sum()) <= MOST_ROWS * total:  # type: ignore[arg-type]
            return rare.sort(["len", c.ITEM], descending=[True, False])
    return counted.clear()


def case_only(counted: pl.DataFrame) -> dict[str, str]:
    """Return ids that differ from another only in case → the most frequent spelling (ties: the smallest).

    Args:
        counted: `item_id, len`.
    """
    ids = counted[c.ITEM]
    lower = ids.str.to_lowercase()
    mixed = (ids != lower) & (ids != ids.str.to_uppercase())
    spelled = counted.with_columns(lower.alias("lower")).filter(pl.col("lower").is_duplicated())
    if not spelled.height or float(mixed.mean() or 0) > MOST_MIXED:  # type: ignore[arg-type]
        return {}
    spelled = spelled.sort(["lower", "len", c.ITEM], descending=[False, True, False])
    spelled = spelled.with_columns(pl.col(c.ITEM).first().over("lower").alias("into")).filter(pl.col("into") != pl.col(c.ITEM))
    if spelled.height > MOST_MERGED * counted.height:
        return {}
    return dict(zip(spelled[c.ITEM], spelled["into"], strict=True))
