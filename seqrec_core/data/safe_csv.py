"""CSV that a spreadsheet opens without running what is in it; every CSV export goes through here.

Text that begins with = + - @, a tab or a carriage return would be taken for a formula: it gets an apostrophe in front.
Source: OWASP, CSV Injection.
"""

import polars as pl

DANGEROUS = r"^[=+\-@\t\r]"
PLAIN_NUMBER = r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$"


def to_csv(frame: pl.DataFrame) -> bytes:
    r"""Return a table as UTF-8 CSV with a header, its dangerous text cells escaped.

    Args:
        frame: any columns; numbers, and text that is a plain number, stay as they are; lists are joined by " > ".

    Example:
        >>> to_csv(pl.DataFrame({"item": ["=1+1", "tent"], "n": [-1, 2]}))
        b"item,n\n'=1+1,-1\ntent,2\n"
    """
    names = {name: f"'{name}" if _is_dangerous(name) else name for name in frame.columns}
    columns = [_safe(pl.col(name), dtype).alias(names[name]) for name, dtype in frame.schema.items()]
    return frame.select(columns).write_csv().encode()


def _safe(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if isinstance(dtype, pl.List):
        column = column.cast(pl.List(pl.String)).list.join(" > ", ignore_nulls=True)
    elif dtype.is_numeric() or dtype.is_temporal() or dtype == pl.Boolean:
        return column
    text = column.cast(pl.String)
    risky = text.str.contains(DANGEROUS) & ~text.str.contains(PLAIN_NUMBER)
    return pl.when(risky).then(pl.lit("'") + text).otherwise(text)


def _is_dangerous(name: str) -> bool:
    return name[:1] in ("=", "+", "-", "@", "\t", "\r")
