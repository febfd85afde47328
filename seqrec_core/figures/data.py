"""Figures of the Data page: events per day, how much each user or session did, top items, the long tail, the mix of events."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from seqrec_core import columns as c
from seqrec_core.figures.bins import whole_bins
from seqrec_core.figures.curves import concentration, diagonal
from seqrec_core.figures.labels import fit, full
from seqrec_core.figures.marks import mark_median
from seqrec_core.figures.rows import Row, side_rows
from seqrec_core.figures.theme import SMALL, Theme, blank, hue_of, hues, note, nothing, rgba, theme_of, write
from seqrec_core.text import count, integer, percent, say

if TYPE_CHECKING:
    import polars as pl

DAYS_PX, HISTOGRAM_PX, TAIL_PX = 220, 220, 300
FEW_DAYS, FEWEST_DAYS = 7, 2
SOURCE_PX, MOST_NAMED = 130, 8


def events_per_day(frame: "pl.DataFrame", dark: bool | Theme = False) -> go.Figure:
    """Draw how many events each day has.

    Args:
        frame: [day, count], in order.
        dark: theme.

    Returns:
        A figure whose bars carry customdata [ISO date].
    """
    days, counts = frame["day"].to_list(), frame[c.COUNT].to_list()
    theme = theme_of(dark)
    if not counts:
        return nothing(theme)
    figure = blank(theme, DAYS_PX, left=48, bottom=30, top=8, right=8)
    texts = [str(day)[:10] for day in days]
    figure.add_bar(
        x=texts,
        y=list(counts),
        customdata=[[text] for text in texts],
        hovertext=[f"{text}: {count(n, 'event')}" for text, n in zip(texts, counts, strict=True)],
        hoverinfo="text",
        textposition="none",
        marker={"color": theme.accent, "line": {"width": 0}},
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
    )
    # A day has one tick: among few days, plotly would write a date twice, at noon and at midnight.
    ticks: dict[str, object] = {"tickvals": texts} if len(texts) <= FEW_DAYS else {"nticks": 6}
    figure.update_xaxes(type="date", showgrid=False, **ticks, tickformat="%-d %b\n%Y", hoverformat="%Y-%m-%d")
    figure.update_yaxes(rangemode="tozero", nticks=5, tickformat=",d")
    figure.update_layout(bargap=0.12)
    return figure


def events_per_source(frame: "pl.DataFrame", dark: bool | Theme = False, *, width: int = 640) -> go.Figure:
    """Draw how many events each channel has: a line a channel over the days, or bars where there are no days.

    Args:
        frame: [source, day, count], the channels with most events first, each by day.
        dark: theme.
        width: narrowest chart, px.

    Returns:
        A figure whose marks carry customdata [source].
    """
    theme = theme_of(dark)
    if frame.height == 0:
        return nothing(theme)
    colors = hues(frame[c.SOURCE].unique(maintain_order=True).to_list(), theme)
    parts = [(str(source), part) for (source,), part in frame.partition_by(c.SOURCE, as_dict=True, maintain_order=True).items()]
    if frame["day"].n_unique() < FEWEST_DAYS:
        totals = [(source, int(part[c.COUNT].sum())) for source, part in parts]
        return side_rows(
            [Row(source, n, integer(n), hue_of(source, colors, theme), [source]) for source, n in totals], theme, width
        )
    figure = blank(theme, DAYS_PX, left=48, bottom=30, top=8, right=SOURCE_PX)
    notes = []
    for place, (source, part) in enumerate(parts):
        days, counts = [str(day) for day in part["day"]], part[c.COUNT].to_list()
        color = hue_of(source, colors, theme)
        hover = [f"{full(source)}, {day}: {count(n, 'event')}" for day, n in zip(days, counts, strict=True)]
        figure.add_scatter(
            x=days, y=counts, mode="lines", line={"color": color, "width": 2}, hovertext=hover, hoverinfo="text",
            customdata=[[source]] * len(days),
        )  # fmt: skip
        if place < MOST_NAMED:
            at = 1 - place / MOST_NAMED
            spot: dict[str, Any] = {"xref": "paper", "yref": "paper", "yanchor": "top", "size": SMALL}
            notes.append(note("■", 1, at, theme, color=color, xshift=8, **spot))
            notes.append(note(fit(source, SOURCE_PX - 30), 1, at, theme, xshift=24, **spot))
    write(figure, notes)
    figure.update_xaxes(type="date", showgrid=False, nticks=6, tickformat="%-d %b\n%Y")
    figure.update_yaxes(rangemode="tozero", nticks=5, tickformat=",d")
    return figure


def histogram(frame: "pl.DataFrame", dark: bool | Theme = False, *, noun: str = "user") -> go.Figure:
    """Draw how many users (or sessions) have how many events; many different counts are put into doubling bins.

    Args:
        frame: one row a user or session, `count` its number of events, at least 1.
        dark: theme.
        noun: what a row is: "user" or "session".
    """
    values = frame[c.COUNT].to_list()
    theme = theme_of(dark)
    if not values:
        return nothing(theme)
    weights = [1] * len(values)
    firsts, lasts, counts = whole_bins(values, weights)
    names = [f"{first}" if first == last else f"{first:,}–{last:,}" for first, last in zip(firsts, lasts, strict=True)]
    figure = blank(theme, HISTOGRAM_PX, left=48, bottom=46, top=26, right=8)
    figure.add_bar(
        x=list(range(len(counts))),
        y=counts,
        hovertext=[say("figures.histogram.bin", events=name, n=count(n, noun)) for name, n in zip(names, counts, strict=True)],
        hoverinfo="text",
        textposition="none",
        marker={"color": theme.accent, "line": {"width": 0}},
    )
    every = math.ceil(len(names) / 8)
    figure.update_xaxes(
        tickvals=list(range(0, len(names), every)),
        ticktext=names[::every],
        tickangle=0,
        showgrid=False,
        title_text=say("figures.histogram.x", noun=noun),
        automargin=False,
    )
    figure.update_yaxes(rangemode="tozero", nticks=5, tickformat=",d")
    figure.update_layout(bargap=0.08)
    middle = _median(values, weights)
    place = next(at for at, last in enumerate(lasts) if middle <= last)
    mark_median(figure, place, say("figures.median", value=count(middle, "event")), theme, share=place / max(len(counts), 1))
    return figure


def _median(values: Sequence[int], weights: Sequence[int]) -> int:
    """Return the lower weighted median."""
    half, seen = (sum(weights) + 1) // 2, 0
    for value, weight in sorted(zip(values, weights, strict=True)):
        seen += weight
        if seen >= half:
            return value
    return max(values)


def top_items(frame: "pl.DataFrame", dark: bool | Theme = False, *, width: int = 640) -> go.Figure:
    """Draw the items with the most events.

    Args:
        frame: [item_id, title, count, share of all events], the most frequent first.
        dark: theme.
        width: narrowest chart, px.

    Returns:
        A figure whose bars carry customdata [item id].
    """
    theme = theme_of(dark)
    if frame.height == 0:
        return nothing(theme)
    rows = [
        Row(title, n, say("figures.count_and_share", n=integer(n), share=percent(share)), theme.accent, [item])
        for item, title, n, share in frame.select(c.ITEM, c.TITLE, c.COUNT, c.SHARE).iter_rows()
    ]
    return side_rows(rows, theme, width)


def event_mix(
    frame: "pl.DataFrame", dark: bool | Theme = False, *, colors: Mapping[str, str] | None = None, width: int = 640
) -> go.Figure:
    """Draw how many events of each type there are, in the types' hues.

    Args:
        frame: [event_type, count, share], the most frequent first.
        dark: theme.
        colors: hue of each event.
        width: narrowest chart, px.

    Returns:
        A figure whose bars carry customdata [event type].
    """
    theme = theme_of(dark)
    if frame.height == 0:
        return nothing(theme)
    colors = colors or hues(frame[c.EVENT].to_list(), theme)
    rows = [
        Row(event, n, say("figures.count_and_share", n=integer(n), share=percent(share)), hue_of(event, colors, theme), [event])
        for event, n, share in frame.select(c.EVENT, c.COUNT, c.SHARE).iter_rows()
    ]
    return side_rows(rows, theme, width)


def long_tail(frame: "pl.DataFrame", dark: bool | Theme = False, *, top: float = 0.1) -> go.Figure:
    """Draw which share of the events falls on which share of the items, the most frequent items first.

    Args:
        frame: one row an item, `count` its number of events.
        dark: theme.
        top: the share of items at which the curve is read off, in (0, 1).
    """
    theme = theme_of(dark)
    xs, ys = concentration(frame[c.COUNT].to_list(), rising=False)
    if not xs:
        return nothing(theme)
    figure = blank(theme, TAIL_PX, left=54, bottom=46, top=8, right=24)
    figure.add_scatter(**diagonal(theme))
    figure.add_scatter(
        x=xs,
        y=ys,
        mode="lines",
        line={"color": theme.palette[2], "width": 2.5},
        fill="tozeroy",
        fillcolor=rgba(theme.palette[2], 0.12),
        hovertext=[say("figures.long_tail.point", items=percent(x), events=percent(y)) for x, y in zip(xs, ys, strict=True)],
        hoverinfo="text",
    )
    read = _read_off(xs, ys, top)
    figure.add_scatter(
        x=[top], y=[read], mode="markers", marker={"size": 10, "color": theme.palette[2]}, hoverinfo="skip", cliponaxis=False
    )
    text = say("figures.long_tail.read", items=percent(top, 0), events=percent(read, 0))
    place = {"xshift": 12, "yshift": -16 if read > 0.25 else 16, "bgcolor": theme.background}
    figure.add_annotation({**note(f"<b>{text}</b>", top, read, theme), **place})
    shares = {"tickvals": [0, 0.25, 0.5, 0.75, 1], "ticktext": [percent(at, 0) for at in (0, 0.25, 0.5, 0.75, 1)]}
    figure.update_xaxes(range=[0, 1], title_text=say("figures.long_tail.x"), automargin=False, **shares)
    figure.update_yaxes(range=[0, 1.02], title_text=say("figures.long_tail.y"), automargin=False, **shares)
    return figure


def _read_off(xs: Sequence[float], ys: Sequence[float], at: float) -> float:
    """Return the height of a rising curve at x = `at`, between its points on a straight line."""
    for (x0, y0), (x1, y1) in pairwise(zip(xs, ys, strict=True)):
        if x1 >= at:
            return y0 + (y1 - y0) * (at - x0) / (x1 - x0)
    return ys[-1]
