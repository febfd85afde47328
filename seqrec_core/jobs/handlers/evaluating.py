"""Evaluate a stored run again, under another k, split or rule for seen items."""

from collections.abc import Callable
from typing import Any

from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Split, split
from seqrec_core.errors import BadInput
from seqrec_core.evaluation.behaviour import behaviour_of, followed_by
from seqrec_core.evaluation.evaluate import evaluate
from seqrec_core.evaluation.exposure import exposure_of
from seqrec_core.evaluation.seen import resolve_seen
from seqrec_core.evaluation.slices import segment_users, slices
from seqrec_core.evaluation.told import behaviour_told, order_use
from seqrec_core.jobs.context import JobContext
from seqrec_core.jobs.handlers.training import SHUFFLE_CASES, metrics_of, protocol_json
from seqrec_core.jobs.plain import plain
from seqrec_core.jobs.requests import EvaluateRequest
from seqrec_core.models.protocol import Recommender
from seqrec_core.models.registry import model_spec
from seqrec_core.store.datasets import DatasetStore
from seqrec_core.store.runs import RunCard, RunStore
from seqrec_core.store.segments import SegmentStore
from seqrec_core.text import say
from seqrec_core.training.options import TrainOptions

FITTED = 80  # per cent of a job that fits anew before it measures


def handle_evaluate(request: EvaluateRequest, context: JobContext) -> dict[str, Any]:
    """Measure a run on held-out events that its model did not learn from.

    Under another split than the run's own, a model of the same settings is fitted to what that split leaves for training:
    the run's own has learnt from events that the split holds out.

    Raises:
        NotFound: no such run, or its dataset is gone.
        BadInput: the run learnt from every event, or what counts as behaviour is not in the log.
        Stopped: somebody asked for it.
    """
    runs = RunStore(context.home)
    card = runs.find(request.run)
    loaded = DatasetStore(context.home).load(card.dataset)
    dataset = SequenceDataset.from_log(loaded.log, loaded.catalog, card.fingerprint)
    exposure = exposure_of(loaded.log, request.exposure)
    behaviour = behaviour_of(loaded.log, request.clicks, request.conversions, request.window, exposure)
    parts, other = asked_split(dataset, card, request.split or card.split)
    seen = "exclude" if card.exclude_seen else "include"
    exclude = resolve_seen(seen if request.seen == "auto" else request.seen, dataset, parts).exclude_seen
    model = _fitted(card, dataset, parts, context) if other else runs.load_model(card.id)
    report = evaluate(
        model,
        dataset,
        parts,
        k=request.k,
        exclude_seen=exclude,
        behaviour=behaviour,
        shuffle_cases=SHUFFLE_CASES,
        progress=_after(context) if other else context.progress,
        should_stop=context.should_stop,
    )
    order = order_use(report)
    segments = segment_users(loaded.log, dataset, SegmentStore(context.home).list(card.dataset))
    result = {
        "run": card.id,
        "protocol": protocol_json(report.protocol.model_dump(mode="json")),
        "n_users": report.protocol.n_users,
        "metrics": metrics_of(report),
        "refitted": other,
        "notes": [say("jobs.refitted", run=card.name, split=say(f"evaluation.split.{card.split}"))] if other else [],
        "behaviour": {
            "clicks": behaviour.clicks,
            "conversions": behaviour.conversions,
            "window_seconds": behaviour.window,
            "exposure": None if exposure is None else exposure.column,
            "by_event": followed_by(report, dataset, behaviour).to_dicts(),
            "told": behaviour_told(behaviour, report.protocol),
        },
        "slices": slices(report, f"ndcg@{max(request.k)}", segments).to_dicts(),
        "order": None if order is None else {**vars(order), "sentence": order.sentence},
    }
    told: dict[str, Any] = plain(result)
    return told


def asked_split(dataset: SequenceDataset, card: RunCard, protocol: str) -> tuple[Split, bool]:
    """Return the split that is asked for, and whether it is another than the run's own.

    Raises:
        BadInput: nothing is held out, or the run learnt from every event.
    """
    if protocol == "none" or card.split == "none":
        raise BadInput("jobs", "all_trained_on", run=card.id, trained=card.split, asked=protocol)
    share = card.split_parameters.get("test_share") if protocol == card.split else None
    parts = split(dataset, protocol) if share is None else split(dataset, protocol, test_share=float(share))
    return parts, protocol != card.split


def _fitted(card: RunCard, dataset: SequenceDataset, parts: Split, context: JobContext) -> Recommender:
    """Fit a model of a run's settings to another split."""
    from seqrec_core.training.fit import fit

    config = model_spec(card.model).config.model_validate(card.config)
    options = TrainOptions.model_validate({**card.options, "rates": ()})
    return fit(config, dataset, parts, options, context.part(0, FITTED, 100), context.should_stop).model


def _after(context: JobContext) -> Callable[[int, int, dict[str, float]], None]:
    return context.part(FITTED, 100, 100)
