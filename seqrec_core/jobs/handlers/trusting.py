"""Measure how far the explanations of a run can be trusted."""

import time
from typing import Any

import numpy as np

from seqrec_core.data.history import History
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import split
from seqrec_core.errors import BadInput
from seqrec_core.explain.measure import FEWEST, Asked, measure
from seqrec_core.explain.trust import report
from seqrec_core.jobs.context import JobContext
from seqrec_core.jobs.handlers.stopping import check
from seqrec_core.jobs.requests import FaithfulnessRequest
from seqrec_core.models.protocol import Recommender, n_candidates
from seqrec_core.models.topk import top_k
from seqrec_core.store.datasets import DatasetStore
from seqrec_core.store.runs import RunStore


def handle_faithfulness(request: FaithfulnessRequest, context: JobContext) -> dict[str, Any]:
    """Explain the first recommendation of many users before their held-out event, and keep how well the reasons hold.

    Raises:
        NotFound: no such run or model, or its dataset is gone.
        BadInput: no user has enough events.
        Stopped: somebody asked for it; nothing is kept.
    """
    began = time.perf_counter()
    runs = RunStore(context.home)
    card = runs.find(request.run)
    loaded = DatasetStore(context.home).load(card.dataset)
    dataset = SequenceDataset.from_log(loaded.log, loaded.catalog, card.fingerprint)
    share = card.split_parameters.get("test_share")
    test = split(dataset, card.split, **({} if share is None else {"test_share": float(share)})).test
    ends = test.targets if len(test) else dataset.user_offsets[1:]
    starts = dataset.user_offsets[test.users] if len(test) else dataset.user_offsets[:-1]
    long_enough = np.flatnonzero(ends - starts >= FEWEST)
    if not len(long_enough):
        raise BadInput("jobs", "nobody_to_explain", run=card.id, fewest=FEWEST)
    rng = np.random.default_rng(request.seed)
    chosen = np.sort(rng.choice(long_enough, min(request.users, len(long_enough)), replace=False))
    model = runs.load_model(card.id, request.model)
    asked = Asked(
        model,
        card.exclude_seen,
        n_candidates(model, dataset.vocabulary),
        np.bincount(dataset.items, minlength=dataset.vocabulary.size),
        request.k,
        request.seed,
    )
    cases = _with_best(asked, [dataset.slice(int(starts[row]), int(ends[row])) for row in chosen])
    measured = measure(asked, cases, context.progress, context.should_stop)
    check(context.should_stop)
    found = report(model.name, measured, request.k, request.seed)
    runs.save_faithfulness(card.id, found)
    seconds = time.perf_counter() - began
    return {
        "run": card.id,
        **found.model_dump(mode="json"),
        "verdict": found.verdict,
        "sentence": found.sentence,
        "seconds": seconds,
    }


def _with_best(asked: Asked, histories: list[History]) -> list[tuple[History, int]]:
    """Put beside each history the item that is recommended first after it; histories that leave no candidate are left out."""
    cases = []
    for history in histories:
        best = top_k(_scores(asked.model, history), [history], 1, asked.exclude_seen, asked.n_candidates).items[0, 0]
        if best > 0:
            cases.append((history, int(best)))
    return cases


def _scores(model: Recommender, history: History) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    return model.score([history])
