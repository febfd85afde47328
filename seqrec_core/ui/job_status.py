"""The status of a job, read once a second from the job table until it is done."""

from collections.abc import Callable

import streamlit as st

from seqrec_core.jobs.job import Job
from seqrec_core.jobs.table import JobTable
from seqrec_core.jobs.worker_state import worker_state
from seqrec_core.settings import settings
from seqrec_core.store.datasets import DatasetInfo
from seqrec_core.text import duration, say
from seqrec_core.ui import errors, loaders

ENDED = ("finished", "failed", "cancelled", "lost")


def table() -> JobTable:
    """Return the job table of this home."""
    return JobTable(loaders.home().jobs_db)


def status(
    job_id: str,
    draw: Callable[[Job], None] | None = None,
    where: Callable[[Job], str] | None = None,
    worded: Callable[[str], str] = str,
) -> Job | None:
    """Show a job: live while it runs, once when it has ended; return it as it is now.

    Args:
        job_id: the job.
        draw: draws what is special to its kind (loss lines), inside the live part.
        where: says where a running job is, in place of its steps.
        worded: puts names that people know into the sentences of an error.
    """
    job = table().find(job_id)
    if job is None:
        st.info(say("ui.job.gone"))
        return None
    if job.status in ENDED:
        _show(job, draw, where, worded)
    else:
        st.fragment(_live, run_every="1s")(job_id, job.status, draw, where, worded)
    return job


def _live(
    job_id: str,
    drawn: str,
    draw: Callable[[Job], None] | None,
    where: Callable[[Job], str] | None,
    worded: Callable[[str], str],
) -> None:
    job = table().find(job_id)
    if job is None or job.status != drawn:  # title, form and list tell of the status too
        st.rerun()
    else:
        _show(job, draw, where, worded)


def _show(job: Job, draw: Callable[[Job], None] | None, where: Callable[[Job], str] | None, worded: Callable[[str], str]) -> None:
    share = min(1.0, job.step / job.total) if job.total else 0.0
    if job.status in ("queued", "running"):
        st.progress(share, text=progress_text(job, where))
        if job.status == "queued" and not worker_state(loaders.home()).alive:
            no_worker()
    elif job.status == "failed":
        errors.show_dict(job.error or {}, worded)
    elif job.status == "lost":
        st.error(f"{say('ui.job.lost')}. {say('ui.job.lost.hint', attempts=job.attempt)}")
    elif job.status == "cancelled":
        st.info(say("ui.job.cancelled"), icon=":material/cancel:")
    if draw is not None:
        draw(job)
    if job.status in ("queued", "running"):
        stopping = job.cancel_requested
        label = say("ui.job.cancelling") if stopping else say("ui.job.cancel")
        st.button(
            label,
            key=f"cancel_{job.id}",
            on_click=_cancel,
            args=(job.id,),
            disabled=stopping,
            icon=":material/stop_circle:",
        )


def _cancel(job_id: str) -> None:
    table().cancel(job_id)


def progress_text(job: Job, where: Callable[[Job], str] | None = None) -> str:
    """Say in one line where a job is."""
    parts = [say(f"ui.job.{job.status}")]
    if job.status == "queued":
        ahead = table().ahead_of(job)
        if job.waits_for is not None:
            parts = [say("ui.job.queued.waits", job=job.waits_for)]
        elif ahead:
            parts = [say("ui.job.queued.behind", n=ahead)]
    if job.status == "running" and job.device:
        parts.append(say("ui.job.on", device=job.device))
    if job.status == "running" and where is not None:
        parts.append(where(job))
    elif job.status == "running" and job.total:
        parts.append(say("ui.job.step", step=f"{job.step:,}", total=f"{job.total:,}"))
    eta = (job.values or {}).get("eta_seconds")
    if eta:
        parts.append(say("ui.job.eta", eta=duration(max(1.0, eta))))
    return " · ".join(parts)


def no_worker() -> None:
    """Say that nothing computes, and how to start a worker."""
    st.warning(say("ui.no_worker"), icon=":material/power_off:")
    st.code("make worker", language="bash")


def welcome(dataset: DatasetInfo) -> None:
    """Show the run that is trained on the sample at the first start: before it is queued, under way, or gone wrong."""
    if dataset.sample is None or not settings().welcome:
        return
    newest = next(iter(table().list(kind="welcome")), None)
    if loaders.runs().list(dataset.id):
        st.rerun()  # it came into being while this page was drawn
    if newest is not None and newest.status != "finished":
        status(newest.id)
    elif not worker_state(loaders.home()).alive:
        no_worker()
    elif newest is None:
        st.fragment(_until_queued, run_every="1s")()


def _until_queued() -> None:
    """The worker queues the first run a moment after it has started."""
    if table().list(kind="welcome"):
        st.rerun()
    st.caption(say("ui.first_run_soon"))
