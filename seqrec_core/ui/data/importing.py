"""Import a draft: through the worker where one is alive, else in this process; then open what came of it."""

import streamlit as st

from seqrec_core.data.mapping import ImportRequest
from seqrec_core.errors import NeedsDecision, SeqrecError
from seqrec_core.jobs.run_here import run_here
from seqrec_core.jobs.submit import submit
from seqrec_core.jobs.table import Job
from seqrec_core.jobs.worker_state import worker_state
from seqrec_core.text import say
from seqrec_core.ui import context, errors, job_status, loaders
from seqrec_core.ui.data import draft as data_draft
from seqrec_core.ui.data.draft import Draft

DONE = "data_done"


def start(request: ImportRequest) -> None:
    """Import, and open the dataset; an error is shown beside the draft, which stays."""
    home = loaders.home()
    try:
        if worker_state(home).alive:
            data_draft.change(job=submit(home, "import", request).id)
        else:
            with st.spinner(say("page_data.importing", name=request.path.name), show_time=True):
                _settle(run_here(home, "import", request))
    except SeqrecError as error:
        errors.show(error)
    except NeedsDecision as error:
        for question in error.questions:
            st.warning(errors.plain(question.message), icon=":material/help:")
    else:
        st.rerun()


def follow(draft: Draft) -> None:
    """Show an import that the worker does."""
    st.header(errors.plain(say("page_data.importing", name=draft.file.name)), anchor=False)
    job = job_status.status(draft.job)
    if job is None or job.status in ("failed", "cancelled", "lost"):
        st.button(say("page_data.back"), on_click=data_draft.change, kwargs={"job": ""}, type="primary", key="data_back")
    elif job.status == "finished":
        _settle(job)
        st.rerun()


def _settle(job: Job) -> None:
    """Open what an import made; the uploaded file has done its work."""
    if job.status != "finished" or job.result is None:
        data_draft.change(job=job.id)
        return
    data_draft.discard()
    existing = bool(job.result.get("existing"))
    st.session_state[DONE] = (job.result["dataset"], existing)
    context.put(ds=job.result["dataset"])


def done(dataset: str, name: str, seconds: float) -> None:
    """Say once that this dataset has just come in."""
    ref, existing = st.session_state.get(DONE, ("", False))
    if ref != dataset:
        return
    if existing:
        st.info(errors.plain(say("page_data.existing", name=name)), icon=":material/content_copy:")
    else:
        st.success(errors.plain(say("page_data.imported", name=name, seconds=seconds)), icon=":material/check_circle:")
