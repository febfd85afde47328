"""Is my log usable, and what is in it?"""

import streamlit as st

from seqrec_core.ui import (
    context,
    data_bring,
    data_charts,
    data_draft,
    data_import,
    data_proposal,
    data_sessions,
    data_sets,
    data_view,
    errors,
)

now = context.current()
draft = data_draft.current()
if draft is not None and draft.job:
    data_import.follow(draft)
    st.stop()
if draft is not None:
    data_proposal.show(draft)
    st.stop()

data_bring.strip()
with errors.shown():
    data_view.headline(now)
    left, right = st.columns(2, gap="large")
    with left:
        data_view.done(now)
    with right:
        data_view.quality(now)
    data_view.exports(now)
data_sessions.show(now.dataset)
data_charts.show(now)
data_sets.show(now)
