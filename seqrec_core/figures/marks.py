"""Marks that explain a chart where it is read: a line at the median, a text at the end of a line."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from seqrec_core.figures.theme import SMALL, Theme, note


def mark_median(figure: go.Figure, x: float, text: str, theme: Theme, *, share: float = 0.5) -> None:
    """Draw a vertical line at x with its text on top.

    Args:
        figure: what it is drawn on.
        x: where, in units of the axis.
        text: already escaped.
        theme: colours.
        share: where x lies on the axis, from 0 to 1; decides on which side the text stands.
    """
    figure.add_shape(type="line", x0=x, x1=x, y0=0, y1=1, yref="paper", line={"color": theme.text, "width": 1.4, "dash": "dot"})
    anchor, shift = ("left", -1) if share < 0.6 else ("right", 1)
    more: dict[str, Any] = {"xanchor": anchor, "xshift": shift, "yanchor": "bottom", "yshift": 3, "size": SMALL}
    figure.add_annotation(note(text, x, 1, theme, yref="paper", **more))


def spread(values: Sequence[float], apart: float) -> list[float]:
    """Return the values moved up and down as little as needed so that neighbours are `apart`; the order stays.

    Example:
        >>> spread([1.0, 1.0, 5.0], 1.0)
        [0.5, 1.5, 5.0]
    """
    order = sorted(range(len(values)), key=lambda at: values[at])
    groups: list[list[float]] = []
    for at in order:
        groups.append([values[at], 1])
        while len(groups) > 1 and groups[-1][0] - groups[-2][0] < apart * (groups[-1][1] + groups[-2][1]) / 2:
            (centre, many), (other, more) = groups.pop(), groups.pop()
            groups.append([(centre * many + other * more) / (many + more), many + more])
    flat = [centre + (place - (many - 1) / 2) * apart for centre, many in groups for place in range(int(many))]
    placed = [0.0] * len(values)
    for at, value in zip(order, flat, strict=True):
        placed[at] = value
    return placed
