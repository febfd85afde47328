"""The Train page beside its form: the job or run that the address names, what it found, and all runs of this log."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
import streamlit as st

from seqrec_core.evaluation.names import unit
from seqrec_core.figures import alt, scorecard
from seqrec_core.jobs.job import Job
from seqrec_core.report.entries import ACCURACY, Entry, entries, interval, model_title, written
from seqrec_core.report.verdict import headline, numbers
from seqrec_core.store.runs import RunCard
from seqrec_core.text import count, decimal, duration, say
from seqrec_core.ui import chart, context, frame, job_status, loaders, run_calls
from seqrec_core.ui.context import Context
from seqrec_core.ui.errors import plain, shown
from seqrec_core.ui.train import job as train_job

FOLLOWED = "train_followed"
KINDS = ("train", "welcome")
MOST_ROWS = 100
BARS_PX = 250  # narrowest column that holds bars: a page of 1024 px


@dataclass(frozen=True)
class Shown:
    """What the page is about: a job that is no run (yet), or a run, or neither; `gone`: the address names no known job."""

    job: Job | None
    card: RunCard | None
    gone: bool = False


def shown_of(now: Context) -> Shown:
    """Resolve the address: a finished job is its run; without a job, one under way on this log; else the chosen run."""
    named = context.get("job")
    job = job_status.table().find(named) if named else _under_way(now)
    if job is None or job.kind not in KINDS:
        return Shown(None, now.run, gone=bool(named))
    _same_dataset(now, job)
    if job.status != "finished":
        return Shown(job, None)
    run = str((job.result or {}).get("run", ""))
    card = next((card for card in loaders.runs().list() if card.id == run), None)
    if card is None:
        return Shown(job, None)
    if st.session_state.get(FOLLOWED) != job.id:
        st.session_state[FOLLOWED] = job.id
        if context.get("run") != run:  # make the bar name the run that the job became
            context.put(run=run)
            st.rerun()
    elif now.run is not None and now.run.id != run:  # the reader chose another run in the bar since
        context.put(job=None)
        return Shown(None, now.run)
    return Shown(None, card)


def _under_way(now: Context) -> Job | None:
    """Return the job that trains on this log now, the one that runs before one that waits."""
    jobs = [job for status in ("running", "queued") for job in job_status.table().list(status=status)]
    if context.get("run"):
        return None
    return next((job for job in jobs if job.kind in KINDS and _is_of(job, now)), None)


def _is_of(job: Job, now: Context) -> bool:
    if job.kind == "welcome":
        return now.dataset.sample is not None and job.request.get("sample") == now.dataset.sample
    return job.request.get("dataset") == now.dataset.id


def _same_dataset(now: Context, job: Job) -> None:
    """A link that names only a job opens its dataset too."""
    dataset = job.request.get("dataset")
    if dataset and dataset != now.dataset.id and any(info.id == dataset for info in loaders.datasets().list()):
        context.put(ds=str(dataset), job=job.id)
        st.rerun()


def heading(now: Context, about: Shown) -> None:
    """State what is known: under way, what the run found, or that nothing has been trained."""
    n = say("page_train.log", events=count(now.dataset.n_events, "event"), users=count(now.dataset.n_users, "user"))
    if about.job is not None:
        asked = train_job.request_of(about.job)
        title = say(f"page_train.title.{about.job.status}", model=model_title(asked.model), dataset=now.dataset.name)
        chart.finding(title, n, page=True)
    elif about.card is not None:
        with shown():
            found = run_calls.verdict(about.card)
        chart.finding(headline(found), numbers(about.card, found), page=True)
    else:
        chart.finding(say("page_train.title.none", dataset=now.dataset.name), n, page=True)


def panel(now: Context, about: Shown) -> None:
    """Show the job or the run."""
    train_job.say_once()
    if about.gone:
        st.info(say("ui.job.gone"), icon=":material/search_off:")
    if about.job is not None and about.job.status == "finished":
        st.info(say("page_train.run_deleted"), icon=":material/delete:")
        train_job.again(about.job)
    elif about.job is not None:
        train_job.show_job(about.job.id)
    elif about.card is not None:
        finished(about.card)
    else:
        st.info(say("page_train.empty"), icon=":material/model_training:")


def finished(card: RunCard) -> None:
    """Show what a run found: its model beside its baselines, how it learnt, and where to go next."""
    measured = entries(card)
    if measured:
        for column, metric in zip(st.columns(2, gap="medium"), (ACCURACY, "hr@10"), strict=True):
            with column:
                bars(card, metric, measured, key=f"train_{metric.partition('@')[0]}_bars")
    else:
        st.info(say("page_train.unmeasured"), icon=":material/info:")
    with st.container(horizontal=True):
        if st.button(say("page_train.go.scorecard"), type="primary", icon=":material/leaderboard:", key="train_scorecard"):
            frame.go("scorecard", run=card.id, job=None)
        if st.button(say("page_train.go.explain"), icon=":material/psychology:", key="train_explain"):
            frame.go("explain", run=card.id, job=None)
    if len(card.epochs) > 1:
        train_job.lines(_curves(card), None)
    for note in card.notes:
        st.caption(plain(note))
    st.caption(plain(_made(card)))


def bars(card: RunCard, metric: str, measured: list[Entry], *, key: str) -> None:
    """Draw one metric of a run's model and its baselines, the best first."""
    from seqrec_core.evaluation.names import metric_how, metric_title

    known = sorted((entry for entry in measured if entry.mean(metric) is not None), key=lambda entry: -(entry.mean(metric) or 0))
    names, means = [entry.title for entry in known], [entry.mean(metric) or 0.0 for entry in known]
    ends = [interval(entry, metric) for entry in known]
    place = next((at for at, entry in enumerate(known) if entry.own and entry.run == card.id), None)
    best = say("verdict.best", metric=metric_title(metric), value=written(metric, means[0]), model=names[0])
    chart.finding(best, say("verdict.best.subtitle", users=_users(card)))
    figure = scorecard.metric_bars(names, means, ends, chart.is_dark(), highlight=place, write=unit(metric), width=BARS_PX)
    described = alt.metric_bars(names, means, metric_title(metric))
    chart.chart(figure, key=key, alt=described, table=table_of(known, metric), how=metric_how(metric))


def table_of(known: list[Entry], metric: str) -> pl.DataFrame:
    """Return model, mean and interval of one metric."""
    rows = [{"model": entry.title, **{end: entry.metrics[metric].get(end) for end in ("mean", "low", "high")}} for entry in known]
    return pl.DataFrame(rows, schema={"model": pl.String, "mean": pl.Float64, "low": pl.Float64, "high": pl.Float64})


def _users(card: RunCard) -> str:
    return count(card.protocol.n_users if card.protocol else 0, "user")


def _curves(card: RunCard) -> train_job.Curves:
    epochs = [(float(row["epoch"] or 0), row["loss"], row["ndcg"]) for row in card.epochs]
    loss = [(epoch, value) for epoch, value, _ in epochs if value is not None]
    ndcg = [(epoch, value) for epoch, _, value in epochs if value is not None]
    return train_job.Curves(
        tuple(at for at, _ in loss), tuple(v for _, v in loss), tuple(at for at, _ in ndcg), tuple(v for _, v in ndcg)
    )


def _made(card: RunCard) -> str:
    parameters = count(card.parameters, "parameter")
    return say("page_train.made", name=card.name, device=card.device, seconds=duration(card.seconds), parameters=parameters)


def listing(now: Context, about: Shown) -> None:
    """List the runs of this log and the jobs that are none; a chosen row is shown above."""
    rows = _rows(now)
    if not rows:
        return
    total = len(rows)
    chart.finding(say("page_train.list", n=total), say("page_train.list.subtitle", dataset=now.dataset.name))
    rows = rows[:MOST_ROWS]
    if total > MOST_ROWS:
        st.caption(say("page_train.list.more", n=MOST_ROWS, total=total))
    table = pl.DataFrame([row for _, row in rows], infer_schema_length=None)
    here = about.job.id if about.job is not None else about.card.id if about.card is not None else ""
    names = {name: say(f"page_train.column.{name}") for name in table.columns}
    event: Any = st.dataframe(
        table.rename(names),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=f"train_list_{here}_{total}",
        column_config={
            names["started"]: st.column_config.DatetimeColumn(format="D MMM, HH:mm"),
        },
    )
    chosen = event.selection.rows if event else []
    if chosen:
        values, _ = rows[chosen[0]]
        context.put(**values)
        st.rerun()


def _rows(now: Context) -> list[tuple[dict[str, str | None], dict[str, Any]]]:
    """Return what a click on each row puts into the address, and the row; the newest first."""
    cards = loaders.runs().list(now.dataset.id)
    rows = [(_moment(card.created), {"run": card.id, "job": None}, _row_of_run(card)) for card in cards]
    jobs = [job for job in job_status.table().list() if job.kind in KINDS and job.status != "finished" and _is_of(job, now)]
    rows += [(job.created, {"job": job.id}, _row_of_job(job)) for job in jobs]
    return [(values, row) for _, values, row in sorted(rows, key=lambda entry: -entry[0])]


def _moment(created: str) -> float:
    return datetime.fromisoformat(created).timestamp()


def _number(value: float | None) -> str:
    return "–" if value is None else decimal(value, 3)


def _row_of_run(card: RunCard) -> dict[str, Any]:
    return {
        "state": say("ui.job.finished"),
        "model": model_title(card.model),
        "preset": say(f"training.preset.{card.preset}"),
        "ndcg": _number(card.metrics.get(ACCURACY, {}).get("mean")),
        "split": say(f"evaluation.split.{card.split}"),
        "started": datetime.fromisoformat(card.created).astimezone().replace(tzinfo=None),
        "seconds": duration(card.seconds),
        "device": card.device,
        "id": card.id,
    }


def _row_of_job(job: Job) -> dict[str, Any]:
    asked = train_job.request_of(job)
    spent = None if job.started is None or job.finished is None else job.finished - job.started
    return {
        "state": say(f"ui.job.{job.status}"),
        "model": model_title(asked.model),
        "preset": say(f"training.preset.{asked.preset}"),
        "ndcg": _number(None),
        "split": say(f"evaluation.split.{asked.split}"),
        "started": datetime.fromtimestamp(job.started or job.created),
        "seconds": duration(spent),
        "device": job.device or say("page_train.no_device"),
        "id": job.id,
    }
