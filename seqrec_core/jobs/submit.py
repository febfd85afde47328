"""Submit work to the queue: the same request on the same data gives what is there already."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from seqrec_core.jobs.execute import validated
from seqrec_core.jobs.job import Job
from seqrec_core.jobs.keys import resolved
from seqrec_core.jobs.requests import EvaluateRequest, RecommendRequest, TrainRequest
from seqrec_core.jobs.table import JobTable
from seqrec_core.jobs.waiting import filled, needed
from seqrec_core.store.home import Home
from seqrec_core.store.runs import RunStore


@dataclass(frozen=True)
class Submitted:
    """What became of a request.

    Args:
        id: the job; empty where the run is there and its job is no longer known.
        existing: whether it was there already.
        run: the run that already answers it, None where work is to be done.
    """

    id: str
    existing: bool
    run: str | None = None


# Somebody waits at a screen for these; the other kinds take their time.
URGENT = {"import": 2, "clean": 2, "evaluate": 1}


def submit(home: Home, kind: str, request: dict[str, Any] | BaseModel, priority: int | None = None) -> Submitted:
    """Queue a job; the same request on the same data returns the run or job that is there.

    Args:
        home: where.
        kind: `import`, `clean`, `train`, `evaluate`, `recommend`, `faithfulness` or `welcome`.
        request: of the kind's type in `jobs.requests`, or its JSON. `job:ID` as its dataset or run is what that job gives.
        priority: more is sooner; None = as its kind deserves.

    Raises:
        BadInput: the request is not valid.
        NotFound: a dataset or run that is not there.
    """
    table = JobTable(home.jobs_db)
    table.reap()
    priority = URGENT.get(kind, 0) if priority is None else priority
    valid = validated(kind, request)
    first = needed(valid, table)
    if first is not None and not first.ended:
        job, existing = table.submit(kind, valid.model_dump(mode="json"), priority=priority, waits_for=first.id)
        return Submitted(job.id, existing)
    asked, key = resolved(home, filled(valid, table))
    if isinstance(asked, TrainRequest):
        card = RunStore(home).find_same(key)
        if card is not None:
            return Submitted(card.job, True, card.id)
    if isinstance(asked, EvaluateRequest | RecommendRequest):
        done = _still_true(table.newest_with(key))
        if done is not None:
            return Submitted(done.id, True, asked.run)
    job, existing = table.submit(kind, asked.model_dump(mode="json"), key=key, priority=priority)
    return Submitted(job.id, existing)


def _still_true(job: Job | None) -> Job | None:
    """A finished job whose file, where it wrote one, is still there."""
    if job is None or job.status != "finished" or job.result is None:
        return None
    out = job.result.get("out")
    return job if out is None or Path(out).is_file() else None
