"""Take the whole view away: a page that needs no network, and a recipe that opens the same view again."""

from typing import Any

import polars as pl
import streamlit as st

from seqrec_core.errors import SeqrecError
from seqrec_core.figures.theme import theme_of
from seqrec_core.report.html import Block, Chart, Grid, Paragraph, page
from seqrec_core.text import say
from seqrec_core.ui import chart, context, errors, loaders
from seqrec_core.ui.journeys import recipe as journeys_recipe
from seqrec_core.ui.journeys.panel import Room

MOST_ROWS = 200


def popover(room: Room) -> None:
    """Offer the page and the recipe, and take a recipe."""
    drawn = chart.drawn()  # grows until the page is drawn; read when the button is pressed
    name, dark = f"journeys-{room.chosen.view}", room.dark
    text = journeys_recipe.written(room.now)
    with st.popover(say("page_journeys.share"), icon=":material/ios_share:"):
        st.download_button(
            say("page_journeys.share.html"),
            data=lambda: document(drawn, text, dark).encode(),
            file_name=f"{name}.html",
            mime="text/html",
            icon=":material/download:",
            on_click="ignore",
            key="journeys_html",
            help=say("page_journeys.share.html.help"),
        )
        st.download_button(
            say("page_journeys.share.recipe"),
            data=text,
            file_name=f"{name}.json",
            mime="application/json",
            icon=":material/download:",
            on_click="ignore",
            key="journeys_recipe",
            help=say("page_journeys.share.recipe.help"),
        )
        st.file_uploader(
            say("page_journeys.share.open"),
            type="json",
            key="journeys_recipe_file",
            max_upload_size=1,
            on_change=_open,
            args=(room,),
        )
        problem = st.session_state.pop("journeys_recipe_problem", None)
        if problem is not None:
            errors.show(problem)


def _open(room: Room) -> None:
    """Open the view of a recipe."""
    file = st.session_state["journeys_recipe_file"]
    if file is None:
        return
    try:
        found = journeys_recipe.read(file.getvalue())
    except SeqrecError as error:
        st.session_state["journeys_recipe_problem"] = error
        return
    if found.segment is not None and found.segment.name not in loaders.saved_segments(room.now.dataset.id):
        loaders.segments().save(room.now.dataset.id, found.segment)
    context.put(**{**dict.fromkeys(journeys_recipe.NAMES), **found.values})


def document(drawn: list[chart.Drawn], recipe: str, dark: bool) -> str:
    """Write all that the page shows as one HTML file with a single copy of plotly.js.

    Args:
        drawn: findings and charts, in order.
        recipe: of the view, written at the end.
        dark: theme of the charts.
    """
    first = next((one for one in drawn if one.title), chart.Drawn())
    blocks: list[Block] = []
    title = first.title
    for one in drawn:
        if one.title:
            title = one.title
            blocks += [Paragraph(one.subtitle, small=True)] if one is not first else []
        if one.figure is not None and one.table is not None:
            blocks += [Chart(one.figure, title, one.alt), _grid(one.table, one.columns or {}), Paragraph(one.how, small=True)]
    blocks.append(Paragraph(say("page_journeys.share.made", recipe=recipe), small=True))
    return page(first.title, first.subtitle, blocks, theme_of(dark))


def _grid(whole: pl.DataFrame, given: dict[str, Any]) -> Grid:
    """Write the table behind a chart as the page shows it: named columns, shares in percent."""
    table = chart.flat(whole.head(MOST_ROWS))
    labels: list[str] = []
    shares: set[str] = set()
    for name in table.columns:
        column = given.get(name, name)
        labels.append(column if isinstance(column, str) else str(column.get("label") or name))
        if not isinstance(column, str) and (column.get("type_config") or {}).get("format") == "percent":
            shares.add(name)
    rows = [[_cell(value, name in shares) for name, value in row.items()] for row in table.iter_rows(named=True)]
    numbers = frozenset(place for place, dtype in enumerate(table.dtypes) if dtype.is_numeric())
    return Grid(labels, rows, numbers)


def _cell(value: object, is_share: bool) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{100 * value:.1f} %" if is_share else f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
