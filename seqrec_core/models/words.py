"""What is written about items, as numbered words that a network reads.

A word is a run of letters, marks and digits in any script, in lower case. Scripts that put no blanks between words are cut into
single characters: filters over two and three of them then see what bigrams and trigrams would. An item's id is no text, not even
where it stands for a title that is not known.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.models.protocol import Arrays

PAD, BREAK, RARE, FIRST = 0, 1, 2, 3  # nothing; the end of a field; a word that hardly any item has; the first known word
FEWEST_ITEMS = 2  # items that have a word, below which nothing can be learnt from it for another item
LONG_TEXT = 20_000  # characters of one field that are looked at
UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
WORD = rf"[{UNSPACED}]|[[\p{{L}}\p{{M}}\p{{N}}]--[{UNSPACED}]]+"
NAMED = (c.ITEM, c.TITLE, c.CATEGORY, c.TAGS, c.DESCRIPTION, c.PRICE)


@dataclass(frozen=True)
class ItemTexts:
    """What is written about the items 0…V−1 (PAD has nothing).

    Args:
        described: words of title, attributes and description, "" after each field; List[String], length V.
        classed: words of category and tags, the same way.
        labels: category and tags themselves, each once, in their order.
    """

    described: pl.Series
    classed: pl.Series
    labels: pl.Series

    @classmethod
    def of(cls, dataset: SequenceDataset) -> "ItemTexts | None":
        """Read them off the catalogue of a dataset; None where no item has any text."""
        if dataset.catalog is None:
            return None
        known = dataset.catalog.frame
        if c.TITLE in known.columns:
            known = known.with_columns(pl.when(pl.col(c.TITLE) != pl.col(c.ITEM)).then(pl.col(c.TITLE)).alias(c.TITLE))
        ids = pl.DataFrame({c.ITEM: pl.Series(["", *dataset.vocabulary.ids], dtype=pl.String)})
        frame = ids.join(known, on=c.ITEM, how="left", maintain_order="left")
        there = [name for name in (c.TITLE, *_attributes(known), c.DESCRIPTION) if name in frame.columns]
        described = _fields(frame, there)
        labels = _labels(frame)
        classed = _fields(pl.DataFrame({"labels": labels.list.join(" ")}), ["labels"])
        if not (described.list.len().sum() or classed.list.len().sum()):
            return None
        return cls(described, classed, labels)

    def whole(self) -> pl.Series:
        """Return all words of each item: category and tags before the rest."""
        return pl.DataFrame({"a": self.described, "b": self.classed}).select(pl.concat_list("b", "a"))["b"]


def has_text(dataset: SequenceDataset) -> bool:
    """Whether any item of a dataset has text."""
    return ItemTexts.of(dataset) is not None


@dataclass(frozen=True)
class TextTable:
    """Numbered words of each item: item j has `codes[offsets[j]:offsets[j + 1]]`.

    Args:
        offsets: int64[V + 1].
        codes: int32[n].
    """

    offsets: NDArray[np.int64]
    codes: NDArray[np.int32]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Number of words of each item, int64[V]."""
        return np.diff(self.offsets)

    def rows(self, items: NDArray[np.integer]) -> NDArray[np.int64]:
        """Return the words of some items side by side, PAD on the right, int64[B, T]; T is at least 1."""
        lengths = self.lengths[items]
        is_there = np.arange(max(1, lengths.max(initial=0))) < lengths[:, None]
        out = np.full(is_there.shape, PAD, np.int64)
        begin = np.repeat(self.offsets[items] - (np.cumsum(lengths) - lengths), lengths)
        out[is_there] = self.codes[begin + np.arange(lengths.sum())]
        return out

    def to_arrays(self, name: str) -> Arrays:
        """Return both arrays under a name."""
        return {f"{name}.offsets": self.offsets, f"{name}.codes": self.codes}

    @classmethod
    def from_arrays(cls, name: str, arrays: Arrays) -> "TextTable":
        """Rebuild from `to_arrays`."""
        return cls(np.asarray(arrays[f"{name}.offsets"], np.int64), np.asarray(arrays[f"{name}.codes"], np.int32))


def known_words(lists: pl.Series, most: int, fewest: int = FEWEST_ITEMS) -> tuple[str, ...]:
    """Return the words of most items first (ties: by the alphabet): at most `most`, each of at least `fewest` items."""
    words = pl.DataFrame({"row": np.arange(len(lists)), "word": lists.list.unique()}).explode("word", empty_as_null=False)
    counted = words.filter(pl.col("word") != "").group_by("word").len().filter(pl.col("len") >= fewest)
    return tuple(counted.sort(["len", "word"], descending=[True, False]).head(most)["word"])


def number(lists: pl.Series, words: Sequence[str], longest: int) -> TextTable:
    """Number the first `longest` words of each list: FIRST + place in `words`, RARE for others, BREAK for ""."""
    flat = pl.DataFrame({"row": np.arange(len(lists)), "word": lists.list.head(longest)}).explode("word", empty_as_null=False)
    flat = flat.drop_nulls("word")
    known = pl.DataFrame({"word": ["", *words], "code": [BREAK, *range(FIRST, FIRST + len(words))]})
    coded = flat.join(known.cast({"word": pl.String, "code": pl.Int32}), on="word", how="left", maintain_order="left")
    lengths = np.bincount(coded["row"].to_numpy(), minlength=len(lists))
    return TextTable(np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64), coded["code"].fill_null(RARE).to_numpy())


def packed(names: Sequence[str]) -> NDArray[np.uint8]:
    """Return strings as one array of bytes, for a checkpoint."""
    return np.frombuffer("\n".join(names).encode(), np.uint8).copy()


def unpacked(array: NDArray[np.generic]) -> tuple[str, ...]:
    """Return the strings of `packed`."""
    text = np.asarray(array, np.uint8).tobytes().decode()
    return tuple(text.split("\n")) if text else ()


def _attributes(frame: pl.DataFrame) -> list[str]:
    """Columns of text besides the named ones whose values repeat: a brand or a colour, and no address or key."""
    texts = [name for name in frame.columns if name not in NAMED and frame[name].dtype in (pl.String, pl.Categorical, pl.Enum)]
    filled = {name: frame[name].drop_nulls() for name in texts}
    return [name for name, values in filled.items() if 2 <= values.n_unique() <= len(values) / 2]


def _fields(frame: pl.DataFrame, names: list[str]) -> pl.Series:
    """Words of these columns, "" after each that has any."""
    lists = []
    for name in names:
        text = pl.col(name).cast(pl.String).fill_null("").str.slice(0, LONG_TEXT).str.normalize("NFKC").str.to_lowercase()
        found = text.str.extract_all(WORD)
        lists.append(pl.when(found.list.len() > 0).then(pl.concat_list(found, pl.lit(""))).otherwise(found).alias(name))
    if not lists:
        return pl.Series("words", [[]] * frame.height, dtype=pl.List(pl.String))
    return frame.select(lists).select(pl.concat_list(pl.all()).alias("words"))["words"]


def _labels(frame: pl.DataFrame) -> pl.Series:
    """Category and tags of each item, each once."""
    parts = []
    if c.CATEGORY in frame.columns:
        parts.append(pl.concat_list(pl.col(c.CATEGORY).fill_null("")))
    if c.TAGS in frame.columns:
        parts.append(pl.col(c.TAGS).fill_null("").str.split("|"))
    if not parts:
        return pl.Series("labels", [[]] * frame.height, dtype=pl.List(pl.String))
    joined = pl.concat_list(parts).list.eval(pl.element().str.replace_all("\n", " ").str.strip_chars())
    filled = joined.list.eval(pl.element().filter(pl.element() != ""))
    return frame.select(filled.list.unique(maintain_order=True).alias("labels"))["labels"]
