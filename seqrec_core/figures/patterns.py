"""Figures of the Patterns page: support × lift, ranked patterns with intervals, time between."""

import math
import statistics
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from seqrec_core import columns as c
from seqrec_core.figures.axes import log_padded, log_ticks, number_text, share_text
from seqrec_core.figures.bins import log_bins
from seqrec_core.figures.labels import arrow_path, full
from seqrec_core.figures.marks import mark_median
from seqrec_core.figures.rows import Row, side_rows, stacked_rows
from seqrec_core.figures.scatter import label_points, point_marks
from seqrec_core.figures.theme import SMALL, Theme, blank, nothing, theme_of
from seqrec_core.text import count, decimal, duration, integer, percent, say

if TYPE_CHECKING:
    import polars as pl

LIFT = "lift"
BUBBLES_PX, GAPS_PX = 440, 240
LEFT, BOTTOM, TOP = 54, 46, 10


def bubbles(
    frame: "pl.DataFrame",
    dark: bool | Theme = False,
    *,
    selected: int | None = None,
    unit: str = "session",
    width: int = 640,
) -> go.Figure:
    """Draw patterns by how often they occur (support) and how far above chance (lift); larger = longer pattern.

    Args:
        frame: [items (list), support_count, support, lift], the most interesting first (they are labelled first).
        dark: theme.
        selected: row drawn filled.
        unit: noun of one sequence.
        width: narrowest chart, px.

    Returns:
        A figure whose marks carry customdata [row]; both axes are logarithmic; a dashed line marks lift 1 (chance).
    """
    theme = theme_of(dark)
    rows = list(frame.select(c.ITEMS, c.SUPPORT_COUNT, c.SUPPORT, LIFT).iter_rows())
    shown = [(place, *row) for place, row in enumerate(rows) if row[2] > 0 and row[3] and row[3] > 0]
    if not shown:
        return nothing(theme, "figures.nothing.patterns")
    sizes = [8 + 5 * min(len(row[1]), 6) for row in shown]
    xs, ys = [row[3] for row in shown], [row[4] for row in shown]
    x_range, y_range = log_padded(xs, 0.14), log_padded([*ys, 1.0], 0.14)
    figure = blank(theme, BUBBLES_PX, left=LEFT, bottom=BOTTOM, top=TOP, right=8)
    hover = [_bubble_hover(row, unit) for row in shown]
    on = [row[0] == selected for row in shown]
    keys = [row[0] for row in shown]
    figure.add_scatter(x=xs, y=ys, **point_marks(sizes, on, theme, keys=keys, hover=hover, base=theme.palette[2]))
    label_points(
        figure,
        [(math.log10(x), math.log10(y)) for x, y in zip(xs, ys, strict=True)],
        sizes,
        [arrow_path(list(row[1]), 220, SMALL) for row in shown],
        spans=(x_range, y_range),
        plot=(width - LEFT - 8, BUBBLES_PX - TOP - BOTTOM),
        theme=theme,
        first=on.index(True) if any(on) else None,
        size=SMALL,
        limit=8,
    )
    figure.add_hline(y=1, line={"color": theme.muted, "width": 1, "dash": "dash"})
    nouns = count(2, unit).split(" ", 1)[1]
    figure.update_xaxes(**_log_axis(x_range, share_text), title_text=say("figures.bubbles.x", unit=nouns))
    figure.update_yaxes(**_log_axis(y_range, number_text), title_text=say("figures.bubbles.y"))
    return figure


def _log_axis(span: tuple[float, float], write: Callable[[float], str]) -> dict[str, Any]:
    """Return a logarithmic axis with round ticks."""
    ticks = log_ticks(*span)
    texts = [write(tick) for tick in ticks]
    return {"type": "log", "range": list(span), "tickvals": ticks, "ticktext": texts, "automargin": False}


def _bubble_hover(row: tuple[int, list[str], int, float, float], unit: str) -> str:
    """Say a pattern, its support and its lift."""
    _, items, amount, support, lift = row
    return say(
        "figures.bubbles.hover",
        pattern=full(" → ".join(items), 160),
        n=count(amount, unit),
        share=percent(support),
        lift=decimal(lift, 1),
    )


def ranked(
    frame: "pl.DataFrame",
    dark: bool | Theme = False,
    *,
    top: int = 12,
    unit: str = "session",
    width: int = 640,
) -> go.Figure:
    """Draw the first patterns as bars of their support with 95 % whiskers.

    Args:
        frame: [items (list), support_count, support] and, where known, [low, high].
        dark: theme.
        top: rows drawn.
        unit: noun of one sequence.
        width: narrowest chart, px.

    Returns:
        A figure whose bars carry customdata [row].
    """
    theme = theme_of(dark)
    rows = list(frame.head(top).iter_rows(named=True))
    if not rows:
        return nothing(theme, "figures.nothing.patterns")
    bars = [
        Row(
            label="",
            value=row[c.SUPPORT],
            text=say("figures.share_and_count", share=percent(row[c.SUPPORT]), n=integer(row[c.SUPPORT_COUNT])),
            color=theme.palette[2],
            key=[place],
            hover=say(
                "figures.paths.row",
                path=full(" → ".join(row[c.ITEMS]), 160),
                n=count(row[c.SUPPORT_COUNT], unit),
                share=percent(row[c.SUPPORT]),
            ),
            low=row.get("low"),
            high=row.get("high"),
        )
        for place, row in enumerate(rows)
    ]
    return stacked_rows(bars, theme, width, [arrow_path(list(row[c.ITEMS]), width - 8) for row in rows])


def gaps(seconds: Sequence[float], dark: bool | Theme = False, *, width: int = 640) -> go.Figure:
    """Draw how long passes between two events, on a logarithmic scale from seconds to days; the median is marked.

    Args:
        seconds: one time for each occurrence; negative ones and nulls are left out.
        dark: theme.
        width: narrowest chart, px.
    """
    theme = theme_of(dark)
    known = sorted(max(value, 1.0) for value in seconds if value is not None and value >= 0)
    if not known:
        return nothing(theme)
    edges, counts = log_bins(known)
    figure = blank(theme, GAPS_PX, left=48, bottom=30, top=26, right=10)
    hover = [
        say("figures.gaps.bin", low=duration(low), high=duration(high), n=integer(n))
        for low, high, n in zip(edges, edges[1:], counts, strict=False)
    ]
    figure.add_bar(
        x=[(low + high) / 2 for low, high in pairwise(map(math.log10, edges))],
        width=[math.log10(high / low) * 0.94 for low, high in pairwise(edges)],
        y=counts,
        hovertext=hover,
        hoverinfo="text",
        marker={"color": theme.accent},
    )
    ticks = [tick for tick in (1, 10, 60, 600, 3600, 21_600, 86_400, 604_800, 2_592_000) if edges[0] <= tick <= edges[-1]]
    figure.update_xaxes(
        tickvals=[math.log10(tick) for tick in ticks], ticktext=[duration(tick) for tick in ticks], showgrid=False
    )
    figure.update_yaxes(rangemode="tozero", nticks=5)
    middle = statistics.median(known)
    mark_median(
        figure,
        math.log10(middle),
        say("figures.median", value=duration(middle)),
        theme,
        share=(math.log10(middle / edges[0]) / math.log10(edges[-1] / edges[0])),
    )
    return figure


def mix(frame: "pl.DataFrame", dark: bool | Theme = False, *, width: int = 480) -> go.Figure:
    """Draw of what kind those are who hold a pattern: a bar for the share of each value, with that of all beside it in words.

    Args:
        frame: [column, value, held, share_held, share_all], in the order to show.
        dark: theme.
        width: narrowest chart, px.
    """
    theme = theme_of(dark)
    rows = [
        Row(
            label=say("figures.mix.label", column=row["column"], value=row["value"]),
            value=row["share_held"],
            text=say("figures.mix.text", share=percent(row["share_held"]), all=percent(row["share_all"])),
            color=theme.palette[2],
            key=[place],
        )
        for place, row in enumerate(frame.iter_rows(named=True))
    ]
    return side_rows(rows, theme, width) if rows else nothing(theme)


def instead(frame: "pl.DataFrame", dark: bool | Theme = False, *, width: int = 640, top: int = 10) -> go.Figure:
    """Draw where people go next: a bar for the share of those who did not reach an event, that of those who did in words.

    Args:
        frame: [to, count, share, low, high, share_reached], `to` by names, in the order to show.
        dark: theme.
        width: narrowest chart, px.
        top: rows drawn.

    Returns:
        A figure whose bars carry customdata [row].
    """
    theme = theme_of(dark)
    rows = [
        Row(
            label=row[c.TO],
            value=row["share"],
            text=say(
                "figures.instead.text",
                share=percent(row["share"]),
                n=integer(row[c.COUNT]),
                reached=percent(row["share_reached"]),
            ),
            color=theme.palette[2],
            key=[place],
            low=row["low"],
            high=row["high"],
        )
        for place, row in enumerate(frame.head(top).iter_rows(named=True))
    ]
    return side_rows(rows, theme, width) if rows else nothing(theme)
