"""A chart as every page shows it: the finding above, the chart, and its twin: table, CSV, how it is computed."""

import re
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from seqrec_core.data.safe_csv import to_csv
from seqrec_core.text import say
from seqrec_core.ui.errors import plain

DRAWN = "drawn"
MOST_LETTERS = 60  # of one word in a finding: a longer one fills lines by itself
LONG_WORD = re.compile(rf"\S{{{MOST_LETTERS + 1},}}")
CONFIG = {"displayModeBar": False, "responsive": True}


@dataclass(frozen=True)
class Drawn:
    """One finding of the page, with its chart where it has one, as it can be taken away.

    Args:
        title, subtitle: what it says.
        figure, alt, table, how, columns: as given to `chart`; None and empty where there is no chart.
    """

    title: str = ""
    subtitle: str = ""
    figure: go.Figure | None = None
    alt: str = ""
    table: pl.DataFrame | None = None
    how: str = ""
    columns: dict[str, Any] | None = None


def drawn(*, anew: bool = False) -> list[Drawn]:
    """Return what this run of the page has drawn so far; the list goes on growing. `anew` begins an empty one."""
    if anew or DRAWN not in st.session_state:
        st.session_state[DRAWN] = []
    found: list[Drawn] = st.session_state[DRAWN]
    return found


def is_dark() -> bool:
    """Whether the visitor looks at the dark theme."""
    return st.context.theme.type == "dark"


def finding(title: str, subtitle: str, *, page: bool = False) -> None:
    """State the finding as a sentence, with unit, n and filter under it. Both are shown as plain text."""
    drawn().append(Drawn(title, subtitle))
    shown = LONG_WORD.sub(lambda word: f"{word[0][: MOST_LETTERS - 1]}…", title)
    (st.header if page else st.subheader)(plain(shown), anchor=False)
    st.caption(plain(subtitle))


def chart(
    figure: go.Figure,
    *,
    key: str,
    alt: str,
    table: pl.DataFrame,
    how: str,
    clickable: bool = False,
    columns: dict[str, Any] | None = None,
    once: bool = False,
) -> list[Any] | None:
    """Draw a chart with its table twin; return the customdata of what was chosen, in the chart or in the table.

    Args:
        figure: what to draw.
        key: unique on the page; also the name of the downloaded file.
        alt: one sentence that says what the picture shows.
        table: the same numbers as a table; where the chart is clickable, row r must stand for the mark whose
            customdata the page can find by `["row", r]`.
        how: how it is computed, in words.
        clickable: whether a mark or a row can be chosen.
        columns: `st.column_config` of the table.
        once: return a choice only when it is made, whichever of chart and table it is made in, for a page that keeps it in
            the address: a choice made earlier in the other of the two does not come back.

    Returns:
        The customdata of the clicked mark, `["row", r]` for a chosen row of the table, None where nothing is chosen.
    """
    picked: list[Any] | None = None
    drawn().append(Drawn(figure=figure, alt=alt, table=table, how=how, columns=columns))
    if clickable:
        event = st.plotly_chart(figure, key=key, alt=alt, config=CONFIG, theme=None, on_select="rerun", selection_mode="points")
        points = event.selection.points if event else []
        if points and points[0].get("customdata") is not None:
            data = points[0]["customdata"]
            picked = list(data) if isinstance(data, list | tuple) else [data]
    else:
        st.plotly_chart(figure, key=key, alt=alt, config=CONFIG, theme=None)
    row = twin(table, key=key, how=how, clickable=clickable, columns=columns)
    chosen = None if row is None else ["row", row]
    if not once:
        return picked if picked is not None else chosen
    new = [_when_new(f"{key}_last_mark", picked), _when_new(f"{key}_last_row", chosen)]
    return new[0] if new[0] is not None else new[1]


def _when_new(key: str, value: list[Any] | None) -> list[Any] | None:
    """Return a choice where it differs from the one of the run before."""
    before = st.session_state.get(key)
    st.session_state[key] = value
    return value if value != before else None


def twin(
    table: pl.DataFrame, *, key: str, how: str, clickable: bool = False, columns: dict[str, Any] | None = None
) -> int | None:
    """Show the table behind a chart with its download and its definition; return the chosen row."""
    row: int | None = None
    with st.expander(say("ui.twin")):
        if clickable:
            event = st.dataframe(
                table, key=f"{key}_table", hide_index=True, on_select="rerun", selection_mode="single-row", column_config=columns
            )
            row = event.selection.rows[0] if event and event.selection.rows else None
        else:
            st.dataframe(table, key=f"{key}_table", hide_index=True, column_config=columns)
        with st.container(horizontal=True, vertical_alignment="center"):
            download(table, key=f"{key}_csv", file_name=f"{key}.csv")
            st.caption(how)
    return row


def download(table: pl.DataFrame, *, key: str, file_name: str, label: str | None = None) -> None:
    """Offer a table as CSV, made only when asked for."""
    st.download_button(
        label or say("ui.download_csv"),
        data=lambda: to_csv(flat(table)),
        file_name=file_name,
        mime="text/csv",
        key=key,
        on_click="ignore",
        icon=":material/download:",
    )


def flat(table: pl.DataFrame) -> pl.DataFrame:
    """Write list columns as `a → b`, since CSV has no lists."""
    lists = [name for name, dtype in table.schema.items() if dtype.base_type() == pl.List]
    return table.with_columns(pl.col(name).list.eval(pl.element().cast(pl.String)).list.join(" → ") for name in lists)
