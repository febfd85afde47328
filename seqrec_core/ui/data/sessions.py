"""How the log falls into sessions, and how it would with another gap."""

import streamlit as st

from seqrec_core.data.again import Terms
from seqrec_core.settings import settings
from seqrec_core.store.datasets import DatasetInfo
from seqrec_core.text import count, decimal, duration, say
from seqrec_core.ui import errors, loaders
from seqrec_core.ui.context import Context
from seqrec_core.ui.data import calls as data_calls
from seqrec_core.ui.data import recipe

GAPS = (*range(5, 125, 5), 180, 240, 360, 480, 720, 1440, 2880, 10080)  # minutes; finely where visits usually end


def show(now: Context) -> None:
    """Draw the gap slider with its live count, and make the sessions anew on request: by a pause, or one a user."""
    dataset = now.dataset
    st.subheader(errors.plain(_finding(dataset)), anchor=False)
    if not dataset.has_times:
        st.caption(say("page_data.sessions.no_times"))
        return
    resolution = loaders.arrays(dataset).log.resolution
    if resolution is not None and resolution >= 86_400:
        st.caption(say("page_data.sessions.days"))
    else:
        st.caption(say("page_data.sessions.subtitle"))
    st.fragment(_slider)(now)


def _finding(dataset: DatasetInfo) -> str:
    mean = decimal(dataset.n_events / max(1, dataset.n_sessions), 1)
    values = {"n": count(dataset.n_sessions, "session"), "mean": mean}
    if is_whole(dataset):
        return say("page_data.sessions.whole", **values)
    if dataset.session_gap is None:
        return say("page_data.sessions.from_log", **values)
    return say("page_data.sessions.from_gap", gap=duration(dataset.session_gap), **values)


def is_whole(dataset: DatasetInfo) -> bool:
    """Whether each user's whole history is one session."""
    return bool(data_calls.report(dataset).recipe.get("whole_history"))


def _slider(now: Context) -> None:
    dataset = now.dataset
    least = (loaders.arrays(dataset).log.resolution or 0.0) / 60
    used = max(least, settings().session_gap_minutes) if dataset.session_gap is None else dataset.session_gap / 60
    gaps = sorted({*(float(gap) for gap in GAPS if gap >= least), used})
    left, middle, right = st.columns([2.2, 0.9, 1.1], vertical_alignment="bottom", gap="medium")
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
    steps = data_calls.report(dataset).steps
    same = dataset.session_gap is not None and gap * 60 == dataset.session_gap
    with right:
        if st.button(say("page_data.recut"), disabled=same, key="data_recut", help=say("page_data.recut.help"), wrap=True):
            recipe.apply(now, Terms(steps, gap), say("page_data.recut.name", name=dataset.name, minutes=gap))
        if is_whole(dataset):
            return
        whole = say("page_data.recut.whole", n=count(dataset.n_users, "session"))
        if st.button(whole, key="data_recut_whole", help=say("page_data.recut.whole.help"), wrap=True):
            recipe.apply(now, Terms(steps, None, whole=True), say("page_data.recut.whole.name", name=dataset.name))
