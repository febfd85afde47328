"""`features`: the tables and the answer about order, with their definitions."""

import csv

import polars as pl
import pytest


@pytest.mark.parametrize(
    ("of", "key", "column"),
    [("user", "user_id", "recency_days"), ("item", "item_id", "trend"), ("sequence", "session_id", "order_bits")],
)
def test_each_table_comes_with_its_definitions_and_as_a_file(cli, shop, tmp_path, of, key, column):
    out = tmp_path / "f.csv"
    found = cli("features", "sample:shop", "--of", of, "--out", out, home=shop).json
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert found["rows"] == len(rows)
    assert [one["name"] for one in found["columns"]] == list(rows[0])
    assert (found["columns"][0]["name"], len(found["table"])) == (key, 20)
    (defined,) = [one for one in found["columns"] if one["name"] == column]
    assert defined["formula"]
    assert defined["empty"] == sum(row[column] == "" for row in rows)
    assert (found["order"] is None) == (of != "sequence")


def test_order_is_judged_over_what_is_asked(cli, shop):
    found = cli("features", "sample:shop", "--of", "sequence", "--columns", "events", "--labels", "item", home=shop).json["order"]
    assert (found["of"], found["verdict"], found["p_value"]) == ("item", "matters", 0.01)
    assert found["low"] < found["excess"] < found["high"]


def test_parquet_keeps_the_types(cli, shop, tmp_path):
    out = tmp_path / "f.parquet"
    cli("features", "sample:shop", "--of", "user", "--columns", "first_seen,events", "--out", out, home=shop)
    assert pl.read_parquet(out).columns == ["user_id", "events", "first_seen"]


def test_what_a_log_lacks_is_said(cli, eshop):
    found = cli("features", "eshop", "--of", "user", home=eshop).json
    assert any("time of day" in note for note in found["notes"])
    assert "main_hour" not in {one["name"] for one in found["columns"]}


@pytest.mark.parametrize(
    "options",
    [
        ["--of", "shoe"],
        [],
        ["--of", "user", "--columns", "age"],
        ["--of", "user", "--out", "x.xlsx"],
        ["--of", "user", "--out", "/nowhere/x.csv"],
    ],
)
def test_what_cannot_be_is_refused(cli, shop, options):
    assert cli("features", "sample:shop", *options, home=shop).code == 2
