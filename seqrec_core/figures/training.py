"""Figures of the Train page: two small lines, the loss and the quality on validation users."""

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from seqrec_core.figures.axes import padded
from seqrec_core.figures.labels import text_px
from seqrec_core.figures.theme import Theme, blank, note, nothing, theme_of
from seqrec_core.text import decimal, say

MOST_TICKS = 8
LINE_PX = 200


def loss(epochs: Sequence[float], values: Sequence[float | None], dark: bool | Theme = False) -> go.Figure:
    """Draw the training loss by epoch.

    Args:
        epochs: epoch of each value; a fraction inside an epoch is allowed.
        values: mean loss in nats an event; None is left out.
        dark: theme.
    """
    theme = theme_of(dark)
    return _line(epochs, values, theme, color=theme.accent, key="figures.loss.point", digits=3)


def ndcg(epochs: Sequence[float], values: Sequence[float | None], dark: bool | Theme = False) -> go.Figure:
    """Draw NDCG@10 on validation users by epoch, the best epoch marked.

    Args:
        epochs: epoch of each value.
        values: NDCG@10 in [0, 1]; None is left out.
        dark: theme.
    """
    theme = theme_of(dark)
    figure = _line(epochs, values, theme, color=theme.palette[2], key="figures.ndcg.point", digits=4)
    known = _known(epochs, values)
    if len(known) > 1:
        epoch, best = max(known, key=lambda point: (point[1], -point[0]))
        figure.add_scatter(
            x=[epoch],
            y=[best],
            mode="markers",
            marker={"symbol": "star", "size": 13, "color": theme.palette[2], "line": {"color": theme.outline, "width": 1}},
            hovertext=[say("figures.ndcg.best", epoch=f"{epoch:g}", value=decimal(best, 4))],
            hoverinfo="text",
            cliponaxis=False,
        )
    return figure


def _known(epochs: Sequence[float], values: Sequence[float | None]) -> list[tuple[float, float]]:
    """Return the points that have a value."""
    return [(epoch, value) for epoch, value in zip(epochs, values, strict=True) if value is not None and math.isfinite(value)]


def _line(
    epochs: Sequence[float], values: Sequence[float | None], theme: Theme, *, color: str, key: str, digits: int
) -> go.Figure:
    """Draw one line whose last value is printed at its end."""
    points = _known(epochs, values)
    if not points:
        return nothing(theme, "figures.nothing.training")
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    last = decimal(ys[-1], digits)
    figure = blank(theme, LINE_PX, left=50, bottom=44, top=10, right=round(text_px(last)) + 22)
    figure.add_scatter(
        x=xs,
        y=ys,
        mode="lines+markers" if len(points) <= 40 else "lines",
        line={"color": color, "width": 2.2},
        marker={"size": 6, "color": color},
        hovertext=[say(key, epoch=f"{x:.3g}", value=decimal(y, digits)) for x, y in points],
        hoverinfo="text",
        cliponaxis=False,
    )
    figure.add_annotation(note(f"<b>{last}</b>", xs[-1], ys[-1], theme, xshift=12))
    low, high = padded(ys)
    first, end = math.floor(min(xs)), math.ceil(max(xs))
    whole = {"tick0": first, "dtick": max(1, math.ceil((end - first) / MOST_TICKS))}
    span = [min(xs) if len(xs) > 1 else first - 0.5, max(*xs, first + 0.5)]
    figure.update_xaxes(range=span, title_text=say("figures.epoch"), showgrid=False, automargin=False, **whole)
    figure.update_yaxes(range=[max(low, 0.0), high], nticks=5, automargin=False)
    return figure
