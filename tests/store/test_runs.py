"""RunStore: a run is whole or absent, and its model answers as it did when it was saved."""

from pathlib import Path

import numpy as np
import pytest
from polars.testing import assert_frame_equal

from seqrec_core.errors import Damaged, Failed, NotFound
from seqrec_core.store import runs as module
from seqrec_core.store.datasets import DatasetStore
from seqrec_core.store.home import Home
from seqrec_core.store.runs import RunStore
from tests.store.making import imported, trained


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def saved(home: Home, run: str = "aaaaaaaaaa", created: str = "2026-01-01T00:00:00+00:00"):
    data = imported()
    info = DatasetStore(home).save(data, "Clicks")
    card, models, reports, dataset = trained(info, data, run, created)
    return RunStore(home).save(card, models, reports), models, reports, dataset


def test_a_run_comes_back_as_it_was(home: Home) -> None:
    card, models, reports, dataset = saved(home)
    runs = RunStore(home)
    assert runs.find(card.id) == card
    model = runs.load_model(card.id)
    histories = [dataset.history(user).last(2) for user in range(dataset.n_users)]
    np.testing.assert_array_equal(model.score(histories), models["popularity"].score(histories))
    assert (model.name, model.config, model.n_items) == ("popularity", models["popularity"].config, dataset.vocabulary.size)
    report = runs.load_report(card.id)
    assert_frame_equal(report.per_user, reports["popularity"].per_user)
    assert report.lists["items"].to_list() == reports["popularity"].lists["items"].to_list()
    assert report.means == reports["popularity"].means
    assert report.intervals == reports["popularity"].intervals
    assert report.protocol == reports["popularity"].protocol


def test_runs_are_listed_newest_first_and_by_dataset(home: Home) -> None:
    old = saved(home, "aaaaaaaaaa", "2026-01-01T00:00:00+00:00")[0]
    new = saved(home, "bbbbbbbbbb", "2026-01-02T00:00:00+00:00")[0]
    runs = RunStore(home)
    assert [card.id for card in runs.list()] == [new.id, old.id]
    assert [card.id for card in runs.list(old.dataset)] == [new.id, old.id]
    assert runs.list("other") == []
    assert runs.find("bb") == new
    assert runs.find(old.name) == old
    assert runs.find_same("key-aaaaaaaaaa") == old
    assert runs.find_same("key-c") is None
    assert runs.find_same("") is None


def test_a_run_that_is_not_there_is_said_in_words(home: Home) -> None:
    with pytest.raises(NotFound) as none_yet:
        RunStore(home).find("x")
    assert none_yet.value.code == "no_run"
    first = saved(home, "abaaaaaaaa")[0]
    saved(home, "abbbbbbbbb")
    with pytest.raises(NotFound) as ambiguous:
        RunStore(home).find("ab")
    assert ambiguous.value.code == "ambiguous_run"
    assert "abaaaaaaaa" in ambiguous.value.message
    with pytest.raises(NotFound) as other:
        RunStore(home).load_model(first.id, "gru")
    assert "popularity" in other.value.message
    with pytest.raises(NotFound):
        RunStore(home).load_report(first.id, "gru")


def test_a_damaged_byte_of_a_model_is_detected(home: Home) -> None:
    card = saved(home)[0]
    path = home.runs / card.id / "models" / "popularity.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(Damaged) as caught:
        RunStore(home).load_model(card.id)
    assert "popularity.safetensors" in caught.value.message
    assert RunStore(home).delete(card.id) == card.id
    assert RunStore(home).list() == []


def test_a_full_disk_leaves_no_run(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "_write_report", full)
    with pytest.raises(Failed):
        saved(home)
    assert list(home.runs.iterdir()) == []
    assert RunStore(home).list() == []


def test_a_run_without_its_card_is_not_listed(home: Home) -> None:
    card = saved(home)[0]
    (home.runs / card.id / "card.json").unlink()
    assert RunStore(home).list() == []
    with pytest.raises(Damaged):
        RunStore(home).find(card.id)
