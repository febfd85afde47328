"""Figures of the Explain page: contributions, ranks without one event, the deletion check."""

from collections.abc import Sequence
from math import log10
from typing import Any

import plotly.graph_objects as go

from seqrec_core.explain.types import Faithfulness
from seqrec_core.figures.labels import full, text_px
from seqrec_core.figures.rows import GAP, LABEL_SHARE, SIDE_PITCH, Row, name_axis, side_rows, signed_rows
from seqrec_core.figures.theme import DOWN, SMALL, UP, Theme, blank, keep_unselected, note, nothing, theme_of, write
from seqrec_core.text import count, integer, percent, say, signed


def contributions(
    labels: Sequence[str],
    values: Sequence[float],
    errors: Sequence[float] | None = None,
    dark: bool | Theme = False,
    *,
    keys: Sequence[Any] | None = None,
    width: int = 400,
) -> go.Figure:
    """Draw what each event adds to the score: right and blue raises it, left and vermillion lowers it.

    Args:
        labels: name of each event, from the top down.
        values: attribution of each, in logits.
        errors: standard error of each; exact values have 0 and get no whisker.
        dark: theme.
        keys: what a click returns (the positions); the row number where not given.
        width: narrowest chart, px.

    Returns:
        A figure whose bars carry customdata [key].
    """
    theme = theme_of(dark)
    if not labels:
        return nothing(theme, "figures.nothing.history")
    spread = errors or [0.0] * len(labels)
    rows = [
        Row(
            label=label,
            value=value,
            text=f"{UP if value >= 0 else DOWN} {signed(value)}",
            color=theme.direction(value),
            key=[key],
            hover=_contribution_hover(label, value, error),
            low=value - 1.96 * error if error else None,
            high=value + 1.96 * error if error else None,
        )
        for label, value, error, key in zip(labels, values, spread, keys or range(len(labels)), strict=True)
    ]
    return signed_rows(rows, theme, width, title=say("figures.contributions.x"))


def _contribution_hover(label: str, value: float, error: float) -> str:
    """Say one contribution, and how sure it is where it is an estimate."""
    key = "figures.contributions.estimate" if error else "figures.contributions.exact"
    return say(key, event=full(label), value=signed(value), error=f"{1.96 * error:.2f}")


def rank_without(
    labels: Sequence[str],
    ranks: Sequence[int],
    current: int,
    dark: bool | Theme = False,
    *,
    keys: Sequence[Any] | None = None,
    k: int = 10,
    width: int = 400,
) -> go.Figure:
    """Draw where the item would rank if one event had not happened: a dot for each event, a line from today's rank.

    Args:
        labels: name of each event, from the top down.
        ranks: 1-based rank of the item without it.
        current: 1-based rank with all events.
        dark: theme.
        keys: what a click returns; the row number where not given.
        k: length of the list; a line marks its end.
        width: narrowest chart, px.

    Returns:
        A figure whose dots carry customdata [key]; the axis is logarithmic.
    """
    theme = theme_of(dark)
    if not labels:
        return nothing(theme, "figures.nothing.history")
    label_px = min(max(text_px(label) for label in labels) + 2, LABEL_SHARE * width)
    texts = [_rank_text(rank, current) for rank in ranks]
    left, right = round(label_px + GAP + 4), round(max(text_px(text) for text in texts) + 20)
    figure = blank(theme, SIDE_PITCH * len(labels) + 34, left=left, right=right, top=26, bottom=4)
    colors = [theme.muted if rank == current else theme.direction(current - rank) for rank in ranks]
    figure.add_traces(
        [_rank_line(place, current, rank, color) for place, (rank, color) in enumerate(zip(ranks, colors, strict=True))]
    )
    write(figure, [note(text, 1, place, theme, xref="paper", xshift=14) for place, text in enumerate(texts)])
    hover = [say("figures.rank_without.row", event=full(label), rank=rank) for label, rank in zip(labels, ranks, strict=True)]
    figure.add_scatter(x=list(ranks), y=list(range(len(ranks))), **_rank_marks(keys or range(len(ranks)), hover, colors, theme))
    _rank_axis(figure, [*ranks, current, k], current, k, theme=theme, plot_px=width - left - right)
    name_axis(figure, labels, label_px, theme)
    return figure


def _rank_line(place: int, current: int, rank: int, color: str) -> dict[str, Any]:
    """Return the line from today's rank to the rank without one event."""
    line = {"color": color, "width": 3}
    return {"type": "scatter", "x": [current, rank], "y": [place, place], "mode": "lines", "line": line, "hoverinfo": "skip"}


def _rank_marks(keys: Sequence[Any], hover: Sequence[str], colors: Sequence[str], theme: Theme) -> dict[str, Any]:
    """Return the dots at the ranks."""
    return {
        "mode": "markers",
        "customdata": [[key] for key in keys],
        "hovertext": list(hover),
        "hoverinfo": "text",
        "marker": {"size": 12, "color": list(colors), "line": {"color": theme.background, "width": 1}, "opacity": 1},
        "cliponaxis": False,
        **keep_unselected(),
    }


def _rank_text(rank: int, current: int) -> str:
    """Write a rank and how far it is from today's: '#40 ▼ 38'."""
    if rank == current:
        return f"#{rank:,}"
    return f"#{rank:,}  {DOWN if rank > current else UP} {abs(rank - current):,}"


def _rank_axis(figure: go.Figure, shown: Sequence[int], current: int, k: int, *, theme: Theme, plot_px: float) -> None:
    """Set a logarithmic axis of ranks and mark today's rank and the end of the list."""
    figure.add_vline(x=current, line={"color": theme.text, "width": 1.4})
    if k != current:
        figure.add_vline(x=k, line={"color": theme.muted, "width": 1, "dash": "dot"})
    largest = max(*shown, 10)
    ticks = [rank for rank in (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000) if rank <= largest]
    ticks = _apart([current, k, *ticks], plot_px / log10(largest * 1.6))
    figure.update_xaxes(
        type="log",
        range=[log10(0.8), log10(largest * 1.25)],
        side="top",
        tickvals=ticks,
        ticktext=[f"<b>#{tick:,}</b>" if tick == current else f"#{integer(tick)}" for tick in ticks],
        tickfont={"size": SMALL},
        tickangle=0,
        automargin=False,
    )


def _apart(ticks: Sequence[int], px_per_decade: float) -> list[int]:
    """Return the ticks whose texts do not touch; the first ones given are kept first."""
    kept: list[int] = []
    for tick in ticks:
        room = (text_px(f"#{tick:,}", SMALL) + 34) / 2
        if all(abs(log10(tick / other)) * px_per_decade > room for other in kept):
            kept.append(tick)
    return sorted(kept)


def deletion(check: Faithfulness, dark: bool | Theme = False, *, width: int = 400) -> go.Figure:
    """Draw the deletion check: how much of what the history adds is lost without the top events, random ones, the last ones.

    Args:
        check: shares lost; a share over 1 or below 0 is possible and drawn.
        dark: theme.
        width: narrowest chart, px.
    """
    theme = theme_of(dark)
    if check.top is None or check.random is None or check.recent is None:
        return nothing(theme, "figures.nothing.short")
    many = count(check.m, "event")
    rows = [
        Row(say("figures.deletion.top", events=many), check.top, _lost(check.top), theme.accent, ["top"]),
        Row(
            say("figures.deletion.random", events=many),
            check.random,
            _lost(check.random),
            theme.neutral,
            ["random"],
            low=check.random_low,
            high=check.random_high,
        ),
        Row(say("figures.deletion.recent", events=many), check.recent, _lost(check.recent), theme.neutral, ["recent"]),
    ]
    if min(check.top, check.random, check.recent, check.random_low or 0.0) >= 0:
        return side_rows(rows, theme, width)
    return signed_rows(rows, theme, width)


def _lost(share: float) -> str:
    """Write a share that may be negative."""
    return percent(share).replace("-", "−")


def looking(labels: Sequence[str], shares: Sequence[float], dark: bool | Theme = False, *, width: int = 400) -> go.Figure:
    """Draw the share of attention on each event.

    Args:
        labels: name of each event, from the top down.
        shares: 0…1.
        dark: theme.
        width: narrowest chart, px.
    """
    theme = theme_of(dark)
    if not labels:
        return nothing(theme, "figures.nothing.history")
    rows = zip(labels, shares, range(len(labels)), strict=True)
    return side_rows([Row(label, share, percent(share), theme.neutral, [place]) for label, share, place in rows], theme, width)


def faithfulness(
    labels: Sequence[str],
    means: Sequence[float],
    ends: Sequence[tuple[float | None, float | None]],
    dark: bool | Theme = False,
    *,
    own: int = 0,
    width: int = 430,
) -> go.Figure:
    """Draw how much of what histories add is lost without the top events, by the order that names them.

    Args:
        labels: name of each order, from the top down.
        means: share lost, mean over users; over 1 or below 0 is possible.
        ends: low and high end of the interval of each.
        dark: theme.
        own: the row that is accented.
        width: narrowest chart, px.
    """
    theme = theme_of(dark)
    rows = [
        Row(label, mean, _lost(mean), theme.accent if place == own else theme.neutral, [label], low=low, high=high)
        for place, (label, mean, (low, high)) in enumerate(zip(labels, means, ends, strict=True))
    ]
    if not rows:
        return nothing(theme, "figures.nothing.short")
    if all(low is None or low >= 0 for low, _ in ends) and min(means) >= 0:
        return side_rows(rows, theme, width)
    return signed_rows(rows, theme, width)
