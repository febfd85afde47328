"""Import a draft: a short file at once, a longer one by the worker while the page stays usable; then open what came of it."""

from collections.abc import Callable
from functools import reduce

import streamlit as st

from seqrec_core.data.mapping import ImportRequest
from seqrec_core.errors import NeedsDecision, SeqrecError
from seqrec_core.jobs.job import Job
from seqrec_core.jobs.run_here import run_here
from seqrec_core.jobs.submit import submit
from seqrec_core.store.uploads import Uploads
from seqrec_core.text import has_sentence, say
from seqrec_core.ui import context, errors, job_status, loaders
from seqrec_core.ui.data import draft as data_draft
from seqrec_core.ui.data import draft_set
from seqrec_core.ui.data.draft import Draft

DONE, MINE = "data_done", "data_jobs"
MOST_NAME = 80  # characters of the names of several files
COUNTED = ("rows", "rejected", "users", "sessions")


def start(draft: Draft, request: ImportRequest, at_once: bool) -> None:
    """Import; an error is shown beside the draft, which stays.

    Args:
        draft: what is imported.
        request: how.
        at_once: whether the file is so short that nobody needs to wait for the worker.
    """
    home = loaders.home()
    try:
        if at_once:
            with st.spinner(errors.plain(say("page_data.importing", name=draft.shown)), show_time=True):
                _open(run_here(home, "import", request))
        else:
            mine = st.session_state.setdefault(MINE, [])
            mine.append(submit(home, "import", request).id)
        st.session_state.pop(data_draft.STATE, None)
    except SeqrecError as error:
        errors.show(error, draft.worded)
    except NeedsDecision as error:
        data_draft.change(asked=error.questions)
        st.rerun()
    else:
        st.rerun()


def start_several(request: ImportRequest, at_once: bool) -> None:
    """Import several files as one log; an error is shown and they stay, a question goes to the file that it is about.

    Args:
        request: how, with all its channels.
        at_once: whether the files are so short that nobody needs to wait for the worker.
    """
    home, worded = loaders.home(), _worded(request)
    try:
        if at_once:
            with st.spinner(say("page_data.importing", name=_name(request)), show_time=True):
                _open(run_here(home, "import", request))
        else:
            st.session_state.setdefault(MINE, []).append(submit(home, "import", request).id)
        draft_set.forget()
    except SeqrecError as error:
        errors.show(error, worded)
    except NeedsDecision as error:
        draft_set.ask(error.questions)
        st.rerun()
    else:
        st.rerun()


def strip() -> None:
    """Draw the imports under way, and those of this session that ended; open what came of one."""
    mine: list[str] = st.session_state.get(MINE, [])
    under_way = {job.id: job for job in data_draft.unfinished()}
    for ref in mine:
        job = job_status.table().find(ref)
        if job is not None:
            under_way[ref] = job
    for job in sorted(under_way.values(), key=lambda job: job.created):
        if job.status == "finished":
            forget(job)
            _open(job)
            st.rerun()
        with st.container(border=True):
            _card(job)


def _card(job: Job) -> None:
    """Draw one import: live while it runs, with the ways on once it has ended without a dataset."""
    shown = name_of(job)
    waits = bool((job.error or {}).get("questions"))
    title = "page_data.job.asks" if waits else f"page_data.job.{job.status}"
    st.markdown(errors.plain(say(title, name=shown)))
    if not waits:
        job_status.status(job.id, where=_where, worded=worded(job))
    if not job.ended:
        return
    with st.container(horizontal=True):
        label = say("page_data.job.answer") if waits else say("page_data.back")
        st.button(label, on_click=_again, args=(job,), type="primary", key=f"data_again_{job.id}")
        st.button(say("page_data.job.drop"), on_click=_drop, args=(job,), key=f"data_drop_{job.id}")


def name_of(job: Job) -> str:
    """Return what people call the files of an import."""
    return _name(ImportRequest.model_validate(job.request))


def _name(request: ImportRequest) -> str:
    return request.source or " + ".join(name for channel in request.each() for name in channel.names())[:MOST_NAME]


def worded(job: Job) -> Callable[[str], str]:
    """Return what puts the names that people gave their files in place of those on disk."""
    return _worded(ImportRequest.model_validate(job.request))


def _worded(request: ImportRequest) -> Callable[[str], str]:
    known = [(path.name, name) for one in request.each() for path, name in zip(one.paths, one.names(), strict=True)]
    return lambda text: reduce(lambda told, pair: told.replace(*pair), known, text)


def _where(job: Job) -> str:
    """Say which stage an import has reached, with its counts."""
    values = job.values or {}
    stage = f"page_data.stage_{values.get('stage', 0):.0f}"
    told = [say(stage)] if has_sentence(stage) else []
    told += [say(f"page_data.stage.{name}", n=values[name]) for name in COUNTED if values.get(name)]
    return " · ".join(told)


def _again(job: Job) -> None:
    forget(job)
    request = ImportRequest.model_validate(job.request)
    if not all(path.is_file() for channel in request.each() for path in channel.paths):
        return
    if request.channels:
        draft_set.take_up(request, data_draft.questions_of(job))
    else:
        data_draft.take_up(job)


def _drop(job: Job) -> None:
    forget(job)
    _delete_upload(job)


def forget(job: Job) -> None:
    """Speak no more of an import in this session."""
    st.session_state[MINE] = [ref for ref in st.session_state.get(MINE, []) if ref != job.id]


def _delete_upload(job: Job) -> None:
    uploads = Uploads(loaders.home())
    for path in data_draft.files_of(job):
        upload = uploads.of(path)
        if upload:
            uploads.discard(upload)


def _open(job: Job) -> None:
    """Open what an import made; the uploaded file has done its work."""
    if job.status != "finished" or job.result is None:
        st.session_state.setdefault(MINE, []).append(job.id)
        return
    _delete_upload(job)
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
