"""One job in a process of its own: `python -m seqrec_core.jobs.child JOB OWNER --home DIR --parent PID`.

It is told to stop by a cancel flag in the table, by SIGTERM, or by the death of its worker. A stop that is no cancel
gives the job back to the queue; the handler has left a checkpoint.
"""

import argparse
import logging
import os
import signal
import sys
import time
from pathlib import Path

from seqrec_core.jobs.execute import Flags, execute
from seqrec_core.jobs.table import JobTable
from seqrec_core.store.home import Home

ORPHAN_SECONDS = 8  # an orphan that does not stop by itself ends after this long
LOST_EXIT = 75
NICE = 5  # pages answer first


def main(arguments: list[str]) -> int:
    """Execute one claimed job; 0 = the row says how it ended or was given back."""
    parser = argparse.ArgumentParser(prog="seqrec_core.jobs.child")
    parser.add_argument("job")
    parser.add_argument("owner")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--parent", type=int, required=True)
    given = parser.parse_args(arguments)
    home = Home(given.home)
    table, flags = JobTable(home.jobs_db), Flags()
    signal.signal(signal.SIGTERM, lambda *_: flags.ending.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal reaches the worker, which decides
    job = table.find(given.job)
    if job is None or table.beat(given.job, given.owner) == "lost":
        return LOST_EXIT
    outcome = execute(home, table, job, given.owner, flags, watch=Orphan(given.parent, flags).look)
    if outcome.end == "stopped":
        table.requeue(job.id, given.owner, count=False)
    return 0


class Orphan:
    """Notices that the worker is gone: asks for a stop, and ends the process if that is not heard.

    Args:
        parent: process id of the worker.
        flags: asked by the handler.
    """

    def __init__(self, parent: int, flags: Flags) -> None:
        self.parent, self.flags = parent, flags
        self.since: float | None = None

    def look(self) -> None:
        """Look whether the parent is still there."""
        if os.getppid() == self.parent:
            return
        self.flags.ending.set()
        self.since = self.since or time.monotonic()
        if time.monotonic() - self.since > ORPHAN_SECONDS:
            os._exit(LOST_EXIT)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    if hasattr(os, "nice"):
        os.nice(NICE)
    sys.exit(main(sys.argv[1:]))
