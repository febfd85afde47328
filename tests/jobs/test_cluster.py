"""Jobs on a Ray cluster of this machine: equal results, and no job is lost by cancels, kills or the end of the worker."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from seqrec_core.errors import BadInput
from seqrec_core.jobs.executors import executor_for
from seqrec_core.jobs.job import Job
from seqrec_core.jobs.run_here import run_here
from seqrec_core.jobs.submit import submit
from seqrec_core.jobs.table import JobTable
from seqrec_core.settings import settings
from seqrec_core.store.datasets import DatasetStore
from seqrec_core.store.home import Home
from seqrec_core.store.runs import RunStore
from tests.store.making import imported

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 180
SMALL = {"width": "16", "epochs": "4", "patience": "50"}
LONG = {"width": "16", "epochs": "500", "patience": "500"}


def wait_for(look: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not look():
        assert time.monotonic() < deadline, f"waited in vain for: {what}"
        time.sleep(0.1)


class Cluster:
    """A worker whose jobs run on Ray, on one home."""

    def __init__(self, home: Home) -> None:
        self.home, self.table = home, JobTable(home.jobs_db)
        self.dataset = DatasetStore(home).save(imported(n_users=300, n_events=20, n_items=40), "Clicks").id
        self.worker = self.start()

    def start(self) -> "subprocess.Popen[bytes]":
        environment = os.environ | {"SEQREC_EXECUTOR": "ray", "SEQREC_WELCOME": "false", "SEQREC_BACKOFF_SECONDS": "0"}
        environment.pop("RAY_ADDRESS", None)
        log = self.home.worker_log.open("ab")
        command = [sys.executable, "-m", "seqrec_core.jobs.worker", "--home", str(self.home.path)]
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)

    def asked(self, settings: dict[str, str], seed: int) -> dict[str, object]:
        return {
            "dataset": self.dataset,
            "model": "gru",
            "preset": "quick",
            "seed": seed,
            "set": settings,
            "baselines": ("popularity",),
        }

    def train(self, settings: dict[str, str], seed: int = 0) -> str:
        return submit(self.home, "train", self.asked(settings, seed)).id

    def job(self, job: str) -> Job:
        found = self.table.find(job)
        assert found is not None
        return found

    def until(self, job: str, look: Callable[[Job], object]) -> Job:
        wait_for(lambda: look(self.job(job)), f"{self.job(job)}; {self.home.worker_log.read_text()[-2000:]}")
        return self.job(job)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    pytest.importorskip("ray", reason="Ray is not installed")
    made = Cluster(Home(tmp_path_factory.mktemp("cluster") / "home"))
    yield made
    made.worker.terminate()
    made.worker.wait(timeout=60)


def process_of(job: str) -> int | None:
    """Process id of the Ray task of a job: Ray names the process after it."""
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if f"seqrec-{job}" in line.read_text():
                return int(line.parent.name)
        except OSError:
            continue
    return None


@pytest.mark.slow
def test_the_same_training_gives_the_same_metrics_here_and_on_the_cluster(cluster: Cluster) -> None:
    done = cluster.until(cluster.train(SMALL), lambda now: now.ended)
    assert done.status == "finished", done.error
    there = RunStore(cluster.home).find(done.result["run"])
    assert cluster.table.history(done.id), "progress came through the actor"
    assert done.device
    RunStore(cluster.home).delete(there.id)
    here = RunStore(cluster.home).find(run_here(cluster.home, "train", cluster.asked(SMALL, 0)).result["run"])
    assert here.metrics["ndcg@10"] == there.metrics["ndcg@10"]
    assert [epoch["loss"] for epoch in here.epochs] == [epoch["loss"] for epoch in there.epochs]


@pytest.mark.slow
def test_a_job_on_the_cluster_can_be_cancelled(cluster: Cluster) -> None:
    job = cluster.train(LONG, seed=1)
    cluster.until(job, lambda now: now.values.get("epoch", 0) >= 2)
    cluster.table.cancel(job)
    assert cluster.until(job, lambda now: now.ended).status == "cancelled"


@pytest.mark.slow
def test_a_killed_task_goes_on_from_its_checkpoint(cluster: Cluster) -> None:
    job = cluster.train({**SMALL, "epochs": "30"}, seed=2)
    cluster.until(job, lambda now: now.values.get("epoch", 0) >= 3)
    wait_for(lambda: process_of(job), "the task's process")
    os.kill(process_of(job), signal.SIGKILL)
    done = cluster.until(job, lambda now: now.ended)
    assert (done.status, done.attempt) == ("finished", 2), done.error
    assert len(RunStore(cluster.home).find(done.result["run"]).epochs) == 30


@pytest.mark.slow
def test_the_end_of_the_worker_gives_the_job_back_and_the_next_one_finishes_it(cluster: Cluster) -> None:
    job = cluster.train({**SMALL, "epochs": "40"}, seed=3)
    cluster.until(job, lambda now: now.values.get("epoch", 0) >= 2)
    cluster.worker.terminate()
    assert cluster.worker.wait(timeout=PATIENCE) == 0
    waiting = cluster.job(job)
    assert (waiting.status, waiting.attempt) == ("queued", 0), "a stop for a restart is no attempt"
    cluster.worker = cluster.start()
    assert cluster.until(job, lambda now: now.ended).status == "finished"


def test_without_ray_the_executor_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = settings().model_copy(update={"executor": "ray"})
    monkeypatch.setattr("seqrec_core.jobs.executors.settings", lambda: changed)
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(BadInput, match="not installed"):
        executor_for(Home(tmp_path / "home"), "seqrec_core.jobs.child")
