"""The worker of a home: claims jobs, runs each in a child process, and settles what becomes of it.

Start it with `python -m seqrec_core.jobs.worker --home DIR`. One a home; a second one says so and ends. It loads neither
polars nor torch, so that waiting costs little.
"""

import argparse
import logging
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import IO

from seqrec_core.jobs.device import device_name
from seqrec_core.jobs.executors import Child, Executor, executor_for
from seqrec_core.jobs.settle import died, settle
from seqrec_core.jobs.table import JobTable
from seqrec_core.jobs.worker_state import ROOT, introduce, show_life, worker_lock, worker_state
from seqrec_core.settings import settings
from seqrec_core.store.atomic import sweep
from seqrec_core.store.home import Home
from seqrec_core.text import say

log = logging.getLogger(__name__)

TICK = 0.2  # seconds between two looks at the table and the children
LIFE = 2.0  # seconds between two signs of life
KILL_AFTER = 3.0  # seconds that a cancelled child has to stop by itself
END_AFTER = 8.0  # seconds that children have to save a checkpoint when the worker ends
TIDY_EVERY = 6 * 3_600.0  # seconds
CHECKPOINT_DAYS = 7
CHILD = "seqrec_core.jobs.child"
WARMING = "seqrec_core.mining.warming"  # compiles the searches, for whoever asks for one first

# Kinds that share places: trainings, and beside them shorter jobs.
TRAININGS, OTHERS = ("train", "welcome"), ("import", "clean", "evaluate", "recommend", "faithfulness")


class Worker:
    """Claims and settles until it is told to end.

    Args:
        home: where.
        life: the held lock.
        ending: set to end.
        once: end when the queue is empty.
        executor: where children compute.
        warms: compile the searches while nothing else is to do.
    """

    def __init__(
        self, home: Home, life: IO[str], ending: threading.Event, once: bool, executor: Executor, warms: bool = True
    ) -> None:
        self.home, self.life, self.ending, self.once, self.executor = home, life, ending, once, executor
        self.warms = warms and not once
        self.places = _places()
        self.table = JobTable(home.jobs_db)
        self.children: dict[int, Child] = {}
        self.name = f"worker {os.getpid()}"
        self.shown = 0.0
        self.tidied = -TIDY_EVERY
        self.warming: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Work until the end."""
        while not self.ending.is_set():
            self._tick()
            if self.once and not self.children and not self.table.list(status="queued", limit=1):
                return
            self.ending.wait(TICK)
        self._end()

    def _tick(self) -> None:
        if time.monotonic() - self.shown > LIFE:
            show_life(self.life)
            self.shown = time.monotonic()
        if time.monotonic() - self.tidied > TIDY_EVERY:
            tidy(self.home)
            self.tidied = time.monotonic()
        for place, child in list(self.children.items()):
            if self._look_after(child):
                del self.children[place]
        for place, kinds in enumerate(self.places):
            if place not in self.children:
                owner = uuid.uuid4().hex
                job = self.table.claim(self.name, owner, kinds)
                if job is not None:
                    log.info("%s job %s, attempt %d", job.kind, job.id, job.attempt)
                    self.children[place] = self.executor.start(job, owner)
        if self.warms and self.warming is None and not self.children:
            self.warming = subprocess.Popen(
                [sys.executable, "-m", WARMING],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

    def _look_after(self, child: Child) -> bool:
        """Beat for a child, stop it where that is wanted; return whether it is gone and settled."""
        if child.is_gone():
            settle(self.home, self.table, child.job, child.owner, died(child.end()))
            return True
        if time.monotonic() - child.beaten > min(1.0, settings().lease_seconds / 4):
            child.beaten = time.monotonic()
            if self.table.beat(child.job.id, child.owner) != "go":
                child.ask_to_stop()
        if child.overdue(KILL_AFTER):
            child.end()
            settle(self.home, self.table, child.job, child.owner, None)
            return True
        return False

    def _end(self) -> None:
        """Ask all children to stop with a checkpoint; whatever is left then is killed and its job given back."""
        if self.warming is not None and self.warming.poll() is None:
            self.warming.kill()
            self.warming.wait()
        for child in self.children.values():
            child.ask_to_stop()
        while not all(child.is_gone() for child in self.children.values()):
            if any(child.overdue(END_AFTER) for child in self.children.values()):
                break
            time.sleep(0.05)
        for child in self.children.values():
            child.end()
            settle(self.home, self.table, child.job, child.owner, None)


def main(home: Home, once: bool = False, say_it: Callable[[str], None] = log.info, module: str = CHILD) -> int:
    """Serve a home until SIGTERM or Ctrl-C; 0 also where another worker is already there.

    Args:
        home: where.
        once: end when the queue is empty.
        say_it: told who works where, in sentences.
        module: what a child runs; it takes the arguments of `jobs.child`.
    """
    with worker_lock(home) as life:
        if life is None:
            say_it(say("jobs.worker.already", pid=worker_state(home).pid, home=home.path))
            return 0
        introduce(life, device_name())
        ending = threading.Event()
        _heed(ending)
        say_it(say("jobs.worker.ready", pid=os.getpid(), device=device_name(), home=home.path))
        executor = executor_for(home, module)
        _heed(ending)  # again: Ray has put its own handlers in their place
        worker = Worker(home, life, ending, once, executor, warms=module == CHILD)
        _welcome(worker.table)
        try:
            worker.run()
        finally:
            executor.close()
        say_it(say("jobs.worker.ended", pid=os.getpid()))
    return 0


def _heed(ending: threading.Event) -> None:
    """Let SIGTERM and Ctrl-C ask for the end."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())


def _places() -> tuple[tuple[str, ...], ...]:
    """Return the kinds that each place takes."""
    return (TRAININGS,) * settings().trainings + (OTHERS,) * settings().others


def tidy(home: Home) -> None:
    """Remove what interrupted writers and old attempts left behind, and what the settings say is too old or too much."""
    for folder in (home.datasets, home.runs, home.exports, home.checkpoints):
        sweep(folder)
    table = JobTable(home.jobs_db)
    for path in home.checkpoints.glob("*.ckpt"):
        job = table.find(path.stem)  # one that ended while no worker was there has left its checkpoint
        done = job is not None and job.status in ("finished", "cancelled")
        if done or time.time() - path.stat().st_mtime > CHECKPOINT_DAYS * 86_400:
            path.unlink(missing_ok=True)
    limits = settings().keep_days, settings().keep_mb
    if any(limit is not None for limit in limits):
        from seqrec_core.jobs.retention import carry_out, plan

        removals = plan(home, *limits).removals
        log.info("retention: %d things, %d bytes freed", len(removals), carry_out(home, removals))


def _welcome(table: JobTable, sample: str = "shop") -> None:
    """Once a home: prepare the sample and train a small run on it."""
    if settings().welcome and not table.list(limit=1):
        table.submit("welcome", {"sample": sample}, key=f"welcome:{sample}")


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    parser = argparse.ArgumentParser(prog="seqrec_core.jobs.worker")
    parser.add_argument("--home", type=Path, default=None)
    parser.add_argument("--once", action="store_true")
    given = parser.parse_args()
    sys.exit(main(Home(given.home or settings().home), given.once))
