"""Small logs whose right answers are known, made from lists of items, one a user."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.catalog import ItemCatalog
from seqrec_core.data.history import History
from seqrec_core.data.log import EventLog
from seqrec_core.data.sequences import SequenceDataset

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)


def dataset_of(
    histories: Sequence[Sequence[object]],
    with_times: bool = True,
    catalog_only: Sequence[str] = (),
    catalog: ItemCatalog | None = None,
) -> SequenceDataset:
    """Users u000, u001, …; event n of every user is n minutes after the first, or only has the order n."""
    rows = [(f"u{u:03d}", str(item), n) for u, items in enumerate(histories) for n, item in enumerate(items)]
    frame = pl.DataFrame(
        {
            c.USER: [user for user, _, _ in rows],
            c.ITEM: [item for _, item, _ in rows],
            c.EVENT: ["view"] * len(rows),
            c.TIME: pl.Series([BEGIN + timedelta(minutes=n) if with_times else None for *_, n in rows], dtype=c.TIME_DTYPE),
            c.SESSION: [user for user, _, _ in rows],
            c.ORDER: pl.Series([n for *_, n in rows], dtype=pl.Int64),
        }
    )
    catalog = ItemCatalog.from_items(catalog_only) if catalog_only else catalog
    return SequenceDataset.from_log(EventLog.from_frame(frame), catalog)


def history(dataset: SequenceDataset, *items: object) -> History:
    """A history of these external items, without types and times."""
    return History(dataset.vocabulary.indices([str(item) for item in items]))


def cycles(
    n_users: int = 120, n_items: int = 12, length: int = 14, seed: int = 0, catalog: ItemCatalog | None = None
) -> SequenceDataset:
    """Item i is always followed by i + 1 (mod n): who knows the last item knows the next; popularity knows nothing."""
    starts = np.random.default_rng(seed).integers(0, n_items, n_users)
    return dataset_of([[f"i{(start + n) % n_items:02d}" for n in range(length)] for start in starts], catalog=catalog)


def titled(n_items: int = 12) -> ItemCatalog:
    """Items i00, i01, … with a title of two words, one of them shared with the next item, and a category for each half."""
    rows = range(n_items)
    frame = {
        c.ITEM: [f"i{n:02d}" for n in rows],
        c.TITLE: [f"word{n} word{(n + 1) % n_items}" for n in rows],
        c.CATEGORY: ["low" if n < n_items / 2 else "high" for n in rows],
    }
    return ItemCatalog.from_frame(pl.DataFrame(frame))
