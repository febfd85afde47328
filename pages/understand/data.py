"""Is my log usable, and what is in it?"""

import streamlit as st

from seqrec_core.ui import context, errors
from seqrec_core.ui.data import bring as data_bring
from seqrec_core.ui.data import channels as data_channels
from seqrec_core.ui.data import charts as data_charts
from seqrec_core.ui.data import cleaning_jobs, draft_set
from seqrec_core.ui.data import draft as data_draft
from seqrec_core.ui.data import features as data_features
from seqrec_core.ui.data import importing as data_import
from seqrec_core.ui.data import many as data_many
from seqrec_core.ui.data import parts as data_parts
from seqrec_core.ui.data import proposal as data_proposal
from seqrec_core.ui.data import quality as data_quality
from seqrec_core.ui.data import recipe as data_recipe
from seqrec_core.ui.data import segments as data_segments
from seqrec_core.ui.data import sessions as data_sessions
from seqrec_core.ui.data import sets as data_sets
from seqrec_core.ui.data import view as data_view

now = context.current()
with errors.shown():
    data_import.strip()
    cleaning_jobs.strip()
draft = data_draft.current()
several = draft_set.current()
if draft is not None and several is not None:
    data_many.show(several, draft.id)
    st.stop()
if draft is not None:
    data_proposal.show(draft)
    st.stop()


def cleaning() -> None:
    """What was done step by step, what else could be, and how the log falls into sessions."""
    data_recipe.show(now)
    data_sessions.show(now)


def log() -> None:
    """What came in, what to mind, and what is in it."""
    left, right = st.columns(2, gap="large")
    with left:
        data_view.done(now)
    with right:
        data_quality.show(now)
    data_view.exports(now)
    data_channels.add(now)
    data_channels.show(now)
    data_charts.show(now)


with errors.shown():
    data_bring.strip()
    cleaning_jobs.said()
    data_view.headline(now)
    data_parts.tabs(
        {
            "log": log,
            "cleaning": cleaning,
            "features": lambda: data_features.show(now),
            "segments": lambda: data_segments.show(now),
            "sets": lambda: data_sets.show(now),
        }
    )
