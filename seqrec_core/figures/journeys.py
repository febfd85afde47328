"""Figures of the Journeys page: step flow, funnel, matrix, around one event, paths, what changed."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from seqrec_core import columns as c
from seqrec_core.figures.around import around
from seqrec_core.figures.changes import differences
from seqrec_core.figures.flow import step_flow
from seqrec_core.figures.labels import arrow_path, fit, full, text_px
from seqrec_core.figures.matrix import matrix
from seqrec_core.figures.rows import Row, side_rows, stacked_rows
from seqrec_core.figures.theme import (
    SMALL,
    Theme,
    blank,
    hatch,
    hue_of,
    hues,
    keep_unselected,
    note,
    nothing,
    theme_of,
    write,
)
from seqrec_core.text import count, duration, integer, percent, say

if TYPE_CHECKING:
    import polars as pl

__all__ = ["around", "differences", "funnel", "matrix", "paths", "step_flow", "within"]

EVENT = "event"
FUNNEL_PITCH = 66


def funnel(
    steps: "pl.DataFrame",
    total: int,
    dark: bool | Theme = False,
    *,
    colors: Mapping[str, str] | None = None,
    unit: str = "session",
    width: int = 640,
) -> go.Figure:
    """Draw a funnel: a bar for each step, the part lost since the step before hatched, both rates and the times in words.

    Args:
        steps: [event, count, rate_of_start, rate_of_previous, median_seconds, p90_seconds], in order.
        total: sequences in all.
        dark: theme.
        colors: hue of each event.
        unit: noun of one sequence.
        width: narrowest chart, px.

    Returns:
        A figure whose bars carry customdata [step (1-based), event].
    """
    theme = theme_of(dark)
    rows = list(steps.select(EVENT, c.COUNT, c.RATE_OF_START, c.RATE_OF_PREVIOUS, c.MEDIAN_SECONDS, c.P90_SECONDS).iter_rows())
    if not rows or rows[0][1] == 0:
        return nothing(theme, "figures.nothing.funnel")
    colors = colors or hues([row[0] for row in rows], theme)
    figure = blank(theme, FUNNEL_PITCH * len(rows) + 4)
    lost = [0, *(before[1] - row[1] for before, row in pairwise(rows))]
    keys = [[place, row[0]] for place, row in enumerate(rows, start=1)]
    hover = [f"{full(row[0])}: {count(row[1], unit)}" for row in rows]
    figure.add_bar(**_funnel_bars([row[1] for row in rows], keys, hover, theme, [hue_of(row[0], colors, theme) for row in rows]))
    hover_lost = [
        say("figures.funnel.lost", event=full(row[0]), n=count(gone, unit)) for row, gone in zip(rows, lost, strict=True)
    ]
    figure.add_bar(**_funnel_bars(lost, keys, hover_lost, theme, None), base=[row[1] for row in rows])
    texts = [_funnel_texts(place, row, theme, total=total, unit=unit, width=width) for place, row in enumerate(rows)]
    write(figure, [text for step in texts for text in step])
    figure.update_layout(barmode="overlay")
    figure.update_xaxes(visible=False, range=[0, rows[0][1]])
    figure.update_yaxes(visible=False, range=[len(rows) - 0.5, -0.5])
    return figure


def _funnel_bars(
    values: Sequence[int], keys: Sequence[Any], hover: Sequence[str], theme: Theme, colors: Sequence[str] | None
) -> dict[str, Any]:
    """Return the bars of what is left (coloured) or of what was lost (hatched)."""
    pattern = hatch(theme, "/") if colors is None else {"shape": ""}
    line = {"color": theme.outline, "width": 0.7 if colors else 0}
    return {
        "orientation": "h",
        "x": list(values),
        "y": list(range(len(values))),
        "width": 0.3,
        "customdata": list(keys),
        "hovertext": list(hover),
        "hoverinfo": "text",
        "textposition": "none",
        "marker": {"color": list(colors) if colors else theme.loss_fill, "line": line, "pattern": pattern, "cornerradius": 2},
        **keep_unselected(),
    }


def _funnel_texts(place: int, row: tuple[Any, ...], theme: Theme, *, total: int, unit: str, width: int) -> list[dict[str, Any]]:
    """Return the texts of one step: name and count above the bar, rates to the right, times below."""
    event, amount, of_start, of_previous, median, p90 = row
    if place == 0:
        right = say("figures.funnel.first", share=percent(amount / total if total else None), n=count(total, unit))
    else:
        right = say("figures.funnel.rates", previous=percent(of_previous), start=percent(of_start))
    room = width - text_px(right) - text_px(f" {integer(amount)}") - 24
    labels = [
        note(f"{fit(event, room)}  <b>{integer(amount)}</b>", 0, place - 0.31, theme, xref="paper"),
        note(right, 1, place - 0.31, theme, xref="paper", xanchor="right"),
    ]
    if place and median is not None:
        below = say("figures.funnel.times", median=duration(median), p90=duration(p90))
        labels.append(note(below, 0, place + 0.28, theme, xref="paper", color=theme.muted, size=SMALL))
    return labels


def within(frame: "pl.DataFrame", start: str, end: str, dark: bool | Theme = False, *, width: int = 640) -> go.Figure:
    """Draw how many get from one event to another within each time, as bars that grow.

    Args:
        frame: [seconds, count, rate_of_start], rising.
        start: the event that time is taken from.
        end: the event that it is taken to.
        dark: theme.
        width: narrowest chart, px.

    Returns:
        A figure with one bar for each time.
    """
    theme = theme_of(dark)
    rows = list(frame.select("seconds", c.COUNT, c.RATE_OF_START).iter_rows())
    if not rows or not rows[-1][1]:
        return nothing(theme)
    bars = [
        Row(
            label=say("figures.within.row", time=duration(seconds)),
            value=rate,
            text=say("figures.share_and_count", share=percent(rate), n=integer(amount)),
            color=theme.accent,
            key=[place],
            hover=say("figures.within.hover", start=full(start), end=full(end), time=duration(seconds), n=integer(amount)),
        )
        for place, (seconds, amount, rate) in enumerate(rows)
    ]
    return side_rows(bars, theme, width)


def paths(frame: "pl.DataFrame", dark: bool | Theme = False, *, unit: str = "session", width: int = 640) -> go.Figure:
    """Draw the most frequent paths as ranked bars, the whole path written above its bar.

    Args:
        frame: [events (list), count, share], the most frequent first; with `conversion`, that share is printed too.
        dark: theme.
        unit: noun of one sequence.
        width: narrowest chart, px.

    Returns:
        A figure whose bars carry customdata [row].
    """
    theme = theme_of(dark)
    rows = list(frame.select(c.EVENTS, c.COUNT, c.SHARE).iter_rows())
    if not rows:
        return nothing(theme)
    labels = [arrow_path(list(events), width - 8) for events, _, _ in rows]
    rates = frame["conversion"].to_list() if "conversion" in frame.columns else [None] * len(rows)
    bars = [
        Row(
            label="",
            value=share,
            text=_path_text(share, amount, rates[place]),
            color=theme.accent,
            key=[place],
            hover=say("figures.paths.row", path=full(" → ".join(events), 160), n=count(amount, unit), share=percent(share)),
        )
        for place, (events, amount, share) in enumerate(rows)
    ]
    return stacked_rows(bars, theme, width, labels)


def _path_text(share: float, amount: int, rate: float | None) -> str:
    text = say("figures.share_and_count", share=percent(share), n=integer(amount))
    return text if rate is None else say("figures.paths.goal", text=text, rate=percent(rate))
