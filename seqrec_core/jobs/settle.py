"""What becomes of a job whose process is gone."""

import signal
from dataclasses import dataclass
from typing import Any

from seqrec_core.jobs.job import Job
from seqrec_core.jobs.table import JobTable
from seqrec_core.store.home import Home
from seqrec_core.text import say


@dataclass(frozen=True)
class Death:
    """How a child ended by itself: its exit code, negative for a signal."""

    code: int

    @property
    def killed(self) -> bool:
        """Whether somebody killed it outright: most often the system, for want of memory."""
        return self.code == -signal.SIGKILL


def died(code: int) -> Death:
    """Return how a child ended that we did not end."""
    return Death(code)


def settle(home: Home, table: JobTable, job: Job, owner: str, death: Death | None) -> None:
    """Write the end of a job whose process is gone, unless the process wrote it itself.

    Args:
        home: where data lives.
        table: where the job's row is.
        job: the job.
        owner: its claim.
        death: how the process ended; None where we ended it: then the attempt does not count.
    """
    now = table.find(job.id)
    if now is not None and now.status == "running":
        if now.cancel_requested:
            table.stop(job.id, owner)
        elif death is None:
            table.requeue(job.id, owner, count=False)
        elif now.attempt < now.max_attempts:
            table.requeue(job.id, owner)
        else:
            table.fail(job.id, owner, _error(now, death))
    end = table.find(job.id)
    if end is None or end.status in ("finished", "cancelled"):
        (home.checkpoints / f"{job.id}.ckpt").unlink(missing_ok=True)


def _error(job: Job, death: Death) -> dict[str, Any]:
    code = "killed" if death.killed else "died"
    message = say(f"jobs.error.{code}", attempts=job.attempt, code=death.code)
    return {"code": code, "message": message, "hint": say(f"jobs.error.{code}.hint")}
