"""Whatever ends a job at whatever point: no half run is listed, no job runs for ever, and the next attempt finishes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from seqrec_core.store.datasets import DatasetStore
from seqrec_core.store.home import Home
from tests.store.making import imported

ROOT = Path(__file__).resolve().parents[2]


def cases(tmp_path: Path, mode: str) -> list[dict[str, Any]]:
    home = Home(tmp_path / "home")
    DatasetStore(home).save(imported(), "Clicks")
    command = [sys.executable, "-m", "tests.jobs.crash_points", str(home.path), mode]
    environment = os.environ | {"SEQREC_BACKOFF_SECONDS": "0", "POLARS_MAX_THREADS": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.slow
@pytest.mark.parametrize(("mode", "fewest"), [("kill", 25), ("full", 20), ("table", 4)])
def test_a_fault_at_any_point_loses_nothing(tmp_path: Path, mode: str, fewest: int) -> None:
    found = cases(tmp_path, mode)
    struck, last = found[:-1], found[-1]
    assert len(struck) >= fewest, "there were fewer points than the work has"
    assert (last["after"], last["error"]) == ("finished", None), "the last case met no fault"
    for case in found:
        assert case["torn"] == [], case
        assert case["problems"] == [], case
        assert (case["end"], case["run_is_whole"], case["notes"]) == ("finished", True, []), case
        assert case["after"] in ("queued", "finished", "failed"), case
    if mode == "kill":
        assert {case["after"] for case in struck[:-1]} == {"queued"}, "a killed attempt goes back to the queue"
    if mode == "full":
        assert {case["error"] for case in struck if case["after"] == "failed"} == {"disk_full"}
