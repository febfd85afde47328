"""Can a model learn these journeys, and is it running now?"""

import streamlit as st

from seqrec_core.ui import context, errors
from seqrec_core.ui.train import form as train_form
from seqrec_core.ui.train import job as train_job
from seqrec_core.ui.train import machine as train_machine
from seqrec_core.ui.train import view as train_view

now = context.current()
with errors.shown():
    about = train_view.shown_of(now)
train_view.heading(now, about)
left, right = st.columns([1, 1.75], gap="large")
with left:
    request = train_form.form(now)
if request is not None:
    train_job.start(request)
with right:
    train_view.panel(now, about)
train_view.listing(now, about)
train_machine.machine()
