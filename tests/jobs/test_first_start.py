"""The first start of a fresh home: the worker prepares the sample and trains on it, even if its child is killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from seqrec_core.jobs.job import Job
from seqrec_core.jobs.table import JobTable
from seqrec_core.store.datasets import DatasetStore
from seqrec_core.store.home import Home
from seqrec_core.store.runs import RunStore

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 240


def until(table: JobTable, look: Callable[[Job], bool]) -> Job:
    deadline = time.monotonic() + PATIENCE
    while True:
        jobs = table.list(kind="welcome")
        if jobs and look(jobs[0]):
            return jobs[0]
        assert time.monotonic() < deadline, f"waited in vain, now {jobs}"
        time.sleep(0.1)


def checkpoint(home: Home, job: Job) -> Path:
    return home.checkpoints / f"{job.id}.ckpt"


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.slow
def test_a_fresh_home_gets_a_trained_run_although_its_child_is_killed(tmp_path: Path) -> None:
    if not Path("/proc/self/task").exists():
        pytest.skip("needs /proc to find the child")
    home = Home(tmp_path / "home")
    command = [sys.executable, "-m", "seqrec_core.jobs.worker", "--home", str(home.path)]
    environment = os.environ | {"SEQREC_WELCOME": "true"}
    with (tmp_path / "log").open("w") as log:
        worker = subprocess.Popen(command, cwd=ROOT, stderr=log, env=environment)
        try:
            table = JobTable(home.jobs_db)
            until(table, lambda job: checkpoint(home, job).exists())
            before = len(table.history(table.list(kind="welcome")[0].id))
            (child,) = children_of(worker.pid)
            os.kill(child, signal.SIGKILL)
            job = until(table, lambda job: job.ended)
        finally:
            worker.terminate()
            worker.wait(timeout=30)
    assert (job.status, job.attempt) == ("finished", 2), (tmp_path / "log").read_text()
    assert job.device
    epochs = [row.values["epoch"] for row in table.history(job.id)[before:] if "epoch" in row.values]
    assert epochs[0] > 1, "it began again instead of going on from its checkpoint"
    card = RunStore(home).find(job.result["run"])
    assert card.dataset == DatasetStore(home).find("sample:shop").id
    assert len(card.epochs) == job.result["epochs"] > 1
    assert card.metrics["ndcg@10"]["mean"] > card.baselines["popularity"]["ndcg@10"]["mean"]
    assert len(RunStore(home).list()) == 1
    assert not checkpoint(home, job).exists()
