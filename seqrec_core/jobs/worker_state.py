"""Is a worker alive on this home? Start one, stop it. A living worker holds a lock that the system frees when it dies."""

import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from seqrec_core.errors import Failed
from seqrec_core.store.home import Home

LOCK = "worker.lock"
START_SECONDS = 20
STOP_SECONDS = 12
STALLED_SECONDS = 60
LOG_BYTES = 10_000_000
TAIL_BYTES, TAIL_WIDTH = 65_536, 400
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # a line of a log moves no cursor and colours nothing
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class WorkerState:
    """What is known of the worker of a home.

    Args:
        alive: whether it holds its lock and has beaten within a minute.
        pid: its process.
        device: where jobs will compute, as people name it.
        since: when it started, seconds since 1970.
        heartbeat: when it last showed itself, seconds since 1970.
    """

    alive: bool
    pid: int | None = None
    device: str | None = None
    since: float | None = None
    heartbeat: float | None = None


def worker_state(home: Home) -> WorkerState:
    """Return whether a worker serves this home, and which."""
    path = home.locks / LOCK
    if not _is_held(path):
        return WorkerState(False)
    try:
        told = json.loads(path.read_text())
        heartbeat = path.stat().st_mtime
    except (OSError, ValueError):
        return WorkerState(True)
    return WorkerState(time.time() - heartbeat < STALLED_SECONDS, told["pid"], told["device"], told["since"], heartbeat)


def _is_held(path: Path) -> bool:
    try:
        with path.open("r") as stream:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


@contextmanager
def worker_lock(home: Home) -> Iterator[IO[str] | None]:
    """Hold the lock of the one worker of a home; None inside where another one holds it."""
    with (home.locks / LOCK).open("a+") as stream:
        yield stream if _take(stream) else None


def _take(stream: IO[str], tries: int = 5) -> bool:
    """A reader that looks whether the lock is held holds it for an instant, so one refusal means little."""
    for _ in range(tries):
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            time.sleep(0.05)
    return False


def introduce(stream: IO[str], device: str) -> None:
    """Write into the held lock who holds it."""
    stream.seek(0)
    stream.truncate()
    stream.write(json.dumps({"pid": os.getpid(), "device": device, "since": time.time()}))
    stream.flush()


def show_life(stream: IO[str]) -> None:
    """Record that the worker is there."""
    os.utime(stream.fileno())


def ensure_worker(home: Home) -> bool:
    """Start a worker in its own process session if none is alive; return whether one was started.

    Raises:
        Failed: it did not start.
    """
    if _is_held(home.locks / LOCK):
        return False
    _rotate(home.worker_log)
    command = [sys.executable, "-m", "seqrec_core.jobs.worker", "--home", str(home.path)]
    with home.worker_log.open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    deadline = time.monotonic() + START_SECONDS
    while worker_state(home).pid is None:  # it holds the lock a moment before it says who it is
        if process.poll() not in (None, 0) or time.monotonic() > deadline:
            raise Failed("jobs", "worker_did_not_start", seconds=START_SECONDS, log=home.worker_log)
        time.sleep(0.05)
    return True


def stop_worker(home: Home) -> bool:
    """Ask the worker to end, and end it if it does not; return whether there was one."""
    state = worker_state(home)
    if state.pid is None:
        return False
    for number, patience in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, 3)):
        try:
            os.kill(state.pid, number)
        except ProcessLookupError:
            return True
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if not _is_held(home.locks / LOCK):
                return True
            time.sleep(0.05)
    return True


def last_lines(home: Home, n: int = 40) -> str:
    """Return the end of what the worker and its children said; empty where nothing was."""
    try:
        with home.worker_log.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - TAIL_BYTES))
            lines = log.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return "\n".join(CONTROL.sub("�", line[:TAIL_WIDTH]) for line in lines[-n:])


def _rotate(path: Path) -> None:
    """Keep one old log, so that logs never fill a disk."""
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
