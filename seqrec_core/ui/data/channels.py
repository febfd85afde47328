"""What the channels of a log gave, over time, and what they have in common; nothing for a log of one source."""

import streamlit as st

from seqrec_core.data.report import Channels, Overlap
from seqrec_core.figures import alt, data
from seqrec_core.settings import settings
from seqrec_core.text import count, integer, say
from seqrec_core.ui import errors
from seqrec_core.ui.chart import chart, finding, is_dark
from seqrec_core.ui.context import Context
from seqrec_core.ui.data import calls as data_calls
from seqrec_core.ui.data import draft as data_draft
from seqrec_core.ui.data import draft_set


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
        st.caption(_overlap(one))


def add(now: Context) -> None:
    """Offer to add a further log to the dataset."""
    with st.expander(say("page_channels.add"), icon=":material/add_link:", key="data_append", on_change="rerun") as opened:
        if not opened.open:
            return
        st.caption(errors.plain(say("page_channels.add.about", name=now.dataset.name)))
        number = st.session_state.get(data_draft.UPLOADER, 0)
        files = st.file_uploader(
            say("page_channels.add.drop"),
            key=f"data_append_{now.dataset.id}_{number}",
            accept_multiple_files=True,
            max_upload_size=settings().max_upload_mb,
        )
        if files:
            draft_set.begin([(file.name, file) for file in files], now.dataset.id)
            st.rerun()


def _overlap(one: Overlap) -> str:
    return errors.plain(say("page_channels.told.overlap", n=integer(one.events), source=one.source, first=one.first))


def before(told: Channels) -> None:
    """Say what each channel would give and what they have in common, before anything is stored."""
    meeting = told.meeting
    values = {"users": count(meeting.users, "user"), "items": count(meeting.items, "item")}
    st.markdown(f"**{say('page_channels.told', **values) if meeting.users else say('page_channels.told.none')}**")
    lines = [_overlap(one) for one in meeting.overlap]
    if not meeting.users:
        lines += [
            errors.plain(say("page_channels.told.alone", source=source, users=", ".join(users)))
            for source, users in meeting.examples.items()
        ]
    st.markdown("\n".join(f"- {line}" for line in lines) if lines else say("page_channels.told.no_overlap"))
    st.dataframe(
        data_calls.channel_table(told),
        key="data_channels_before",
        hide_index=True,
        column_config={name: say(f"page_channels.column.{name}") for name in data_calls.CHANNEL_COLUMNS},
        alt=say("page_channels.told.how"),
    )
