"""Where the worker lets a job be computed: in a process beside it, or on a Ray cluster (`SEQREC_EXECUTOR`)."""

from typing import Protocol

from seqrec_core.jobs.job import Job
from seqrec_core.settings import settings
from seqrec_core.store.home import Home


class Child(Protocol):
    """A claimed job that is being computed elsewhere.

    Args:
        job, owner: the claim. beaten: when the worker last beat for it, seconds of its own clock.
    """

    job: Job
    owner: str
    beaten: float

    def is_gone(self) -> bool:
        """Whether it has ended, however."""

    def ask_to_stop(self) -> None:
        """Ask once for a stop."""

    def overdue(self, patience: float) -> bool:
        """Whether it was asked to stop so many seconds ago."""

    def end(self) -> int:
        """End it if it still computes; return its exit code, negative for a signal."""


class Executor(Protocol):
    """Starts children and is closed when the worker ends."""

    def start(self, job: Job, owner: str) -> Child:
        """Let a claimed job be computed."""

    def close(self) -> None:
        """Let go of what was held for all children."""


def executor_for(home: Home, module: str) -> Executor:
    """Return the executor that the settings name.

    Args:
        home: where data lives.
        module: what a local child runs.

    Raises:
        BadInput: Ray is asked for and not installed.
        Failed: the cluster cannot be reached.
    """
    if settings().executor == "ray":
        from seqrec_core.jobs.executors.cluster import Cluster

        return Cluster(home)
    from seqrec_core.jobs.executors.local import Local

    return Local(home, module)
