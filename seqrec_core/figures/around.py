"""What comes right before and right after one event."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from seqrec_core import columns as c
from seqrec_core.figures.labels import fit, full, text_px
from seqrec_core.figures.theme import (
    Theme,
    blank,
    hue_of,
    hues,
    keep_unselected,
    note,
    nothing,
    theme_of,
    write,
)
from seqrec_core.text import integer, percent, say

if TYPE_CHECKING:
    import polars as pl

EVENT, KIND = "event", "kind"
AROUND_PITCH = 44


def around(
    before: "pl.DataFrame",
    after: "pl.DataFrame",
    label: str,
    n: int,
    dark: bool | Theme = False,
    *,
    colors: Mapping[str, str] | None = None,
    width: int = 640,
) -> go.Figure:
    """Draw what comes right before an event (bars to the left) and right after it (bars to the right).

    Args:
        before: [event, count, share, kind] of what comes right before, in the order to show.
        after: the same of what comes right after.
        label: the event in the middle.
        n: occurrences of `label`.
        dark: theme.
        colors: hue of each event.
        width: narrowest chart, px.

    Returns:
        A figure whose bars carry customdata ["before" or "after", event].
    """
    theme = theme_of(dark)
    sides = [list(frame.select(EVENT, c.COUNT, c.SHARE, KIND).iter_rows()) for frame in (before, after)]
    if n == 0 or not any(sides):
        return nothing(theme)
    colors = colors or hues([row[0] for side in sides for row in side if row[3] == "event"], theme)
    deepest = max(len(side) for side in sides)
    figure = blank(theme, AROUND_PITCH * deepest + 64, top=60)
    largest = max(row[2] for side in sides for row in side)
    texts = []
    for side, rows, sign in (("before", sides[0], -1), ("after", sides[1], 1)):
        figure.add_bar(**_around_bars(side, rows, sign, colors, theme))
        for place, (event, _, share, _) in enumerate(rows):
            text = f"<b>{percent(share)}</b>"
            name = fit(event, width / 2 - text_px(f"  {percent(share)}") - 22)
            text = f"{text}  {name}" if sign > 0 else f"{name}  {text}"
            anchor = "left" if sign > 0 else "right"
            texts.append(note(text, 0, place - 0.24, theme, xanchor=anchor, xshift=sign * 12))
    write(figure, [*texts, *_around_heads(label, n, width, theme)])
    figure.add_shape(type="line", x0=0, x1=0, y0=0, y1=1, yref="paper", line={"color": theme.muted, "width": 1.5})
    figure.update_layout(barmode="overlay")
    figure.update_xaxes(visible=False, range=[-largest * 1.06, largest * 1.06])
    figure.update_yaxes(visible=False, range=[deepest - 0.45, -0.55])
    return figure


def _around_bars(
    side: str, rows: Sequence[tuple[Any, ...]], sign: int, colors: Mapping[str, str], theme: Theme
) -> dict[str, Any]:
    """Return the bars of one side; they start beside the middle."""
    fills = [hue_of(row[0], colors, theme) if row[3] == "event" else theme.neutral for row in rows]
    return {
        "orientation": "h",
        "x": [sign * row[2] for row in rows],
        "y": [place + 0.17 for place in range(len(rows))],
        "width": 0.32,
        "customdata": [[side, row[0]] for row in rows],
        "hovertext": [
            say(f"figures.around.{side}.row", event=full(row[0]), n=integer(row[1]), share=percent(row[2])) for row in rows
        ],
        "hoverinfo": "text",
        "textposition": "none",
        "marker": {"color": fills, "line": {"color": theme.outline, "width": 0.7}},
        **keep_unselected(),
    }


def _around_heads(label: str, n: int, width: int, theme: Theme) -> list[dict[str, Any]]:
    """Write the event in the middle above its line, and what each side means."""
    title = f"<b>{fit(label, width - 140)}</b>  {integer(n)}×"
    chip = {
        "bgcolor": theme.surface,
        "bordercolor": theme.muted,
        "borderwidth": 1,
        "borderpad": 4,
        "xanchor": "center",
        "yshift": 44,
    }
    heads = [{**note(title, 0, 1, theme, yref="paper", size=14), **chip}]
    for text, anchor, x in (("figures.around.before", "left", 0), ("figures.around.after", "right", 1)):
        head = note(say(text), x, 1, theme, xref="paper", yref="paper", xanchor=anchor, yshift=14, color=theme.muted)
        heads.append(head)
    return heads
