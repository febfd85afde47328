"""`train`, `evaluate`, `recommend`, `explain` and what is kept: fields of the contract and known answers."""

import csv
import json
import os
import subprocess
import sys

import polars as pl
import pytest

from seqrec_core.cli import main
from seqrec_core.data.samples import SAMPLES

METRICS = {"ndcg@10", "hr@10", "mrr@10", "coverage@10", "novelty@10"}
PROTOCOL = {"split", "candidates", "exclude_seen", "n_users", "k"}


@pytest.fixture(scope="module")
def run(shop):
    from seqrec_core.store.home import Home
    from seqrec_core.store.runs import RunStore

    return next(card.id for card in RunStore(Home(shop)).list() if card.model == "markov")


def test_training_has_its_fields(cli, shop, run):
    done = cli("train", "sample:shop", "--model", "markov", home=shop)
    assert done.code == 0
    assert done.json["run"] == run, "the same request on the same data is the same run"
    assert done.json["existing"] is True
    assert set(done.json) >= {"run", "model", "device", "seconds", "epochs", "seconds_per_epoch", "parameters"}
    assert set(done.json["metrics"]) >= METRICS
    assert set(done.json["protocol"]) >= PROTOCOL
    assert (done.json["protocol"]["candidates"], done.json["protocol"]["k"]) == ("all", 10)
    assert set(done.json["baselines"]) == {"popularity", "item_knn"}
    assert all(set(metrics) >= METRICS for metrics in done.json["baselines"].values())
    assert done.json["metrics"]["ndcg@10"] > done.json["baselines"]["popularity"]["ndcg@10"]


def test_a_run_is_repeated_by_its_steps(cli, shop, run):
    done = cli("train", "sample:shop", "--repeat", run, home=shop)
    assert (done.code, done.json["repeats"], done.json["same_weights"], done.json["model"]) == (0, run, True, "markov")
    for given in ([], ["--model", "markov", "--repeat", run]):
        refused = cli("train", "sample:shop", *given, home=shop)
        assert (refused.code, refused.json["error"]["code"]) == (2, "model_or_repeat")


def test_evaluation_repeats_what_training_measured(cli, shop, run):
    trained = cli("train", "sample:shop", "--model", "markov", home=shop).json
    done = cli("evaluate", run, home=shop)
    assert done.code == 0
    assert done.json["n_users"] == trained["protocol"]["n_users"]
    assert set(done.json["protocol"]) >= PROTOCOL
    for name in METRICS:
        assert done.json["metrics"][name]["mean"] == pytest.approx(trained["metrics"][name])
    interval = done.json["metrics"]["ndcg@10"]
    assert interval["low"] < interval["mean"] < interval["high"]
    five = cli("evaluate", run, "--k", "5,20", "--seen", "include", home=shop).json
    assert {"ndcg@5", "hr@20"} <= set(five["metrics"])
    assert five["protocol"]["exclude_seen"] is False


@pytest.mark.parametrize("k", ["0", "x", "", "1.5", "2000"])
def test_a_list_length_that_makes_no_sense_is_refused(cli, shop, run, k):
    assert cli("evaluate", run, "--k", k, home=shop).code == 2


def test_the_worked_example(cli, write, tmp_path):
    """A bought 1, 2, 3 and B bought 2, 3, 4: with seen items included the top two of both are 3 and 4."""
    rows = [("A", 1), ("A", 2), ("A", 3), ("B", 2), ("B", 3), ("B", 4)]
    text = "user,item,time\n" + "".join(f"{user},{item},2026-01-01T10:0{n}:00\n" for n, (user, item) in enumerate(rows))
    dataset = cli("import", write("ab.csv", text), home=tmp_path).json["dataset"]
    given = ["--model", "cooccurrence", "--split", "none", "--seen", "include"]
    trained = cli("train", dataset[:6], *given, home=tmp_path)
    assert trained.code == 0
    assert trained.json["metrics"] is None
    assert trained.json["protocol"] is None
    for user in "AB":
        items = cli("recommend", trained.json["run"], "--user", user, "--k", 2, home=tmp_path).json["items"]
        assert {item["item_id"] for item in items} == {"3", "4"}
        assert [item["rank"] for item in items] == [1, 2]
        assert items[0]["score"] >= items[1]["score"]
    unseen = cli("recommend", trained.json["run"], "--user", "A", "--seen", "exclude", home=tmp_path).json["items"]
    assert [item["item_id"] for item in unseen] == ["4"]


def test_recommending_for_a_user_and_for_items_agree(cli, shop, run):
    user = pl.read_csv(SAMPLES["shop"].events, infer_schema=False)["user_id"].drop_nulls()[0]
    whole = cli("recommend", run, "--user", user, "--k", 5, home=shop).json
    held = cli("recommend", run, "--user", user, "--k", 5, "--holdout", home=shop).json
    assert (len(whole["items"]), len(held["items"])) == (5, 5)
    assert whole["n_history"] == held["n_history"] + 1
    assert set(whole["items"][0]) == {"item_id", "title", "score", "rank", "is_new"}
    assert whole["items"][0]["title"] != whole["items"][0]["item_id"]
    nobody = cli("recommend", run, "--history", "", "--k", 3, home=shop).json
    assert (nobody["n_history"], len(nobody["items"])) == (0, 3)


def test_seen_items_are_left_out_or_kept_as_asked(cli, shop, run):
    given = ["recommend", run, "--history", "TENT-02,BAG-02", "--k", 300]
    without = {item["item_id"] for item in cli(*given, "--seen", "exclude", home=shop).json["items"]}
    with_seen = {item["item_id"] for item in cli(*given, "--seen", "include", home=shop).json["items"]}
    assert with_seen - without == {"TENT-02", "BAG-02"}


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_recommending_for_everyone(cli, shop, run, tmp_path, ending):
    out = tmp_path / f"all.{ending}"
    users = cli("datasets", home=shop).json["datasets"][0]["users"]
    done = cli("recommend", run, "--all", "--out", out, "--k", 3, "--seen", "include", home=shop)
    assert done.code == 0
    assert (done.json["out"], done.json["rows"]) == (str(out), 3 * users)
    table = pl.read_csv(out) if ending == "csv" else pl.read_parquet(out)
    assert table.height == 3 * users
    user = table["user_id"][0]
    one = cli("recommend", run, "--user", user, "--k", 3, "--seen", "include", home=shop).json["items"]
    assert table.filter(pl.col("user_id") == user).sort("rank")["item_id"].to_list() == [item["item_id"] for item in one]


def test_an_explanation_has_its_fields_and_adds_up(cli, shop, run):
    history = "TENT-02,STOV-02,BAG-02,MAT-02"
    item = cli("recommend", run, "--history", history, "--k", 1, home=shop).json["items"][0]["item_id"]
    done = cli("explain", run, "--history", history, "--item", item, home=shop)
    assert done.code == 0
    found = done.json
    assert set(found) >= {"target", "score", "base_value", "players", "method", "absence", "attributions", "leave_one_out"}
    assert set(found) >= {"counterfactual", "faithfulness", "sentence"}
    assert (found["target"], found["rank"], found["absence"]) == (item, 1, "remove_and_close")
    assert sum(a["value"] for a in found["attributions"]) + found["base_value"] == pytest.approx(found["score"], abs=1e-3)
    assert [a["item_id"] for a in found["attributions"]] == history.split(",")
    assert all(set(a) == {"position", "item_id", "event_type", "value", "standard_error"} for a in found["attributions"])
    assert [set(single) for single in found["leave_one_out"]] == [{"position", "rank"}] * 4
    assert {"remove", "rank_before", "rank_after"} <= set(found["counterfactual"])
    assert found["counterfactual"]["rank_before"] == 1
    assert found["sentence"].startswith("Recommended at #1")


def test_a_markov_run_is_explained_by_the_last_event(cli, shop, run):
    history = "TENT-02,STOV-02,BAG-02,MAT-02"
    item = cli("recommend", run, "--history", history, "--k", 1, home=shop).json["items"][0]["item_id"]
    found = cli("explain", run, "--history", history, "--item", item, home=shop).json
    best = max(found["attributions"], key=lambda a: a["value"])
    assert best["item_id"] == "MAT-02"
    assert found["leave_one_out"][3]["rank"] >= 1
    assert all(single["rank"] == 1 for single in found["leave_one_out"][:3]), "a Markov chain knows nothing of older events"


def test_explaining_a_user_stops_before_the_held_out_event(cli, shop, run):
    user = "u0074"
    held = cli("recommend", run, "--user", user, "--holdout", home=shop).json
    item = held["items"][0]["item_id"]
    found = cli("explain", run, "--user", user, "--item", item, home=shop).json
    assert found["rank"] == 1
    assert found["score"] == pytest.approx(held["items"][0]["score"], rel=1e-5)
    assert len(found["leave_one_out"]) == held["n_history"]
    events = {a["event_type"] for a in found["attributions"] if a["position"] >= 0}
    assert events <= {"view", "add_to_cart", "search", "home", "cart", "checkout", "payment_details", "purchase"}


def test_older_events_are_one_player(cli, shop, run):
    user = "u0413"  # the planted bot: 480 events
    item = cli("recommend", run, "--user", user, "--holdout", "--seen", "include", home=shop).json["items"][0]["item_id"]
    found = cli("explain", run, "--user", user, "--item", item, "--seen", "include", home=shop).json
    assert found["method"] == "permutation_shapley"
    assert found["players"]["events"] == 49
    assert found["players"]["grouped_events"] == len(found["leave_one_out"]) - 49
    first = found["attributions"][0]
    assert (first["position"], first["item_id"], first["event_type"]) == (-1, None, None)
    assert sum(a["value"] for a in found["attributions"]) + found["base_value"] == pytest.approx(found["score"], abs=1e-3)


def test_as_many_players_can_be_asked_for_as_the_explainer_takes():
    from inspect import signature

    from seqrec_core.cli.explaining import explain_item
    from seqrec_core.explain.game import MAX_PLAYERS

    assert signature(explain_item).parameters["players"].default == MAX_PLAYERS


def test_older_events_can_be_held_together_and_two_items_compared(cli, shop, run):
    user = "u0413"
    items = [row["item_id"] for row in cli("recommend", run, "--user", user, "--seen", "include", home=shop).json["items"]]
    given = ["explain", run, "--user", user, "--item", items[0], "--seen", "include", "--players", "12", "--whole-history"]
    one = cli(*given, home=shop).json
    assert (one["method"], one["players"]["events"], one["versus"]) == ("exact_shapley", 11, None)
    both = cli(*given, "--versus", items[3], home=shop).json
    assert both["versus"] == items[3]
    assert both["score"] > 0
    assert both["sentence"].startswith("Ahead of")
    assert sum(a["value"] for a in both["attributions"]) + both["base_value"] == pytest.approx(both["score"], abs=1e-3)
    refused = cli(*given, "--versus", items[0], home=shop)
    assert (refused.code, refused.json["error"]["code"]) == (2, "versus")


def test_what_brings_an_item_into_the_list_is_said(cli, shop, run):
    given = ["--history", "TENT-02,BAG-02", "--seen", "include"]
    ranked = [row["item_id"] for row in cli("recommend", run, *given, "--k", "40", home=shop).json["items"]]
    assert cli("explain", run, *given, "--item", ranked[0], home=shop).json["bring_in"] is None
    found = cli("explain", run, *given, "--item", ranked[-1], home=shop).json["bring_in"]
    assert found["kind"] in {"add", "remove", "replace"}
    assert found["rank_after"] <= 10 < found["rank_before"]
    assert "enters the top 10" in found["sentence"]
    if found["kind"] == "add":
        more = ["--history", f"TENT-02,BAG-02,{found['add']}", "--seen", "include"]
        there = cli("recommend", run, *more, "--k", "10", home=shop).json["items"]
        assert ranked[-1] in [row["item_id"] for row in there]


def test_faithfulness_of_a_run_is_measured_and_kept(cli, shop, run, tmp_path):
    from seqrec_core.store.home import Home
    from seqrec_core.store.runs import RunStore
    from tests.homes import copied

    home = copied(Home(shop), tmp_path / "home")
    found = cli("faithfulness", run, "--users", "12", home=home.path)
    assert found.code == 0
    assert (found.json["model"], found.json["users"], sum(found.json["verdicts"].values())) == ("markov", 12, 12)
    assert set(found.json["methods"]) == {"shapley", "leave_one_out", "recency", "popularity", "random"}
    assert found.json["sentence"].startswith("Explanations of this model")
    kept = RunStore(home).faithfulness(run)
    assert [one.model for one in kept] == ["markov"]
    assert kept[0].methods == found.json["methods"]
    again = cli("faithfulness", run, "--users", "12", home=home.path)
    assert again.json["methods"] == found.json["methods"], "the same seed draws the same users and orders"
    assert cli("faithfulness", run, "--users", "12", "--model", "nosuch", home=home.path).code == 2


def test_a_seen_item_is_explained_only_where_seen_items_count(cli, shop, run):
    given = ["explain", run, "--history", "TENT-02,BAG-02", "--item", "TENT-02"]
    refused = cli(*given, "--seen", "exclude", home=shop)
    assert (refused.code, refused.json["error"]["code"]) == (2, "target_seen")
    assert cli(*given, "--seen", "include", home=shop).code == 0


def test_the_planted_cause_comes_first(cli, shop, tmp_path):
    """Of the users who end with the effect, most are told that the cause is why (co-occurrence: the cause may lie back)."""
    truth = json.loads(SAMPLES["shop"].truths.read_text())["cause"]
    trained = cli("train", "sample:shop", "--model", "cooccurrence", home=shop).json["run"]
    first, asked = 0, truth["ends_with_effect"][:5]
    for user in asked:
        found = cli("explain", trained, "--user", user, "--item", truth["effect"], home=shop).json
        shares = {a["item_id"]: a["value"] for a in found["attributions"] if a["item_id"]}
        first += max(shares, key=lambda name: shares[name]) == truth["cause"]
    assert first >= 0.8 * len(asked)


def test_what_is_not_there_is_named(cli, shop, run):
    codes = {
        ("recommend", "nothing", "--user", "x"): "unknown_run",
        ("recommend", run, "--user", "nobody"): "unknown_user",
        ("recommend", run, "--history", "NO-1"): "unknown_item",
        ("explain", run, "--user", "nobody", "--item", "TENT-02"): "unknown_user",
        ("explain", run, "--user", "u0074", "--item", "NO-1"): "unknown_item",
        ("train", "nothing", "--model", "markov"): "unknown_dataset",
        ("train", "sample:shop", "--model", "oracle"): "unknown_model",
        ("evaluate", "nothing"): "unknown_run",
        ("funnel", "nothing", "--steps", "a"): "unknown_dataset",
        ("delete", "nothing"): "nothing_to_delete",
    }
    for arguments, code in codes.items():
        done = cli(*arguments, home=shop)
        assert (done.code, done.json["error"]["code"]) == (2, code), arguments
        assert done.json["error"]["hint"]


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--user", "u0074", "--all"],
        ["--user", "u0074", "--out", "x.csv"],
        ["--all", "--out", "x.doc"],
        ["--all", "--out", "/no/x.csv"],
    ],
)
def test_recommending_needs_one_whom(cli, shop, run, options):
    assert cli("recommend", run, *options, home=shop).code == 2


@pytest.mark.parametrize("options", [["--set", "width=wide"], ["--set", "hats=3"], ["--set", "width"], ["--budget", "0"]])
def test_settings_that_do_not_fit_are_refused(cli, shop, options):
    done = cli("train", "sample:shop", "--model", "gru", *options, home=shop)
    assert done.code == 2
    assert cli("runs", "sample:shop", home=shop).json["runs"]


def test_an_empty_home_says_what_to_do(cli, tmp_path):
    assert cli("runs", home=tmp_path).json == {"runs": []}
    done = cli("recommend", "any", "--user", "x", home=tmp_path)
    assert (done.code, done.json["error"]["code"]) == (2, "no_run")


def test_models_are_listed(cli, tmp_path):
    names = {model["name"] for model in cli("models", home=tmp_path).json["models"]}
    assert {"popularity", "markov", "cooccurrence", "item_knn", "gru"} <= names


def test_deleting(cli, write, tmp_path):
    text = "user,item,time\n" + "".join(f"u{i % 5},i{i % 3},2026-01-{1 + i % 28:02}T10:00:00\n" for i in range(28))
    dataset = cli("import", write("log.csv", text), "--name", "short", home=tmp_path).json["dataset"]
    run = cli("train", "short", "--model", "popularity", home=tmp_path).json["run"]
    assert [row["run"] for row in cli("runs", "short", home=tmp_path).json["runs"]] == [run]
    gone = cli("delete", "short", home=tmp_path).json
    assert (gone["deleted"], gone["dataset"], gone["runs_without_data"]) == ("dataset", dataset, [run])
    orphan = cli("recommend", run, "--user", "u1", home=tmp_path)
    assert (orphan.code, orphan.json["error"]["code"]) == (2, "no_dataset")
    assert cli("delete", run[:5], home=tmp_path).json == {"deleted": "run", "run": run}
    assert cli("runs", home=tmp_path).json == {"runs": []}


def test_work_that_does_not_finish_exits_with_four_and_names_its_job(cli, shop, run, monkeypatch):
    from seqrec_core.errors import Failed
    from seqrec_core.jobs import execute

    def fails(request, context):
        raise Failed("store", "disk_full", path="/home", free_mb=0)

    monkeypatch.setattr(execute, "handler_of", lambda kind: fails)
    done = cli("evaluate", run, home=shop)
    assert (done.code, done.json["error"]["code"]) == (4, "disk_full")
    jobs = {row["job"]: row["status"] for row in cli("jobs", home=shop).json["jobs"]}
    assert jobs[done.json["job"]] == "failed"


def test_queued_work_is_done_by_the_worker(cli, shop, run):
    queued = cli("evaluate", run, "--k", 7, "--queue", home=shop).json["job"]
    command = [sys.executable, "-m", "seqrec_core", "worker", "--once", "--json", "--home", str(shop)]
    done = subprocess.run(command, env={**os.environ, "SEQREC_WELCOME": "false"}, capture_output=True, text=True, check=False)
    assert (done.returncode, json.loads(done.stdout)) == (0, {"worker": "ended"})
    assert queued in done.stderr
    (job,) = [row for row in cli("jobs", home=shop).json["jobs"] if row["job"] == queued]
    assert job["status"] == "finished"
    again = cli("evaluate", run, "--k", 7, "--queue", home=shop).json
    assert (again["job"], again["existing"]) == (queued, True)


def test_the_same_for_people(cli, shop, run):
    done = cli("recommend", run, "--history", "TENT-02", "--k", 3, home=shop, as_json=False)
    assert done.code == 0
    assert "items (3)" in done.out
    assert "{" not in done.out
    explained = cli("explain", run, "--history", "TENT-02", "--item", "BAG-02", home=shop, as_json=False)
    assert "Recommended at" in explained.out or "At #" in explained.out
    refused = cli("recommend", run, "--user", "nobody", home=shop, as_json=False)
    assert refused.code == 2
    assert refused.out == ""
    assert "nobody" in refused.err


def test_eshop_goes_the_whole_way(cli, eshop, tmp_path):
    trained = cli("train", "eshop", "--model", "popularity", "--seed", 1, home=eshop)
    assert trained.code == 0
    assert trained.json["protocol"]["exclude_seen"] is False, "visitors come back to what they looked at"
    run = trained.json["run"]
    assert trained.json["baselines"]["markov"]["ndcg@10"] > 2 * trained.json["metrics"]["ndcg@10"]
    out = tmp_path / "all.csv"
    assert cli("recommend", run, "--all", "--k", 2, "--out", out, home=eshop).json["rows"] == 2 * 24_026
    with out.open(newline="") as stream:
        user = next(csv.DictReader(stream))["user_id"]
    item = cli("recommend", run, "--user", user, "--k", 1, "--holdout", home=eshop).json["items"][0]["item_id"]
    found = cli("explain", run, "--user", user, "--item", item, home=eshop).json
    assert found["sentence"].startswith("Recommended at #1")
    assert "popularity" in found["sentence"]
    assert found["faithfulness"]["verdict"] == "too_short"


def test_main_reads_the_command_line_of_the_process(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("sys.argv", ["seqrec", "datasets", "--json", "--home", str(tmp_path)])
    assert main() == 0
    assert json.loads(capsys.readouterr().out) == {"datasets": []}
