"""One job again and again, each time with a fault at the next point: `python -m tests.jobs.crash_points HOME kill|full|table`.

`kill` ends the process outright before the n-th act on the disk or the job table; `full` lets the n-th write to the disk fail for
want of space, `table` the n-th write to the job table. This process only forks and settles, as the worker does, so that a case
costs milliseconds. A line of JSON says what became of each case; the last one met no fault.
"""

import errno
import json
import os
import signal
import sqlite3
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from seqrec_core.errors import Stopped
from seqrec_core.jobs import execute
from seqrec_core.jobs.context import JobContext
from seqrec_core.jobs.health import health
from seqrec_core.jobs.job import Job
from seqrec_core.jobs.settle import died, settle
from seqrec_core.jobs.table import JobTable
from seqrec_core.store.atomic import ASIDE, check
from seqrec_core.store.datasets import DatasetStore
from seqrec_core.store.home import Home
from seqrec_core.store.runs import RunStore
from tests.store.making import imported, trained

STEPS = 3
MOST = 400


class Fault:
    """Strikes at the n-th act; 0 = never."""

    def __init__(self, strike: Callable[[], None], at: int) -> None:
        self.strike, self.at, self.acts = strike, at, 0

    def before(self, owner: Any, name: str) -> None:
        """Count each call of a function as an act, before it is done."""
        act = getattr(owner, name)

        def counted(*given: Any, **named: Any) -> Any:
            self.acts += 1
            if self.acts == self.at:
                self.strike()
            return act(*given, **named)

        setattr(owner, name, counted)


def disk(fault: Fault) -> None:
    """Acts on the disk."""
    import polars as pl
    import safetensors.numpy

    for owner, name in (
        *((Path, name) for name in ("write_bytes", "write_text", "rename", "replace", "mkdir")),
        (os, "fsync"),
        (pl.DataFrame, "write_parquet"),
        (safetensors.numpy, "save_file"),
    ):
        fault.before(owner, name)


def table_writes(fault: Fault) -> None:
    """Acts on the job table."""
    for name in ("progress", "finish", "fail", "set_device"):
        fault.before(JobTable, name)


def kill() -> None:
    """End at once."""
    os.kill(os.getpid(), signal.SIGKILL)


def full() -> None:
    """Fail as a full disk does."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def table_full() -> None:
    """Fail as SQLite does on a full disk."""
    raise sqlite3.OperationalError("database or disk is full")


MODES = {"kill": (kill, (disk, table_writes)), "full": (full, (disk,)), "table": (table_full, (table_writes,))}


def handle(request: Any, context: JobContext) -> dict[str, Any]:
    """Save a checkpoint a step, as a fit does, then store a run."""
    context.set_device("here")
    slot = context.checkpoint("data")
    saved = slot.load()
    first = 0 if saved is None else int(saved["step"][0])
    for step in range(first, STEPS):
        if context.should_stop():
            raise Stopped("jobs", "stopped")
        slot.save({"step": np.array([step + 1])})
        context.report(step + 1, STEPS, {"step": step})
    info = DatasetStore(context.home).list()[0]
    card, models, reports, _ = trained(info, imported(), run=uuid.uuid4().hex[:10])
    RunStore(context.home).save(card.model_copy(update={"job": context.job_id}), models, reports)
    return {"run": card.id, "first": first, "notes": slot.notes}


def attempt(home: Home, job: Job, owner: str, mode: str, at: int) -> int:
    """Execute a claimed job in a fork with a fault at its n-th act; return how many acts it did, -1 where the fault struck."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        strike, kinds = MODES[mode]
        fault = Fault(strike, at)
        for kind in kinds:
            kind(fault)
        code = 1
        try:
            execute.execute(home, JobTable(home.jobs_db), job, owner, execute.Flags())
            code = 0
        finally:
            os.write(writer, str(fault.acts).encode())
            os._exit(code)
    os.close(writer)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    with os.fdopen(reader) as stream:
        acts = stream.read()
    settle(home, JobTable(home.jobs_db), job, owner, died(code))
    return -1 if at and (not acts or int(acts) >= at) else int(acts or 0)


def case(home: Home, mode: str, at: int) -> dict[str, Any]:
    """Do one job with a fault at its n-th act, look at what is there, and let it go on."""
    table = JobTable(home.jobs_db)
    submitted = table.submit("train", {"dataset": "d"}, max_attempts=3)[0]
    job = table.claim("w", "first")
    assert job is not None
    acts = attempt(home, job, "first", mode, at)
    after = table.find(job.id)
    assert after is not None
    told = {"at": at, "acts": acts, "after": after.status, "error": (after.error or {}).get("code")}
    told |= {"torn": torn(home), "problems": list(health(home).problems)}
    again = submitted if after.status == "queued" else table.submit("train", {"dataset": "d"}, max_attempts=3)[0]
    if after.status != "finished":
        claimed = table.claim("w", "second")
        assert claimed is not None
        assert claimed.id == again.id
        attempt(home, claimed, "second", mode, 0)
    end = table.find(again.id if after.status != "finished" else job.id)
    assert end is not None
    run = (end.result or {}).get("run", "")
    return told | {"end": end.status, "notes": (end.result or {}).get("notes"), "run_is_whole": whole(home, run)}


def torn(home: Home) -> list[str]:
    """Runs that are listed though not whole, and what lies where a run should."""
    found = []
    for folder in home.runs.iterdir():
        if folder.name.startswith(ASIDE):
            continue
        try:
            check(folder, hashes=True)
        except Exception as error:
            found.append(f"{folder.name}: {error}")
    return found


def whole(home: Home, run: str) -> bool:
    """Whether a run is there and its model can be used."""
    return bool(RunStore(home).load_model(run).n_items)


def main(home: Home, mode: str) -> None:
    """Go through the points until one job met none."""
    execute.handler_of = lambda kind: handle
    for at in range(1, MOST):
        told = case(home, mode, at)
        sys.stdout.write(json.dumps(told) + "\n")
        if told["acts"] >= 0:
            return


if __name__ == "__main__":
    main(Home(Path(sys.argv[1])), sys.argv[2])
