"""A training that is killed at random moments, its worker too, ends as if nothing had happened."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from seqrec_core.jobs.health import health
from seqrec_core.jobs.job import Job
from seqrec_core.jobs.submit import submit
from seqrec_core.jobs.table import JobTable
from seqrec_core.jobs.worker import tidy
from seqrec_core.jobs.worker_state import worker_state
from seqrec_core.store.datasets import DatasetStore
from seqrec_core.store.home import Home
from seqrec_core.store.runs import RunCard, RunStore
from tests.store.making import imported

ROOT = Path(__file__).resolve().parents[2]
KILLS = 20
PATIENCE = 300
SETTINGS = {"width": "16", "epochs": "12", "patience": "50"}


def start(home: Home) -> "subprocess.Popen[bytes]":
    environment = os.environ | {"SEQREC_WELCOME": "false", "SEQREC_BACKOFF_SECONDS": "0"}
    command = [sys.executable, "-m", "seqrec_core.jobs.worker", "--home", str(home.path)]
    log = (home.path / "worker.log").open("ab")
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)


def child_of(worker: int) -> int | None:
    """Process id of a child of the worker, from the system's table of processes."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == worker and fields[0] != "Z":
            return int(stat.parent.name)
    return None


def killed(process: int | None) -> bool:
    try:
        if process is not None:
            os.kill(process, signal.SIGKILL)
            return True
    except ProcessLookupError:
        pass
    return False


def train(home: Home, dataset: str, seed: int) -> str:
    asked = {"dataset": dataset, "model": "gru", "preset": "quick", "seed": seed, "set": SETTINGS, "baselines": ("popularity",)}
    job = submit(home, "train", asked).id
    with sqlite3.connect(home.jobs_db) as connection:
        connection.execute("update job set max_attempts = 99 where id = ?", (job,))
    return job


def ended(home: Home, job: str) -> Job:
    deadline = time.monotonic() + PATIENCE
    while True:
        found = JobTable(home.jobs_db).find(job)
        if found is not None and found.ended:
            return found
        assert time.monotonic() < deadline, found
        time.sleep(0.1)


def card_of(home: Home, job: Job) -> RunCard:
    assert job.status == "finished", job.error
    assert job.result is not None
    return RunStore(home).find(job.result["run"])


@pytest.mark.slow
def test_twenty_random_kills_lose_nothing(tmp_path: Path) -> None:
    home, chance = Home(tmp_path / "home"), random.Random(7)
    info = DatasetStore(home).save(imported(n_users=400, n_events=30, n_items=50), "Clicks")
    worker, kills, seed, cards = start(home), 0, 0, []
    try:
        while kills < KILLS:
            job, seed = train(home, info.id, seed), seed + 1
            while kills < KILLS and not _has_ended(home, job):
                time.sleep(chance.uniform(0, 6))
                if chance.random() < 0.3:
                    worker.kill()
                    worker.wait()
                    kills += 1
                    _until_free(home)
                    worker = start(home)
                else:
                    kills += killed(child_of(worker.pid))
                assert not [problem for problem in health(home, deep=True).problems], "something half written is listed"
            cards.append(card_of(home, ended(home, job)))
        assert kills == KILLS
        calm = card_of(home, ended(home, train(home, info.id, seed)))
    finally:
        worker.terminate()
        worker.wait(timeout=30)
    assert [job.status for job in JobTable(home.jobs_db).list()] == ["finished"] * (len(cards) + 1)
    assert {len(card.epochs) for card in cards} == {len(calm.epochs)}, "an epoch was lost, or trained twice"
    assert len(RunStore(home).list()) == len(cards) + 1
    tidy(home)  # as each worker does: a job that ended between two workers has left its checkpoint
    assert list(home.checkpoints.glob("*.ckpt")) == []
    _same_seed_same_metrics(home, info.id, cards[0])


def _has_ended(home: Home, job: str) -> bool:
    found = JobTable(home.jobs_db).find(job)
    return found is not None and found.ended


def _until_free(home: Home) -> None:
    deadline = time.monotonic() + PATIENCE
    while worker_state(home).alive:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _same_seed_same_metrics(home: Home, dataset: str, disturbed: RunCard) -> None:
    """The run that was killed has the metrics of the same training in peace, in this process."""
    from seqrec_core.jobs.run_here import run_here

    RunStore(home).delete(disturbed.id)
    asked = {"dataset": dataset, "model": "gru", "preset": "quick", "seed": 0, "set": SETTINGS, "baselines": ("popularity",)}
    calm = card_of(home, run_here(home, "train", asked))
    assert calm.metrics["ndcg@10"] == disturbed.metrics["ndcg@10"]
