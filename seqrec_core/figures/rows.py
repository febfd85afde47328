"""Horizontal bars, one row a name, with the number printed at the end of the bar: the shape that most figures share.

Rows stand at y = 0, 1, 2 … from the top, and names are tick texts, so that equal names stay two rows and no name is ever
read as a date, a number or markup.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from seqrec_core.figures.labels import FONT_SIZE, fit, full, text_px
from seqrec_core.figures.theme import Theme, blank, hatch, keep_unselected, note, write

SIDE_PITCH, STACKED_PITCH = 30, 46
LABEL_SHARE = 0.42
GAP = 7


@dataclass(frozen=True)
class Row:
    """One bar.

    Args:
        label: name as the user knows it; cut and escaped here.
        value: length of the bar, in the unit of the axis, not negative.
        text: what is printed at the end of the bar, plain text without names of users.
        color: fill.
        key: customdata of the bar; what a click returns.
        hover: escaped text; the name and `text` where it is empty.
        low, high: interval around `value`.
        small: too few cases: hatched instead of filled.
    """

    label: str
    value: float
    text: str
    color: str
    key: Any
    hover: str = ""
    low: float | None = None
    high: float | None = None
    small: bool = False

    @property
    def end(self) -> float:
        """Where the mark ends: the bar or its whisker."""
        return max(self.value, self.high if self.high is not None else self.value)

    @property
    def hover_text(self) -> str:
        """What the pointer shows."""
        return self.hover or f"{full(self.label)}: {self.text}"


def side_rows(rows: Sequence[Row], theme: Theme, width: int, *, bottom: int = 4) -> go.Figure:
    """Draw rows with their names left of the bars."""
    label_px = min(max(text_px(row.label) for row in rows) + 2, LABEL_SHARE * width)
    left = round(label_px + GAP)
    figure = blank(theme, SIDE_PITCH * len(rows) + 8 + bottom, left=left, bottom=bottom)
    _draw(figure, rows, theme, 0.62)
    _scale(figure, rows, width - left)
    _end_texts(figure, rows, theme)
    name_axis(figure, [row.label for row in rows], label_px, theme)
    return figure


def signed_rows(rows: Sequence[Row], theme: Theme, width: int, *, title: str = "") -> go.Figure:
    """Draw rows whose bars run right or left of zero, names at the left, the number beyond the end of each bar."""
    label_px = min(max(text_px(row.label) for row in rows) + 2, LABEL_SHARE * width)
    left, bottom = round(label_px + GAP), 44 if title else 4
    figure = blank(theme, SIDE_PITCH * len(rows) + 8 + bottom, left=left, bottom=bottom)
    _draw(figure, rows, theme, 0.62)
    span = _signed_span(rows, width - left)
    write(figure, [_signed_text(place, row, theme) for place, row in enumerate(rows)])
    figure.update_xaxes(
        range=span, title_text=title, nticks=5, automargin=False, showticklabels=bool(title), showgrid=bool(title)
    )
    figure.add_vline(x=0, line={"color": theme.muted, "width": 1.2})
    name_axis(figure, [row.label for row in rows], label_px, theme)
    return figure


def _signed_text(place: int, row: Row, theme: Theme) -> dict[str, Any]:
    """Print a row's text beyond the end of its mark, on the side it points to."""
    if row.value >= 0:
        return note(row.text, row.end, place, theme, xshift=GAP)
    end = row.value if row.low is None else min(row.value, row.low)
    return note(row.text, end, place, theme, xanchor="right", xshift=-GAP)


def _signed_span(rows: Sequence[Row], plot_px: float) -> list[float]:
    """Return the x range at which the texts beyond both ends fit."""
    high = max([0.0, *(row.end for row in rows if row.value >= 0)])
    low = min([0.0, *(min(row.value, row.low if row.low is not None else row.value) for row in rows if row.value < 0)])
    right = max([0.0, *(text_px(row.text) + 2 * GAP for row in rows if row.value >= 0)])
    left = max([0.0, *(text_px(row.text) + 2 * GAP for row in rows if row.value < 0)])
    per_px = ((high - low) or 1.0) / max(plot_px - left - right, 0.25 * plot_px)
    return [low - left * per_px, high + right * per_px]


def name_axis(figure: go.Figure, names: Sequence[str], label_px: float, theme: Theme) -> None:
    """Write the names of the rows left of the plot."""
    figure.update_yaxes(
        tickvals=list(range(len(names))),
        ticktext=[fit(name, label_px) for name in names],
        tickfont={"size": FONT_SIZE, "color": theme.text},
        range=[len(names) - 0.5, -0.5],
        showgrid=False,
        automargin=False,
        ticklabelstandoff=GAP - 2,
    )


def stacked_rows(rows: Sequence[Row], theme: Theme, width: int, labels: Sequence[str] | None = None) -> go.Figure:
    """Draw rows with their names above the bars: for long names and narrow columns.

    Args:
        rows: at least one.
        theme: colours.
        width: narrowest chart, px.
        labels: the names already cut and escaped, where one name is more than a text (a path).
    """
    figure = blank(theme, STACKED_PITCH * len(rows) + 6)
    _draw(figure, rows, theme, 0.34, shift=0.18)
    _scale(figure, rows, width)
    _end_texts(figure, rows, theme, shift=0.18)
    texts = labels or [fit(row.label, width - 8) for row in rows]
    write(figure, [note(text, 0, place - 0.22, theme, xref="paper") for place, text in enumerate(texts)])
    figure.update_yaxes(visible=False, range=[len(rows) - 0.5, -0.55])
    return figure


def _draw(figure: go.Figure, rows: Sequence[Row], theme: Theme, thickness: float, shift: float = 0.0) -> None:
    """Draw the bars of the rows, and whiskers on those that have an interval."""
    places = [place + shift for place in range(len(rows))]
    figure.add_bar(
        orientation="h",
        x=[row.value for row in rows],
        y=places,
        width=thickness,
        customdata=[row.key for row in rows],
        hovertext=[row.hover_text for row in rows],
        hoverinfo="text",
        textposition="none",
        marker={
            "color": [theme.loss_fill if row.small else row.color for row in rows],
            "line": {"color": theme.outline, "width": 0.7},
            "pattern": hatch(theme, ["/" if row.small else "" for row in rows]),
            "cornerradius": 2,
        },
        **keep_unselected(),
    )
    with_interval = [(row, y) for row, y in zip(rows, places, strict=True) if row.low is not None and row.high is not None]
    if with_interval:
        figure.add_scatter(**_whiskers(with_interval, theme))


def _whiskers(rows: Sequence[tuple[Row, float]], theme: Theme) -> dict[str, Any]:
    """Return whiskers from low to high: a layer of its own, because a bar without an interval would get an empty one."""
    return {
        "mode": "markers",
        "x": [row.value for row, _ in rows],
        "y": [y for _, y in rows],
        "hoverinfo": "skip",
        "marker": {"size": 1, "color": theme.text},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [max((row.high or 0.0) - row.value, 0.0) for row, _ in rows],
            "arrayminus": [max(row.value - (row.low or 0.0), 0.0) for row, _ in rows],
            "color": theme.text,
            "thickness": 1.3,
            "width": 4,
        },
        **keep_unselected(),
    }


def _scale(figure: go.Figure, rows: Sequence[Row], plot_px: float) -> None:
    """Set the x range so that the number at the end of the longest bar is never cut off."""
    longest = max(row.end for row in rows)
    ends = [(row.end, text_px(row.text) + 2 * GAP) for row in rows]
    figure.update_xaxes(visible=False, range=[0, room_for(ends, plot_px) or longest or 1.0])


def room_for(ends: Sequence[tuple[float, float]], plot_px: float) -> float:
    """Return the axis maximum at which each text (px wide) fits right of its mark's end (in axis units)."""
    free = [max(plot_px - px, 0.25 * plot_px) for _, px in ends]
    return max((end * plot_px / room for (end, _), room in zip(ends, free, strict=True)), default=1.0)


def _end_texts(figure: go.Figure, rows: Sequence[Row], theme: Theme, shift: float = 0.0) -> None:
    """Print each row's text right of its bar."""
    write(figure, [note(row.text, row.end, place + shift, theme, xshift=GAP) for place, row in enumerate(rows)])
