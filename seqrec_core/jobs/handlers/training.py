"""Train a model with baselines beside it, measure all of them under one protocol, and store the run."""

import uuid
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import seqrec_core
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Split, split
from seqrec_core.evaluation.behaviour import Behaviour, behaviour_of
from seqrec_core.evaluation.evaluate import evaluate
from seqrec_core.evaluation.exposure import exposure_of
from seqrec_core.evaluation.report import MetricReport
from seqrec_core.evaluation.seen import SeenRule, resolve_seen
from seqrec_core.evaluation.told import behaviour_told
from seqrec_core.jobs.context import JobContext
from seqrec_core.jobs.energy import Energy, measured
from seqrec_core.jobs.handlers.repeating import Repeat, check_steps, compare, repeat_of
from seqrec_core.jobs.handlers.stopping import check
from seqrec_core.jobs.keys import dataset_of, train_key
from seqrec_core.jobs.plain import plain
from seqrec_core.jobs.requests import TrainRequest
from seqrec_core.models.config import ModelConfig
from seqrec_core.models.registry import model_spec
from seqrec_core.store.datasets import DatasetInfo, DatasetStore, now
from seqrec_core.store.runs import Metrics, RunCard, RunStore, Steps
from seqrec_core.text import has_sentence, percent, say
from seqrec_core.training.options import Fitted, TrainOptions

TOTAL = 100  # a training job counts in percent: baselines, the fit, measuring
BASELINES_END, FIT_END, MEASURED = 5, 90, 98
BASELINES, FIT, MEASURE = 1.0, 2.0, 3.0  # `stage` in the values of its progress
SHUFFLE_CASES = 2_000  # asked again with their histories shuffled
PACKAGES = ("torch", "numpy", "polars", "safetensors")


@dataclass(frozen=True)
class Plan:
    """Everything that decides one training job."""

    request: TrainRequest
    key: str
    info: DatasetInfo
    dataset: SequenceDataset
    split: Split
    seen: SeenRule
    behaviour: Behaviour
    config: ModelConfig
    options: TrainOptions
    repeats: Repeat | None = None


def handle_train(request: TrainRequest, context: JobContext) -> dict[str, Any]:
    """Train, measure and store; a run of the same data and settings is returned as it is.

    Raises:
        NotFound: no such dataset or model.
        BadInput: settings that do not fit, or nothing to hold out.
        Stopped: somebody asked for it; the checkpoint holds how far it came.
        Failed: the loss became no number, or the disk is full.
    """
    info = dataset_of(context.home, request.dataset)
    key = train_key(info.fingerprint, request)
    there = RunStore(context.home).find_same(key)
    if there is not None:
        return train_result(there) | {"existing": True}
    plan = _plan(request, key, info, context)
    fitted, energy = _fit_all(plan, context)
    reports = _measure_all(plan, fitted, context)
    card = _card(plan, fitted, reports, energy, context)
    models = {name: one.model for name, one in fitted.items()}
    saved = RunStore(context.home).save(card, models, reports, _steps(plan, fitted[plan.config.name]))
    context.progress(TOTAL, TOTAL)
    return train_result(saved) | {"existing": False}


def _plan(request: TrainRequest, key: str, info: DatasetInfo, context: JobContext) -> Plan:
    from seqrec_core.training.presets import plan
    from seqrec_core.training.tuning import LogSize

    context.progress(0, TOTAL)
    again = None if request.repeat is None else repeat_of(context.home, request, info)
    request = request if again is None else again.request
    loaded = DatasetStore(context.home).load(info.id)
    dataset = SequenceDataset.from_log(loaded.log, loaded.catalog, info.fingerprint)
    parts = split(dataset, request.split)
    seen = resolve_seen(request.seen, dataset, parts)
    size = LogSize(info.n_events, info.n_items)
    config, options = plan(request.model, request.preset, dict(request.set), request.budget, request.seed, size)
    if again is not None:
        config, options = again.config, again.options
        check_steps(config, dataset)
    behaviour = behaviour_of(loaded.log, exposure=exposure_of(loaded.log))
    return Plan(request, key, info, dataset, parts, seen, behaviour, config, options, again)


def _fit_all(plan: Plan, context: JobContext) -> tuple[dict[str, Fitted], Energy]:
    """Fit the baselines (seconds in all), then the model, with its energy; one that is itself a baseline is fitted once."""
    from seqrec_core.training.fit import fit

    fitted: dict[str, Fitted] = {}
    names = [name for name in plan.request.baselines if name != plan.config.name]
    for done, name in enumerate(names):
        check(context.should_stop)
        part = context.part(done * BASELINES_END // len(names), (done + 1) * BASELINES_END // len(names), TOTAL, stage=BASELINES)
        config = model_spec(name).config(name=name)
        fitted[name] = fit(config, plan.dataset, plan.split, plan.options, part, context.should_stop)
    _name_device(plan, context)
    slot = context.checkpoint(plan.info.fingerprint)
    part = context.part(BASELINES_END, FIT_END, TOTAL, stage=FIT)
    with measured() as energy:
        result = fit(plan.config, plan.dataset, plan.split, plan.options, part, context.should_stop, slot)
    context.set_device(result.device)
    notes = (*slot.notes, *result.notes)
    fitted[plan.config.name] = Fitted(**{**_fields(result), "notes": notes})
    return fitted, energy


def _fields(fitted: Fitted) -> dict[str, Any]:
    return {name: getattr(fitted, name) for name in fitted.__dataclass_fields__}


def _name_device(plan: Plan, context: JobContext) -> None:
    """Say where a network will be fitted before it begins, so that the page names the device at once."""
    if model_spec(plan.config.name).learns == "gradients":
        from seqrec_core.training.device import choose

        context.set_device(choose(plan.options.device, plan.options.threads)[1])


def _measure_all(plan: Plan, fitted: dict[str, Fitted], context: JobContext) -> dict[str, MetricReport]:
    """Measure every model on the same held-out events; nothing where the split holds nothing out."""
    if not len(plan.split.test):
        return {}
    reports = {}
    for done, (name, one) in enumerate(fitted.items()):
        width = (MEASURED - FIT_END) / len(fitted)
        part = context.part(round(FIT_END + done * width), round(FIT_END + (done + 1) * width), TOTAL, stage=MEASURE)
        reports[name] = evaluate(
            one.model,
            plan.dataset,
            plan.split,
            exclude_seen=plan.seen.exclude_seen,
            behaviour=plan.behaviour,
            shuffle_cases=SHUFFLE_CASES,
            progress=part,
            should_stop=context.should_stop,
        )
    return reports


def _steps(plan: Plan, fitted: Fitted) -> Steps:
    threads = 1
    if fitted.learning_rates:
        from seqrec_core.training.device import thread_count

        threads = thread_count(plan.options.threads)
    return Steps(rates=fitted.learning_rates, threads=threads)


def metrics_of(report: MetricReport) -> Metrics:
    """Return mean and 95 % interval by metric; a metric of all lists together (coverage) has no interval."""
    ends = {name: report.intervals.get(name, (None, None)) for name in report.means}
    return {name: plain({"mean": mean, "low": ends[name][0], "high": ends[name][1]}) for name, mean in report.means.items()}


def _card(
    plan: Plan, fitted: dict[str, Fitted], reports: dict[str, MetricReport], energy: Energy, context: JobContext
) -> RunCard:
    main = fitted[plan.config.name]
    report = reports.get(plan.config.name)
    seconds = [record.seconds for record in main.epochs]
    compared = None if plan.repeats is None else compare(context.home, plan.repeats.run, main.model)
    moment = datetime.now().astimezone()
    return RunCard(
        id=uuid.uuid4().hex[:10],
        name=say("jobs.run_name", model=say(model_spec(plan.config.name).title), when=f"{moment:%-d %b %H:%M}"),
        model=plan.config.name,
        config=plan.config.model_dump(),
        options=plan.options.model_copy(update={"rates": ()}).model_dump(),
        preset=plan.request.preset,
        dataset=plan.info.id,
        dataset_name=plan.info.name,
        fingerprint=plan.info.fingerprint,
        split=plan.split.protocol,
        split_parameters=plan.split.parameters,
        exclude_seen=plan.seen.exclude_seen,
        seen_reason=say(plan.seen.reason, share=percent(plan.seen.share)),
        seed=plan.request.seed,
        created=now(),
        seconds=main.seconds,
        seconds_per_epoch=sum(seconds) / len(seconds) if seconds else None,
        device=main.device,
        energy_joules=energy.joules,
        energy_parts=energy.parts,
        parameters=main.parameters,
        steps=len(main.learning_rates),
        n_items=plan.dataset.vocabulary.size,
        n_candidates=plan.dataset.vocabulary.n_logged,
        epochs=[plain(asdict(record)) for record in main.epochs],
        metrics={} if report is None else metrics_of(report),
        protocol=None if report is None else report.protocol,
        baselines={name: metrics_of(one) for name, one in reports.items() if name != plan.config.name},
        replay=[] if report is None else behaviour_told(plan.behaviour, report.protocol),
        weights=main.weights,
        versions=_versions(),
        notes=[*main.notes, *([] if compared is None else [compared.note])],
        request_key=plan.key,
        job=context.job_id,
        repeats="" if plan.repeats is None else plan.repeats.run,
        same_weights=None if compared is None else compared.is_same,
    )


def _versions() -> dict[str, str]:
    found = {"seqrec": seqrec_core.__version__}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def train_result(card: RunCard) -> dict[str, Any]:
    """Return what the training gave, with the fields of the command line contract; null where nothing was held out."""
    return {
        "run": card.id,
        "name": card.name,
        "dataset": card.dataset,
        "model": card.model,
        "preset": card.preset,
        "device": card.device,
        "seconds": card.seconds,
        "energy_joules": card.energy_joules,
        "epochs": len(card.epochs),
        "steps": card.steps,
        "seconds_per_epoch": card.seconds_per_epoch,
        "parameters": card.parameters,
        "metrics": _means(card.metrics) if card.metrics else None,
        "weights": card.weights or None,
        "protocol": None if card.protocol is None else protocol_result(card),
        "baselines": {name: _means(metrics) for name, metrics in card.baselines.items()},
        "exclude_seen": card.exclude_seen,
        "seen_reason": card.seen_reason,
        "seed": card.seed,
        "notes": card.notes,
        **({"repeats": card.repeats, "same_weights": card.same_weights} if card.repeats else {}),
    }


def protocol_result(card: RunCard) -> dict[str, Any] | None:
    """Return the protocol line as JSON; k as one number where there is one."""
    return None if card.protocol is None else protocol_json(card.protocol.model_dump(mode="json"))


def protocol_json(protocol: dict[str, Any]) -> dict[str, Any]:
    """Return a protocol line with k as one number where there is only one, and its leak as a sentence."""
    k, leak = protocol["k"], protocol["leak"]
    return {**protocol, "k": k[0] if len(k) == 1 else k, "leak": say(leak) if has_sentence(leak) else leak}


def _means(metrics: Metrics) -> dict[str, float | None]:
    return {name: values["mean"] for name, values in metrics.items()}
