"""A job and a report of its progress, as the table holds them."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any, Literal

Status = Literal["queued", "running", "finished", "failed", "cancelled", "lost"]
Pulse = Literal["go", "cancel", "lost"]
ENDED = ("finished", "failed", "cancelled", "lost")


@dataclass(frozen=True)
class Job:
    """One row of the table, as it was when it was read. Times are seconds since 1970.

    Args:
        request: validated JSON of `jobs.requests`.
        step, total, values: the latest progress; numbers by name.
        attempt: how often it was claimed, of at most `max_attempts`.
        worker: who claimed it last. device: where it computes, as people name it.
        result: what it gave back, as in the command line contract; None until it finished.
        error: code, message and hint; None unless it failed or was lost.
        priority: more is sooner; 0 is usual.
        waits_for: the job that has to finish first.
    """

    id: str
    kind: str
    request: dict[str, Any]
    status: Status
    step: int
    total: int
    values: dict[str, Any]
    created: float
    started: float | None
    finished: float | None
    heartbeat: float | None
    attempt: int
    max_attempts: int
    worker: str | None
    device: str | None
    result: dict[str, Any] | None
    error: dict[str, Any] | None
    cancel_requested: bool
    key: str | None = None
    priority: int = 0
    waits_for: str | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.status in ENDED


@dataclass(frozen=True)
class ProgressRow:
    """One report of progress. `at` is in seconds since 1970."""

    at: float
    step: int
    total: int
    values: dict[str, Any]


def job_of(row: sqlite3.Row) -> Job:
    """Return a row of the table as a job."""
    names = ("id", "kind", "status", "step", "total", "created", "started", "finished", "heartbeat", "attempt")
    same = {name: row[name] for name in (*names, "max_attempts", "worker", "device", "key", "priority", "waits_for")}
    return Job(
        **same,
        request=json.loads(row["request"]),
        values=json.loads(row["values"]),
        result=json.loads(row["result"]) if row["result"] else None,
        error=json.loads(row["error"]) if row["error"] else None,
        cancel_requested=bool(row["cancel"]),
    )
