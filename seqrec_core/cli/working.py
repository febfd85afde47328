"""Long work: done here with the worker's own handlers, or given to the worker."""

from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from seqrec_core.cli.frame import Call, Result
from seqrec_core.errors import BadInput, Failed, SeqrecError

if TYPE_CHECKING:
    from pydantic import BaseModel


class Unfinished(SeqrecError):
    """A job that was begun and did not finish; what its row says is said again.

    Args:
        job: its id. error: code, message and hint of its row.
    """

    exit_code = Failed.exit_code

    def __init__(self, job: str, error: dict[str, str]) -> None:
        Exception.__init__(self, error["message"])
        self.code, self.message, self.hint = error["code"], error["message"], error["hint"]
        self.beside = {"job": job}


def ask(request: "type[BaseModel]", given: dict[str, Any]) -> Any:
    """Make a request of what was given.

    Raises:
        BadInput: a value that the request does not allow.
    """
    try:
        return request.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise BadInput("cli", "value", name=name, found=str(first["input"])[:80], why=first["msg"]) from None


def do(call: Call, kind: str, request: "BaseModel", queue: bool) -> Result:
    """Do the work and return its result with its job, or submit it and return the job.

    Raises:
        BadInput: the request cannot be met.
        NeedsDecision: a person has to decide first.
        Unfinished: the work failed or was cancelled.
    """
    if queue:
        from seqrec_core.jobs.submit import submit

        submitted = submit(call.home, kind, request)
        return {"job": submitted.id, "existing": submitted.existing, "run": submitted.run}
    from seqrec_core.jobs.run_here import run_here

    job = run_here(call.home, kind, request, call.progress)
    if job.status != "finished" or job.result is None:
        raise Unfinished(job.id, _why(job.status, job.error))
    return {**job.result, "job": job.id}


def _why(status: str, error: dict[str, Any] | None) -> dict[str, str]:
    if error is not None and {"code", "message", "hint"} <= set(error):
        return {name: str(error[name]) for name in ("code", "message", "hint")}
    stopped = Failed("cli", "cancelled" if status == "cancelled" else "unfinished", status=status)
    return stopped.as_dict()
