"""The commands behind the Journeys page: their fields, and that they agree with each other."""

import pytest

from tests.cli.test_understand import demo  # noqa: F401  (a fixture)


def test_flow_columns_sum_to_all(cli, shop):
    found = cli("flow", "sample:shop", "--steps", 3, home=shop).json
    for step in (1, 2, 3):
        assert sum(node["count"] for node in found["nodes"] if node["step"] == step) == found["n"]


def test_matrix_rows_sum_to_one_and_agree_with_around(cli, shop):
    rows = cli("matrix", "sample:shop", "--top", 50, home=shop).json["transitions"]
    of_cart = [row for row in rows if row["from"] == "cart"]
    assert sum(row["rate"] for row in of_cart) == pytest.approx(1)
    after = cli("around", "sample:shop", "--event", "cart", "--top", 50, home=shop).json["after"]
    assert {row["event"]: row["count"] for row in after} == {row["to"]: row["count"] for row in of_cart}


def test_cohorts_hold_every_user(cli, shop):
    found = cli("cohorts", "sample:shop", home=shop).json
    users = cli("import", "sample:shop", home=shop).json["users"]
    assert sum(row["size"] for row in found["cohorts"] if row["period"] == 0) == users


def test_duration_agrees_with_the_funnel(cli, demo):  # noqa: F811
    found = cli("duration", "demo", "--start", "cart", "--end", "shipping_details", home=demo).json
    assert (found["started"], found["arrived"]) == (1022, 512)
    funnel = cli("funnel", "demo", "--steps", "cart,shipping_details", home=demo).json
    assert funnel["steps"][1]["median_seconds"] == next(row["seconds"] for row in found["quantiles"] if row["share"] == 0.5)


def test_paths_say_how_many_reach_a_target(cli, demo):  # noqa: F811
    found = cli("paths", "demo", "--target", "purchase", "--top", 5, home=demo).json
    assert all(row["rate"] == pytest.approx(row["converted"] / row["count"]) for row in found["paths"])
    assert all("purchase" not in row["events"] for row in found["paths"])


def test_merged_and_hidden_events_count_as_said(cli, demo):  # noqa: F811
    plain = cli("matrix", "demo", "--top", 50, home=demo).json
    merged = cli("matrix", "demo", "--top", 50, "--merge", "details=*_details", home=demo).json
    assert "details" in merged["labels"]
    assert not [label for label in merged["labels"] if label.endswith("_details")]
    hidden = cli("matrix", "demo", "--top", 50, "--hide", "*_details", home=demo).json
    assert set(hidden["labels"]) == {label for label in plain["labels"] if not label.endswith("_details")}


def test_a_wildcard_that_fits_nothing_is_refused(cli, demo):  # noqa: F811
    failed = cli("flow", "demo", "--hide", "nothing*", home=demo)
    assert failed.code == 2
    assert failed.json["error"]["code"] == "unknown_event"
