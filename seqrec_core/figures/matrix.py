"""Which event follows which, as a matrix whose cells can be clicked."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from seqrec_core import columns as c
from seqrec_core.figures.labels import fit, full, text_px
from seqrec_core.figures.theme import (
    SMALL,
    Theme,
    blank,
    contrast,
    hatched_cells,
    nothing,
    theme_of,
)
from seqrec_core.text import decimal, integer, percent, say

if TYPE_CHECKING:
    import polars as pl

CELL_PITCH = 34
FEW = 30
_INKS = ("#1B2733", "#FFFFFF")


def matrix(
    frame: "pl.DataFrame",
    dark: bool | Theme = False,
    *,
    labels: Sequence[str] | None = None,
    width: int = 640,
) -> go.Figure:
    """Draw which event follows which: one cell for each pair, its rate printed (percent of the row).

    Args:
        frame: [from, to, count, rate], rate = count / all that follow `from`.
        dark: theme.
        labels: rows and columns in this order; by count where not given. A label that only is a target (an end) is a column.
        width: narrowest chart, px.

    Returns:
        A figure with a layer of clickable cells that carry customdata [from, to]. Rows of fewer than 30 cases are hatched.
    """
    theme = theme_of(dark)
    cells = {(a, b): (n, rate) for a, b, n, rate in frame.select(c.FROM, c.TO, c.COUNT, "rate").iter_rows()}
    if not cells:
        return nothing(theme)
    sources, targets = _matrix_labels(cells, labels)
    left = round(min(max(text_px(name) for name in sources) + 16, 0.3 * width))
    cell_px = (width - left) / len(targets)
    slanted = cell_px < 90
    z = [[cells[a, b][1] if (a, b) in cells else None for b in targets] for a in sources]
    overhang = _overhang(targets, cell_px) if slanted else 0
    top = round(min(max(text_px(name) for name in targets), 110) * (0.72 if slanted else 0) + 26)
    figure = blank(theme, CELL_PITCH * len(sources) + top + 4, left=left, top=top, right=round(min(max(overhang + 8, 0), 70)))
    figure.add_heatmap(**_heat(z, theme))
    few = {a for a in sources if sum(n for (source, _), (n, _) in cells.items() if source == a) < FEW}
    if few:
        places = [(x, y) for y, a in enumerate(sources) for x, b in enumerate(targets) if a in few and (a, b) in cells]
        figure.add_bar(**hatched_cells(places, theme))
        figure.update_layout(barmode="overlay")
    figure.add_scatter(**_cell_marks(cells, sources, targets, cell_px))
    figure.add_scatter(**_cell_texts(z, theme, digits=1 if cell_px >= 46 else 0))
    names = [fit(name, 110 if slanted else cell_px - 6, SMALL) for name in targets]
    axis = {"showgrid": False, "tickfont": {"size": SMALL, "color": theme.text}, "automargin": False, "ticklabelstandoff": 5}
    figure.update_xaxes(
        side="top",
        ticklabeloverflow="allow",
        tickvals=list(range(len(targets))),
        ticktext=names,
        tickangle=-45 if slanted else 0,
        range=[-0.5, len(targets) - 0.5],
        **axis,
    )
    rows = [fit(name, left - 12, SMALL) for name in sources]
    figure.update_yaxes(tickvals=list(range(len(sources))), ticktext=rows, range=[len(sources) - 0.5, -0.5], **axis)
    return figure


def _overhang(names: Sequence[str], cell_px: float) -> float:
    """Return how far the slanted column names reach beyond the last column, px."""
    reach = [0.72 * min(text_px(name, SMALL), 110) - (place + 0.5) * cell_px for place, name in enumerate(reversed(names))]
    return max(reach)


def _matrix_labels(cells: Mapping[tuple[str, str], Any], labels: Sequence[str] | None) -> tuple[list[str], list[str]]:
    """Return row and column names, most frequent first."""
    out: dict[str, int] = {}
    into: dict[str, int] = {}
    for (a, b), (n, _) in cells.items():
        out[a], into[b] = out.get(a, 0) + n, into.get(b, 0) + n
    order = list(labels or sorted(out, key=lambda name: (-out[name], name)))
    rest = sorted((name for name in into if name not in order), key=lambda name: (-into[name], name))
    return [name for name in order if name in out], [name for name in [*order, *rest] if name in into]


def _heat(z: list[list[float | None]], theme: Theme) -> dict[str, Any]:
    """Return the coloured cells."""
    scale = [[place / (len(theme.sequential) - 1), color] for place, color in enumerate(theme.sequential)]
    return {
        "z": z,
        "colorscale": scale,
        "zmin": 0,
        "zmax": _most(z),
        "showscale": False,
        "hoverinfo": "skip",
        "xgap": 1.5,
        "ygap": 1.5,
    }


def _most(z: list[list[float | None]]) -> float:
    """Return the largest rate, at which the colour scale ends."""
    return max((rate for row in z for rate in row if rate is not None), default=0.0) or 1.0


def _cell_texts(z: list[list[float | None]], theme: Theme, digits: int) -> dict[str, Any]:
    """Return the rates in percent, in whichever of dark and light ink reads better on its cell."""
    cells = [(x, y, rate) for y, row in enumerate(z) for x, rate in enumerate(row) if rate is not None and rate >= 0.005]
    top, last = _most(z), len(theme.sequential) - 1
    fills = [theme.sequential[round(rate / top * last)] for _, _, rate in cells]
    return {
        "mode": "text",
        "x": [cell[0] for cell in cells],
        "y": [cell[1] for cell in cells],
        "text": [decimal(100 * cell[2], digits) for cell in cells],
        "textfont": {"size": SMALL, "color": [max(_INKS, key=lambda ink: contrast(ink, fill)) for fill in fills]},
        "hoverinfo": "skip",
    }


def _cell_marks(cells: Mapping[tuple[str, str], Any], sources: list[str], targets: list[str], cell_px: float) -> dict[str, Any]:
    """Return invisible squares over the cells: heatmaps report no clicks, markers do."""
    pairs = [(x, y, a, b) for y, a in enumerate(sources) for x, b in enumerate(targets) if (a, b) in cells]
    hover = []
    for _, _, a, b in pairs:
        n, rate = cells[a, b]
        hover.append(say("figures.matrix.cell", source=full(a), target=full(b), share=percent(rate), n=integer(n)))
    return {
        "mode": "markers",
        "x": [pair[0] for pair in pairs],
        "y": [pair[1] for pair in pairs],
        "customdata": [[pair[2], pair[3]] for pair in pairs],
        "hovertext": hover,
        "hoverinfo": "text",
        "marker": {"symbol": "square", "size": max(min(cell_px, CELL_PITCH) - 2, 8), "color": "rgba(0,0,0,0)"},
        "selected": {"marker": {"color": "rgba(130,145,160,0.45)"}},
        "unselected": {"marker": {"opacity": 1, "color": "rgba(0,0,0,0)"}},
    }
