"""Execute one claimed job in this process: heartbeats, the handler, and its end in the table."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ValidationError

from seqrec_core.errors import BadInput, NeedsDecision, SeqrecError, Stopped
from seqrec_core.jobs.context import JobContext, Report
from seqrec_core.jobs.handlers import handler_of
from seqrec_core.jobs.job import Job, Pulse
from seqrec_core.jobs.requests import REQUESTS
from seqrec_core.jobs.waiting import filled
from seqrec_core.settings import settings
from seqrec_core.store.home import Home
from seqrec_core.text import say

log = logging.getLogger(__name__)


class Reports(Protocol):
    """What an execution needs of the job table."""

    def beat(self, job: str, owner: str) -> Pulse:
        """Extend the lease."""

    def progress(self, job: str, owner: str, step: int, total: int, values: dict[str, Any]) -> Pulse:
        """Record how far the job is."""

    def set_device(self, job: str, owner: str, device: str) -> bool:
        """Record where the job computes."""

    def finish(self, job: str, owner: str, result: dict[str, Any]) -> bool:
        """End with a result."""

    def fail(self, job: str, owner: str, error: dict[str, Any]) -> bool:
        """End with an error."""

    def stop(self, job: str, owner: str) -> bool:
        """End as cancelled."""

    def resolve(self, ref: str) -> Job:
        """Find a job."""


End = Literal["finished", "failed", "cancelled", "stopped"]


class Flags:
    """Why a job has to stop: somebody cancelled it, it belongs to another owner now, or its process is to end."""

    def __init__(self) -> None:
        self.cancel, self.lost, self.ending, self.done = (threading.Event() for _ in range(4))

    def any(self) -> bool:
        """Whether the handler has to stop."""
        return self.cancel.is_set() or self.lost.is_set() or self.ending.is_set()

    def obey(self, pulse: str) -> None:
        """Take over what the table answered to a heartbeat."""
        if pulse == "cancel":
            self.cancel.set()
        elif pulse == "lost":
            self.lost.set()


@dataclass(frozen=True)
class Outcome:
    """How the execution ended. `stopped` leaves the row to the caller; `error` is what was raised."""

    end: End
    error: BaseException | None = None


def execute(
    home: Home,
    table: Reports,
    job: Job,
    owner: str,
    flags: Flags,
    also: Report | None = None,
    watch: Callable[[], None] | None = None,
) -> Outcome:
    """Run the handler of a claimed job and write its end.

    Args:
        home: where data lives.
        table: where the job's row is.
        job: the claimed job.
        owner: its claim.
        flags: asked by the handler through `should_stop`.
        also: called with each report of progress, beside the table.
        watch: called at each heartbeat.
    """

    def report(step: int, total: int, values: dict[str, Any]) -> None:
        flags.obey(table.progress(job.id, owner, step, total, values))
        if also is not None:
            also(step, total, values)

    def set_device(device: str) -> None:
        table.set_device(job.id, owner, device)

    context = JobContext(home, job.id, report, flags.any, set_device)
    heart = threading.Thread(target=_beat, args=(table, job.id, owner, flags, watch), name=f"heart-{job.id}", daemon=True)
    heart.start()
    try:
        return _run(table, job, owner, context, flags)
    finally:
        flags.done.set()
        heart.join(timeout=5)


def _beat(table: Reports, job: str, owner: str, flags: Flags, watch: Callable[[], None] | None) -> None:
    """Keep the lease alive until the job is done; the table's answer carries a wish to cancel."""
    pause = min(0.5, settings().lease_seconds / 4)
    while not flags.done.wait(pause):
        try:
            flags.obey(table.beat(job, owner))
        except Exception:
            log.exception("no heartbeat for job %s", job)
        if watch is not None:
            watch()


def _run(table: Reports, job: Job, owner: str, context: JobContext, flags: Flags) -> Outcome:
    try:
        result = handler_of(job.kind)(filled(validated(job.kind, job.request), table), context)
    except Stopped as error:
        if not flags.cancel.is_set():
            return Outcome("stopped", error)
        table.stop(job.id, owner)
        return Outcome("cancelled", error)
    except Exception as error:
        table.fail(job.id, owner, described(error))
        if not isinstance(error, SeqrecError | NeedsDecision):
            log.exception("job %s failed", job.id)
        return Outcome("failed", error)
    table.finish(job.id, owner, result)
    return Outcome("finished")


def described(error: Exception) -> dict[str, Any]:
    """Return code, message and hint of an error; a question to a person carries its questions."""
    if isinstance(error, SeqrecError):
        return dict(error.as_dict())
    if isinstance(error, NeedsDecision):
        asked = [{"code": q.code, "message": q.message, "options": [list(o) for o in q.options]} for q in error.questions]
        return _sentence("needs_decision", questions=str(error)) | {"questions": asked}
    if isinstance(error, MemoryError):
        return _sentence("out_of_memory")
    return _sentence("unexpected", kind=type(error).__name__, text=" ".join(str(error).split())[:300] or "–")


def _sentence(code: str, **values: object) -> dict[str, Any]:
    message, hint = say(f"jobs.error.{code}", **values), say(f"jobs.error.{code}.hint", **values)
    return {"code": code, "message": message, "hint": hint}


def validated(kind: str, request: dict[str, Any] | BaseModel) -> Any:
    """Return the request of a kind as its frozen type.

    Raises:
        BadInput: no such kind, or a field that is unknown, missing or out of range.
    """
    if kind not in REQUESTS:
        raise BadInput("jobs", "unknown_kind", found=kind, known=", ".join(REQUESTS))
    if isinstance(request, REQUESTS[kind]):
        return request
    given = request.model_dump() if isinstance(request, BaseModel) else request
    try:
        return REQUESTS[kind].model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "–"
        raise BadInput("jobs", "bad_request", kind=kind, field=field, reason=first["msg"]) from error
