"""`contrast`: fields of the contract, how groups are named, and the planted incident."""

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
