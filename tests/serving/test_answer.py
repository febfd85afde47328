"""Runs that answer: the same as their model, loaded once, for many threads."""

import threading
from pathlib import Path

import numpy as np
import pytest

from seqrec_core.errors import BadInput, NotFound
from seqrec_core.jobs.run_here import run_here
from seqrec_core.models.topk import top_k
from seqrec_core.serving import answer
from seqrec_core.serving.answer import ReadyRun, open_run
from seqrec_core.serving.notable import KINDS
from seqrec_core.serving.shelf import Shelf
from seqrec_core.store.datasets import DatasetStore, ensure_sample
from seqrec_core.store.home import Home
from seqrec_core.store.runs import RunStore
from tests.store.making import imported


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with the shop sample and a Markov run on it."""
    home = Home(tmp_path_factory.mktemp("home"))
    ensure_sample(home, "shop")
    run_here(home, "train", {"dataset": "sample:shop", "model": "markov"})
    return home


@pytest.fixture
def ready(home: Home) -> ReadyRun:
    return open_run(home, RunStore(home).list()[0].id)


def test_a_run_and_its_dataset_are_loaded_once(home: Home, ready: ReadyRun) -> None:
    again = open_run(home, ready.card.name)
    assert again is ready
    assert answer.dataset(home, "sample:shop").arrays is ready.dataset
    assert ready.open_model("popularity").model is ready.open_model("popularity").model
    assert ready.open_model("markov") is ready


def test_recommend_is_the_top_k_of_the_model_with_titles(ready: ReadyRun) -> None:
    user = ready.dataset.user_ids[3]
    history = ready.full_history(user)
    for excluded in (False, True):
        table = ready.recommend(history, 5, excluded)
        best = top_k(ready.model.score([history]), [history], 5, excluded, ready.card.n_candidates)
        assert table["item_id"].to_list() == ready.dataset.vocabulary.external(best.items[0])
        np.testing.assert_array_equal(table["score"].to_numpy(), best.scores[0])
    assert table.columns == ["rank", "item_id", "title", "category", "score", "is_new"]
    assert table["title"].to_list() == [ready.catalog.title(item) for item in table["item_id"]]
    assert not set(table["item_id"]) & set(ready.dataset.vocabulary.external(history.items))
    assert ready.recommend(history).height == 10
    assert ready.recommend(ready.history_of([])).height == 10, "an empty history has an answer"


def test_the_rank_of_an_item_is_its_place_in_the_list(ready: ReadyRun) -> None:
    history = ready.full_history(ready.dataset.user_ids[0]).last(4)
    table = ready.recommend(history, ready.card.n_candidates, False)
    for place in range(table.height):
        assert ready.rank(history, ready.dataset.vocabulary.index(table["item_id"][place]), False) == place + 1
    seen = int(history.items[0])
    assert ready.rank(history, seen, True) == 0
    assert ready.rank(history, seen, False) > 0


def test_a_case_ends_before_its_held_out_event(ready: ReadyRun) -> None:
    report = ready.report().per_user.drop_nulls("rank").row(0, named=True)
    case = ready.case(report["user_id"])
    assert ready.dataset.vocabulary.id(case.target) == report["item_id"]
    assert len(case.history) == report["n_history"]
    assert ready.rank(case.history, case.target) <= report["rank"], "a report puts equal scores before the target"
    full = ready.full_history(report["user_id"])
    np.testing.assert_array_equal(full.items[:-1], case.history.items)
    assert full.items[-1] == case.target
    assert ready.dataset.items[case.row] == case.target


def test_a_user_of_whom_nothing_is_held_out_has_no_target(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    DatasetStore(home).save(imported(), "Circle")
    run_here(home, "train", {"dataset": "Circle", "model": "popularity", "split": "none"})
    ready = open_run(home, RunStore(home).list()[0].id)
    case = ready.case("u1")
    assert (case.target, case.row, len(case.history)) == (None, None, 5)
    assert ready.notable_users() == []
    with pytest.raises(NotFound):
        ready.report()


def test_what_is_unknown_is_said(home: Home, ready: ReadyRun) -> None:
    with pytest.raises(NotFound):
        ready.case("nobody")
    with pytest.raises(NotFound):
        ready.full_history("nobody")
    with pytest.raises(NotFound):
        ready.history_of(["nothing"])
    with pytest.raises(NotFound):
        ready.open_model("gru")
    with pytest.raises(NotFound):
        open_run(home, "gone")
    with pytest.raises(NotFound):
        answer.dataset(home, "gone")


def test_an_explanation_adds_up_to_the_score_of_the_run(ready: ReadyRun) -> None:
    history = ready.full_history(ready.dataset.user_ids[5]).last(4)
    target = ready.dataset.vocabulary.index(ready.recommend(history, 1)["item_id"][0])
    found = ready.explain(history, target)
    assert found.score == pytest.approx(float(ready.model.score([history])[0, target]), abs=1e-4)
    assert found.rank == ready.rank(history, target)
    with pytest.raises(BadInput):
        ready.explain(history, int(history.items[0]), exclude_seen=True)


def test_notable_users_are_what_they_are_called(ready: ReadyRun) -> None:
    found = ready.notable_users(8)
    assert len({one.user_id for one in found}) == len(found) == 8
    assert {one.kind for one in found} == set(KINDS)
    assert [one.kind for one in found] == sorted((one.kind for one in found), key=KINDS.index)
    for one in found:
        case = ready.case(one.user_id)
        assert (ready.dataset.vocabulary.id(case.target), len(case.history)) == (one.target, one.n_history)
        assert ready.rank(case.history, case.target) <= one.rank
        assert one.kind != "surprising hit" or one.rank <= 10
        assert one.kind != "cold start" or one.n_history <= 2
        assert one.kind != "wrong" or one.rank > 10


def test_many_threads_get_the_same_answer(home: Home) -> None:
    answer.RUNS.clear()
    answer.DATASETS.clear()
    run, found = RunStore(home).list()[0].id, []

    def ask() -> None:
        ready = open_run(home, run)
        found.append((id(ready), ready.recommend(ready.full_history(ready.dataset.user_ids[7]))["item_id"].to_list()))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6
    assert all(one == found[0] for one in found)


def test_a_shelf_keeps_what_was_used_last_and_makes_each_thing_once() -> None:
    shelf: Shelf[int] = Shelf(2)
    made: list[str] = []

    def make(name: str) -> int:
        made.append(name)
        return len(made)

    for name in ("a", "b", "a", "c", "a", "b"):
        shelf.get(name, lambda name=name: make(name))
    assert made == ["a", "b", "c", "b"]
    assert len(shelf) == 2
    with pytest.raises(ZeroDivisionError):
        shelf.get("broken", lambda: 1 // 0)
    assert shelf.get("broken", lambda: 7) == 7, "a failure is not kept"


def test_a_deleted_run_is_gone_from_the_shelf_too(home: Home) -> None:
    DatasetStore(home).save(imported(), "Circle")
    run = run_here(home, "train", {"dataset": "Circle", "model": "popularity"}).result["run"]
    assert open_run(home, run).card.id == run
    RunStore(home).delete(run)
    with pytest.raises(NotFound):
        open_run(home, run)
