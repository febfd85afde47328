"""Each job in a process of its own on this machine."""

import os
import subprocess
import sys
import time

from seqrec_core.jobs.job import Job
from seqrec_core.jobs.worker_state import ROOT
from seqrec_core.store.home import Home


class Local:
    """Starts processes.

    Args:
        home: where data lives.
        module: what a child runs; it takes the arguments of `jobs.child`.
    """

    def __init__(self, home: Home, module: str) -> None:
        self.home, self.module = home, module

    def start(self, job: Job, owner: str) -> "LocalChild":
        """Start a process for a claimed job."""
        return LocalChild(self.home, job, owner, self.module)

    def close(self) -> None:
        """Nothing is held."""


class LocalChild:
    """A job in its own process."""

    def __init__(self, home: Home, job: Job, owner: str, module: str) -> None:
        self.job, self.owner = job, owner
        self.beaten = self.asked = 0.0
        command = [sys.executable, "-m", module, job.id, owner]
        command += ["--home", str(home.path), "--parent", str(os.getpid())]
        # Its own session: Ctrl-C in the worker's terminal must not reach it before the worker has decided.
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, start_new_session=True)

    def is_gone(self) -> bool:
        """Whether the process has ended."""
        return self.process.poll() is not None

    def ask_to_stop(self) -> None:
        """Ask once for a stop."""
        if not self.asked:
            self.asked = time.monotonic()
            self.process.terminate()

    def overdue(self, patience: float) -> bool:
        """Whether it was asked to stop this long ago."""
        return bool(self.asked) and time.monotonic() - self.asked > patience

    def end(self) -> int:
        """Kill the process if it still runs; return its exit code."""
        if self.process.poll() is None:
            self.process.kill()
        return self.process.wait()
