"""What the text of an item says: its length, and the words that tell it from the others."""

import numpy as np
import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.features.source import Source
from seqrec_core.data.features.spread import Columns

KEYWORDS = 3
LONG_TEXT = 20_000  # characters of one item that are looked at
WORD = r"[\p{L}\p{N}]+"
LETTER = r"\p{L}"


def words_of_items(source: Source) -> Columns:
    """Return `text_length`, `words` and `keywords`, the three words with the highest tf · log(items / items with the word).

    Single letters and bare numbers are no keywords; a word that every item has weighs nothing and is none either. Ties: by the
    alphabet.
    """
    ids = list(source.dataset.vocabulary.ids)
    texts = pl.DataFrame({c.ITEM: pl.Series(ids, dtype=pl.String)}).join(
        _texts(source), on=c.ITEM, how="left", maintain_order="left"
    )
    text = texts["text"].fill_null("")
    found = pl.DataFrame({"row": np.arange(len(ids)), "word": text.str.to_lowercase().str.extract_all(WORD)})
    keywords = found.select("row").join(_keywords(found), on="row", how="left", maintain_order="left")["keywords"]
    return {"text_length": text.str.len_chars().cast(pl.Int64), "words": found["word"].list.len(), "keywords": keywords}


def _texts(source: Source) -> pl.DataFrame:
    if source.catalog is None:
        return pl.DataFrame(schema={c.ITEM: pl.String, "text": pl.String})
    frame = source.catalog.frame
    parts = [pl.col(name).fill_null("") for name in (c.TITLE, c.TAGS, c.DESCRIPTION) if name in frame.columns]
    text = pl.concat_str(parts, separator=" ").str.strip_chars().str.slice(0, LONG_TEXT)
    return frame.select(c.ITEM, text.alias("text"))


def _keywords(found: pl.DataFrame) -> pl.DataFrame:
    """Return `row, keywords` of the rows that have any."""
    words = found.explode("word", empty_as_null=False).drop_nulls("word")
    words = words.filter((pl.col("word").str.len_chars() > 1) & pl.col("word").str.contains(LETTER))
    counted = words.group_by("row", "word").len("n")
    spread = counted.group_by("word").len("items")
    weighed = counted.join(spread, on="word").with_columns((pl.col("n") * (found.height / pl.col("items")).log()).alias("weight"))
    best = weighed.filter(pl.col("weight") > 0).sort(["row", "weight", "word"], descending=[False, True, False])
    return best.group_by("row", maintain_order=True).agg(pl.col("word").head(KEYWORDS).str.join(" ").alias("keywords"))
