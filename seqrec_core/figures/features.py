"""Figures of features: how the values of one are spread, and by which of them two groups differ most."""

import math
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from seqrec_core import columns as c
from seqrec_core.data.features.distribution import HIGH, LABEL, LOW, Distribution
from seqrec_core.figures.marks import mark_median
from seqrec_core.figures.rows import Row, side_rows, signed_rows
from seqrec_core.figures.theme import DOWN, UP, Theme, blank, nothing, theme_of
from seqrec_core.text import count, decimal, duration, integer, percent, say, signed

if TYPE_CHECKING:
    import polars as pl

DISTRIBUTION_PX, MOST_TICKS = 260, 9


def distribution(
    found: Distribution, dark: bool | Theme = False, *, unit: str, unit_name: str, noun: str, width: int = 640
) -> go.Figure:
    """Draw how many users, items or sessions have which value of a feature.

    Args:
        found: the counted values.
        dark: theme.
        unit: key of the feature's unit; decides how values are written.
        unit_name: the same in words, for the axis.
        noun: what has the values: user, item, session.
        width: narrowest chart, px.
    """
    theme = theme_of(dark)
    if not found.n:
        return nothing(theme)
    if found.kind == "text":
        rows = [
            Row(label, n, say("figures.count_and_share", n=integer(n), share=percent(n / found.n)), theme.accent, [label])
            for label, n in found.bins.select(LABEL, c.COUNT).iter_rows()
        ]
        return side_rows(rows, theme, width)
    return _bars(found, theme, unit, unit_name, noun)


def _bars(found: Distribution, theme: Theme, unit: str, unit_name: str, noun: str) -> go.Figure:
    """Draw bins side by side, however wide each is."""
    lows, counts = found.bins[LOW].to_list(), found.bins[c.COUNT].to_list()
    names = [bin_name(low, high, unit) for low, high in found.bins.select(LOW, HIGH).iter_rows()]
    hover = [say("figures.feature.bin", name=name, n=count(n, noun)) for name, n in zip(names, counts, strict=True)]
    figure = blank(theme, DISTRIBUTION_PX, left=56, bottom=46, top=26, right=8)
    figure.add_bar(
        x=list(range(len(counts))),
        y=counts,
        hovertext=[escape(text, quote=False) for text in hover],
        hoverinfo="text",
        textposition="none",
        marker={"color": theme.accent, "line": {"width": 0}},
    )
    every = math.ceil(len(names) / MOST_TICKS)
    ticks = [value_text(low, unit) for low in lows]
    figure.update_xaxes(
        tickvals=list(range(0, len(names), every)),
        ticktext=ticks[::every],
        tickangle=0,
        showgrid=False,
        title_text=unit_name,
        automargin=False,
    )
    figure.update_yaxes(rangemode="tozero", nticks=5, tickformat=",d")
    figure.update_layout(bargap=0.08)
    if found.middle is not None:
        place = max((at for at, low in enumerate(lows) if low <= found.middle), default=0)
        text = say("figures.median", value=value_text(found.middle, unit))
        mark_median(figure, place, text, theme, share=place / max(len(counts), 1))
    return figure


def value_text(value: "float | datetime", unit: str) -> str:
    """Write a value of a feature: a share in percent, seconds as a time span, a moment as a day."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if unit == "share":
        return percent(value, 0 if abs(100 * value - round(100 * value)) < 1e-6 else 1)
    if unit == "seconds":
        return duration(value) if value >= 0 else f"−{duration(-value)}"
    if value == round(value):
        return integer(value).replace("-", "−")
    return decimal(value, 1 if abs(value) >= 10 else 2 if abs(value) >= 0.1 else 4)


def bin_name(low: "float | datetime", high: "float | datetime", unit: str) -> str:
    """Write what a bin holds: one value, or from a value to under another."""
    if low == high:
        return value_text(low, unit)
    return say("figures.feature.range", low=value_text(low, unit), high=value_text(high, unit))


def group_differences(frame: "pl.DataFrame", dark: bool | Theme = False, *, top: int = 10, width: int = 640) -> go.Figure:
    """Draw by which features a group differs most from the rest, in standard deviations with 95 % intervals.

    Args:
        frame: [feature, title, mean_in, mean_rest, difference, low, high, standardised, small], in the order to show.
        dark: theme.
        top: rows drawn.
        width: narrowest chart, px.

    Returns:
        A figure whose bars carry customdata [feature].
    """
    theme = theme_of(dark)
    rows = [
        _difference(row, theme)
        for row in frame.drop_nulls(["standardised", "difference", "low", "high"]).head(top).iter_rows(named=True)
    ]
    return signed_rows(rows, theme, width, title=say("figures.group.x")) if rows else nothing(theme)


def _difference(row: dict[str, object], theme: Theme) -> Row:
    """Return one feature's row; its interval is that of the difference, in the same standard deviations."""
    size, difference, low, high = (float(str(row[name])) for name in ("standardised", "difference", "low", "high"))
    scale = size / difference if difference else 0.0
    text = say("figures.group.size", arrow=UP if size >= 0 else DOWN, size=signed(size))
    color, key = theme.direction(size), [row["feature"]]
    return Row(str(row["title"]), size, text, color, key, low=low * scale, high=high * scale, small=bool(row["small"]))
