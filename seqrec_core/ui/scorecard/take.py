"""What can be taken away from a run: recommendations for everyone, its card, tables and a report; and its end."""

from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from seqrec_core.jobs.job import Job
from seqrec_core.jobs.keys import resolved
from seqrec_core.jobs.requests import RecommendRequest
from seqrec_core.jobs.submit import submit
from seqrec_core.report.card import rows_of_card
from seqrec_core.report.entries import metrics_table, model_title
from seqrec_core.report.latex import latex
from seqrec_core.report.markdown import markdown
from seqrec_core.report.scorecard import scorecard_page
from seqrec_core.store.runs import RunCard
from seqrec_core.text import count, duration, say
from seqrec_core.ui import chart, context, job_status, loaders, run_calls
from seqrec_core.ui.errors import plain, shown
from seqrec_core.ui.scorecard.view import Field

MOST_K = 100


def section(found: Field) -> None:
    """Draw the last row of the page."""
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader(say("page_scorecard.everyone"), anchor=False)
        _recommendations(found.card)
    with right:
        st.subheader(say("page_scorecard.card"), anchor=False)
        with st.expander(say("page_scorecard.card.open", name=plain(found.card.name)), icon=":material/badge:"):
            _show_card(found.card)
        _exports(found)


def _recommendations(card: RunCard) -> None:
    st.caption(say("page_scorecard.everyone.about", model=model_title(card.model)))
    k = int(st.number_input(say("page_scorecard.k"), 1, MOST_K, 10, key="scorecard_k"))
    request = RecommendRequest(run=card.id, k=k)
    with shown():
        job = job_status.table().newest_with(resolved(loaders.home(), request)[1])
    if job is not None and job.status == "finished" and _file(job) is not None:
        _download(job, _file(job))
        return
    if job is not None and job.status != "finished":
        job_status.status(job.id)
    if job is None or job.ended:
        label = say("page_scorecard.everyone.make", k=k)
        if st.button(label, icon=":material/play_arrow:", key="scorecard_recommend"):
            with shown():
                submit(loaders.home(), "recommend", request)
            st.rerun()


def _file(job: Job) -> Path | None:
    """The file that a job wrote, while it is there."""
    path = Path(str((job.result or {}).get("out", "")))
    return path if path.is_file() else None


def _download(job: Job, path: Path | None) -> None:
    result: dict[str, Any] = job.result or {}
    if path is None:
        return
    rows, users = count(int(result.get("rows", 0)), "row"), count(int(result.get("users", 0)), "user")
    st.caption(say("page_scorecard.everyone.done", rows=rows, users=users, seconds=duration(result.get("seconds"))))
    st.download_button(
        say("page_scorecard.everyone.download"),
        data=path.read_bytes,
        file_name=path.name,
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key="scorecard_recommend_csv",
    )


def _show_card(card: RunCard) -> None:
    names = (say("report.run.what"), say("report.run.value"))
    st.table(pl.DataFrame([(plain(what), plain(value)) for what, value in rows_of_card(card)], schema=names, orient="row"))


def _exports(found: Field) -> None:
    with st.container(horizontal=True):
        name = f"scorecard-{found.card.id}"
        label = say("page_scorecard.csv")
        chart.download(metrics_table(found.entries), key="scorecard_csv", file_name=f"{name}.csv", label=label)
        st.download_button(
            say("page_scorecard.markdown"),
            data=lambda: markdown(found.card, found.verdict, found.entries).encode(),
            file_name=f"{name}.md",
            mime="text/markdown",
            icon=":material/download:",
            on_click="ignore",
            key="scorecard_markdown",
        )
        if found.card.metrics:
            _documents(found, name)
        with st.popover(say("page_scorecard.delete"), icon=":material/delete:"):
            st.markdown(plain(say("page_scorecard.delete.sure", name=found.card.name)))
            if st.button(say("page_scorecard.delete.yes"), key="scorecard_delete", type="primary"):
                with shown():
                    loaders.runs().delete(found.card.id)
                context.put(run=None, job=None, cmp=None, cmp2=None)
                st.rerun()


def _documents(found: Field, name: str) -> None:
    """Offer what only a measured run has: a LaTeX table and the page that needs no network."""
    st.download_button(
        say("page_scorecard.latex"),
        data=lambda: latex(found.card, found.own).encode(),
        file_name=f"{name}.tex",
        mime="application/x-tex",
        icon=":material/download:",
        on_click="ignore",
        key="scorecard_latex",
    )
    st.download_button(
        say("page_scorecard.html"),
        data=lambda: scorecard_page(found.card, run_calls.report, run_calls.compare).encode(),
        file_name=f"{name}.html",
        mime="text/html",
        icon=":material/download:",
        on_click="ignore",
        key="scorecard_html",
    )
