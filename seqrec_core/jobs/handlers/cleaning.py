"""Clean a stored dataset again: its steps and its sessions made anew, as another dataset."""

from typing import Any

from seqrec_core.data.again import Terms
from seqrec_core.data.report import ImportReport
from seqrec_core.data.steps.types import with_steps
from seqrec_core.errors import BadInput
from seqrec_core.jobs.context import JobContext
from seqrec_core.jobs.handlers.importing import import_result
from seqrec_core.jobs.handlers.stopping import stopping
from seqrec_core.jobs.requests import CleanRequest
from seqrec_core.settings import settings
from seqrec_core.store.datasets import DatasetStore
from seqrec_core.text import say


def handle_clean(request: CleanRequest, context: JobContext) -> dict[str, Any]:
    """Make a dataset of a stored one; the same content is found under its fingerprint.

    Raises:
        NotFound: no such dataset.
        BadInput: a step or the sessions do not fit the log.
        Stopped: somebody asked for it.
    """
    store = DatasetStore(context.home)
    old = store.find(request.dataset)
    told = stopping(context.progress, context.should_stop)
    name = request.name or say("store.cleaned", name=old.name)
    added = store.clean(old.id, terms_of(request, store.report(old.id)), name, told)
    before = {"dataset": old.id, "events": old.n_events, "users": old.n_users, "sessions": old.n_sessions, "items": old.n_items}
    return import_result(added.info, added.report) | {"existing": added.existing, "before": before}


def terms_of(request: CleanRequest, report: ImportReport) -> Terms:
    """Return what a request asks for, over what the recipe of the dataset says.

    Raises:
        BadInput: the recipe has steps that are not known, or sessions are asked for that the log does not have.
    """
    old = Terms.of(report)
    steps = with_steps(old.steps if request.steps is None else request.steps, request.add, request.without)
    if request.sessions is None:
        return Terms(steps, old.gap, old.whole)
    if request.sessions == "id" and report.mapping.session is None:
        raise BadInput("steps", "no_sessions")
    asked = request.session_gap_minutes or settings().session_gap_minutes
    return Terms(steps, asked if request.sessions == "gap" else None, request.sessions == "user")
