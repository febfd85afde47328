"""Which columns of a log describe its items: those that the item decides, not those that are nearly always the same."""

import numpy as np
import polars as pl

from seqrec_core.data.importing import import_log
from seqrec_core.data.mapping import ImportRequest


def test_a_column_describes_items_where_the_item_decides_it(tmp_path):
    rng = np.random.default_rng(7)
    n = 2_000
    items = rng.integers(0, 40, n)
    pl.DataFrame(
        {
            "user": [f"u{user}" for user in rng.integers(0, 100, n)],
            "product_id": [f"p{item}" for item in items],
            "time": [f"2026-01-{1 + at // 1440:02} {at // 60 % 24:02}:{at % 60:02}:00" for at in range(n)],
            "aisle": [f"aisle {item % 7}" for item in items],
            "organic": np.where(items == 3, "yes", "no"),  # nearly always the same, and yet of the item
            "coupon_disc": np.where(rng.random(n) < 0.01, -1.5, 0.0),
            "price_off": np.where(rng.random(n) < 0.03, 2.0, 0.0),  # called like a price, and of the event
        }
    ).write_csv(tmp_path / "log.csv")
    made = import_log(ImportRequest(path=tmp_path / "log.csv"))
    assert {"aisle", "organic"} <= set(made.catalog.frame.columns)
    assert not {"coupon_disc", "price_off", "price"} & set(made.catalog.frame.columns)
