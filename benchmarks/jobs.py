"""Jobs: what the table costs a step, claims under contention, and how long a submit, a cancel and each recovery take.

    python benchmarks/jobs.py [--jobs 1000] [--processes 8] [--repeats 5]

Prints one JSON line a measurement. The bare bound of a progress report is one committed SQLite transaction on the same disk.
"""

import argparse
import json
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from seqrec_core.jobs.job import Job
from seqrec_core.jobs.submit import submit
from seqrec_core.jobs.table import JobTable
from seqrec_core.store.datasets import ensure_sample
from seqrec_core.store.home import Home

ROOT = Path(__file__).resolve().parent.parent
GRACE = 0.1  # seconds in which what the dead worker claimed still counts as before
LONG = {"width": "16", "epochs": "500", "patience": "500"}


def show(what: str, **figures: object) -> None:
    print(json.dumps({"what": what, **figures}), flush=True)


def per_step(home: Home, n: int) -> None:
    """A report of progress against one bare transaction."""
    table = JobTable(home.path / "steps.db")
    job = table.start("train", {}, "me", "here")
    started = time.perf_counter()
    for step in range(n):
        table.progress(job.id, "me", step, n, {"loss": 0.5})
    ours = (time.perf_counter() - started) / n
    with sqlite3.connect(home.path / "bare.db", isolation_level=None) as bare:
        bare.execute("pragma journal_mode = wal")
        bare.execute("pragma synchronous = normal")
        bare.execute("create table t (a, b)")
        started = time.perf_counter()
        for step in range(n):
            bare.execute("begin immediate")
            bare.execute("insert into t values (?, ?)", (step, "x"))
            bare.execute("commit")
        bound = (time.perf_counter() - started) / n
    show("a report of progress", milliseconds=round(ours * 1e3, 3), bare=round(bound * 1e3, 3), ratio=round(ours / bound, 1))


def claim_all(path: str, out: str) -> None:
    """Claim until nothing is left, and write what was claimed."""
    table, mine = JobTable(Path(path)), []
    while (job := table.claim("w", f"{os.getpid()}-{len(mine)}")) is not None:
        mine.append(job.id)
        table.finish(job.id, f"{os.getpid()}-{len(mine) - 1}", {})
    Path(out).write_text(json.dumps(mine))


def contention(home: Home, jobs: int, processes: int) -> None:
    """Many processes claim and finish the same queue."""
    table = JobTable(home.path / "claims.db")
    for _ in range(jobs):
        table.submit("train", {})
    outs = [home.path / f"claims{n}.json" for n in range(processes)]
    crew = [multiprocessing.get_context("spawn").Process(target=claim_all, args=(str(table.path), str(out))) for out in outs]
    started = time.perf_counter()
    for process in crew:
        process.start()
    for process in crew:
        process.join()
    seconds = time.perf_counter() - started
    claimed = [job for out in outs for job in json.loads(out.read_text())]
    twice = len(claimed) - len(set(claimed))
    show("claims", jobs=jobs, processes=processes, seconds=round(seconds, 2), claimed=len(claimed), twice=twice)


class Worker:
    """The real worker on a home."""

    def __init__(self, home: Home) -> None:
        self.home, self.table = home, JobTable(home.jobs_db)
        environment = os.environ | {"SEQREC_WELCOME": "false", "SEQREC_BACKOFF_SECONDS": "0"}
        command = [sys.executable, "-m", "seqrec_core.jobs.worker", "--home", str(home.path)]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def until(self, job: str, look: Callable[[Job], object]) -> float:
        """Wait until a job looks so; return when that was."""
        while True:
            found = self.table.find(job)
            if found is not None and look(found):
                return time.perf_counter()
            time.sleep(0.01)

    def until_epoch(self, job: str, since: float) -> float:
        """Wait until an attempt that began after this time reports an epoch; return when that was."""
        begun = self.until(job, lambda now: now.status == "running" and (now.started or 0) > since)
        self.until(job, lambda now: any(row.at > (now.started or 0) and "epoch" in row.values for row in self.table.history(job)))
        return max(begun, time.perf_counter())

    def child(self) -> int:
        """Process id of its child."""
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == self.process.pid and fields[0] != "Z":
                return int(stat.parent.name)
        raise LookupError("the worker has no child")


def train(home: Home, dataset: str, seed: int) -> str:
    asked = {"dataset": dataset, "model": "gru", "preset": "quick", "seed": seed, "set": LONG, "baselines": ("popularity",)}
    return submit(home, "train", asked).id


def lives(home: Home, repeats: int) -> None:
    """Submit to first progress, recovery after a kill of the child and of the worker, and cancel."""
    dataset = ensure_sample(home, "shop").id
    first, child, cancel, worker_killed = [], [], [], []
    worker = Worker(home)
    try:
        for seed in range(repeats):
            started = time.perf_counter()
            job = train(home, dataset, seed)
            first.append(worker.until(job, lambda now: now.step > 0) - started)
            worker.until(job, lambda now: now.values.get("epoch", 0) >= 2)
            os.kill(worker.child(), signal.SIGKILL)
            started, killed = time.perf_counter(), time.time()
            child.append(worker.until_epoch(job, killed) - started)
            worker.process.kill()
            worker.process.wait()
            started, killed = time.perf_counter(), time.time() + GRACE
            worker = Worker(home)
            worker_killed.append(worker.until_epoch(job, killed) - started)
            started = time.perf_counter()
            worker.table.cancel(job)
            cancel.append(worker.until(job, lambda now: now.ended) - started)
    finally:
        worker.process.terminate()
        worker.process.wait()
    figures = {"submit_to_first_progress": first, "child_killed": child, "worker_killed": worker_killed, "cancel": cancel}
    show("seconds", **{name: {"median": round(median(s), 2), "most": round(max(s), 2)} for name, s in figures.items()})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--repeats", type=int, default=2)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home")
        per_step(home, 1000)
        contention(home, given.jobs, given.processes)
        lives(home, given.repeats)


if __name__ == "__main__":
    main()
