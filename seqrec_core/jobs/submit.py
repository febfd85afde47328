"""Submit work to the queue: the same request on the same data gives what is there already."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from seqrec_core.jobs.execute import validated
from seqrec_core.jobs.keys import resolved
from seqrec_core.jobs.requests import EvaluateRequest, RecommendRequest, TrainRequest
from seqrec_core.jobs.table import Job, JobTable
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


def submit(home: Home, kind: str, request: dict[str, Any] | BaseModel) -> Submitted:
    """Queue a job; the same request on the same data returns the run or job that is there.

    Args:
        home: where.
        kind: `import`, `clean`, `train`, `evaluate`, `recommend`, `faithfulness` or `welcome`.
        request: of the kind's type in `jobs.requests`, or its JSON.

    Raises:
        BadInput: the request is not valid.
        NotFound: a dataset or run that is not there.
    """
    asked, key = resolved(home, validated(kind, request))
    table = JobTable(home.jobs_db)
    table.reap()
    if isinstance(asked, TrainRequest):
        card = RunStore(home).find_same(key)
        if card is not None:
            return Submitted(card.job, True, card.id)
    if isinstance(asked, EvaluateRequest | RecommendRequest):
        done = _still_true(table.newest_with(key))
        if done is not None:
            return Submitted(done.id, True, asked.run)
    job, existing = table.submit(kind, asked.model_dump(mode="json"), key=key)
    return Submitted(job.id, existing)


def _still_true(job: Job | None) -> Job | None:
    """A finished job whose file, where it wrote one, is still there."""
    if job is None or job.status != "finished" or job.result is None:
        return None
    out = job.result.get("out")
    return job if out is None or Path(out).is_file() else None
