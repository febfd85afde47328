"""Jobs on a Ray cluster: the same handlers, with the job table reached through an actor beside the worker.

The home has to be a folder that every node sees under the same path. Only the worker's machine touches the table's file: a task
tells the actor what it would have told the table. Ray retries nothing; a task that dies goes back to our queue like any job.
"""

import os
import signal
import time
from pathlib import Path
from typing import Any

from seqrec_core.errors import BadInput, Failed
from seqrec_core.jobs.execute import Flags, execute
from seqrec_core.jobs.job import Job, Pulse
from seqrec_core.jobs.table import JobTable
from seqrec_core.jobs.worker_state import ROOT
from seqrec_core.store.home import Home

ADDRESS = "RAY_ADDRESS"
GPU_KINDS = ("train", "welcome", "recommend", "faithfulness")
NOTICED = 30.0  # seconds within which a forced end shows


class Line:
    """The job table as tasks on other nodes reach it; an actor on the worker's node.

    Args:
        path: the table's file.
    """

    def __init__(self, path: str) -> None:
        self.table = JobTable(Path(path))
        self.ending: set[str] = set()

    def end(self, owner: str) -> None:
        """Let the task of this claim be told to stop with its next word."""
        self.ending.add(owner)

    def beat(self, job: str, owner: str) -> tuple[Pulse, bool]:
        """Extend a lease; answer as the table does, and whether the task has to stop."""
        return self.table.beat(job, owner), owner in self.ending

    def progress(self, job: str, owner: str, step: int, total: int, values: dict[str, Any]) -> tuple[Pulse, bool]:
        """Record progress; answer as `beat`."""
        return self.table.progress(job, owner, step, total, values), owner in self.ending

    def set_device(self, job: str, owner: str, device: str) -> bool:
        """Record where the job computes."""
        return self.table.set_device(job, owner, device)

    def finish(self, job: str, owner: str, result: dict[str, Any]) -> bool:
        """End the job with its result."""
        return self.table.finish(job, owner, result)

    def fail(self, job: str, owner: str, error: dict[str, Any]) -> bool:
        """End the job with an error."""
        return self.table.fail(job, owner, error)

    def stop(self, job: str, owner: str) -> bool:
        """End the job as cancelled."""
        return self.table.stop(job, owner)

    def requeue(self, job: str, owner: str) -> bool:
        """Give the job back to the queue; the attempt does not count."""
        return self.table.requeue(job, owner, count=False)

    def resolve(self, ref: str) -> Job:
        """Return a job by its id."""
        return self.table.resolve(ref)


class RemoteTable:
    """What `execute` needs of the table, asked of the actor.

    Args:
        line: handle of the actor.
        flags: told when the worker wants a stop.
    """

    def __init__(self, line: Any, flags: Flags) -> None:
        self.line, self.flags = line, flags

    def beat(self, job: str, owner: str) -> Pulse:
        """As the table's."""
        return self._heard(self._ask("beat", job, owner))

    def progress(self, job: str, owner: str, step: int, total: int, values: dict[str, Any]) -> Pulse:
        """As the table's."""
        return self._heard(self._ask("progress", job, owner, step, total, values))

    def set_device(self, job: str, owner: str, device: str) -> bool:
        """As the table's."""
        return bool(self._ask("set_device", job, owner, device))

    def finish(self, job: str, owner: str, result: dict[str, Any]) -> bool:
        """As the table's."""
        return bool(self._ask("finish", job, owner, result))

    def fail(self, job: str, owner: str, error: dict[str, Any]) -> bool:
        """As the table's."""
        return bool(self._ask("fail", job, owner, error))

    def stop(self, job: str, owner: str) -> bool:
        """As the table's."""
        return bool(self._ask("stop", job, owner))

    def requeue(self, job: str, owner: str) -> bool:
        """As the table's, without counting the attempt."""
        return bool(self._ask("requeue", job, owner))

    def resolve(self, ref: str) -> Job:
        """As the table's."""
        found: Job = self._ask("resolve", ref)
        return found

    def _heard(self, answer: tuple[Pulse, bool]) -> Pulse:
        pulse, ending = answer
        if ending:
            self.flags.ending.set()
        return pulse

    def _ask(self, name: str, *given: Any) -> Any:
        import ray

        return ray.get(getattr(self.line, name).remote(*given))


def work(path: str, job: Job, owner: str, line: Any) -> str:
    """Execute a claimed job on whatever node this is; return how it ended."""
    flags = Flags()
    table = RemoteTable(line, flags)
    outcome = execute(Home(Path(path)), table, job, owner, flags)
    if outcome.end == "stopped":
        table.requeue(job.id, owner)
    return outcome.end


class Cluster:
    """Starts tasks on the cluster that RAY_ADDRESS names, or on one of this machine alone.

    Args:
        home: where data lives, on every node under this path.

    Raises:
        BadInput: Ray is not installed.
        Failed: the cluster cannot be reached.
    """

    def __init__(self, home: Home) -> None:
        try:
            import ray
            from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy
        except ImportError:
            raise BadInput("jobs", "no_ray") from None
        paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        os.environ["PYTHONPATH"] = os.pathsep.join(paths)  # what a cluster that starts here finds our code by
        address = os.environ.get(ADDRESS)
        local = {} if address else {"include_dashboard": False}
        try:
            ray.init(address=address, log_to_driver=False, namespace="seqrec", configure_logging=False, **local)
        except Exception as error:
            raise Failed("jobs", "no_cluster", address=address or "–", reason=" ".join(str(error).split())[:300]) from error
        here = NodeAffinitySchedulingStrategy(node_id=ray.get_runtime_context().get_node_id(), soft=False)
        self.home = home
        self.line = ray.remote(Line).options(num_cpus=0, scheduling_strategy=here).remote(str(home.jobs_db))
        self.task = ray.remote(work)
        self.gpus = int(ray.cluster_resources().get("GPU", 0))

    def start(self, job: Job, owner: str) -> "RayChild":
        """Give a claimed job to the cluster; training asks for a GPU where the cluster has one."""
        gpus = 1 if self.gpus and job.kind in GPU_KINDS else 0
        task = self.task.options(name=f"seqrec-{job.id}", num_cpus=1, num_gpus=gpus, max_retries=0)
        return RayChild(job, owner, self.line, task.remote(str(self.home.path), job, owner, self.line))

    def close(self) -> None:
        """Leave the cluster."""
        import ray

        ray.shutdown()


class RayChild:
    """A job that a Ray task computes."""

    def __init__(self, job: Job, owner: str, line: Any, task: Any) -> None:
        self.job, self.owner, self.line, self.task = job, owner, line, task
        self.beaten = self.asked = 0.0

    def is_gone(self) -> bool:
        """Whether the task has ended."""
        import ray

        return bool(ray.wait([self.task], timeout=0)[0])

    def ask_to_stop(self) -> None:
        """Ask once for a stop."""
        if not self.asked:
            self.asked = time.monotonic()
            self.line.end.remote(self.owner)

    def overdue(self, patience: float) -> bool:
        """Whether it was asked to stop this long ago."""
        return bool(self.asked) and time.monotonic() - self.asked > patience

    def end(self) -> int:
        """End the task if it still computes; return what a process would have returned: 0, 1, or that it was killed."""
        import ray

        if not self.is_gone():
            ray.cancel(self.task, force=True)
        try:
            ray.get(self.task, timeout=NOTICED)
        except (ray.exceptions.WorkerCrashedError, ray.exceptions.OutOfMemoryError, ray.exceptions.TaskCancelledError):
            return -signal.SIGKILL
        except Exception:
            return 1
        return 0
