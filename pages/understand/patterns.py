"""Patterns: which sequences repeat, and which precede success?"""

import streamlit as st

from seqrec_core.text import say
from seqrec_core.ui import context, errors, frame
from seqrec_core.ui.patterns import room as patterns_room
from seqrec_core.ui.patterns import view as patterns_view

now = context.current()
frame.need_people(now)
with errors.shown(), st.spinner(say("page_patterns.searching")):
    room = patterns_room.open_room(now)
patterns_view.draw(room)
