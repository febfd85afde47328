"""The preview of a file: its rows as they stand there, the events that they would become, and the rows left out."""

from typing import Any

import polars as pl
import streamlit as st

from seqrec_core import columns as c
from seqrec_core.data.importing import Proposal
from seqrec_core.data.trial import Trial
from seqrec_core.text import say
from seqrec_core.ui.data import roles as data_roles

MOST_COLUMNS = 40
TIME_FORMAT = "YYYY-MM-DD HH:mm:ss"
FILE_PX, EVENTS_PX = 388, 318


def show(proposal: Proposal, roles: dict[str, str], trial: Trial | None) -> None:
    """Draw the first rows, raw and as events."""
    names = shown_columns(proposal.preview.columns, roles)
    st.markdown(say("page_data.preview.file"))
    st.markdown(data_roles.badges(roles) or say("page_data.preview.no_roles"))
    st.dataframe(
        proposal.preview.select(names),
        key="data_preview",
        hide_index=True,
        height=FILE_PX,
        column_config={name: st.column_config.Column(data_roles.label(name, roles)) for name in names},
        alt=say("page_data.preview.alt", n=proposal.preview.height),
    )
    if len(names) < proposal.preview.width:
        st.caption(say("page_data.preview.more", n=proposal.preview.width - len(names)))
    if trial is not None:
        _events(trial)


def shown_columns(columns: list[str], roles: dict[str, str]) -> list[str]:
    """Return the columns worth a look: the first ones, and those that play a role wherever they stand."""
    parts = {part for column in roles.values() for part in (column, *column.split("+"))}
    far = [column for column in columns[MOST_COLUMNS:] if column in parts]
    return [*far, *columns[:MOST_COLUMNS]]


def _events(trial: Trial) -> None:
    st.markdown(say("page_data.preview.events"))
    st.dataframe(
        trial.events,
        key="data_preview_events",
        hide_index=True,
        height=EVENTS_PX,
        column_config=columns(trial.events),
        alt=say("page_data.preview.alt", n=trial.events.height),
    )


def columns(frame: pl.DataFrame) -> dict[str, Any]:
    """Name the columns of a log for people."""
    named: dict[str, Any] = {
        name: say(f"page_data.role.{role}.short")
        for name, role in ((c.USER, "user"), (c.EVENT, "event"), (c.ITEM, "item"), (c.SESSION, "session"))
        if name in frame.columns
    }
    named[c.TIME] = st.column_config.DatetimeColumn(say("page_data.preview.time"), format=TIME_FORMAT, timezone="UTC")
    return named


def reject_columns() -> dict[str, Any]:
    """Name the columns of rejected rows for people."""
    return {
        c.LINE: st.column_config.NumberColumn(say("page_data.rejects.line"), width="small", format="%d"),
        c.REASON: say("page_data.rejects.reason"),
        c.RAW: st.column_config.TextColumn(say("page_data.rejects.raw"), width="large"),
    }
