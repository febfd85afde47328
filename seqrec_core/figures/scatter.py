"""Points that are clicked and labelled directly: patterns by support and lift, models by accuracy and novelty."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from seqrec_core.figures.labels import FONT_SIZE
from seqrec_core.figures.place import places
from seqrec_core.figures.theme import Theme, note, rgba, write

Span = tuple[float, float]


def point_marks(
    sizes: Sequence[float], chosen: Sequence[bool], theme: Theme, *, keys: Sequence[Any], hover: Sequence[str], base: str
) -> dict[str, Any]:
    """Return the look of a layer of clickable points: the chosen ones filled, the others pale.

    Args:
        sizes: diameters, px.
        chosen: which points are filled.
        theme: colours.
        keys: customdata of each point.
        hover: escaped text of each point.
        base: colour of the points that are not chosen, before it is made pale.
    """
    strong = theme.palette[2]
    return {
        "mode": "markers",
        "customdata": [[key] for key in keys],
        "hovertext": list(hover),
        "hoverinfo": "text",
        "marker": {
            "size": list(sizes),
            "color": [strong if on else rgba(base, 0.35) for on in chosen],
            "line": {"color": theme.outline, "width": [2.0 if on else 1.0 for on in chosen]},
            "opacity": 1,
        },
        "selected": {"marker": {"color": strong}},
        "unselected": {"marker": {"opacity": 1}},
    }


def label_points(
    figure: go.Figure,
    points: Sequence[tuple[float, float]],
    sizes: Sequence[float],
    texts: Sequence[str],
    *,
    spans: tuple[Span, Span],
    plot: tuple[float, float],
    theme: Theme,
    first: int | None = None,
    size: int = FONT_SIZE,
    limit: int = 40,
) -> None:
    """Write labels beside points wherever one fits without covering another.

    Args:
        figure: what they are written on.
        points: x and y in units of the axes (log10 on logarithmic axes).
        sizes: diameters of the points, px.
        texts: labels, escaped.
        spans: range of the x and of the y axis.
        plot: width and height of the plot, px.
        theme: colours.
        first: the point whose label is placed before all others and printed bold.
        size: font size, px.
        limit: labels at most.
    """
    order = sorted(range(len(points)), key=lambda at: (at != first, at))
    pixels = [(*_pixel(points[at], spans, plot), sizes[at] / 2) for at in order]
    notes = []
    for at, spot in zip(order, places(pixels, [texts[at] for at in order], plot, limit=limit), strict=True):
        if spot is not None:
            text = f"<b>{texts[at]}</b>" if at == first else texts[at]
            moved = {"xanchor": spot[0], "xshift": spot[1], "yshift": -spot[2], "bgcolor": rgba(theme.background, 0.75)}
            notes.append({**note(text, *points[at], theme, size=size), **moved})
    write(figure, notes)


def _pixel(point: tuple[float, float], spans: tuple[Span, Span], plot: tuple[float, float]) -> tuple[float, float]:
    """Return where a point lies, px from the upper left corner of the plot."""
    (left, right), (low, high) = spans
    return (point[0] - left) / (right - left) * plot[0], (high - point[1]) / (high - low) * plot[1]
