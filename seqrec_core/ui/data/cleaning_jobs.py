"""Cleaning by the worker: under way while the page stays usable, cancelled, failed, or opened once it is done."""

import streamlit as st

from seqrec_core.data.again import Terms
from seqrec_core.errors import NotFound
from seqrec_core.jobs.requests import CleanRequest
from seqrec_core.jobs.submit import submit
from seqrec_core.jobs.table import Job
from seqrec_core.store.datasets import DatasetInfo
from seqrec_core.text import say
from seqrec_core.ui import context, errors, job_status, loaders
from seqrec_core.ui.data import recipe_calls as calls

MINE, SAID = "data_clean_jobs", "data_clean_said"


def begin(dataset: DatasetInfo, terms: Terms, name: str = "") -> None:
    """Ask the worker to make a dataset of this one with other steps or sessions.

    Raises:
        BadInput: the terms do not fit the log.
    """
    job = submit(loaders.home(), "clean", calls.request_of(dataset, terms, name)).id
    st.session_state[MINE] = [*(ref for ref in st.session_state.get(MINE, []) if ref != job), job]


def strip() -> None:
    """Draw what is cleaned for this session; open what came of it."""
    for ref in st.session_state.get(MINE, []):
        job = job_status.table().find(ref)
        if job is None:
            _forget(ref)
        elif job.status == "finished" and job.result is not None:
            _forget(ref)
            opened(str(job.request["dataset"]), str(job.result["dataset"]))
            st.rerun()
        else:
            with st.container(border=True):
                _card(job)


def opened(before: str, after: str) -> None:
    """Open a dataset that was made of another, with its segments, and say so at the next drawing."""
    store = loaders.datasets()
    try:
        old = store.find(before).name
        calls.take_along(before, after)
    except NotFound:  # deleted meanwhile
        old = ""
    part = context.get("part")
    context.put(ds=after)
    context.put(part=part)
    key = "page_cleaning.made" if old else "page_cleaning.made.alone"
    st.session_state[SAID] = say(key, name=store.find(after).name, before=old)


def said() -> None:
    """Say once what has just been made."""
    told = st.session_state.pop(SAID, "")
    if told:
        st.success(errors.plain(told), icon=":material/check_circle:")


def _card(job: Job) -> None:
    """Draw one that is under way, or that ended without a dataset."""
    request = CleanRequest.model_validate(job.request)
    st.markdown(errors.plain(say(f"page_cleaning.job.{job.status}", name=request.name or "")))
    job_status.status(job.id, where=_where)
    if job.ended:
        st.button(say("page_data.job.drop"), on_click=_forget, args=(job.id,), key=f"data_clean_drop_{job.id}")


def _where(job: Job) -> str:
    """Say how far it is."""
    rows = (job.values or {}).get("rows")
    return say("page_data.stage.rows", n=rows) if rows else ""


def _forget(ref: str) -> None:
    st.session_state[MINE] = [one for one in st.session_state.get(MINE, []) if one != ref]
