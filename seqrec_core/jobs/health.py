"""Whether a home and what serves it are well: each finding says what is wrong and what to do."""

import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from seqrec_core.errors import Damaged, Failed
from seqrec_core.jobs.checkpoint import is_sound
from seqrec_core.jobs.device import has_cuda_build
from seqrec_core.jobs.job import Job
from seqrec_core.jobs.table import JobTable
from seqrec_core.jobs.worker_state import ROOT, worker_state
from seqrec_core.store.atomic import ASIDE, check
from seqrec_core.store.home import Home
from seqrec_core.text import say

LOW_DISK_MB = 1024
PIN = re.compile(r"^([A-Za-z0-9_.-]+)==(\S+)")
Findings = list[str]


@dataclass(frozen=True)
class Health:
    """What was found: problems have to be mended, notes are good to know. Sentences with what to do."""

    problems: tuple[str, ...]
    notes: tuple[str, ...]


def health(home: Home, deep: bool = False) -> Health:
    """Look at everything that can go wrong with a home.

    Args:
        home: where.
        deep: read every file of every dataset and run and compare its hash, which takes as long as reading them.
    """
    problems = [*_disk(home), *_folders(home, deep), *_table(home), *_checkpoints(home)]
    return Health(tuple(problems), tuple([*_waiting(home), *_versions(), *_gpu()]))


def _disk(home: Home) -> Findings:
    free = shutil.disk_usage(home.path).free // 2**20
    return [say("jobs.health.low_disk", free=free, path=home.path)] if free < LOW_DISK_MB else []


def _folders(home: Home, deep: bool) -> Findings:
    """Datasets and runs that are not what was written."""
    found = []
    for parent in (home.datasets, home.runs):
        for folder in sorted(parent.iterdir()):
            if not folder.is_dir() or folder.name.startswith(ASIDE):
                continue
            try:
                check(folder, hashes=deep)
            except Damaged as error:
                found.append(say("jobs.health.damaged", folder=f"{parent.name}/{folder.name}", id=folder.name, why=error.message))
    return found


def _table(home: Home) -> Findings:
    """A job table that cannot be read, or in which pages contradict each other."""
    try:
        JobTable(home.jobs_db).list(limit=1)
        with closing(sqlite3.connect(f"file:{home.jobs_db}?mode=ro", uri=True)) as connection:
            answer = connection.execute("pragma quick_check(1)").fetchone()[0]
    except (Damaged, Failed) as error:
        return [f"{error.message} {error.hint}"]
    except sqlite3.DatabaseError as error:
        answer = str(error)
    return [] if answer == "ok" else [say("jobs.health.table", path=home.jobs_db, why=answer)]


def _checkpoints(home: Home) -> Findings:
    """Checkpoints whose content is not what was written; the job would begin anew."""
    paths = sorted(home.checkpoints.glob("*.ckpt"))
    return [say("jobs.health.checkpoint", path=path, job=path.stem) for path in paths if not is_sound(path)]


def _waiting(home: Home) -> Findings:
    """A worker that is not there while jobs wait, and jobs that were lost lately."""
    try:
        table = JobTable(home.jobs_db)
        queued, lost = len(table.list(status="queued", limit=10_000)), table.list(status="lost", limit=5)
    except (Damaged, Failed):
        return []
    notes = [] if worker_state(home).alive else [say("jobs.health.no_worker", n=queued)]
    return notes + ([say("jobs.health.lost", jobs=_named(lost))] if lost else [])


def _named(jobs: list[Job]) -> str:
    return ", ".join(f"{job.id} ({job.kind})" for job in jobs)


def _versions() -> Findings:
    """Packages that are not the pinned ones."""
    found = []
    for line in _pins():
        match = PIN.match(line)
        if match is None:
            continue
        package, pinned = match.groups()
        try:
            installed = version(package)
        except PackageNotFoundError:
            installed = ""
        if installed.partition("+")[0] != pinned:
            found.append(say("jobs.health.version", package=package, installed=installed or "–", pinned=pinned))
    return found


def _pins() -> list[str]:
    path: Path = ROOT / "requirements.txt"
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []


def _gpu() -> Findings:
    """A GPU that the installed torch cannot use."""
    tool = shutil.which("nvidia-smi")
    if tool is None or has_cuda_build():
        return []
    try:
        command = [tool, "--query-gpu=name", "--format=csv,noheader"]
        names = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout.split("\n")
    except (OSError, subprocess.SubprocessError):
        return []
    return [say("jobs.health.gpu_unused", name=names[0].strip())] if names[0].strip() else []
