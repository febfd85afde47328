"""A child whose training handler does as the request tells it, so that kills and stops can be tested without a network."""

import os
import signal
import sys
import time
from typing import Any

import numpy as np

from seqrec_core.errors import Failed, Stopped
from seqrec_core.jobs import child, execute
from seqrec_core.jobs.context import JobContext
from seqrec_core.jobs.requests import TrainRequest


def handle(request: TrainRequest, context: JobContext) -> dict[str, Any]:
    """Count to `to` with a checkpoint at each step, or hang, die or raise."""
    do = request.set.get("do", "count")
    context.progress(0, 100, {"pid": os.getpid()})
    if do == "hang":
        while True:
            time.sleep(0.05)
    if do == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if do == "raise":
        raise ValueError("a <b>surprise</b>")
    if do == "fail":
        raise Failed("store", "disk_full", free_mb=1, path="/x")
    return count_to(int(request.set["to"]), context)


def count_to(to: int, context: JobContext) -> dict[str, Any]:
    """Count, saving each step; a later attempt goes on where the last one was."""
    slot = context.checkpoint("data")
    saved = slot.load()
    first = step = 0 if saved is None else int(saved["step"][0])
    while step < to:
        if context.should_stop():
            raise Stopped("jobs", "stopped")
        time.sleep(0.02)
        step += 1
        slot.save({"step": np.array([step])})
        context.progress(step, to, {"pid": os.getpid(), "first": first})
    return {"steps": step, "first": first, "notes": slot.notes}


if __name__ == "__main__":
    execute.handler_of = lambda kind: handle
    sys.exit(child.main(sys.argv[1:]))
