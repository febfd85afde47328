"""Figures of the Scorecard: accuracy against novelty, metrics with intervals, by history length, Lorenz curves."""

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

import plotly.graph_objects as go

from seqrec_core.figures.axes import padded
from seqrec_core.figures.curves import concentration, diagonal
from seqrec_core.figures.labels import fit, full, text_px
from seqrec_core.figures.marks import spread
from seqrec_core.figures.rows import Row, side_rows
from seqrec_core.figures.scatter import label_points, point_marks
from seqrec_core.figures.theme import SMALL, Theme, blank, note, nothing, theme_of, write
from seqrec_core.text import decimal, integer, percent, say

TRADE_PX, LENGTH_PX, LORENZ_PX = 380, 320, 340
LEFT, BOTTOM = 62, 46
_STROKES = {"solid": "━━", "dash": "╍╍", "dot": "┈┈", "dashdot": "╍┈"}


def trade_off(
    names: Sequence[str],
    accuracy: Sequence[float],
    novelty: Sequence[float],
    coverage: Sequence[float],
    dark: bool | Theme = False,
    *,
    keys: Sequence[Any] | None = None,
    highlight: int | None = None,
    metric: str = "NDCG@10",
    width: int = 640,
) -> go.Figure:
    """Draw models by accuracy and novelty; larger = more of the catalogue shown; the line joins those that none beats in both.

    Args:
        names: title of each model.
        accuracy: its accuracy, in [0, 1].
        novelty: mean novelty of what it recommends, in bits.
        coverage: share of the items that it recommends to anyone, in [0, 1].
        dark: theme.
        keys: what a click returns; the row number where not given.
        highlight: row drawn filled.
        metric: name of the accuracy.
        width: narrowest chart, px.

    Returns:
        A figure whose marks carry customdata [key].
    """
    theme = theme_of(dark)
    if not names:
        return nothing(theme)
    sizes = [10 + 26 * sqrt(max(share, 0.0)) for share in coverage]
    x_range, y_range = padded(novelty, 0.16), padded(accuracy, 0.16, floor=0.0)
    figure = blank(theme, TRADE_PX, left=LEFT, bottom=BOTTOM, top=26, right=8)
    figure.add_scatter(**_front(novelty, accuracy, theme))
    hover = [_trade_hover(*row, metric) for row in zip(names, accuracy, novelty, coverage, strict=True)]
    on = [at == highlight for at in range(len(names))]
    marks = point_marks(sizes, on, theme, keys=keys or range(len(names)), hover=hover, base=theme.accent)
    figure.add_scatter(x=list(novelty), y=list(accuracy), **marks)
    label_points(
        figure,
        list(zip(novelty, accuracy, strict=True)),
        sizes,
        [fit(name, 260) for name in names],
        spans=(x_range, y_range),
        plot=(width - LEFT - 8, TRADE_PX - 26 - BOTTOM),
        theme=theme,
        first=highlight,
    )
    size_note = note(say("figures.trade_off.size"), 1, 1, theme, xref="paper", yref="paper", xanchor="right", yanchor="bottom")
    figure.add_annotation({**size_note, "font": {"size": SMALL, "color": theme.muted}, "yshift": 6})
    figure.update_xaxes(range=list(x_range), title_text=say("figures.trade_off.x"), nticks=6, automargin=False)
    figure.update_yaxes(range=list(y_range), title_text=metric, nticks=6, automargin=False)
    return figure


def _front(xs: Sequence[float], ys: Sequence[float], theme: Theme) -> dict[str, Any]:
    """Return the line through the rows that none beats in both."""
    best = pareto(xs, ys)
    line = {"color": theme.muted, "width": 1.4, "dash": "dash"}
    points = {"x": [xs[at] for at in best], "y": [ys[at] for at in best]}
    return {**points, "mode": "lines", "line": line, "hoverinfo": "skip"}


def _trade_hover(name: str, accuracy: float, novelty: float, coverage: float, metric: str) -> str:
    """Say the three numbers of one model."""
    values = {"accuracy": decimal(accuracy, 3), "novelty": decimal(novelty, 1), "coverage": percent(coverage)}
    return say("figures.trade_off.hover", name=full(name), metric=full(metric), **values)


def pareto(xs: Sequence[float], ys: Sequence[float]) -> list[int]:
    """Return the rows that no other row beats in x without losing in y, by rising x. More is better in both."""
    order = sorted(range(len(xs)), key=lambda at: (-xs[at], -ys[at]))
    front: list[int] = []
    for at in order:
        if not front or ys[at] > ys[front[-1]]:
            front.append(at)
    return front[::-1]


def metric_bars(
    names: Sequence[str],
    means: Sequence[float],
    intervals: Sequence[tuple[float, float] | None],
    dark: bool | Theme = False,
    *,
    keys: Sequence[Any] | None = None,
    highlight: int | None = None,
    write: str = "number",
    width: int = 400,
) -> go.Figure:
    """Draw one metric for each model, baselines included, with 95 % whiskers; the model in question is coloured.

    Args:
        names: title of each model, in the order to show.
        means: its value, not negative.
        intervals: (low, high), or None.
        dark: theme.
        keys: what a click returns; the row number where not given.
        highlight: row in colour; the others are grey.
        write: how values are written: "number" (three decimals), "share" (percent), "bits" (one decimal) or "worth" (two).
        width: narrowest chart, px.

    Returns:
        A figure whose bars carry customdata [key].
    """
    theme = theme_of(dark)
    if not names:
        return nothing(theme)
    written = {"number": lambda value: decimal(value, 3), "share": percent, "bits": lambda value: decimal(value, 1)}.get(
        write, lambda value: decimal(value, 2)
    )
    rows = []
    for at, (name, mean, interval) in enumerate(zip(names, means, intervals, strict=True)):
        low, high = interval or (None, None)
        span = "" if low is None or high is None else say("figures.metric.interval", low=written(low), high=written(high))
        color = theme.palette[2] if at == highlight else theme.neutral
        key = keys[at] if keys else at
        rows.append(
            Row(name, mean, written(mean), color, [key], hover=f"{full(name)}: {written(mean)} {span}", low=low, high=high)
        )
    return side_rows(rows, theme, width)


def by_history_length(
    buckets: Sequence[str],
    counts: Sequence[int],
    series: Mapping[str, Sequence[float | None]],
    dark: bool | Theme = False,
    *,
    highlight: str | None = None,
    metric: str = "NDCG@10",
) -> go.Figure:
    """Draw a metric against the length of the history, one line a model, its name at the end of the line.

    Args:
        buckets: names of the lengths, such as "1–4", short ones first.
        counts: users in each.
        series: model title → value in each bucket; None where there are too few users.
        dark: theme.
        highlight: model drawn in colour.
        metric: name of the metric.
    """
    theme = theme_of(dark)
    lines = {name: list(values) for name, values in series.items() if any(value is not None for value in values)}
    if not buckets or not lines:
        return nothing(theme)
    right = round(min(max(text_px(name) for name in lines) + 16, 150))
    figure = blank(theme, LENGTH_PX, left=LEFT, bottom=62, top=8, right=right)
    shown = [value for values in lines.values() for value in values if value is not None]
    y_range = padded(shown, 0.1, floor=0.0)
    for at, (name, values) in enumerate(lines.items()):
        color = theme.palette[2] if name == highlight else theme.muted if highlight else theme.palette[at % len(theme.palette)]
        figure.add_scatter(**_length_line(name, values, buckets, color, strong=name == highlight, metric=metric))
    last = {name: next(value for value in reversed(values) if value is not None) for name, values in lines.items()}
    apart = (y_range[1] - y_range[0]) * 17 / (LENGTH_PX - 70)
    ends = []
    for name, y in zip(last, spread(list(last.values()), apart), strict=True):
        text = fit(name, right - 14)
        ends.append(note(f"<b>{text}</b>" if name == highlight else text, 1, y, theme, xref="paper", xshift=10))
    write(figure, ends)
    figure.update_xaxes(
        tickvals=list(range(len(buckets))),
        ticktext=[f"{fit(name, 90, SMALL)}<br>{integer(n)}" for name, n in zip(buckets, counts, strict=True)],
        tickangle=0,
        range=[-0.25, len(buckets) - 0.85],
        showgrid=False,
        title_text=say("figures.by_history_length.x"),
        automargin=False,
    )
    figure.update_yaxes(range=list(y_range), title_text=metric, nticks=6, automargin=False)
    return figure


def _length_line(
    name: str, values: Sequence[float | None], buckets: Sequence[str], color: str, *, strong: bool, metric: str
) -> dict[str, Any]:
    """Return one model's line."""
    return {
        "x": list(range(len(buckets))),
        "y": list(values),
        "mode": "lines+markers",
        "line": {"color": color, "width": 3 if strong else 1.6},
        "marker": {"size": 9 if strong else 7, "color": color},
        "hovertext": [
            say(
                "figures.by_history_length.point",
                name=full(name),
                length=full(bucket),
                metric=metric,
                value=decimal(value or 0.0, 3),
            )
            for bucket, value in zip(buckets, values, strict=True)
        ],
        "hoverinfo": "text",
        "cliponaxis": False,
    }


def lorenz(counts: Mapping[str, Sequence[int]], dark: bool | Theme = False, *, highlight: str | None = None) -> go.Figure:
    """Draw how recommendations fall on items: the closer to the diagonal, the more evenly.

    Args:
        counts: model title → how often each item is recommended; items never recommended count as 0.
        dark: theme.
        highlight: model drawn in colour.
    """
    theme = theme_of(dark)
    curves = {name: concentration(values, rising=True) for name, values in counts.items()}
    curves = {name: curve for name, curve in curves.items() if curve[0]}
    if not curves:
        return nothing(theme)
    figure = blank(theme, LORENZ_PX, left=LEFT, bottom=BOTTOM, top=8, right=24)
    figure.add_scatter(**diagonal(theme))
    styles = _styles(list(curves), highlight, theme)
    for name, (xs, ys) in curves.items():
        figure.add_scatter(
            x=xs,
            y=ys,
            mode="lines",
            line=styles[name],
            hovertext=[
                say("figures.lorenz.point", name=full(name), items=percent(x), share=percent(y))
                for x, y in zip(xs, ys, strict=True)
            ],
            hoverinfo="text",
        )
    _lorenz_names(figure, curves, styles, highlight, theme)
    shares = {"tickvals": [0, 0.25, 0.5, 0.75, 1], "ticktext": [percent(at, 0) for at in (0, 0.25, 0.5, 0.75, 1)]}
    figure.update_xaxes(range=[0, 1], title_text=say("figures.lorenz.x"), automargin=False, **shares)
    figure.update_yaxes(range=[0, 1.02], title_text=say("figures.lorenz.y"), automargin=False, **shares)
    return figure


def _styles(names: Sequence[str], highlight: str | None, theme: Theme) -> dict[str, dict[str, Any]]:
    """Return the line of each model: hues are for events, so models differ by stroke and one by colour."""
    styles: dict[str, dict[str, Any]] = {}
    for name in names:
        if name == highlight:
            styles[name] = {"color": theme.palette[2], "width": 3.2, "dash": "solid"}
        else:
            others = len(styles) - (highlight in styles)
            styles[name] = {"color": theme.accent, "width": 1.8, "dash": list(_STROKES)[others % len(_STROKES)]}
    return styles


def _lorenz_names(
    figure: go.Figure,
    curves: Mapping[str, tuple[list[float], list[float]]],
    styles: Mapping[str, Mapping[str, Any]],
    highlight: str | None,
    theme: Theme,
) -> None:
    """Write the models, the most even first, into the half above the diagonal, which no curve enters."""
    even = sorted(curves, key=lambda name: -sum(curves[name][1]) / len(curves[name][1]))
    notes = []
    for place, name in enumerate(even[:6]):
        text = fit(name, 150 - 14 * place)
        more: dict[str, Any] = {"xref": "paper", "yref": "paper", "yanchor": "top", "yshift": -6 - 19 * place}
        mark = note(_STROKES[styles[name]["dash"]], 0, 1, theme, color=styles[name]["color"], xshift=8, **more)
        notes += [mark, note(f"<b>{text}</b>" if name == highlight else text, 0, 1, theme, xshift=38, **more)]
    write(figure, notes)
