"""DatasetStore: what is saved comes back equal, once, and whole or not at all."""

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from seqrec_core.data.importing import dataset_fingerprint
from seqrec_core.errors import BadInput, Damaged, Failed, NotFound
from seqrec_core.store import datasets as module
from seqrec_core.store.atomic import ASIDE, MANIFEST
from seqrec_core.store.datasets import DatasetStore, ensure_sample
from seqrec_core.store.home import Home
from seqrec_core.store.runs import RunStore
from tests.store.making import imported, trained


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def store(home: Home) -> DatasetStore:
    return DatasetStore(home)


def test_a_dataset_comes_back_as_it_was(store: DatasetStore) -> None:
    data = imported()
    info = store.save(data, "Clicks", "clicks.csv")
    assert info.fingerprint == dataset_fingerprint(data.log, data.catalog)
    assert info.fingerprint.startswith(info.id)
    assert len(info.id) == 12
    assert (info.n_events, info.n_users, info.n_sessions, info.n_items) == (30, 6, 6, 7)
    assert (info.event_types, info.session_gap, info.source, info.sample) == (("buy", "view"), 1800.0, "clicks.csv", None)
    assert info.first == "2026-01-01T00:00:00+00:00"
    assert info.bytes > 0
    loaded = store.load(info.id)
    assert loaded.info == info
    assert_frame_equal(loaded.log.frame, data.log.frame)
    assert loaded.log.fingerprint == data.log.fingerprint
    assert_frame_equal(loaded.catalog.frame, data.catalog.frame)
    assert loaded.report.rejected == data.report.rejected
    assert loaded.report.fixes == data.report.fixes
    assert loaded.report.mapping == data.report.mapping
    assert_frame_equal(loaded.report.rejects, data.report.rejects)


def test_the_same_content_is_stored_once(store: DatasetStore) -> None:
    first = store.save(imported(), "Clicks")
    assert store.save(imported(), "Other name") == first
    assert store.list() == [first]


def test_names_are_kept_apart_and_the_newest_comes_first(store: DatasetStore) -> None:
    infos = [store.save(imported(salt=salt), "Clicks") for salt in ("a", "b", "c")]
    assert [info.name for info in infos] == ["Clicks", "Clicks (2)", "Clicks (3)"]
    assert [info.id for info in store.list()] == [info.id for info in reversed(infos)]
    assert store.save(imported(salt="d"), " ").name


def test_a_dataset_is_found_by_id_beginning_and_name(store: DatasetStore) -> None:
    infos = [store.save(imported(salt=str(n)), f"Log {n}") for n in range(17)]
    for info in infos:
        assert store.find(info.id) == info
        assert store.find(info.name) == info
        assert store.find(info.id[:11]) == info
    shared = next(digit for digit in "0123456789abcdef" if sum(info.id.startswith(digit) for info in infos) > 1)
    with pytest.raises(NotFound) as caught:
        store.find(shared)
    assert caught.value.code == "ambiguous_dataset"
    assert all(info.id in caught.value.message for info in [i for i in store.list() if i.id.startswith(shared)][:5])


def test_what_is_not_there_is_said_with_what_is(store: DatasetStore) -> None:
    with pytest.raises(NotFound) as none_yet:
        store.find("x")
    assert none_yet.value.code == "no_dataset"
    info = store.save(imported(), "Clicks")
    for ref in ("nothing", "", "../runs", "/etc"):
        with pytest.raises(NotFound) as unknown:
            store.find(ref)
        assert info.id in unknown.value.message
    with pytest.raises(NotFound) as sample:
        store.find("sample:shop")
    assert sample.value.code == "sample_not_imported"
    with pytest.raises(NotFound):
        store.find("sample:nothing")


def test_a_half_written_folder_is_not_listed(store: DatasetStore, home: Home) -> None:
    info = store.save(imported(), "Clicks")
    (home.datasets / f"{ASIDE}abc").mkdir()
    (home.datasets / "deadbeef0000").mkdir()
    assert store.list() == [info]
    (home.datasets / info.id / MANIFEST).unlink()
    assert store.list() == []
    with pytest.raises(Damaged):
        store.find(info.id)


def test_a_damaged_dataset_is_refused_deleted_and_saved_anew(store: DatasetStore, home: Home) -> None:
    info = store.save(imported(), "Clicks")
    path = home.datasets / info.id / "events-00000.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(Damaged) as caught:
        store.load(info.id)
    assert "events-00000.parquet" in caught.value.message
    path.write_bytes(bytes(content[:-1]))
    assert store.list() == []
    assert store.save(imported(), "Clicks").id == info.id
    assert store.load(info.id).log.n_events == 30
    path.unlink()
    assert store.delete(info.id) == ()
    assert not (home.datasets / info.id).exists()


def test_a_full_disk_leaves_no_dataset(store: DatasetStore, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.files, "write_report", full)
    with pytest.raises(Failed) as caught:
        store.save(imported(), "Clicks")
    assert caught.value.code == "disk_full"
    assert caught.value.hint
    assert list(home.datasets.iterdir()) == []
    assert store.list() == []


def test_renaming_keeps_the_id_and_a_taken_name_is_refused(store: DatasetStore) -> None:
    info, other = store.save(imported(), "Clicks"), store.save(imported(salt="x"), "Other")
    renamed = store.rename(info.id, " Shop ")
    assert (renamed.id, renamed.name) == (info.id, "Shop")
    assert store.find("Shop").id == info.id
    assert store.rename("Shop", "Shop two").name == "Shop two"
    for name in ("", "Other"):
        with pytest.raises(BadInput):
            store.rename(info.id, name)
    assert store.rename(other.id, "Other").name == "Other"
    assert store.load(info.id).info.name == "Shop two"


def test_deleting_names_the_runs_that_depended(store: DatasetStore, home: Home) -> None:
    data = imported()
    info = store.save(data, "Clicks")
    card, models, reports, _ = trained(info, data)
    RunStore(home).save(card, models, reports)
    assert store.delete("Clicks") == (card.id,)
    assert store.list() == []
    assert RunStore(home).find(card.id).dataset == info.id
    with pytest.raises(NotFound):
        store.delete(info.id)


def test_a_log_without_times_has_no_ends(store: DatasetStore) -> None:
    data = imported()
    frame = data.log.frame.with_columns(
        pl.lit(None, pl.Datetime("us", "UTC")).alias("timestamp"), pl.int_range(pl.len(), dtype=pl.Int64).alias("order")
    )
    log = type(data.log).from_frame(frame, has_items=False, has_event_types=False)
    info = store.save(type(data)(log, data.catalog, data.report), "No times")
    assert (info.first, info.last, info.has_times, info.has_items, info.has_event_types) == (None, None, False, False, False)
    loaded = store.load(info.id)
    assert (loaded.log.has_items, loaded.log.has_event_types, loaded.log.session_gap) == (False, False, None)


def test_a_sample_is_imported_once_and_found_by_its_name(home: Home) -> None:
    stages: list[int] = []
    info = ensure_sample(home, "shop", lambda stage, total, values: stages.append(stage))
    assert stages
    assert info.sample == "shop"
    assert DatasetStore(home).find("sample:shop") == info
    stages.clear()
    assert ensure_sample(home, "shop", lambda stage, total, values: stages.append(stage)) == info
    assert stages == []
    with pytest.raises(NotFound):
        ensure_sample(home, "nothing")
