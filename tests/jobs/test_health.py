"""The doctor names what is not well, and what to do; each fault is planted here."""

from pathlib import Path

import numpy as np
import pytest

from seqrec_core.jobs import health as module
from seqrec_core.jobs.checkpoint import CheckpointSlot
from seqrec_core.jobs.health import health
from seqrec_core.jobs.table import JobTable
from seqrec_core.store.datasets import DatasetStore
from seqrec_core.store.home import Home
from tests.store.making import imported


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_a_new_home_is_well(home: Home) -> None:
    DatasetStore(home).save(imported(), "Clicks")
    CheckpointSlot(home.checkpoints / "a.ckpt", "data").save({"step": np.array([1])})
    assert health(home, deep=True).problems == ()


def test_a_flipped_byte_is_found_by_the_deep_look_alone(home: Home) -> None:
    info = DatasetStore(home).save(imported(), "Clicks")
    path = next((home.datasets / info.id).glob("events-*.parquet"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    assert health(home).problems == ()
    (problem,) = health(home, deep=True).problems
    assert info.id in problem
    assert "delete" in problem


def test_a_missing_file_is_found_at_once(home: Home) -> None:
    info = DatasetStore(home).save(imported(), "Clicks")
    next((home.datasets / info.id).glob("events-*.parquet")).unlink()
    assert info.id in health(home).problems[0]


@pytest.mark.parametrize("damage", [lambda body: body[: len(body) // 2], lambda body: body[:-1] + bytes([body[-1] ^ 1])])
def test_a_damaged_checkpoint_is_named(home: Home, damage) -> None:
    path = home.checkpoints / "aaaaaaaaaa.ckpt"
    CheckpointSlot(path, "data").save({"step": np.arange(100)})
    path.write_bytes(damage(path.read_bytes()))
    (problem,) = health(home).problems
    assert "aaaaaaaaaa" in problem


def test_a_damaged_job_table_is_named_and_does_not_stop_the_doctor(home: Home) -> None:
    home.jobs_db.write_bytes(b"no database at all" * 500)
    (problem,) = health(home).problems
    assert str(home.jobs_db) in problem


def test_waiting_and_lost_jobs_are_noted(home: Home) -> None:
    table = JobTable(home.jobs_db)
    table.submit("train", {"dataset": "d"})
    lost = table.submit("import", {}, max_attempts=1)[0]
    table.claim("w", "me", ("import",))
    with table._connection() as connection:
        connection.execute("update job set lease = 0 where id = ?", (lost.id,))
    notes = " ".join(health(home).notes)
    assert "1 queued" in notes
    assert lost.id in notes


def test_another_version_and_a_full_disk_are_named(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_pins", lambda: ["# a comment", "torch==1.0.0", "nothing-of-this-name==3"])
    monkeypatch.setattr(module, "LOW_DISK_MB", 10**12)
    found = health(home)
    assert "tidy" in found.problems[0]
    notes = " ".join(found.notes)
    assert "1.0.0" in notes
    assert "nothing-of-this-name" in notes
