"""Journeys: where do people go, and where do we lose them?"""

import streamlit as st

from seqrec_core.text import say
from seqrec_core.ui import context, errors, frame
from seqrec_core.ui.journeys import view as journeys_view

now = context.current()
frame.need_people(now)
with errors.shown():
    with st.spinner(say("page_journeys.loading")):
        room = journeys_view.room(now)
    journeys_view.draw(room)
