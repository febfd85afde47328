"""Evaluate a stored run again, under another k, split or rule for seen items."""

from dataclasses import replace
from typing import Any

import numpy as np

from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Split, split
from seqrec_core.errors import BadInput
from seqrec_core.evaluation.evaluate import evaluate
from seqrec_core.evaluation.seen import resolve_seen
from seqrec_core.jobs.context import JobContext
from seqrec_core.jobs.handlers.training import metrics_of, protocol_json
from seqrec_core.jobs.requests import EvaluateRequest
from seqrec_core.store.datasets import DatasetStore
from seqrec_core.store.runs import RunCard, RunStore


def handle_evaluate(request: EvaluateRequest, context: JobContext) -> dict[str, Any]:
    """Measure a run on held-out events that it was not trained on.

    Raises:
        NotFound: no such run, or its dataset is gone.
        BadInput: every event of the asked split was trained on.
        Stopped: somebody asked for it.
    """
    runs = RunStore(context.home)
    card = runs.find(request.run)
    loaded = DatasetStore(context.home).load(card.dataset)
    dataset = SequenceDataset.from_log(loaded.log, loaded.catalog, card.fingerprint)
    parts, left_out = unseen_cases(dataset, card, request.split or card.split)
    exclude = card.exclude_seen if request.seen == "auto" else resolve_seen(request.seen, dataset, parts).exclude_seen
    model = runs.load_model(card.id)
    report = evaluate(
        model,
        dataset,
        parts,
        k=request.k,
        exclude_seen=exclude,
        progress=context.progress,
        should_stop=context.should_stop,
    )
    return {
        "run": card.id,
        "protocol": protocol_json(report.protocol.model_dump(mode="json")),
        "n_users": report.protocol.n_users,
        "metrics": metrics_of(report),
        "trained_on": left_out,
    }


def split_of(dataset: SequenceDataset, card: RunCard, protocol: str) -> Split:
    """Split a dataset as a run did, or by another protocol with its usual share."""
    share = card.split_parameters.get("test_share") if protocol == card.split else None
    return split(dataset, protocol) if share is None else split(dataset, protocol, test_share=float(share))


def unseen_cases(dataset: SequenceDataset, card: RunCard, protocol: str) -> tuple[Split, int]:
    """Return the split with only those test cases that the run was not trained on, and how many were left out.

    Raises:
        BadInput: none is left.
    """
    trained = split_of(dataset, card, card.split)
    asked = trained if protocol == card.split else split_of(dataset, card, protocol)
    fresh = np.flatnonzero(asked.test.targets >= trained.train_end[asked.test.users])
    if not len(fresh):
        raise BadInput("jobs", "all_trained_on", run=card.id, trained=card.split, asked=protocol)
    return replace(asked, test=asked.test.take(fresh)), len(asked.test) - len(fresh)
