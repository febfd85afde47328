"""What jobs do, in this process: import, train, evaluate, recommend; and the same request twice."""

import csv
import json
import math
import threading
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from seqrec_core.data.channels import plain_name
from seqrec_core.errors import BadInput, Failed, NotFound
from seqrec_core.jobs import handlers
from seqrec_core.jobs.handlers import recommending, training
from seqrec_core.jobs.run_here import run_here
from seqrec_core.jobs.submit import submit
from seqrec_core.jobs.table import JobTable
from seqrec_core.store.datasets import DatasetStore
from seqrec_core.store.home import Home
from seqrec_core.store.runs import RunStore, Steps
from tests.store.making import imported

WORKED = "user,item,time\n" + "\n".join(
    f"{user},{item},2026-01-0{day}" for user, items in (("A", (1, 2, 3)), ("B", (2, 3, 4))) for day, item in enumerate(items, 1)
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with one dataset and one run of a Markov chain."""
    home = Home(tmp_path_factory.mktemp("home"))
    DatasetStore(home).save(imported(12, 8), "Circle")
    run_here(home, "train", {"dataset": "Circle", "model": "markov"})
    return home


def numbers(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [number for entry in value.values() for number in numbers(entry)]
    if isinstance(value, list):
        return [number for entry in value for number in numbers(entry)]
    return [value] if isinstance(value, int | float) else []


def test_import_answers_with_the_fields_of_the_contract(tmp_path: Path) -> None:
    home, path = Home(tmp_path / "home"), tmp_path / "clicks.csv"
    path.write_text(WORKED)
    job = run_here(home, "import", {"path": str(path)})
    assert job.status == "finished"
    result = job.result
    assert (result["name"], result["rows_read"], result["rows_kept"], result["rows_rejected"]) == ("clicks", 6, 6, {})
    assert (result["users"], result["items"], result["events"], result["existing"]) == (2, 4, 6, False)
    assert result["first"] == "2026-01-01T00:00:00+00:00"
    assert all(math.isfinite(number) for number in numbers(result))
    assert json.loads(json.dumps(result)) == result
    again = run_here(home, "import", {"path": str(path), "name": "Other"}).result
    assert (again["dataset"], again["name"], again["existing"]) == (result["dataset"], "clicks", True)


def test_a_file_that_cannot_be_read_is_an_input_error_and_the_row_says_so(tmp_path: Path) -> None:
    home, path = Home(tmp_path / "home"), tmp_path / "empty.csv"
    path.write_text("")
    with pytest.raises(BadInput) as caught:
        run_here(home, "import", {"path": str(path)})
    job = JobTable(home.jobs_db).list()[0]
    assert (job.status, job.error) == ("failed", caught.value.as_dict())
    assert DatasetStore(home).list() == []


def test_train_measures_the_model_beside_its_baselines(home: Home) -> None:
    card = RunStore(home).list()[0]
    job = JobTable(home.jobs_db).find(card.job)
    result = job.result
    assert (job.status, job.step, job.total, job.device) == ("finished", 100, 100, card.device)
    assert (result["run"], result["model"], result["existing"]) == (card.id, "markov", False)
    assert {"ndcg@10", "hr@10", "mrr@10", "coverage@10", "novelty@10", "ctr@10", "conversion@10"} <= set(result["metrics"])
    assert set(result["baselines"]) == {"popularity", "item_knn"}, "the model itself is not trained again as a baseline"
    assert result["metrics"]["hr@10"] == 1.0
    assert result["metrics"]["ndcg@10"] == 1.0, "in a circle the next item is always the same"
    assert result["metrics"]["ndcg@10"] > result["baselines"]["popularity"]["ndcg@10"]
    assert {"split", "candidates", "exclude_seen", "n_users", "k"} <= set(result["protocol"])
    assert (result["protocol"]["k"], result["protocol"]["n_users"]) == (10, 12)
    assert result["protocol"]["leak"].startswith("Leave-one-out lets a model learn"), "a sentence, not its key"
    assert all(math.isfinite(number) for number in numbers(result))
    for name in ("markov", "popularity", "item_knn"):
        assert RunStore(home).load_model(card.id, name).name == name
        assert RunStore(home).load_report(card.id, name).means.keys() == result["metrics"].keys()


def test_training_on_everything_has_no_metrics_and_answers_the_worked_example(tmp_path: Path) -> None:
    home, path = Home(tmp_path / "home"), tmp_path / "worked.csv"
    path.write_text(WORKED)
    dataset = run_here(home, "import", {"path": str(path)}).result["dataset"]
    request = {"dataset": dataset, "model": "cooccurrence", "split": "none", "seen": "include"}
    result = run_here(home, "train", request).result
    assert (result["metrics"], result["protocol"], result["baselines"]) == (None, None, {})
    written = run_here(home, "recommend", {"run": result["run"], "k": 2, "format": "parquet"}).result
    table = pl.read_parquet(written["out"])
    assert {user: set(rows["item_id"]) for (user,), rows in table.group_by("user_id")} == {
        "A": {"3", "4"},
        "B": {"3", "4"},
    }
    with pytest.raises(BadInput):
        run_here(home, "evaluate", {"run": result["run"], "split": "leave_one_out"})


def test_the_same_request_gives_the_same_run(home: Home) -> None:
    card = RunStore(home).list()[0]
    for request in ({"dataset": "Circle", "model": "markov"}, {"dataset": card.dataset[:6], "model": "markov", "seed": 0}):
        submitted = submit(home, "train", request)
        assert (submitted.existing, submitted.run, submitted.id) == (True, card.id, card.job)
        again = run_here(home, "train", request).result
        assert (again["run"], again["existing"]) == (card.id, True)
    first, second = (submit(home, "train", {"dataset": "Circle", "model": "markov", "seed": 1}) for _ in range(2))
    assert (first.existing, first.run, second.existing, second.id) == (False, None, True, first.id)
    other = submit(home, "train", {"dataset": "Circle", "model": "popularity"})
    assert (other.existing, other.id != first.id) == (False, True)
    for job in (first, other):
        JobTable(home.jobs_db).cancel(job.id)
    assert len(RunStore(home).list()) == 1


@pytest.mark.parametrize(
    ("kind", "request_", "error"),
    [
        ("train", {"dataset": "gone"}, NotFound),
        ("train", {"dataset": "sample:gone"}, NotFound),
        ("train", {"dataset": "Circle", "colour": "red"}, BadInput),
        ("train", {}, BadInput),
        ("evaluate", {"run": "gone"}, NotFound),
        ("recommend", {"run": "gone"}, NotFound),
        ("bake", {}, BadInput),
    ],
)
def test_a_request_that_cannot_be_is_refused_before_it_is_queued(
    home: Home, kind: str, request_: dict[str, Any], error: type[BadInput]
) -> None:
    before = len(JobTable(home.jobs_db).list())
    for do in (submit, run_here):
        with pytest.raises(error) as caught:
            do(home, kind, request_)
        assert caught.value.hint
    assert len(JobTable(home.jobs_db).list()) == before


def test_a_model_that_is_not_known_fails_in_words(home: Home) -> None:
    with pytest.raises(BadInput) as caught:
        run_here(home, "train", {"dataset": "Circle", "model": "oracle"})
    assert "oracle" in caught.value.message
    assert JobTable(home.jobs_db).list()[0].status == "failed"


def test_evaluate_gives_the_metrics_of_the_run_again_and_says_what_a_replay_is(home: Home) -> None:
    card = RunStore(home).list()[0]
    result = run_here(home, "evaluate", {"run": card.id, "k": [1, 3, 10]}).result
    assert (result["n_users"], result["refitted"], result["protocol"]["k"]) == (12, False, [1, 3, 10])
    assert result["metrics"]["ndcg@3"]["mean"] == 1.0
    assert set(result["metrics"]["ndcg@3"]) == {"mean", "low", "high"}
    assert result["metrics"]["ndcg@10"] == card.metrics["ndcg@10"]
    told = result["behaviour"]
    assert (told["clicks"], told["conversions"]) == (["view"], ["buy"])
    assert {row["event_type"]: row["lists"] for row in told["by_event"]} == {"view": 12, "buy": 12}
    assert "Only an experiment tells" in told["told"][-1]
    assert result["slices"] == [], "twelve cases are too few for any slice"
    assert result["order"]["after"] < result["order"]["before"]
    none = run_here(home, "evaluate", {"run": card.id, "conversions": ["view"], "clicks": ["buy"], "window": 60}).result
    assert (none["behaviour"]["conversions"], none["behaviour"]["window_seconds"]) == (["view"], 60)
    with pytest.raises(BadInput, match="no event type"):
        run_here(home, "evaluate", {"run": card.id, "clicks": ["tap"]})


def test_another_split_is_answered_by_a_model_that_did_not_learn_from_it(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    DatasetStore(home).save(imported(12, 8), "Circle")
    run = run_here(home, "train", {"dataset": "Circle", "model": "markov"}).result["run"]
    direct = run_here(home, "train", {"dataset": "Circle", "model": "markov", "split": "temporal", "seen": "include"}).result
    result = run_here(home, "evaluate", {"run": run, "split": "temporal", "seen": "include"}).result
    assert (result["refitted"], result["protocol"]["split"]) == (True, "temporal")
    assert "fitted anew" in result["notes"][0]
    for name, mean in direct["metrics"].items():
        assert result["metrics"][name]["mean"] == pytest.approx(mean), name
    own = RunStore(home).find(run)
    assert own.split == "leave_one_out", "the run itself stays as it is"


def test_recommendations_of_everyone_are_one_row_a_user_and_rank(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recommending, "BATCH", 5)
    card = RunStore(home).list()[0]
    tables = {}
    for kind in ("csv", "parquet"):
        result = run_here(home, "recommend", {"run": card.id, "k": 3, "format": kind, "seen": "include"}).result
        assert (result["rows"], result["users"]) == (36, 12)
        tables[kind] = result["out"]
    table = pl.read_parquet(tables["parquet"])
    assert table.columns == ["user_id", "rank", "item_id", "title", "score"]
    assert table["user_id"].to_list() == sorted(table["user_id"].to_list())
    assert table["rank"].to_list() == [1, 2, 3] * 12
    with Path(tables["csv"]).open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["user_id"], int(row["rank"]), row["item_id"]) for row in rows] == list(
        table.select("user_id", "rank", "item_id").iter_rows()
    )
    first = table.filter(pl.col("user_id") == "u0")["item_id"][0]
    assert first == "i1", "user 0 walked i0…i6 and i0 again, so i1 comes next"
    again = submit(home, "recommend", {"run": card.id, "k": 3, "format": "csv", "seen": "include"})
    assert again.existing
    Path(tables["csv"]).unlink()
    gone = submit(home, "recommend", {"run": card.id, "k": 3, "format": "csv", "seen": "include"})
    assert not gone.existing
    JobTable(home.jobs_db).cancel(gone.id)


def test_a_full_disk_while_saving_leaves_no_run(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise Failed("store", "disk_full", free_mb=0, path=home.path)

    monkeypatch.setattr(training.RunStore, "save", full)
    before = [card.id for card in RunStore(home).list()]
    job = run_here(home, "train", {"dataset": "Circle", "model": "popularity", "seed": 5})
    assert (job.status, job.error["code"]) == ("failed", "disk_full")
    assert [card.id for card in RunStore(home).list()] == before


def test_a_stop_cancels_before_anything_is_stored(home: Home) -> None:
    stop = threading.Event()
    job = run_here(
        home, "train", {"dataset": "Circle", "model": "popularity", "seed": 6}, lambda step, total, values: stop.set(), stop
    )
    assert job.status == "cancelled"
    assert len(RunStore(home).list()) == 1


def test_ctrl_c_cancels(home: Home) -> None:
    def interrupt(step: int, total: int, values: dict[str, Any]) -> None:
        raise KeyboardInterrupt

    job = run_here(home, "train", {"dataset": "Circle", "model": "popularity", "seed": 7}, interrupt)
    assert job.status == "cancelled"


def test_every_kind_of_request_has_a_handler() -> None:
    from seqrec_core.jobs.requests import REQUESTS

    assert set(handlers.MODULES) == set(REQUESTS)
    assert all(callable(handlers.handler_of(kind)) for kind in REQUESTS)


@pytest.mark.parametrize(
    ("file", "name"),
    [("eshop.csv.gz", "eshop"), ("ratings.dat", "ratings"), ("log", "log"), ("v1.2.csv", "v1.2"), (".csv", ".csv")],
)
def test_a_dataset_is_called_as_its_file_without_extensions(file: str, name: str) -> None:
    assert plain_name(file) == name


def test_a_run_that_the_clock_ended_is_repeated_to_the_last_bit(home: Home) -> None:
    asked = {
        "dataset": "Circle",
        "model": "sasrec",
        "budget": 0.4,
        "set": {"width": "16", "length": "8", "epochs": "5000", "patience": "5000"},
    }
    first = run_here(home, "train", asked).result
    assert any("time budget" in note for note in first["notes"]), "else the clock had no part in it"
    again = run_here(home, "train", {"dataset": "Circle", "repeat": first["run"]}).result
    assert again["run"] != first["run"]
    assert (again["repeats"], again["same_weights"], again["steps"]) == (first["run"], True, first["steps"])
    assert (again["model"], again["metrics"]) == ("sasrec", first["metrics"])
    assert run_here(home, "train", {"dataset": "Circle", "repeat": first["run"]}).result["run"] == again["run"]


def test_a_repeat_says_where_numbers_differ(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {"dataset": "Circle", "model": "gru", "set": {"width": "16", "epochs": "2"}, "seed": 3}
    first = run_here(home, "train", asked).result
    read = RunStore.load_steps
    monkeypatch.setattr(
        RunStore, "load_steps", lambda store, ref: Steps(rates=tuple(2 * rate for rate in read(store, ref).rates), threads=1)
    )
    again = run_here(home, "train", {"dataset": "Circle", "repeat": first["run"]}).result
    assert again["same_weights"] is False
    assert any("otherwise" in note for note in again["notes"])


def test_what_cannot_be_repeated_is_refused(home: Home) -> None:
    DatasetStore(home).save(imported(9, 8), "Other circle")
    run = run_here(home, "train", {"dataset": "Circle", "model": "markov"}).result["run"]
    with pytest.raises(BadInput, match="learnt from"):
        run_here(home, "train", {"dataset": "Other circle", "repeat": run})
    mixed = run_here(home, "train", {"dataset": "Circle", "model": "hybrid", "set": {"epochs": "1", "width": "16"}}).result
    with pytest.raises(BadInput, match="in parts"):
        run_here(home, "train", {"dataset": "Circle", "repeat": mixed["run"]})
    assert run_here(home, "train", {"dataset": "Circle", "repeat": run}).result["same_weights"] is True
