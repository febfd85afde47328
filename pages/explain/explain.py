"""Why did this person get this item, and what would change it?"""

import streamlit as st

from seqrec_core.ui import context, errors, frame
from seqrec_core.ui.explain import history as explain_history
from seqrec_core.ui.explain import state as explain_state
from seqrec_core.ui.explain import tabs as explain_tabs
from seqrec_core.ui.explain import view as explain_view

now = context.current()
card = frame.need_run(now)
if now.segment is not None:
    frame.need_people(now)
with errors.shown():
    ready = explain_state.ready_run(card.id)
    view = explain_state.resolve(ready, now)

above = st.container(gap="xsmall")
left, middle, right = st.columns([1.0, 1.25, 1.4], gap="medium")
with left:
    explain_history.finder(view, now)
    explain_history.chips(view)
with middle:
    explain_view.listing(view)
told = explain_state.explained(view)  # the list is there before the reasons are
with above:
    explain_view.headline(view, told)
with middle:
    explain_view.trust(told)
with right:
    explain_view.bars(view, told)
    explain_view.ranks(view, told)
    explain_tabs.tabs(view, told, now)
