"""Which model do we ship, and what do we trade?"""

import streamlit as st

from seqrec_core.ui import context, errors, frame
from seqrec_core.ui.scorecard import behaviour as scorecard_behaviour
from seqrec_core.ui.scorecard import certainty as scorecard_certainty
from seqrec_core.ui.scorecard import compare as scorecard_compare
from seqrec_core.ui.scorecard import slices as scorecard_slices
from seqrec_core.ui.scorecard import take as scorecard_take
from seqrec_core.ui.scorecard import trust as scorecard_trust
from seqrec_core.ui.scorecard import view as scorecard_view

now = context.current()
card = frame.need_run(now)
with errors.shown():
    found = scorecard_view.field(card)
scorecard_view.heading(found)
scorecard_view.protocol(found)
if found.entries:
    scorecard_view.scope(now)
    scorecard_view.cards(found)
    left, right = st.columns([1.1, 1], gap="medium")
    with left:
        scorecard_view.trade_off(found)
    with right:
        scorecard_view.metric_bars(found)
    with errors.shown():
        scorecard_behaviour.section(found)
        scorecard_slices.section(found)
        left, right = st.columns([1.35, 1], gap="large")
        with left:
            scorecard_view.by_length(found)
        with right:
            scorecard_view.lorenz(found)
        scorecard_certainty.section(found)
        scorecard_trust.section(found)
        scorecard_compare.section(found)
scorecard_take.section(found)
