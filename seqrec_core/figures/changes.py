"""What changed from A to B: one bar a transition, in the colour of its direction."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from seqrec_core import columns as c
from seqrec_core.figures.labels import arrow_path, full, text_px
from seqrec_core.figures.rows import room_for
from seqrec_core.figures.theme import (
    DOWN,
    UP,
    Theme,
    blank,
    hatch,
    keep_unselected,
    note,
    nothing,
    rgba,
    theme_of,
    write,
)
from seqrec_core.text import integer, percent, say, signed

if TYPE_CHECKING:
    import polars as pl

CHANGE_PITCH = 50
MEASURES = ("rate_a", "rate_b", "difference", "low", "high", "n_a", "n_b", "small")


def differences(frame: "pl.DataFrame", dark: bool | Theme = False, *, top: int = 12, width: int = 640) -> go.Figure:
    """Draw how transitions changed from A to B: a bar from A's rate to B's, in the colour of its direction.

    Args:
        frame: [from, to, rate_a, rate_b, difference, low, high, n_a, n_b, small], in the order to show.
        dark: theme.
        top: rows drawn.
        width: narrowest chart, px.

    Returns:
        A figure whose bars carry customdata [from, to]; cells with fewer than 30 cases are hatched grey.
    """
    rows = frame.drop_nulls(["rate_a", "rate_b", "low", "high"]).head(top).iter_rows(named=True)
    marks = [Change([row[c.FROM], row[c.TO]], [row[c.FROM], row[c.TO]], **{name: row[name] for name in MEASURES}) for row in rows]
    return changed(marks, theme_of(dark), width)


def pattern_differences(frame: "pl.DataFrame", dark: bool | Theme = False, *, top: int = 12, width: int = 640) -> go.Figure:
    """Draw how often patterns are held in one group beside another: a bar from the other's share to this one's.

    Args:
        frame: [items (list), support_a, support_b, difference, low, high, n_a, n_b, unsure], difference = a − b, in the order to
            show.
        dark: theme.
        top: rows drawn.
        width: narrowest chart, px.

    Returns:
        A figure whose bars carry customdata [row]; those that chance could have made are hatched grey.
    """
    marks = [
        Change(
            list(row["items"]),
            [place],
            rate_a=row["support_b"],
            rate_b=row["support_a"],
            difference=row["difference"],
            low=row["low"],
            high=row["high"],
            n_a=row["n_b"],
            n_b=row["n_a"],
            unsure=row["unsure"],
        )
        for place, row in enumerate(frame.head(top).iter_rows(named=True))
    ]
    return changed(marks, theme_of(dark), width)


@dataclass(frozen=True)
class Change:
    """One mark: a path whose rate is `rate_a` in A and `rate_b` in B.

    Args:
        path: what it is of, names first to last.
        key: customdata.
        rate_a, rate_b: in [0, 1]. difference: B − A; low, high: its 95 % interval.
        n_a, n_b: cases.
        small: fewer than 30 cases: hatched grey. unsure: chance could have made it: hatched grey too.
    """

    path: list[str]
    key: list[Any]
    rate_a: float
    rate_b: float
    difference: float
    low: float
    high: float
    n_a: int
    n_b: int
    small: bool = False
    unsure: bool = False

    @property
    def is_grey(self) -> bool:
        """Whether its direction means nothing."""
        return self.small or self.unsure

    @property
    def sentence(self) -> str:
        """Key of what is written above it."""
        return "figures.differences.small" if self.small else f"figures.differences.{'unsure' if self.unsure else 'change'}"


def changed(rows: Sequence[Change], theme: Theme, width: int) -> go.Figure:
    """Draw marks, one a row."""
    if not rows:
        return nothing(theme, "figures.nothing.differences")
    figure = blank(theme, CHANGE_PITCH * len(rows) + 8)
    figure.add_bar(**_change_intervals(rows, theme))
    figure.add_bar(**_change_bars(rows, theme))
    figure.add_scatter(**_change_ends(rows, theme))
    ends = [max(row.rate_a, row.rate_b, row.rate_a + row.high) for row in rows]
    notes = []
    for place, row in enumerate(rows):
        said = say(
            row.sentence,
            a=percent(row.rate_a),
            b=percent(row.rate_b),
            arrow=UP if row.difference >= 0 else DOWN,
            points=signed(100 * row.difference, 1),
        )
        text = escape(said, quote=False)
        name = arrow_path(row.path, width - text_px(said) - 16)
        notes.append(note(name, 0, place - 0.24, theme, xref="paper"))
        notes.append(note(text, 1, place - 0.24, theme, xref="paper", xanchor="right"))
    write(figure, notes)
    figure.update_layout(barmode="overlay")
    figure.update_xaxes(visible=False, range=[-0.012 * max(ends), room_for([(end, 10) for end in ends], width) or 1])
    figure.update_yaxes(visible=False, range=[len(rows) - 0.5, -0.5])
    return figure


def _change_bars(rows: Sequence[Change], theme: Theme) -> dict[str, Any]:
    """Return the bars from rate A to rate B."""
    return {
        "orientation": "h",
        "base": [row.rate_a for row in rows],
        "x": [row.rate_b - row.rate_a for row in rows],
        "y": [place + 0.17 for place in range(len(rows))],
        "width": [0.3 if row.is_grey else 0.13 for row in rows],
        "customdata": [row.key for row in rows],
        "hovertext": [_change_hover(row) for row in rows],
        "hoverinfo": "text",
        "textposition": "none",
        "marker": {
            "color": [theme.loss_fill if row.is_grey else theme.direction(row.difference) for row in rows],
            "line": {"color": [theme.loss if row.is_grey else theme.direction(row.difference) for row in rows], "width": 1},
            "pattern": hatch(theme, ["/" if row.is_grey else "" for row in rows]),
        },
        **keep_unselected(),
    }


def _change_intervals(rows: Sequence[Change], theme: Theme) -> dict[str, Any]:
    """Return the pale bands behind the marks: where rate B lies if the difference is at an end of its 95 % interval."""
    return {
        "orientation": "h",
        "base": [max(row.rate_a + row.low, 0.0) for row in rows],
        "x": [row.rate_a + row.high - max(row.rate_a + row.low, 0.0) for row in rows],
        "y": [place + 0.17 for place in range(len(rows))],
        "width": 0.36,
        "hoverinfo": "skip",
        "marker": {
            "color": [rgba(theme.loss if row.is_grey else theme.direction(row.difference), 0.2) for row in rows],
            "line": {"width": 0},
            "cornerradius": 3,
        },
        **keep_unselected(),
    }


def _change_ends(rows: Sequence[Change], theme: Theme) -> dict[str, Any]:
    """Return the marks at rate B beside a ring at rate A."""
    places = [place + 0.17 for place in range(len(rows))]
    colors = [theme.loss if row.is_grey else theme.direction(row.difference) for row in rows]
    return {
        "mode": "markers",
        "x": [row.rate_a for row in rows] + [row.rate_b for row in rows],
        "y": places * 2,
        "hoverinfo": "skip",
        "marker": {
            "symbol": ["circle"] * len(rows) + ["triangle-right" if row.difference >= 0 else "triangle-left" for row in rows],
            "size": [11] * len(rows) + [15] * len(rows),
            "color": [theme.background] * len(rows) + colors,
            "line": {"color": colors * 2, "width": 2},
        },
        **keep_unselected(),
    }


def _change_hover(row: Change) -> str:
    """Say both rates with their n and the interval of the difference."""
    return say(
        "figures.differences.hover",
        path=full(" → ".join(row.path), 160),
        a=percent(row.rate_a),
        n_a=integer(row.n_a),
        b=percent(row.rate_b),
        n_b=integer(row.n_b),
        low=signed(100 * row.low, 1),
        high=signed(100 * row.high, 1),
    )
