"""An import that is cut off, by a full disk, a person or a kill, leaves nothing half-made and says what to do."""

import itertools
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from seqrec_core.data import before, importing
from seqrec_core.data.intake import space
from seqrec_core.data.intake.spill import Spill
from seqrec_core.data.intake.tables import Sizes
from seqrec_core.data.mapping import Channel, ImportRequest
from seqrec_core.errors import Failed
from seqrec_core.store.atomic import ASIDE
from seqrec_core.store.datasets import DatasetStore
from seqrec_core.store.home import Home

TINY = Sizes(piece_bytes=600, piece_rows=7, bucket_rows=30)


def log_file(path: Path, rows: int = 90) -> Path:
    lines = (f"u{n % 17},i{n % 7},view,2024-05-{1 + n % 28:02} 08:{n % 60:02}:00" for n in range(rows))
    path.write_text("\n".join(["user_id,item_id,event_type,timestamp", *lines]) + "\n")
    return path


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DatasetStore:
    monkeypatch.setattr(importing, "Sizes", lambda: TINY)
    return DatasetStore(Home(tmp_path / "home"))


def assert_nothing(store: DatasetStore) -> None:
    assert store.list() == []
    assert list(store.home.datasets.iterdir()) == []


def test_a_disk_that_is_full_at_any_write_leaves_nothing_and_names_the_space_needed(
    tmp_path: Path, store: DatasetStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = ImportRequest(path=log_file(tmp_path / "log.csv"))
    writes = itertools.count()
    last, refused = [0], []

    def failing(write):
        def limited(*args, **kwargs):
            if next(writes) == last[0]:
                raise OSError(28, "No space left on device")
            return write(*args, **kwargs)

        return limited

    monkeypatch.setattr(Spill, "_write", failing(Spill._write))
    monkeypatch.setattr(importing, "write_part", failing(before.write_part))
    for last[0] in range(1_000):
        writes = itertools.count()
        try:
            store.add(request, "Log")
        except Failed as error:
            refused.append(error)
            assert_nothing(store)
        else:
            break
    assert len(refused) > 10
    assert {(error.code, error.values["needed"]) for error in refused} == {("import_disk_full", "1")}
    assert all("Free some space" in error.hint for error in refused)
    assert [info.n_events for info in store.list()] == [90]


def test_an_import_that_would_fill_the_disk_is_not_begun(
    tmp_path: Path, store: DatasetStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Usage:
        free = 3_000

    monkeypatch.setattr(space.shutil, "disk_usage", lambda folder: Usage)
    written = []
    monkeypatch.setattr(Spill, "_write", lambda *args: written.append(args))
    with pytest.raises(Failed) as refused:
        store.add(ImportRequest(path=log_file(tmp_path / "log.csv")), "Log")
    assert refused.value.code == "import_disk_full"
    assert not written
    assert_nothing(store)


def test_a_person_who_cancels_at_any_moment_leaves_nothing(tmp_path: Path, store: DatasetStore) -> None:
    request = ImportRequest(path=log_file(tmp_path / "log.csv"))
    calls = itertools.count()
    last = [0]

    def progress(*_: object) -> None:
        if next(calls) == last[0]:
            raise KeyboardInterrupt

    for last[0] in range(1_000):
        calls = itertools.count()
        try:
            store.add(request, "Log", progress=progress)
        except KeyboardInterrupt:
            assert_nothing(store)
        else:
            break
    assert last[0] > 10
    assert len(store.list()) == 1


ADD = """
import sys
from pathlib import Path
from seqrec_core.data.mapping import Channel, ImportRequest
from seqrec_core.store.datasets import DatasetStore
from seqrec_core.store.home import Home
store = DatasetStore(Home(Path(sys.argv[2])))
print("begun", flush=True)
store.add(ImportRequest(path=Path(sys.argv[1])), "Log")
"""


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_nothing_that_is_listed_and_the_next_import_sweeps(tmp_path: Path) -> None:
    path = log_file(tmp_path / "log.csv", 400_000)
    home = Home(tmp_path / "home")
    store = DatasetStore(home)
    moments = random.Random(0)
    begun = time.monotonic()
    subprocess.run([sys.executable, "-c", ADD, str(path), str(tmp_path / "whole")], check=True, capture_output=True)
    whole = time.monotonic() - begun
    (made,) = DatasetStore(Home(tmp_path / "whole")).list()
    killed = 0
    for _ in range(6):
        work = subprocess.Popen([sys.executable, "-c", ADD, str(path), str(home.path)], stdout=subprocess.PIPE)
        assert work.stdout is not None
        work.stdout.readline()
        time.sleep(moments.random() * whole * 0.7)
        os.kill(work.pid, signal.SIGKILL)
        killed += work.wait() == -signal.SIGKILL
        work.stdout.close()
        assert {info.id for info in store.list()} <= {made.id}  # a kill may come too late
        if store.list():
            store.delete(made.id)
    assert killed
    for left in home.datasets.glob(f"{ASIDE}*"):
        os.utime(left, (time.time() - 120,) * 2)
    store.add(ImportRequest(path=log_file(tmp_path / "small.csv")), "Small")
    assert [info.name for info in store.list()] == ["Small"]
    assert not list(home.datasets.glob(f"{ASIDE}*"))


def test_what_is_counted_beforehand_is_what_the_import_gives_and_nothing_is_kept(tmp_path: Path, store: DatasetStore) -> None:
    first = store.add(ImportRequest(path=log_file(tmp_path / "log.csv")), "Log")
    more = Channel(source="app", paths=(log_file(tmp_path / "app.csv", 120),))
    request = ImportRequest(path=more.paths[0], channels=(more,), append=first.info.id)
    told = store.counted(request)
    assert [info.id for info in store.list()] == [first.info.id]
    assert told.channels is not None
    assert [overlap.events for overlap in told.channels.meeting.overlap] == [90]
    made = store.add(request, "Both").report
    assert (told.rows_read, told.rows_kept, told.rejected, told.channels) == (
        made.rows_read, made.rows_kept, made.rejected, made.channels,
    )  # fmt: skip
