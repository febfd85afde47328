"""What can be taken away from a run: recommendations for everyone, its card, tables and a report; and its end."""

from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from seqrec_core.evaluation.names import metric_title
from seqrec_core.evaluation.protocol import protocol_line
from seqrec_core.jobs.keys import resolved
from seqrec_core.jobs.requests import RecommendRequest
from seqrec_core.jobs.submit import submit
from seqrec_core.jobs.table import Job
from seqrec_core.store.runs import RunCard
from seqrec_core.text import count, duration, has_sentence, integer, say
from seqrec_core.ui import chart, context, job_status, loaders
from seqrec_core.ui.errors import plain, shown
from seqrec_core.ui.run_calls import Entry, model_title
from seqrec_core.ui.scorecard.view import Field
from seqrec_core.ui.train.view import verdict_subtitle, verdict_title

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


def rows_of_card(card: RunCard) -> list[tuple[str, str]]:
    """Return the run card as (what, value), both for people."""
    settings = {**{name: value for name, value in card.config.items() if name != "name"}, **card.options}
    rows = {
        "name": card.name,
        "id": card.id,
        "model": model_title(card.model),
        "preset": say(f"training.preset.{card.preset}"),
        "dataset": card.dataset_name,
        "fingerprint": card.fingerprint,
        "split": say(f"evaluation.split.{card.split}"),
        "seen": card.seen_reason or "–",
        "seed": str(card.seed),
        "created": card.created,
        "device": card.device or "–",
        "seconds": duration(card.seconds),
        "parameters": integer(card.parameters),
        "settings": ", ".join(f"{name} = {value}" for name, value in settings.items()),
        "versions": ", ".join(f"{name} {value}" for name, value in card.versions.items()),
        "notes": " ".join(card.notes) or "–",
    }
    return [(say(f"page_scorecard.run.{name}"), value) for name, value in rows.items()]


def _show_card(card: RunCard) -> None:
    names = (say("page_scorecard.run.what"), say("page_scorecard.run.value"))
    st.table(pl.DataFrame([(plain(what), plain(value)) for what, value in rows_of_card(card)], schema=names, orient="row"))


def metrics_table(entries: list[Entry]) -> pl.DataFrame:
    """Return every metric of every model with its interval, one row a model and metric."""
    rows = [
        (entry.title, entry.run, metric, values.get("mean"), values.get("low"), values.get("high"))
        for entry in entries
        for metric, values in entry.metrics.items()
    ]
    schema = {
        "model": pl.String,
        "run": pl.String,
        "metric": pl.String,
        "mean": pl.Float64,
        "low": pl.Float64,
        "high": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def markdown(found: Field) -> str:
    """Write the scorecard as a Markdown document."""
    card, metrics = found.card, list(found.card.metrics)
    lines = [f"# {plain(verdict_title(found.verdict))}", "", plain(verdict_subtitle(card, found.verdict)), ""]
    if card.protocol is not None:
        lines += [plain(protocol_line(card.protocol)), ""]
        if has_sentence(card.protocol.leak):
            lines += [plain(say(card.protocol.leak)), ""]
    lines += [_row([say("page_scorecard.run.model"), *(metric_title(metric) for metric in metrics)])]
    lines += [_row(["---"] * (len(metrics) + 1))]
    lines += [_row([plain(entry.title), *(_cell(entry, metric) for metric in metrics)]) for entry in found.entries]
    lines += ["", *(f"- {what}: {plain(value)}" for what, value in rows_of_card(card)), ""]
    return "\n".join(lines)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(entry: Entry, metric: str) -> str:
    values = entry.metrics.get(metric, {})
    mean, low, high = (values.get(end) for end in ("mean", "low", "high"))
    if mean is None:
        return "–"
    return f"{mean:.4f}" if low is None or high is None else f"{mean:.4f} ({low:.4f}–{high:.4f})"


def _exports(found: Field) -> None:
    with st.container(horizontal=True):
        name = f"scorecard-{found.card.id}"
        label = say("page_scorecard.csv")
        chart.download(metrics_table(found.entries), key="scorecard_csv", file_name=f"{name}.csv", label=label)
        st.download_button(
            say("page_scorecard.markdown"),
            data=lambda: markdown(found).encode(),
            file_name=f"{name}.md",
            mime="text/markdown",
            icon=":material/download:",
            on_click="ignore",
            key="scorecard_markdown",
        )
        with st.popover(say("page_scorecard.delete"), icon=":material/delete:"):
            st.markdown(plain(say("page_scorecard.delete.sure", name=found.card.name)))
            if st.button(say("page_scorecard.delete.yes"), key="scorecard_delete", type="primary"):
                with shown():
                    loaders.runs().delete(found.card.id)
                context.put(run=None, job=None, cmp=None, cmp2=None)
                st.rerun()
