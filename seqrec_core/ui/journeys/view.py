"""The Journeys page put together: what is looked at, and the view that is chosen."""

import numpy as np
import streamlit as st

from seqrec_core.figures import hues
from seqrec_core.text import integer, percent, say
from seqrec_core.ui import chart, context, errors, loaders
from seqrec_core.ui.context import Context
from seqrec_core.ui.journeys import bar as journeys_bar
from seqrec_core.ui.journeys import calls as journeys_calls
from seqrec_core.ui.journeys import changes as journeys_changes
from seqrec_core.ui.journeys import flow as journeys_flow
from seqrec_core.ui.journeys import more as journeys_more
from seqrec_core.ui.journeys import when as journeys_when
from seqrec_core.ui.journeys.panel import Room
from seqrec_core.ui.journeys.shape import shape_of
from seqrec_core.ui.journeys.state import chosen_of, setting

MOST_NAMES = 1000
MOST_LONE = 0.5
VIEWS = {
    "flow": journeys_flow.flow,
    "funnel": journeys_more.funnel,
    "matrix": journeys_more.matrix,
    "around": journeys_more.around,
    "paths": journeys_more.paths,
    "time": journeys_when.time_between,
    "cohorts": journeys_when.cohorts,
    "changes": journeys_changes.changes,
}


def room(now: Context) -> Room:
    """Gather what the page shows: the sequences of the group, and how the address sets the page."""
    of = chosen_of(loaders.arrays(now.dataset).arrays)
    raw = journeys_calls.sequences(now, of)
    shape = shape_of(raw.labels, (context.get("start"), context.get("end")))
    everyone = journeys_calls.sequences(now, of, None, shape)
    ranked = journeys_calls.by_frequency(journeys_calls.key_of(now, of, None, shape), everyone)
    dark = chart.is_dark()
    # Hues by all events of the log, so that leaving one out does not give the others new ones.
    hued = (*journeys_calls.by_frequency(journeys_calls.key_of(now, of, None), raw), *(name for name, _ in shape.groups))
    return Room(
        now=now,
        chosen=setting(of, everyone, shape),
        shape=shape,
        key=journeys_calls.key_of(now, of, now.segment, shape),
        sequences=journeys_calls.sequences(now, of, now.segment, shape),
        ranked=ranked,
        colors=hues(dict.fromkeys(hued), dark),
        dark=dark,
    )


def draw(room: Room) -> None:
    """Draw the chosen view; say what of the address could not be used."""
    if room.chosen.unknown:
        names = ", ".join(f"“{name}”" for name in room.chosen.unknown)
        st.warning(errors.plain(say("page_journeys.unknown", names=names)), icon=":material/help:")
    chart.drawn(anew=True)
    if len(room.sequences.values):
        VIEWS[room.chosen.view](room)
    else:
        chart.finding(say("page_journeys.empty", units=room.units), room.who(), page=True)
        journeys_bar.views(room)
        journeys_bar.nothing(room)
    if len(room.ranked) > MOST_NAMES:
        st.caption(say("page_journeys.too_many", n=integer(len(room.ranked))))
    _lone(room)


def _lone(room: Room) -> None:
    """Offer users where most sessions are one event: in them nothing follows anything."""
    share = float((np.diff(room.sequences.offsets) == 1).mean()) if len(room.sequences) else 0.0
    arrays = loaders.arrays(room.now.dataset).arrays
    if room.unit != "session" or share <= MOST_LONE or arrays.n_events < 2 * arrays.n_users:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(say("page_journeys.lone", share=percent(share)), width="content")
        st.button(
            say("page_journeys.lone.users"), key="journeys_users", on_click=context.put, kwargs={"unit": "user", "sel": None}
        )
