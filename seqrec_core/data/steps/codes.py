"""Item ids as evidence: codes that are no product, and ids that differ only in how they are written."""

import polars as pl

from seqrec_core import columns as c

MIN_IDS = 50  # fewer ids have no usual shape
USUAL = 0.95  # share of ids that must have the usual shape
MOST_ROWS = 0.1  # share of events above which unusual ids are a part of the log rather than dirt
SHAPES = (r"^\d+[A-Za-z]*$", r"^[A-Za-z]+\d+$")  # 85123A, A13
MOST_MIXED = 0.05  # share of ids in both cases above which case tells items apart
MOST_MERGED = 0.1
ZEROS = r"^0+(\d)"


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
    """Return ids that differ from another only in case, or in blanks around them → the most frequent spelling.

    Args:
        counted: `item_id, len`.
    """
    ids = counted[c.ITEM]
    mixed = (ids != ids.str.to_lowercase()) & (ids != ids.str.to_uppercase())
    bare = ids.str.strip_chars()
    key = bare if float(mixed.mean() or 0) > MOST_MIXED else bare.str.to_lowercase()  # type: ignore[arg-type]
    return _into_usual(counted, key)


def zeros_only(counted: pl.DataFrame) -> dict[str, str]:
    """Return numbers that differ from another only in zeros before them → the most frequent spelling.

    Args:
        counted: `item_id, len`.
    """
    return _into_usual(counted, counted[c.ITEM].str.replace(ZEROS, "$1"))


def written_otherwise(ids: pl.Series, known: pl.Series) -> dict[str, str]:
    """Return ids that are not known, but of which one known id differs only in case, zeros before it or blanks → that id.

    An id is left alone where several known ids, or several of the ids, are the same but for these, or where the known id is
    among the ids too: then the spelling may well tell two things apart.

    Args:
        ids: distinct, of a log.
        known: distinct, of its catalogue.
    """
    mine = pl.DataFrame({"id": ids, "plain": as_plain(ids)}).filter(~pl.col("plain").is_duplicated())
    theirs = pl.DataFrame({"known": known, "plain": as_plain(known)}).filter(~pl.col("plain").is_duplicated())
    pairs = mine.join(theirs, on="plain", how="inner").filter(pl.col("id") != pl.col("known")).sort("id")
    return dict(zip(pairs["id"], pairs["known"], strict=True))


def as_plain(ids: pl.Series) -> pl.Series:
    """Return ids without what may be written one way or the other: case, zeros before them, blanks around them."""
    return ids.str.strip_chars().str.to_lowercase().str.replace(ZEROS, "$1")


def _into_usual(counted: pl.DataFrame, key: pl.Series) -> dict[str, str]:
    """Return ids of one key → the most frequent of them (ties: the smallest); nothing where they are no exception."""
    spelled = counted.with_columns(key.alias("key")).filter(pl.col("key").is_duplicated())
    spelled = spelled.sort(["key", "len", c.ITEM], descending=[False, True, False])
    spelled = spelled.with_columns(pl.col(c.ITEM).first().over("key").alias("into")).filter(pl.col("into") != pl.col(c.ITEM))
    if spelled.height > MOST_MERGED * counted.height:
        return {}
    return dict(zip(spelled[c.ITEM], spelled["into"], strict=True))
