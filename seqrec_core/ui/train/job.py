"""A training job as the Train page shows it: live numbers and lines, and a way out of every bad end."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
import streamlit as st

from seqrec_core.errors import SeqrecError
from seqrec_core.figures import alt, training
from seqrec_core.jobs.handlers.training import BASELINES_END, FIT, FIT_END, MEASURE
from seqrec_core.jobs.job import Job, ProgressRow
from seqrec_core.jobs.requests import TrainRequest, WelcomeRequest
from seqrec_core.jobs.submit import Submitted, submit
from seqrec_core.models.registry import model_spec
from seqrec_core.report.entries import model_title
from seqrec_core.text import count, decimal, duration, integer, say
from seqrec_core.training.options import TrainOptions
from seqrec_core.training.presets import plan, preset_title
from seqrec_core.training.tuning import LogSize
from seqrec_core.ui import chart, context, job_status, loaders
from seqrec_core.ui.errors import plain, shown

SAID = "train_said"
SMALLER = {"thorough": "balanced", "balanced": "quick"}
NARROWEST, SHORTEST = 8, 10


@dataclass(frozen=True)
class Curves:
    """What a job reported about its fit, ready to draw.

    Args:
        loss_at, loss: epochs (a fraction inside an epoch) and the mean loss so far in that epoch, nats.
        ndcg_at, ndcg: whole epochs and NDCG@10 on validation cases after each.
    """

    loss_at: tuple[float, ...]
    loss: tuple[float, ...]
    ndcg_at: tuple[float, ...]
    ndcg: tuple[float, ...]


def request_of(job: Job) -> TrainRequest:
    """Return what a training job was asked; the first run on the sample is a training of its own kind."""
    if job.kind == "welcome":
        return TrainRequest(dataset="", model="gru", preset="quick")
    return TrainRequest.model_validate(job.request)


def options_of(job: Job) -> TrainOptions | None:
    """Return the options that follow from a job's request; None where this version no longer knows them."""
    asked = request_of(job)
    try:
        return plan(asked.model, asked.preset, dict(asked.set), asked.budget, asked.seed, size_of(asked.dataset))[1]
    except SeqrecError:
        return None


def summary(job: Job) -> str:
    """Say in one line what is trained."""
    asked = request_of(job)
    parts = [model_title(asked.model), preset_title(asked.preset), say(f"evaluation.split.{asked.split}")]
    parts += [say("page_train.summary.seed", seed=asked.seed), *(f"{name} = {value}" for name, value in asked.set.items())]
    return " · ".join(parts)


def curves(rows: Sequence[ProgressRow], epochs: int) -> Curves:
    """Return the lines of a fit from its progress; rows of an attempt that was taken over give way to later ones.

    Args:
        rows: as the job table keeps them, oldest first.
        epochs: most epochs of the fit.
    """
    loss: dict[float, float] = {}
    ndcg: dict[float, float] = {}
    for row in rows:
        values = row.values
        if values.get("stage") != FIT or values.get("loss") is None:
            continue
        at = round(epochs * (row.step - BASELINES_END) / (FIT_END - BASELINES_END), 3)
        loss = {epoch: value for epoch, value in loss.items() if epoch < at} | {at: float(values["loss"])}
        if values.get("ndcg") is not None:
            epoch = float(epochs) if row.step >= FIT_END else max(1.0, float(values.get("epoch", 1)) - 1)
            ndcg = {past: value for past, value in ndcg.items() if past < epoch} | {epoch: float(values["ndcg"])}
    return Curves(tuple(loss), tuple(loss.values()), tuple(ndcg), tuple(ndcg.values()))


def where(job: Job) -> str:
    """Say where a running training is."""
    values, options = job.values, options_of(job)
    stage = values.get("stage")
    if stage == FIT and "epoch" in values and options is not None:
        return say("page_train.at.epoch", epoch=int(values["epoch"]), epochs=options.epochs)
    if stage == FIT:
        return say("page_train.at.start")
    return say("page_train.at.measuring") if stage == MEASURE else say("page_train.at.baselines")


def show_job(job_id: str) -> None:
    """Show a training job that has not become a run: queued, running, failed, cancelled or lost."""
    job_status.status(job_id, _draw, where)


def _draw(job: Job) -> None:
    st.caption(plain(summary(job)))
    if job.status == "running":
        _numbers(job)
        options = options_of(job)
        if options is not None and model_spec(request_of(job).model).learns == "gradients":
            lines(curves(job_status.table().history(job.id), options.epochs), options.epochs)
    elif job.status == "queued":
        st.caption(say("page_train.queued"))
    else:
        again(job)


def _numbers(job: Job) -> None:
    values = job.values
    names = ("loss", "ndcg", "speed", "memory")
    known = {
        "loss": None if values.get("loss") is None else decimal(values["loss"], 3),
        "ndcg": None if values.get("ndcg") is None else decimal(values["ndcg"], 3),
        "speed": None if not values.get("events_per_second") else integer(values["events_per_second"]),
        "memory": None if not values.get("memory_mb") else say("page_train.now.mb", n=integer(values["memory_mb"])),
    }
    for column, name in zip(st.columns(len(names)), names, strict=True):
        column.metric(say(f"page_train.now.{name}"), known[name] or "–", help=say(f"page_train.now.{name}.help"))
    if job.started is not None:
        since = duration(max(1.0, time.time() - job.started))
        st.caption(say("page_train.since", since=since) + (say("page_train.attempt", n=job.attempt) if job.attempt > 1 else ""))


def lines(found: Curves, epochs: int | None, cases: int | None = None) -> None:
    """Draw loss and NDCG by epoch.

    Args:
        found: the two lines.
        epochs: most epochs, None once the fit is over.
        cases: users asked in each validation, where known.
    """
    dark = chart.is_dark()
    left, right = st.columns(2, gap="medium")
    with left:
        chart.finding(_loss_title(found), say("page_train.loss.subtitle"))
        table = pl.DataFrame({"epoch": found.loss_at, "loss": found.loss}, schema={"epoch": pl.Float64, "loss": pl.Float64})
        figure = training.loss(found.loss_at, found.loss, dark)
        how = say("page_train.loss.how")
        chart.chart(figure, key="train_loss", alt=alt.loss(found.loss_at, found.loss), table=table, how=how)
    with right:
        asked = say("page_train.ndcg.cases", n=count(cases, "user")) if cases else ""
        chart.finding(_ndcg_title(found), say("page_train.ndcg.subtitle") + asked)
        table = pl.DataFrame({"epoch": found.ndcg_at, "ndcg": found.ndcg}, schema={"epoch": pl.Float64, "ndcg": pl.Float64})
        figure = training.ndcg(found.ndcg_at, found.ndcg, dark)
        how = say("page_train.ndcg.how")
        chart.chart(figure, key="train_ndcg", alt=alt.ndcg(found.ndcg_at, found.ndcg), table=table, how=how)


def _loss_title(found: Curves) -> str:
    if len(found.loss) < 2:
        return say("page_train.loss.waiting")
    key = "page_train.loss.fell" if found.loss[-1] < found.loss[0] else "page_train.loss.stays"
    return say(key, first=decimal(found.loss[0], 2), last=decimal(found.loss[-1], 2))


def _ndcg_title(found: Curves) -> str:
    if not found.ndcg:
        return say("page_train.ndcg.waiting")
    best = max(found.ndcg)
    epoch = found.ndcg_at[found.ndcg.index(best)]
    return say("page_train.ndcg.best", value=decimal(best, 3), epoch=f"{epoch:g}")


def again(job: Job) -> None:
    """Offer the same once more, and something that needs less."""
    with st.container(horizontal=True):
        if st.button(say("ui.job.retry"), icon=":material/refresh:", type="primary", key=f"again_{job.id}"):
            start(WelcomeRequest.model_validate(job.request) if job.kind == "welcome" else request_of(job))
        less = smaller(request_of(job))
        if job.kind == "train" and less is not None and job.status != "cancelled":
            label = say("page_train.smaller", how=_what_is_smaller(request_of(job), less))
            if st.button(label, icon=":material/compress:", key=f"smaller_{job.id}"):
                start(less)


def size_of(dataset: str) -> LogSize | None:
    """Return how large a log is; None where it is gone."""
    found = next((info for info in loaders.datasets().list() if info.id == dataset), None)
    return None if found is None else LogSize(found.n_events, found.n_items)


def smaller(request: TrainRequest) -> TrainRequest | None:
    """Return a request that needs less memory and time: the next smaller preset, then half the width and history."""
    if request.preset in SMALLER and not request.set:
        return request.model_copy(update={"preset": SMALLER[request.preset], "budget": None})
    try:
        config = plan(request.model, request.preset, dict(request.set), request.budget, request.seed)[0]
    except SeqrecError:
        return None
    now = {name: getattr(config, name) for name in ("width", "length") if hasattr(config, name)}
    halves = {"width": max(NARROWEST, now.get("width", 0) // 2), "length": max(SHORTEST, now.get("length", 0) // 2)}
    changed = {name: str(halves[name]) for name, value in now.items() if halves[name] < value}
    return request.model_copy(update={"set": {**request.set, **changed}}) if changed else None


def _what_is_smaller(before: TrainRequest, after: TrainRequest) -> str:
    if before.preset != after.preset:
        return preset_title(after.preset)
    return ", ".join(f"{name} {value}" for name, value in after.set.items() if before.set.get(name) != value)


def start(request: TrainRequest | WelcomeRequest) -> None:
    """Submit a training and show it; what is there already is shown instead, and said."""
    with shown():
        kind = "welcome" if isinstance(request, WelcomeRequest) else "train"
        submitted = submit(loaders.home(), kind, request)
    follow(submitted)


def follow(submitted: Submitted) -> None:
    """Show what a request became: its job, or the run that answers it already."""
    if submitted.run is not None:
        st.session_state[SAID] = say("page_train.said.run")
        context.put(run=submitted.run, job=None)
    else:
        if submitted.existing:
            st.session_state[SAID] = say("page_train.said.job")
        context.put(job=submitted.id)
    st.rerun()


def say_once() -> None:
    """Say what was left to be said by the last click."""
    said = st.session_state.pop(SAID, None)
    if said:
        st.info(said, icon=":material/check_circle:")
