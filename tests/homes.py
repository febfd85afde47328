"""A home as the first minute of use leaves it: the shop sample and a small trained run. Made once, copied by who writes."""

import shutil
from pathlib import Path

from seqrec_core.jobs.requests import TrainRequest
from seqrec_core.jobs.run_here import run_here
from seqrec_core.store.datasets import ensure_sample
from seqrec_core.store.home import Home

QUICK = {"epochs": "3", "width": "16", "valid_users": "200"}


def prepare(path: Path) -> Home:
    """Import the shop sample and train a small GRU with its baselines there."""
    home = Home(path)
    info = ensure_sample(home, "shop")
    job = run_here(home, "train", TrainRequest(dataset=info.id, model="gru", preset="quick", set=QUICK))
    assert job.status == "finished", job.error
    return home


def copied(source: Home, path: Path) -> Home:
    """Copy a prepared home, for a test that writes."""
    shutil.copytree(source.path, path)
    return Home(path)
