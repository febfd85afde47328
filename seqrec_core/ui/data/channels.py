"""What the channels of a log gave, over time, and what they have in common; nothing for a log of one source."""

import streamlit as st

from seqrec_core.figures import alt, data
from seqrec_core.text import count, integer, say
from seqrec_core.ui import errors
from seqrec_core.ui.chart import chart, finding, is_dark
from seqrec_core.ui.context import Context
from seqrec_core.ui.data import calls as data_calls


def show(now: Context) -> None:
    """Draw the channels."""
    told = data_calls.report(now.dataset).channels
    if told is None or len(told.sources) < 2:
        return
    meeting = told.meeting
    values = {"users": count(meeting.users, "user"), "items": count(meeting.items, "item")}
    title = say("page_channels.told", **values) if meeting.users else say("page_channels.told.none")
    finding(title, say("page_channels.told.subtitle", n=len(told.sources)))
    by_source = data_calls.by_source(now.dataset)
    chart(
        data.events_per_source(by_source, is_dark()),
        key="events-per-source",
        alt=alt.events_per_source(by_source),
        table=data_calls.channel_table(told),
        how=say("page_channels.told.how"),
        columns={name: say(f"page_channels.column.{name}") for name in data_calls.CHANNEL_COLUMNS},
    )
    for one in meeting.overlap:
        st.caption(errors.plain(say("page_channels.told.overlap", n=integer(one.events), source=one.source, first=one.first)))
