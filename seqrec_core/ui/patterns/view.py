"""The Patterns page: one of its questions, with what is common to all of them."""

import streamlit as st

from seqrec_core.text import count, say
from seqrec_core.ui import chart
from seqrec_core.ui.patterns import before as patterns_before
from seqrec_core.ui.patterns import compare as patterns_compare
from seqrec_core.ui.patterns import controls as patterns_controls
from seqrec_core.ui.patterns import listing as patterns_listing
from seqrec_core.ui.patterns import unusual as patterns_unusual
from seqrec_core.ui.patterns.room import Room, users_where_sessions_have_no_order
from seqrec_core.ui.patterns.state import FLOOR

DRAWN = {
    "patterns": patterns_listing.draw,
    "before": patterns_before.draw,
    "compare": patterns_compare.draw,
    "unusual": patterns_unusual.draw,
}


def draw(room: Room) -> None:
    """Draw the page: the finding stands above the choice of the question, and is known last."""
    users_where_sessions_have_no_order(room)
    head = st.container()
    patterns_controls.tabs(room)
    if room.n < FLOOR:
        with head:
            chart.finding(say("page_patterns.title.none"), room.who(), page=True)
        st.info(say("page_patterns.empty.few", n=count(room.n, room.unit), floor=FLOOR), icon=":material/group_off:")
        return
    DRAWN[room.chosen.tab](room, head)
