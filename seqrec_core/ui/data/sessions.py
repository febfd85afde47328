"""How the log falls into sessions, and how it would with another gap."""

import streamlit as st

from seqrec_core.errors import SeqrecError
from seqrec_core.settings import settings
from seqrec_core.store.datasets import DatasetInfo
from seqrec_core.text import count, decimal, duration, say
from seqrec_core.ui import context, errors, loaders
from seqrec_core.ui.data import calls as data_calls

GAPS = (1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1440, 2880, 10080)


def show(dataset: DatasetInfo) -> None:
    """Draw the gap slider with its live count, and cut the sessions anew on request."""
    st.subheader(errors.plain(_finding(dataset)), anchor=False)
    if not dataset.has_times:
        st.caption(say("page_data.sessions.no_times"))
        return
    resolution = loaders.arrays(dataset).log.resolution
    if resolution is not None and resolution >= 86_400:
        st.caption(say("page_data.sessions.days"))
    else:
        st.caption(say("page_data.sessions.subtitle"))
    st.fragment(_slider)(dataset)


def _finding(dataset: DatasetInfo) -> str:
    mean = decimal(dataset.n_events / max(1, dataset.n_sessions), 1)
    values = {"n": count(dataset.n_sessions, "session"), "mean": mean}
    if dataset.session_gap is None:
        return say("page_data.sessions.from_log", **values)
    return say("page_data.sessions.from_gap", gap=duration(dataset.session_gap), **values)


def _slider(dataset: DatasetInfo) -> None:
    least = (loaders.arrays(dataset).log.resolution or 0.0) / 60
    used = max(least, settings().session_gap_minutes) if dataset.session_gap is None else dataset.session_gap / 60
    gaps = sorted({*(float(gap) for gap in GAPS if gap >= least), used})
    left, middle, right = st.columns([2.2, 0.9, 1], vertical_alignment="bottom", gap="medium")
    with left:
        gap = st.select_slider(
            say("page_data.recut.gap"),
            gaps,
            value=used,
            format_func=lambda minutes: duration(60 * minutes),
            key=f"data_gap_slider_{dataset.id}",
        )
    with errors.shown():
        n = data_calls.sessions_at(dataset, gap)
    with middle:
        difference = n - dataset.n_sessions
        st.metric(
            say("page_data.recut.sessions"),
            f"{n:,}",
            say("page_data.recut.change", change=f"{difference:+,}".replace("-", "−")) if difference else None,
            delta_color="off",
            delta_arrow="off",
        )
    same = dataset.session_gap is not None and gap * 60 == dataset.session_gap
    with right:
        if st.button(say("page_data.recut"), disabled=same, key="data_recut", help=say("page_data.recut.help"), wrap=True):
            _recut(dataset, gap)


def _recut(dataset: DatasetInfo, gap: float) -> None:
    try:
        with st.spinner(say("page_data.recut.working")):
            made = data_calls.save_recut(dataset, gap)
    except SeqrecError as error:
        errors.show(error)
        return
    context.put(ds=made.id)
    st.rerun(scope="app")
