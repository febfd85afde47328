"""Numbers as people and programs write them, among them 1.234,50."""

import re

import polars as pl

NUMBER = r"^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$"
GROUPED = r"^\s*[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?\s*$"
COMMA_DECIMAL = r"^\s*[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+),\d+\s*$"
_NUMBER, _COMMA = re.compile(NUMBER), re.compile(COMMA_DECIMAL)


def is_number(cell: str) -> bool:
    """Whether a cell is a number, with a point or a comma for its decimals."""
    return bool(_NUMBER.match(cell) or _COMMA.match(cell))


def parse_numbers(column: pl.Series) -> pl.Series:
    """Return a column as Float64; what is no number becomes null.

    A comma is read as the decimal sign where some value of the column can only be read so (`0,99`, `1.234,50`),
    else as a separator of thousands.

    Example:
        >>> parse_numbers(pl.Series(["1.234,50", "0,99"])).to_list()
        [1234.5, 0.99]
    """
    if column.dtype.is_numeric():
        return column.cast(pl.Float64)
    if column.dtype != pl.String:
        return column.cast(pl.Float64, strict=False)
    numbers = column.cast(pl.Float64, strict=False)
    if not numbers.null_count():
        return numbers.set(~numbers.is_finite(), None)
    text = column.str.strip_chars()
    comma = (text.str.contains(COMMA_DECIMAL) & ~text.str.contains(GROUPED)).any()
    if comma:
        text = text.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    elif text.str.contains(",", literal=True).any():
        grouped = text.str.contains(GROUPED)
        text = pl.select(pl.when(grouped).then(text.str.replace_all(",", "", literal=True)).otherwise(text)).to_series()
    numbers = text.cast(pl.Float64, strict=False).alias(column.name)
    return numbers.set(~numbers.is_finite().fill_null(True), None)


def number_share(column: pl.Series) -> float:
    """Share of the non-empty cells of a column that are numbers, in [0, 1]; 0 for an empty one."""
    if column.dtype.is_numeric():
        return 1.0
    if column.dtype != pl.String:
        return 0.0
    filled = column.filter(column.str.strip_chars() != "")
    return float(parse_numbers(filled).is_not_null().mean() or 0.0) if len(filled) else 0.0  # type: ignore[arg-type]
