"""ItemCatalog: what is known of each item besides who used it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from seqrec_core import columns as c
from seqrec_core.errors import BadInput


@dataclass(frozen=True)
class ItemCatalog:
    """One row an item, sorted by item id; every item has a title (its id where nothing better is known).

    Args:
        frame: `item_id, title`, and where known `category, tags, description, price` and further attributes.
    """

    frame: pl.DataFrame

    @classmethod
    def from_frame(cls, frame: pl.DataFrame, also: Iterable[str] = ()) -> "ItemCatalog":
        """Check the columns and return the catalogue, with a row for each further item id in `also`.

        Raises:
            BadInput: no item column, a wrong dtype, or an item with two rows.
        """
        if c.ITEM not in frame.columns:
            raise BadInput("data", "catalog_column_missing", column=c.ITEM, found=", ".join(frame.columns))
        for name, dtype in {**c.CATALOG_REQUIRED, **c.CATALOG_OPTIONAL}.items():
            if name in frame.columns and frame.schema[name] != dtype:
                raise BadInput("data", "log_column_dtype", column=name, expected=str(dtype), found=str(frame.schema[name]))
        if frame[c.ITEM].n_unique() != frame.height:
            raise BadInput("data", "catalog_repeats", n=frame.height - frame[c.ITEM].n_unique())
        missing = sorted(set(also) - set(frame[c.ITEM]))
        if missing:
            frame = pl.concat([frame, pl.DataFrame({c.ITEM: missing}, schema={c.ITEM: pl.String})], how="diagonal")
        title = pl.col(c.TITLE) if c.TITLE in frame.columns else pl.lit(None, pl.String)
        frame = frame.with_columns(pl.coalesce(title, pl.col(c.ITEM)).alias(c.TITLE))
        return cls(frame.sort(c.ITEM))

    @classmethod
    def from_items(cls, items: Iterable[str]) -> "ItemCatalog":
        """Return a catalogue that knows nothing but the ids."""
        return cls.from_frame(pl.DataFrame({c.ITEM: []}, schema={c.ITEM: pl.String}), also=items)

    @cached_property
    def titles(self) -> dict[str, str]:
        """Title by item id."""
        return dict(zip(self.frame[c.ITEM], self.frame[c.TITLE], strict=True))

    @cached_property
    def categories(self) -> dict[str, str]:
        """Category by item id; empty where the catalogue has none."""
        if c.CATEGORY not in self.frame.columns:
            return {}
        known = self.frame.filter(pl.col(c.CATEGORY).is_not_null())
        return dict(zip(known[c.ITEM], known[c.CATEGORY], strict=True))

    def title(self, item: str) -> str:
        """Return the title of an item, its id where the catalogue has no row."""
        return self.titles.get(item, item)
