"""Work on what another job will give: `job:ID` in place of a dataset or run, filled in once that job has finished."""

from typing import Any, Protocol

from pydantic import BaseModel

from seqrec_core.errors import BadInput
from seqrec_core.jobs.job import Job

PREFIX = "job:"
FIELDS = ("dataset", "run")


class Jobs(Protocol):
    """Where jobs are found."""

    def resolve(self, ref: str) -> Job:
        """Return a job by its id."""


def needed(request: BaseModel, table: Jobs) -> Job | None:
    """Return the job that a request waits for, None where it names only what is there.

    Raises:
        NotFound: it names no job.
        BadInput: that job ended without what is asked of it, or gives something else.
    """
    for field, reference in _references(request):
        job = table.resolve(reference)
        if job.status == "finished":
            _given(job, field)
        elif job.ended:
            raise BadInput("jobs", "needed_ended", job=job.id, status=job.status)
        return job
    return None


def filled(request: Any, table: Jobs) -> Any:
    """Return a request with what the job it waited for gave in place of that job.

    Raises:
        BadInput: the job gave nothing of this kind, or has not finished.
        NotFound: it names no job.
    """
    for field, reference in _references(request):
        request = request.model_copy(update={field: _given(table.resolve(reference), field)})
    return request


def _references(request: BaseModel) -> list[tuple[str, str]]:
    named = [(field, getattr(request, field, None)) for field in FIELDS]
    return [(field, str(value).removeprefix(PREFIX)) for field, value in named if str(value).startswith(PREFIX)]


def _given(job: Job, field: str) -> str:
    found = (job.result or {}).get(field)
    if not isinstance(found, str):
        raise BadInput("jobs", "needed_gives_none", job=job.id, kind=job.kind, wanted=field)
    return found
