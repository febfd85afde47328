"""How often one step is taken over time."""

from datetime import date
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from seqrec_core import columns as c
from seqrec_core.figures.theme import SMALL, Theme, blank, hatch, keep_unselected, nothing, theme_of
from seqrec_core.text import integer, percent, say

if TYPE_CHECKING:
    import polars as pl

HEIGHT_PX, FEW, MOST_PRINTED = 150, 30, 14


def over_time(
    frame: "pl.DataFrame", period: tuple[date, date] | None = None, dark: bool | Theme = False, *, most_ticks: int = 7
) -> go.Figure:
    """Draw the rate of one step, a bar for so many days; the days of a period in full colour.

    Args:
        frame: [first, last, count, n, rate], in order.
        period: first and last day to mark, both included.
        dark: theme.
        most_ticks: about so many days are named.

    Returns:
        A figure whose bars carry customdata [first day, last day] in ISO form; bars with fewer than 30 cases are hatched.
    """
    theme = theme_of(dark)
    rows = [row for row in frame.select("first", "last", c.COUNT, "n", "rate").iter_rows() if row[4] is not None]
    if not rows:
        return nothing(theme)
    inside = [period is not None and row[0] <= period[1] and row[1] >= period[0] for row in rows]
    figure = blank(theme, HEIGHT_PX, bottom=24, top=16)
    figure.add_bar(
        x=[str(row[0]) for row in rows],
        y=[row[4] for row in rows],
        customdata=[[str(row[0]), str(row[1])] for row in rows],
        hovertext=[
            say(
                "figures.over_time.bar",
                first=row[0],
                last=row[1],
                share=percent(row[4]),
                count=integer(row[2]),
                n=integer(row[3]),
            )
            for row in rows
        ],
        hoverinfo="text",
        text=[percent(row[4], 0).replace(" ", "") if len(rows) <= MOST_PRINTED else "" for row in rows],
        textposition="outside",
        textfont={"size": SMALL, "color": theme.text},
        cliponaxis=False,
        marker={
            "color": [theme.accent if on else theme.neutral for on in inside],
            "line": {"color": theme.outline, "width": [1.2 if on else 0 for on in inside]},
            "pattern": {
                **hatch(theme, ["/" if row[3] < FEW else "" for row in rows]),
                "bgcolor": None,
                "fgcolor": theme.background,
            },
        },
        **keep_unselected(),
    )
    named = rows[:: -(-len(rows) // most_ticks)]
    days = {"tickvals": [str(row[0]) for row in named], "ticktext": [f"{row[0]:%-d %b}" for row in named]}
    figure.update_xaxes(type="category", showgrid=False, tickangle=0, **days)
    figure.update_yaxes(visible=False, rangemode="tozero")
    figure.update_layout(bargap=0.15)
    return figure
