"""Who comes back: cohorts as rows, stretches of days as columns, the share that is seen again in each cell."""

from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from seqrec_core import columns as c
from seqrec_core.figures.labels import text_px
from seqrec_core.figures.theme import SMALL, Theme, blank, contrast, hatched_cells, nothing, theme_of
from seqrec_core.text import count, decimal, integer, percent, say

if TYPE_CHECKING:
    import polars as pl

CELL_PITCH, LEAST_PX = 30, 34
FEW = 30
_INKS = ("#1B2733", "#FFFFFF")


def cohorts(
    frame: "pl.DataFrame", dark: bool | Theme = False, *, picked: tuple[str, int] | None = None, width: int = 640
) -> go.Figure:
    """Draw a heat map of retention: one row a cohort, one column a stretch after its first.

    Args:
        frame: [cohort, size, period, count, rate, complete], by cohort, then period; period 0 is not drawn, since all are there.
        dark: theme.
        picked: the chosen cell: first day of the cohort, period.
        width: narrowest chart, px.

    Returns:
        A figure with a layer of clickable cells that carry customdata [first day, period]. Hatched cells are of cohorts of fewer
        than 30, or of a stretch in which the log ends.
    """
    theme = theme_of(dark)
    cells = [row for row in frame.iter_rows(named=True) if row["period"] > 0]
    if not cells:
        return nothing(theme)
    names = {row["cohort"]: row["size"] for row in frame.iter_rows(named=True)}
    place = {cohort: at for at, cohort in enumerate(names)}
    last = max(row["period"] for row in cells)
    labels = [f"{cohort.isoformat()} · {integer(size)}" for cohort, size in names.items()]
    left = round(max(text_px(label, SMALL) for label in labels) + 14)
    figure = blank(theme, CELL_PITCH * len(names) + 34, left=left, top=26)
    top = max(row["rate"] for row in cells) or 1.0
    z = [[None] * last for _ in names]
    for row in cells:
        z[place[row["cohort"]]][row["period"] - 1] = row["rate"]
    scale = [[at / (len(theme.sequential) - 1), color] for at, color in enumerate(theme.sequential)]
    figure.add_heatmap(z=z, x0=1, colorscale=scale, zmin=0, zmax=top, showscale=False, hoverinfo="skip", xgap=1.5, ygap=1.5)
    unsure = [row for row in cells if row["size"] < FEW or not row["complete"]]
    figure.add_bar(**hatched_cells([(row["period"], place[row["cohort"]]) for row in unsure], theme))
    cell_px = (width - left) / last
    figure.add_scatter(**_marks(cells, place, cell_px))
    if picked is not None:
        x, y = picked[1], next((at for cohort, at in place.items() if cohort.isoformat() == picked[0]), 0)
        line = {"color": theme.text, "width": 2}
        figure.add_shape(type="rect", x0=x - 0.47, x1=x + 0.47, y0=y - 0.45, y1=y + 0.45, line=line)
    if cell_px >= LEAST_PX:
        figure.add_scatter(**_texts(cells, place, theme, top, digits=1 if cell_px >= 44 else 0))
    axis = {"showgrid": False, "zeroline": False, "automargin": False, "tickfont": {"size": SMALL, "color": theme.text}}
    every = 1 if cell_px >= 24 else 2 if cell_px >= 12 else 5
    ticks = list(range(1, last + 1, every))
    figure.update_xaxes(
        side="top", tickvals=ticks, ticktext=[say("figures.cohorts.period", n=n) for n in ticks], range=[0.5, last + 0.5], **axis
    )
    figure.update_yaxes(tickvals=list(range(len(labels))), ticktext=labels, range=[len(labels) - 0.5, -0.5], **axis)
    figure.update_layout(barmode="overlay", bargap=0)
    return figure


def _marks(cells: list[dict[str, Any]], place: dict[Any, int], cell_px: float) -> dict[str, Any]:
    """Return invisible squares over the cells, which take the clicks."""
    hover, keys = [], []
    for row in cells:
        day = row["cohort"].isoformat()
        values = {"day": day, "n": count(row["size"], "user"), "k": integer(row[c.COUNT]), "share": percent(row["rate"])}
        hover.append(
            say("figures.cohorts.cell", period=row["period"], **values) + ("" if row["complete"] else say("figures.cohorts.open"))
        )
        keys.append([day, row["period"]])
    return {
        "mode": "markers",
        "x": [row["period"] for row in cells],
        "y": [place[row["cohort"]] for row in cells],
        "customdata": keys,
        "hovertext": hover,
        "hoverinfo": "text",
        "marker": {
            "symbol": "square",
            "size": max(min(cell_px, CELL_PITCH) - 4, 8),
            "color": "rgba(0,0,0,0)",
        },
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
    }


def _texts(cells: list[dict[str, Any]], place: dict[Any, int], theme: Theme, top: float, digits: int) -> dict[str, Any]:
    """Return the rates in percent, in whichever ink reads better on its cell."""
    last = len(theme.sequential) - 1
    fills = [theme.sequential[min(round(row["rate"] / top * last), last)] for row in cells]
    return {
        "mode": "text",
        "x": [row["period"] for row in cells],
        "y": [place[row["cohort"]] for row in cells],
        "text": [decimal(100 * row["rate"], digits) for row in cells],
        "textfont": {"size": SMALL, "color": [max(_INKS, key=lambda ink: contrast(ink, fill)) for fill in fills]},
        "hoverinfo": "skip",
    }
