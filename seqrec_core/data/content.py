"""What is written about items as vectors, so that two can be said to be alike: weighted words of title, tags and description."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.sequences import SequenceDataset

FIELDS = (c.TITLE, c.TAGS, c.DESCRIPTION)
LONG_TEXT = 2_000  # characters of one field that are looked at
WORD = r"[\p{L}\p{M}\p{N}]+"


@dataclass(frozen=True)
class ContentVectors:
    """A vector of length 1 for each item that has words: tf · idf, sparse. Item j has `words[offsets[j]:offsets[j + 1]]`.

    Args:
        offsets: int64[V + 1]; PAD and items without words have none.
        words: word codes, rising inside an item, int32[n].
        weights: theirs, float64[n]; never below 0, so that a cosine lies in [0, 1].
        n_words: how many words there are.
    """

    offsets: NDArray[np.int64]
    words: NDArray[np.int32]
    weights: NDArray[np.float64]
    n_words: int


def no_content(size: int) -> ContentVectors:
    """Return vectors of `size` items of which nothing is known."""
    return ContentVectors(np.zeros(size + 1, np.int64), np.zeros(0, np.int32), np.zeros(0), 0)


def content_vectors(dataset: SequenceDataset) -> ContentVectors:
    """Return (1 + ln tf) · ln(items / items with the word), scaled to length 1, over the items of the log.

    A word that every item has weighs nothing; a title that only repeats the id is none. Categories are not read: their
    diversity is a metric of its own.

    Source: Salton & Buckley 1988, "Term-weighting approaches in automatic text retrieval".
    """
    size, logged = dataset.vocabulary.size, dataset.vocabulary.n_logged
    counted = _counted(dataset, logged)
    if not counted.height:
        return no_content(size)
    spread = counted.group_by("word").len("items")
    n = counted["row"].n_unique()
    weight = (1 + pl.col("n").log()) * (n / pl.col("items")).log()
    known = counted.join(spread, on="word").with_columns(weight.alias("weight")).filter(pl.col("weight") > 0)
    names = known.select(pl.col("word").unique().sort()).with_row_index("code")
    table = known.join(names, on="word").sort("row", "code")
    rows, weights = table["row"].to_numpy(), table["weight"].to_numpy()
    length = np.sqrt(np.bincount(rows, weights**2, size))
    offsets = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=size))]).astype(np.int64)
    return ContentVectors(offsets, table["code"].to_numpy().astype(np.int32), weights / length[rows], names.height)


def _counted(dataset: SequenceDataset, logged: int) -> pl.DataFrame:
    """Return `row` (item index), `word` and `n` of every word of the items of the log."""
    frame = None if dataset.catalog is None else dataset.catalog.frame
    names = [] if frame is None else [name for name in FIELDS if name in frame.columns]
    if frame is None or not names:
        return pl.DataFrame(schema={"row": pl.Int64, "word": pl.String, "n": pl.UInt32})
    ids = pl.Series(c.ITEM, dataset.vocabulary.ids[:logged], pl.String)
    items = pl.DataFrame({c.ITEM: ids, "row": np.arange(1, logged + 1)}).join(frame, on=c.ITEM, maintain_order="left")
    title = pl.when(pl.col(c.TITLE) != pl.col(c.ITEM)).then(pl.col(c.TITLE)).alias(c.TITLE)
    texts = items.with_columns(title).select("row", *names)
    long = texts.unpivot(index="row", value_name="text").drop_nulls("text")
    found = pl.col("text").str.slice(0, LONG_TEXT).str.to_lowercase().str.extract_all(WORD)
    words = long.select("row", found.alias("word")).explode("word", empty_as_null=False).drop_nulls("word")
    return words.group_by("row", "word").len("n")
