"""Sequences by how long they are and how surprising their steps: the unusual ones stand apart."""

import math
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from seqrec_core.figures.axes import log_padded, log_ticks, number_text
from seqrec_core.figures.scatter import point_marks
from seqrec_core.figures.theme import Theme, blank, nothing, theme_of
from seqrec_core.text import count, decimal, say

if TYPE_CHECKING:
    import polars as pl

HEIGHT_PX, MOST_BEHIND = 380, 1_500


def scatter(
    frame: "pl.DataFrame", dark: bool | Theme = False, *, selected: int = 0, top: int = 20, unit: str = "session"
) -> go.Figure:
    """Draw sequences by their events (logarithmic) and bits per event; the first ones can be chosen, the others lie behind.

    Args:
        frame: [events, bits_per_event], the most unusual first.
        dark: theme.
        selected: row drawn filled.
        top: rows that can be chosen.
        unit: noun of one sequence.

    Returns:
        A figure whose marks carry customdata [row].
    """
    theme = theme_of(dark)
    if not frame.height:
        return nothing(theme)
    rows = frame.select("events", "bits_per_event").rows()
    front, behind = rows[:top], rows[top :: max(1, len(rows) // MOST_BEHIND)]
    figure = blank(theme, HEIGHT_PX, left=54, bottom=46, top=10, right=8)
    figure.add_scatter(
        x=[row[0] for row in behind],
        y=[row[1] for row in behind],
        mode="markers",
        hoverinfo="skip",
        marker={"size": 5, "color": theme.neutral, "opacity": 0.55},
        selected={"marker": {"opacity": 0.55}},
        unselected={"marker": {"opacity": 0.55}},
    )
    hover = [
        say("figures.unusual.hover", rank=place + 1, bits=decimal(row[1], 1), n=count(row[0], "event"))
        for place, row in enumerate(front)
    ]
    on = [place == selected for place in range(len(front))]
    keys = list(range(len(front)))
    xs, ys = [row[0] for row in front], [row[1] for row in front]
    sizes = [13.0] * len(front)
    figure.add_scatter(x=xs, y=ys, **point_marks(sizes, on, theme, keys=keys, hover=hover, base=theme.palette[1]))
    span = log_padded([float(row[0]) for row in rows], 0.08)
    ticks = log_ticks(*span)
    figure.update_xaxes(
        type="log",
        range=list(span),
        tickvals=ticks,
        ticktext=[number_text(tick) for tick in ticks],
        title_text=say("figures.unusual.x"),
        automargin=False,
    )
    most = max(row[1] for row in rows)
    figure.update_yaxes(range=[0, math.ceil(most * 1.05)], title_text=say("figures.unusual.y"), automargin=False)
    return figure
