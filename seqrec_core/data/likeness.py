"""What the values of a column look like, where its name says nothing: ids of users, ids of items, or neither."""

import polars as pl

from seqrec_core.data.times import as_text

ENOUGH = 0.9
LOOKED_AT = 500  # distinct values
QUICK = 1_800  # seconds within which people do the next thing
LIKENESS: dict[str, str] = {
    "user": r"^(?:(?i:u|usr|user|uid|cust|customer|client|member|visitor|guest|kunde|buyer|patient|player|reader|listener)"
    r"[-_ .#]?0*\d+|[^@\s]+@[^@\s]+\.\w+|\d{1,3}(?:\.\d{1,3}){3}|A[0-9A-Z]{11,14})$",
    "item": r"^(?:(?i:i|it|itm|item|p|prod|product|sku|art|article|movie|film|song|track|book|video|page)[-_ .#]?0*\d+"
    r"|\w+://\S+|www\.\S+|/\S*|B0[0-9A-Z]{8}|97[89]\d{10}|(?:GET|POST|PUT|HEAD|DELETE|PATCH|OPTIONS) \S+.*)$",
}


def likes(column: pl.Series, role: str) -> bool:
    """Whether (nearly) all values are written as ids of users, or of items, often are: `user-17`, an address; `SKU-3`, a path."""
    values = as_text(column).unique(maintain_order=True).head(LOOKED_AT)
    values = values.filter(values != "")
    return bool(len(values)) and float(values.str.contains(LIKENESS[role]).mean() or 0.0) >= ENOUGH  # type: ignore[arg-type]


def quickness(column: pl.Series, times: pl.Series) -> float:
    """Share of the events that are followed by another of the same value within half an hour, in [0, 1].

    People do several things in a row; an item is hardly ever used by one person after the other so fast.

    Args:
        column: ids.
        times: of the same rows; null where not known.
    """
    frame = pl.DataFrame({"id": as_text(column), "time": times}).drop_nulls().sort("id", "time", maintain_order=True)
    if not frame.height:
        return 0.0
    gap = pl.col("time").shift(-1).over("id") - pl.col("time")
    return float(frame.select((gap <= pl.duration(seconds=QUICK)).fill_null(False).mean()).item() or 0.0)
