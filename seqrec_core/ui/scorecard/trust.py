"""How far the explanations of a run can be trusted, and accuracy against it; checked by a job where it is not yet."""

import polars as pl
import streamlit as st

from seqrec_core.explain.curves import FIGURES
from seqrec_core.explain.trust import FaithfulnessReport
from seqrec_core.figures import alt
from seqrec_core.figures import explain as figures
from seqrec_core.jobs.requests import FaithfulnessRequest
from seqrec_core.jobs.submit import submit
from seqrec_core.models.registry import model_spec
from seqrec_core.report.entries import ACCURACY
from seqrec_core.text import count, decimal, percent, say
from seqrec_core.ui import chart, errors, job_status, loaders, run_calls
from seqrec_core.ui.errors import plain
from seqrec_core.ui.scorecard.view import Field

KIND = "faithfulness"


def section(found: Field) -> None:
    """Draw what was measured of the run's own model, or offer to measure it."""
    st.subheader(say("page_scorecard.trust"), anchor=False)
    told = next((one for one in loaders.runs().faithfulness(found.card.id) if one.model == found.card.model), None)
    if told is None:
        _offer(found)
        return
    left, right = st.columns([1.2, 1], gap="large")
    with left:
        _methods(told)
    with right:
        for line in _lines(told):
            st.markdown(plain(line))
        _trade(found)


def _offer(found: Field) -> None:
    job = next((job for job in job_status.table().list(kind=KIND) if job.request.get("run") == found.card.id), None)
    if job is not None and job.status != "finished":
        job_status.status(job.id)
        if job.status not in job_status.ENDED:
            return
    st.caption(plain(say("page_scorecard.trust.none")))
    title = say(model_spec(found.card.model).title)
    st.button(
        say("page_scorecard.trust.start", model=title),
        key="scorecard_trust",
        icon=":material/fact_check:",
        on_click=_start,
        args=(found.card.id,),
    )


def _start(run: str) -> None:
    with errors.shown():
        submit(loaders.home(), KIND, FaithfulnessRequest(run=run))


def _methods(told: FaithfulnessReport) -> None:
    shares = {name: rows["comprehensiveness"] for name, rows in told.methods.items()}
    labels = [say(f"page_scorecard.trust.method.{name}") for name in shares]
    means = [share["mean"] or 0.0 for share in shares.values()]
    ends = [(share["low"], share["high"]) for share in shares.values()]
    chart.finding(told.sentence, say("page_scorecard.trust.unit", users=count(told.checked, "user")))
    if not labels:
        return
    chart.chart(
        figures.faithfulness(labels, means, ends, dark=chart.is_dark()),
        key="scorecard_trust_chart",
        alt=alt.looking(labels, means),
        table=_table(told, labels),
        how=say("page_scorecard.trust.how"),
    )


def _table(told: FaithfulnessReport, labels: list[str]) -> pl.DataFrame:
    rows = told.methods.values()
    return pl.DataFrame(
        {
            say("page_scorecard.trust.column.method"): labels,
            **{say(f"page_scorecard.trust.column.{name}"): [row[name]["mean"] for row in rows] for name in FIGURES},
        }
    )


def _lines(told: FaithfulnessReport) -> list[str]:
    lines = []
    edits = told.counterfactual
    if edits["validity"] is not None and edits["size_paired"] is not None:
        shown = {name: decimal(edits[name] or 0.0, 1) for name in ("greedy", "random")}
        size = decimal(edits["size_paired"], 1)
        lines.append(
            say("page_scorecard.trust.counterfactual", validity=percent(edits["validity"]), k=told.k, size=size, **shown)
        )
    if told.agreement.get("attention") is not None:
        value = decimal(told.agreement["attention"] or 0.0, 2).replace("-", "−")
        lines.append(say("page_scorecard.trust.agreement", value=value))
    return lines


def _trade(found: Field) -> None:
    """List accuracy and faithfulness of every run under this protocol that was checked."""
    rows = []
    for card in (found.card, *run_calls.comparable(found.card)[0]):
        told = next((one for one in loaders.runs().faithfulness(card.id) if one.model == card.model and one.checked), None)
        if told is not None:
            accuracy = card.metrics.get(ACCURACY, {}).get("mean")
            rows.append((card.name, accuracy, told.methods["shapley"]["comprehensiveness"]["mean"], told.verdict))
    st.markdown(f"**{plain(say('page_scorecard.trust.trade'))}**")
    table = {
        say("page_scorecard.trust.column.model"): [row[0] for row in rows],
        ACCURACY.upper(): [row[1] for row in rows],
        say("page_scorecard.trust.column.comprehensiveness"): [row[2] for row in rows],
        say("page_scorecard.trust.column.verdict"): [say(f"page_scorecard.trust.verdict.{row[3]}") for row in rows],
    }
    config = {
        ACCURACY.upper(): st.column_config.NumberColumn(format="%.4f"),
        say("page_scorecard.trust.column.comprehensiveness"): st.column_config.NumberColumn(format="percent"),
    }
    st.dataframe(pl.DataFrame(table), hide_index=True, key="scorecard_trust_runs", column_config=config)
