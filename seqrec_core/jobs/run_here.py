"""Do a job in this process, with the worker's own handlers and a row in the same table: for the command line."""

import os
import threading
import uuid
from typing import Any

from pydantic import BaseModel

from seqrec_core.errors import BadInput, NeedsDecision
from seqrec_core.jobs.context import Report
from seqrec_core.jobs.execute import Flags, execute, validated
from seqrec_core.jobs.job import Job
from seqrec_core.jobs.keys import resolved
from seqrec_core.jobs.table import JobTable
from seqrec_core.jobs.waiting import filled
from seqrec_core.store.home import Home


def run_here(
    home: Home,
    kind: str,
    request: dict[str, Any] | BaseModel,
    progress: Report | None = None,
    stop: threading.Event | None = None,
) -> Job:
    """Run a job now and return its row: finished, failed or cancelled (also by Ctrl-C).

    Args:
        home: where.
        kind: as in `submit`.
        request: as in `submit`; a run that already answers is found by the handler and not trained again.
        progress: called with (step, total, values), beside the table.
        stop: set from another thread to cancel.

    Raises:
        BadInput: the request, or what it names, cannot be used; the row says so too.
        NeedsDecision: a person has to decide first.
    """
    asked, key = resolved(home, filled(validated(kind, request), JobTable(home.jobs_db)))
    table, owner, flags = JobTable(home.jobs_db), uuid.uuid4().hex, Flags()
    table.reap()
    if stop is not None:
        flags.cancel = stop
    job = table.start(kind, asked.model_dump(mode="json"), owner, f"process {os.getpid()}", key=key)
    try:
        outcome = execute(home, table, job, owner, flags, progress)
    except KeyboardInterrupt:
        table.stop(job.id, owner)
    else:
        if isinstance(outcome.error, BadInput | NeedsDecision):
            raise outcome.error
        if outcome.end == "stopped":
            table.stop(job.id, owner)
    finally:
        (home.checkpoints / f"{job.id}.ckpt").unlink(missing_ok=True)
    found = table.find(job.id)
    return job if found is None else found
