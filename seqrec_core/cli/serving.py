"""`worker`, `serve` and `doctor`: what runs on this machine."""

import logging
import os
import platform
import shutil
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Annotated

import typer

from seqrec_core.cli.frame import Call, Result, command
from seqrec_core.errors import Failed
from seqrec_core.text import say

if TYPE_CHECKING:
    from seqrec_core.store.home import Home

Once = Annotated[bool, typer.Option("--once", help=say("cli.option.once"))]
PACKAGES = ("streamlit", "polars", "numpy", "torch", "shap", "numba", "pyarrow", "safetensors")
LOW_DISK_MB = 1024


def register(app: typer.Typer) -> None:
    """Add the commands."""
    command(app, "doctor")(check_machine)
    command(app, "worker")(work)
    command(app, "serve")(serve)


def check_machine(call: Call) -> Result:
    """Say what is installed, where data lives, and what is not well."""
    from seqrec_core.jobs.device import device_name
    from seqrec_core.jobs.worker_state import worker_state

    home = call.home
    worker = worker_state(home)
    free_mb = shutil.disk_usage(home.path).free // 2**20
    problems = _damaged(home)
    if free_mb < LOW_DISK_MB:
        problems.append(say("cli.doctor.low_disk", free=free_mb, path=home.path))
    return {
        "healthy": not problems,
        "problems": problems,
        "notes": [] if worker.alive else [say("cli.doctor.no_worker")],
        "home": str(home.path),
        "free_disk_mb": free_mb,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cores": os.cpu_count(),
        "device": device_name(),
        "worker": {"alive": worker.alive, "pid": worker.pid},
        "versions": {package: _version(package) for package in PACKAGES},
    }


def work(call: Call, once: Once = False) -> Result:
    """Do the jobs of this home until stopped; with --once, until the queue is empty."""
    from seqrec_core.jobs.worker import main

    logging.getLogger("seqrec_core").setLevel(logging.INFO)
    code = main(call.home, once)
    if code:
        raise Failed("cli", "worker_ended", exit=code)
    return {"worker": "ended"}


def serve(call: Call) -> Result:
    """Become the dashboard and its worker: this process is replaced, so that signals reach it as they are."""
    environment = {**os.environ, "SEQREC_HOME": str(call.home.path)}
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, "-m", "seqrec_core.launch", "run"], environment)


def _damaged(home: "Home") -> list[str]:
    """Name the folders of datasets and runs that are not whole."""
    from seqrec_core.store.atomic import ASIDE, is_whole

    return [
        say("cli.doctor.damaged", folder=f"{parent.name}/{folder.name}")
        for parent in (home.datasets, home.runs)
        for folder in sorted(parent.iterdir())
        if folder.is_dir() and not folder.name.startswith(ASIDE) and not is_whole(folder)
    ]


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
