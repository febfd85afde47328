"""The worker: one a home, and no job is lost by kills, cancels or restarts."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from seqrec_core.jobs import worker
from seqrec_core.jobs.job import Job
from seqrec_core.jobs.table import JobTable
from seqrec_core.jobs.worker_state import ensure_worker, stop_worker, worker_lock, worker_state
from seqrec_core.store.home import Home

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60


def wait_for(look: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not look():
        assert time.monotonic() < deadline, f"waited in vain for: {what}"
        time.sleep(0.05)


class Workers:
    """Starts workers on one home and ends them after the test."""

    def __init__(self, home: Home) -> None:
        self.home, self.table = home, JobTable(home.jobs_db)
        self.processes: list[subprocess.Popen[str]] = []

    def start(self, *arguments: str, wait: bool = True) -> "subprocess.Popen[str]":
        environment = os.environ | {"SEQREC_LEASE_SECONDS": "10", "SEQREC_WELCOME": "false", "SEQREC_MAX_ATTEMPTS": "2"}
        command = [sys.executable, "-m", "tests.jobs.stub_worker", str(self.home.path), *arguments]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
        self.processes.append(process)
        if wait:
            wait_for(lambda: worker_state(self.home).pid == process.pid, "the worker to start")
        return process

    def submit(self, **instructions: str) -> Job:
        return self.table.submit("train", {"dataset": "d", "set": instructions}, max_attempts=2)[0]

    def job(self, job: Job) -> Job:
        found = self.table.find(job.id)
        assert found is not None
        return found

    def until(self, job: Job, look: Callable[[Job], object]) -> Job:
        wait_for(lambda: look(self.job(job)), f"{job.id}, now {self.job(job)}")
        return self.job(job)

    def child_of(self, job: Job, after: int = 0) -> int:
        """Process id of the job's child, once it is past step `after`."""
        return int(self.until(job, lambda now: "pid" in now.values and now.step > after - 1).values["pid"])

    def end(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            process.communicate(timeout=30)


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    started = Workers(Home(tmp_path / "home"))
    yield started
    started.end()


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return (Path("/proc") / str(pid) / "stat").exists() and " Z " in (Path("/proc") / str(pid) / "stat").read_text()


def test_a_job_is_done_and_a_second_worker_says_so_and_ends(workers: Workers) -> None:
    assert not worker_state(workers.home).alive
    first = workers.start()
    state = worker_state(workers.home)
    assert (state.alive, state.pid) == (True, first.pid)
    assert state.device
    second = workers.start(wait=False)
    assert second.wait(timeout=PATIENCE) == 0
    assert str(first.pid) in second.stderr.read()
    job = workers.submit(to="5")
    done = workers.until(job, lambda now: now.ended)
    assert (done.status, done.result, done.attempt) == ("finished", {"steps": 5, "first": 0, "notes": []}, 1)
    assert workers.table.history(job.id)[-1].step == 5
    first.kill()
    first.wait()
    wait_for(lambda: not worker_state(workers.home).alive, "the lock to be free")


def test_a_killed_child_goes_on_from_its_checkpoint(workers: Workers) -> None:
    workers.start()
    job = workers.submit(to="60")
    os.kill(workers.child_of(job, after=10), signal.SIGKILL)
    done = workers.until(job, lambda now: now.ended)
    assert (done.status, done.attempt) == ("finished", 2)
    assert done.result["steps"] == 60
    assert done.result["first"] >= 10, "it began again instead of going on"
    # What the kill left aside, half written, is swept a day later.
    checkpoint = workers.home.checkpoints / f"{job.id}.ckpt"
    wait_for(lambda: not checkpoint.exists(), "the checkpoint of a finished job to be removed")


def test_a_damaged_checkpoint_is_ignored_with_a_note(workers: Workers) -> None:
    job = workers.submit(to="3")
    (workers.home.checkpoints / f"{job.id}.ckpt").write_bytes(b'{"sha256": "x"}\nrubbish')
    workers.start()
    done = workers.until(job, lambda now: now.ended)
    assert (done.status, done.result["first"]) == ("finished", 0)
    assert len(done.result["notes"]) == 1


def test_a_child_that_dies_each_time_fails_and_memory_is_named(workers: Workers) -> None:
    workers.start()
    job = workers.submit(do="die")
    failed = workers.until(job, lambda now: now.ended)
    assert (failed.status, failed.attempt, failed.error["code"]) == ("failed", 2, "killed")
    assert "memory" in failed.error["message"]


def test_cancel_stops_a_running_job_and_the_worker_goes_on(workers: Workers) -> None:
    workers.start()
    job = workers.submit(to="100000")
    child = workers.child_of(job, after=1)
    workers.table.cancel(job.id)
    assert workers.until(job, lambda now: now.ended).status == "cancelled"
    wait_for(lambda: is_gone(child), "the child to end")
    assert workers.until(workers.submit(to="2"), lambda now: now.ended).status == "finished"


def test_a_hung_job_is_killed_when_it_is_cancelled(workers: Workers) -> None:
    workers.start()
    job = workers.submit(do="hang")
    child = workers.child_of(job)
    workers.table.cancel(job.id)
    assert workers.until(job, lambda now: now.ended).status == "cancelled"
    wait_for(lambda: is_gone(child), "the child to end")


def test_errors_end_a_job_with_a_sentence(workers: Workers) -> None:
    workers.start()
    known, unknown = workers.submit(do="fail"), workers.submit(do="raise")
    first = workers.until(known, lambda now: now.ended)
    assert (first.status, first.error["code"], first.attempt) == ("failed", "disk_full", 1)
    second = workers.until(unknown, lambda now: now.ended)
    assert (second.status, second.error["code"], second.attempt) == ("failed", "unexpected", 1)
    assert "ValueError" in second.error["message"]


def test_sigterm_gives_the_job_back_and_the_next_worker_goes_on(workers: Workers) -> None:
    first = workers.start()
    job = workers.submit(to="50")
    child = workers.child_of(job, after=10)
    first.terminate()
    assert first.wait(timeout=PATIENCE) == 0
    assert is_gone(child)
    waiting = workers.job(job)
    assert (waiting.status, waiting.attempt) == ("queued", 0), "a stop for a restart is no attempt"
    workers.start()
    done = workers.until(job, lambda now: now.ended)
    assert (done.status, done.attempt) == ("finished", 1)
    assert done.result["first"] >= 10


def test_a_child_whose_worker_was_killed_stops_and_gives_its_job_back(workers: Workers) -> None:
    first = workers.start()
    job = workers.submit(to="100000")
    child = workers.child_of(job, after=1)
    first.kill()
    first.wait()
    wait_for(lambda: is_gone(child), "the orphan to end")
    workers.until(job, lambda now: now.status == "queued")


def test_once_ends_when_the_queue_is_empty(workers: Workers) -> None:
    jobs = [workers.submit(to="2") for _ in range(2)]
    assert workers.start("--once", wait=False).wait(timeout=PATIENCE) == 0
    assert [workers.job(job).status for job in jobs] == ["finished", "finished"]


def test_ensure_starts_one_worker_and_stop_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEQREC_WELCOME", "false")
    home = Home(tmp_path / "home")
    assert not stop_worker(home)
    try:
        assert ensure_worker(home)
        state = worker_state(home)
        assert state.alive
        assert state.pid != os.getpid()
        assert os.getsid(state.pid) == state.pid, "it has a session of its own, so that it outlives the app"
        assert not ensure_worker(home)
    finally:
        assert stop_worker(home)
    assert not worker_state(home).alive
    assert home.worker_log.read_text()


def test_an_idle_worker_compiles_the_searches_once_and_takes_that_process_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "WARMING", "tests.jobs.stub_warming")
    home = Home(tmp_path / "home")
    with worker_lock(home) as life:
        assert life is not None
        busy = worker.Worker(home, life, threading.Event(), False, worker.CHILD)
        busy._tick()
        warming = busy.warming
        assert warming is not None
        busy._tick()
        assert busy.warming is warming
        assert warming.poll() is None
        busy._end()
        assert warming.poll() is not None
        until_empty = worker.Worker(home, life, threading.Event(), True, worker.CHILD)
        until_empty._tick()
        assert until_empty.warming is None
