"""Prepare a bundled sample and train a small run on it, so that a fresh home shows something on every page."""

from typing import Any

from seqrec_core.jobs.context import JobContext
from seqrec_core.jobs.handlers.stopping import stopping
from seqrec_core.jobs.handlers.training import TOTAL, handle_train
from seqrec_core.jobs.requests import TrainRequest, WelcomeRequest
from seqrec_core.store.datasets import ensure_sample


def handle_welcome(request: WelcomeRequest, context: JobContext) -> dict[str, Any]:
    """Import the sample if it is not there, then train a quick network with its baselines.

    Raises:
        NotFound: no such sample.
        Stopped: somebody asked for it.
    """
    info = ensure_sample(context.home, request.sample, stopping(context.part(0, 1, TOTAL), context.should_stop))
    return handle_train(TrainRequest(dataset=info.id, model="gru", preset="quick"), context)
