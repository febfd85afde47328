"""`worker`, `serve` and `doctor`: what runs on this machine."""

import logging
import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from seqrec_core.cli.frame import Call, Result, command
from seqrec_core.errors import Failed
from seqrec_core.text import say

Once = Annotated[bool, typer.Option("--once", help=say("cli.option.once"))]
Deep = Annotated[bool, typer.Option("--deep", help=say("cli.option.deep"))]
PACKAGES = ("streamlit", "polars", "numpy", "torch", "shap", "numba", "pyarrow", "safetensors")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    command(app, "doctor")(check_machine)
    command(app, "worker")(work)
    command(app, "serve")(serve)


def check_machine(call: Call, deep: Deep = False) -> Result:
    """Say what is installed, where data lives, and what is not well; --deep reads every stored file."""
    from seqrec_core.jobs.device import device_name
    from seqrec_core.jobs.health import health
    from seqrec_core.jobs.retention import disk_use, free_mb
    from seqrec_core.jobs.worker_state import worker_state

    home = call.home
    worker, found = worker_state(home), health(home, deep)
    return {
        "healthy": not found.problems,
        "problems": list(found.problems),
        "notes": list(found.notes),
        "home": str(home.path),
        "free_disk_mb": free_mb(home),
        "disk": {room.name: room.bytes for room in disk_use(home)},
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


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
