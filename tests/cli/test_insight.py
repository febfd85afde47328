"""`contrast`, `unusual`, `rules --before`: fields of the contract, how groups are named, and the planted incident."""

import csv

import pytest

INCIDENT = "2026-08-17..2026-08-31"
CONTRASTED = {"a", "b", "n_a", "n_b", "tested", "significant", "correction", "draws", "patterns"}
ROW = {"items", "count_a", "count_b", "support_a", "support_b", "difference", "low", "high", "p_value", "p_corrected"}


def test_contrast_finds_the_incident(cli, shop, tmp_path):
    out = tmp_path / "contrast.csv"
    given = ["--a", INCIDENT, "--b", "rest", "--draws", 99, "--out", out]
    found = cli("contrast", "sample:shop", *given, home=shop).json
    assert set(found) >= CONTRASTED
    assert found["sessions_left_out"] == 0
    first = found["patterns"][0]
    assert set(first) == ROW
    assert first["items"][-1] == "purchase"
    assert first["difference"] < 0
    assert first["p_corrected"] == pytest.approx(0.01)
    assert len(list(csv.DictReader(out.read_text().splitlines()))) == found["tested"]


def test_groups_are_rules_periods_or_saved_names(cli, shop):
    cli("segments", "sample:shop", "--add", "Early", "--to", "2026-08-01", home=shop)
    found = cli("contrast", "sample:shop", "--a", "Early", "--b", "2026-08-01..", "--draws", 19, home=shop).json
    assert found["n_a"] + found["n_b"] == 2471
    rule = cli("contrast", "sample:shop", "--a", "events >= 5", "--draws", 19, "--unit", "user", home=shop).json
    assert rule["unit"] == "user"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (["--a", "rest"], "two_rests"),
        (["--a", ""], "no_group"),
        (["--a", "2030-01-01.."], "empty_group"),
        (["--a", INCIDENT, "--draws", 3], "few_draws"),
    ],
)
def test_groups_that_cannot_be_compared_are_refused(cli, shop, given, code):
    done = cli("contrast", "sample:shop", *given, home=shop)
    assert done.code == 2
    assert done.json["error"]["code"].endswith(code)


def test_rules_before_an_event_type_are_cut_at_its_first_time(cli, shop):
    found = cli("rules", "sample:shop", "--of", "event", "--before", "purchase", home=shop).json
    assert found["reached"] == 266
    assert {rule["consequent"] for rule in found["rules"]} == {"purchase"}
    assert all("purchase" not in rule["antecedent"] for rule in found["rules"])
    assert {"payment_details"} <= set(found["rules"][0]["antecedent"])
    items = cli("rules", "sample:shop", "--before", "purchase", "--top", 3, home=shop).json
    assert items["of"] == "item"
    assert all(rule["low"] <= rule["confidence"] <= rule["high"] for rule in items["rules"])


def test_an_event_that_does_not_occur_is_named(cli, shop):
    done = cli("rules", "sample:shop", "--before", "refund", home=shop)
    assert done.code == 2
    assert "refund" in done.json["error"]["message"]


def test_unusual_finds_bot_and_incident_and_names_nobody_unasked(cli, shop):
    found = cli("unusual", "sample:shop", "--top", 5, home=shop).json
    assert len(found["sequences"]) == 5
    assert "id" not in found["sequences"][0]
    assert found["sequences"][0]["surprises"][0]["bits"] >= found["sequences"][0]["surprises"][1]["bits"]
    week = found["weeks"][0]
    assert (week["from"], week["to"]) == ("payment_details", "purchase")
    assert week["start"].startswith("2026-08-17")
    assert week["rate"] < week["rate_elsewhere"]
    named = cli("unusual", "sample:shop", "--with-ids", home=shop).json
    assert named["sequences"][0]["user_id"] == "u0413"


def test_interest_puts_a_planted_sequence_before_what_its_steps_explain(cli, shop):
    found = cli("interest", "sample:shop", "--of", "item", "--min-count", 30, home=shop).json
    assert found["kind"] == "closed"
    assert ["TENT-02", "BAG-02", "MAT-02"] in [row["items"] for row in found["patterns"]]
    assert all(row["support_count"] > row["expected"] for row in found["patterns"][:5])


def test_evidence_shows_examples_and_weeks_that_add_up(cli, shop):
    asked = ("evidence", "sample:shop", "--pattern", "TENT-02,BAG-02,MAT-02")
    private = [week["support_count"] for week in cli(*asked, home=shop).json["trend"]]
    found = cli(*asked, "--privacy-floor", 1, home=shop).json
    assert None in private
    assert all(few in (None, week["support_count"]) for few, week in zip(private, found["trend"], strict=True))
    assert found["support_count"] == 96
    assert sum(week["support_count"] for week in found["trend"]) == 96
    assert sum(week["n"] for week in found["trend"]) == found["n_sequences"] == 2471
    for example in found["examples"]:
        assert [example["events"][at] for at in example["matched"]] == found["pattern"]
        assert example["seconds"] == sorted(example["seconds"])
    assert sum(row["held"] for row in found["mix"] if row["column"] == found["mix"][0]["column"]) <= 96
    done = cli("evidence", "sample:shop", "--pattern", "TENT-02", "--privacy-floor", 5000, home=shop)
    assert done.json["error"]["code"].endswith("below_floor")


def test_instead_says_where_those_go_who_do_not_buy(cli, shop):
    found = cli("instead", "sample:shop", "--pattern", "payment_details", "--before", "purchase", home=shop).json
    assert found["of"] == "event"
    assert found["not_reached"] > 0
    assert sum(row["count"] for row in found["next"]) + found["left_out"] == found["not_reached"]
    assert all(row["low"] <= row["share"] <= row["high"] for row in found["next"])
    rules = cli("rules", "sample:shop", "--of", "event", "--before", "purchase", home=shop).json["rules"]
    (rule,) = [row for row in rules if row["antecedent"] == ["payment_details"]]
    assert rule["antecedent_count"] == found["not_reached"] + found["reached"]
    assert rule["support_count"] == found["reached"]
