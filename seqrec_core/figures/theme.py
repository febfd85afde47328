"""Colours, type and the one Plotly template, light and dark.

Hue says which event type it is (Okabe and Ito's palette without its blue and vermillion, then more of the same kind).
Blue and vermillion are kept for direction alone: RAISES ▲ and LOWERS ▼. Loss is a grey hatch.
Source: Okabe, M. and Ito, K. (2008), Color Universal Design.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from seqrec_core.figures.labels import FONT_SIZE
from seqrec_core.text import say

RAISES = "#0072B2"
LOWERS = "#D55E00"
UP, DOWN = "▲", "▼"
SMALL = 12
FONT = '"Source Sans", "Source Sans Pro", "Source Sans 3", "Noto Sans", sans-serif'
CHART: dict[str, Any] = {"theme": None, "config": {"displayModeBar": False, "responsive": True}}


@dataclass(frozen=True)
class Theme:
    """Colours of one appearance. `sequential` runs from nothing to most; `palette` is the order of event hues."""

    name: str
    background: str
    surface: str
    text: str
    muted: str
    grid: str
    outline: str
    raises: str
    lowers: str
    loss: str
    loss_fill: str
    neutral: str
    accent: str
    faint: float
    palette: tuple[str, ...]
    sequential: tuple[str, ...]

    def direction(self, value: float) -> str:
        """Return the colour for what raises (value ≥ 0) or lowers."""
        return self.raises if value >= 0 else self.lowers

    @property
    def template(self) -> go.layout.Template:
        """The Plotly template of this theme."""
        return _TEMPLATES[self.name]


LIGHT = Theme(
    name="light",
    background="#FFFFFF",
    surface="#F5F7FA",
    text="#1B2733",
    muted="#52606D",
    grid="rgba(130,145,160,0.20)",
    outline="#3E4C59",
    raises=RAISES,
    lowers=LOWERS,
    loss="#7B8794",
    loss_fill="#F5F7FA",
    neutral="#B8C2CC",
    accent="#52606D",
    faint=0.20,
    palette=("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#6A4C93", "#8C8A1E", "#7B4B2A", "#52606D"),
    sequential=("#F4F8F6", "#CFE6DC", "#93CBB6", "#4DA588", "#157A5E", "#0A4D3B"),
)
DARK = Theme(
    name="dark",
    background="#0F1720",
    surface="#18222D",
    text="#E6EDF3",
    muted="#A9B6C2",
    grid="rgba(150,165,180,0.18)",
    outline="#D5DEE6",
    raises="#3D9BE0",
    lowers="#F0803C",
    loss="#8896A5",
    loss_fill="#18222D",
    neutral="#5B6B7A",
    accent="#9FB0C0",
    faint=0.22,
    palette=("#56B4E9", "#E69F00", "#1DB588", "#CC79A7", "#A98BD6", "#C9C44A", "#BE8A62", "#9FB0C0"),
    sequential=("#16212B", "#173B37", "#1B5C50", "#25866F", "#4DB394", "#A3E0CB"),
)


def _axis(theme: Theme) -> dict[str, Any]:
    """Look of every axis."""
    return {
        "gridcolor": theme.grid,
        "linecolor": theme.grid,
        "zeroline": False,
        "ticks": "",
        "tickfont": {"size": SMALL, "color": theme.muted},
        "title": {"font": {"size": FONT_SIZE, "color": theme.muted}, "standoff": 8},
        "fixedrange": True,
        "automargin": True,
        "ticklabelstandoff": 4,
    }


def _template(theme: Theme) -> go.layout.Template:
    """Build the template of a theme."""
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": FONT_SIZE, "color": theme.text},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "colorway": list(theme.palette),
            "xaxis": _axis(theme),
            "yaxis": _axis(theme),
            "hoverlabel": {
                "bgcolor": theme.surface,
                "bordercolor": theme.muted,
                "font": {"family": FONT, "size": FONT_SIZE, "color": theme.text},
                "align": "left",
            },
            "hovermode": "closest",
            "dragmode": False,
            "showlegend": False,
            "bargap": 0.35,
        }
    )


_TEMPLATES = {theme.name: _template(theme) for theme in (LIGHT, DARK)}


def theme_of(dark: bool | Theme) -> Theme:
    """Return the theme for `dark`, or the theme itself."""
    return dark if isinstance(dark, Theme) else DARK if dark else LIGHT


def hues(names: Iterable[str], dark: bool | Theme = False) -> dict[str, str]:
    """Return a colour for each name; the same names in the same order always get the same colours.

    Args:
        names: event types, the most frequent of the dataset first; names beyond the palette share its last colour.
        dark: the theme; a name keeps its place in the palette in both.
    """
    palette = theme_of(dark).palette
    return {name: palette[min(place, len(palette) - 1)] for place, name in enumerate(dict.fromkeys(names))}


def hue_of(name: str, given: Mapping[str, str] | None, theme: Theme) -> str:
    """Return the colour of one event type; without a map, or outside it, the neutral accent."""
    return theme.accent if given is None else given.get(name, theme.accent)


def rgba(color: str, alpha: float) -> str:
    """Return '#RRGGBB' with an opacity in [0, 1]."""
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha:.3g})"


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21.

    Source: WCAG 2.2, definition of contrast ratio.
    """
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(color: str) -> float:
    """Relative luminance of '#RRGGBB'."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def blank(theme: Theme, height: int, *, left: int = 0, right: int = 0, top: int = 4, bottom: int = 4) -> go.Figure:
    """Return an empty figure with our template and small margins in pixels."""
    margin = {"l": left, "r": right, "t": top, "b": bottom, "pad": 0}
    return go.Figure(layout={"template": theme.template, "height": height, "margin": margin})


def nothing(theme: Theme, key: str = "figures.nothing") -> go.Figure:
    """Return a figure that says, in a sentence, why there is nothing to draw."""
    figure = blank(theme, 120)
    figure.update_xaxes(visible=False, range=[0, 1])
    figure.update_yaxes(visible=False, range=[0, 1])
    return figure.add_annotation(note(say(key), 0.5, 0.5, theme, color=theme.muted, xanchor="center"))


def note(
    text: str,
    x: float,
    y: float,
    theme: Theme,
    *,
    color: str | None = None,
    size: int = FONT_SIZE,
    xanchor: str = "left",
    yanchor: str = "middle",
    xref: str = "x",
    yref: str = "y",
    **more: Any,
) -> dict[str, Any]:
    """Return one text label as an annotation. `text` is already escaped."""
    return {
        "text": text,
        "x": x,
        "y": y,
        "xref": xref,
        "yref": yref,
        "xanchor": xanchor,
        "yanchor": yanchor,
        "showarrow": False,
        "align": "left",
        "borderpad": 0,
        "font": {"size": size, "color": color or theme.text},
        **more,
    }


def write(figure: go.Figure, notes: Iterable[dict[str, Any]]) -> None:
    """Add labels to a figure, all at once: Plotly checks every label again each time one is added."""
    figure.layout.annotations = (*figure.layout.annotations, *notes)


def keep_unselected(opacity: float = 1.0) -> dict[str, Any]:
    """Return the trace settings that keep marks as they are when another one is clicked."""
    return {"selected": {"marker": {"opacity": opacity}}, "unselected": {"marker": {"opacity": opacity}}}


def hatch(theme: Theme, shapes: list[str] | str = "/") -> dict[str, Any]:
    """Return the bar pattern that stands for loss, or for too few cases."""
    return {
        "shape": shapes,
        "fgcolor": theme.loss,
        "bgcolor": theme.loss_fill,
        "size": 6,
        "solidity": 0.25,
        "fillmode": "overlay",
    }


def hatched_cells(places: list[tuple[int, int]], theme: Theme) -> dict[str, Any]:
    """Return hatching over some cells: a heat map has no pattern, a bar has."""
    pattern = {**hatch(theme, "/"), "bgcolor": "rgba(0,0,0,0)"}
    return {
        "x": [x for x, _ in places],
        "y": [0.92] * len(places),
        "base": [y - 0.46 for _, y in places],
        "width": 0.96,
        "hoverinfo": "skip",
        "marker": {"color": "rgba(0,0,0,0)", "pattern": pattern, "line": {"width": 0}},
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
    }
