"""`mine`, `rules`, `funnel`, `paths`: fields of the contract and known answers."""

import csv
import json

import pytest

from seqrec_core.cli.mining import ARROW
from seqrec_core.data.samples import SAMPLES


@pytest.fixture(scope="module")
def demo(tmp_path_factory, logs):
    from seqrec_core.cli import main

    home = tmp_path_factory.mktemp("demo")
    given = ["import", str(logs / "journeys-demo" / "ecom.csv.gz"), "--raw", "--name", "demo", "--home", str(home)]
    assert main(given) == 0
    return home


MINED = {
    "pattern_count",
    "n_sequences",
    "min_count",
    "kind",
    "unit",
    "complete",
    "seconds",
    "cpu_seconds",
    "peak_rss_mb",
    "patterns",
}


def test_mine_has_its_fields(cli, shop):
    found = cli("mine", "sample:shop", "--min-support", 0.02, "--max-length", 3, home=shop).json
    assert set(found) >= MINED
    assert found["complete"] is True
    assert len(found["patterns"]) == min(20, found["pattern_count"])
    assert all(set(row) == {"items", "steps", "support_count", "support"} for row in found["patterns"])
    assert all(row["support"] == pytest.approx(row["support_count"] / found["n_sequences"]) for row in found["patterns"])
    assert all(row["support_count"] >= found["min_count"] for row in found["patterns"])


def test_a_share_is_rounded_up(cli, write, tmp_path):
    path = write("s.txt", "1 -1 2 -1 -2\n1 -1 2 -1 -2\n1 -1 -2\n3 -1 -2\n3 -1 -2\n")
    assert cli("mine", "--spmf", path, "--min-support", 0.41, home=tmp_path).json["min_count"] == 3
    assert cli("mine", "--spmf", path, "--min-support", 0.4, home=tmp_path).json["min_count"] == 2


def test_spmf_in_and_out(cli, write, tmp_path):
    path = write("s.txt", "1 -1 2 -1 -2\n1 -1 2 -1 -2\n1 -1 -2\n")
    out = tmp_path / "out.txt"
    found = cli("mine", "--spmf", path, "--min-count", 2, "--out", out, home=tmp_path).json
    assert found["pattern_count"] == 3
    assert found["patterns"][0] == {"items": ["1"], "steps": [["1"]], "support_count": 3, "support": 1.0}
    assert sorted(out.read_text().splitlines()) == ["1 -1 #SUP: 3", "1 -1 2 -1 #SUP: 2", "2 -1 #SUP: 2"]


def test_baskets_of_a_file_are_mined_and_written_as_baskets(cli, write, tmp_path):
    path, out = write("s.txt", "1 2 -1 3 -1 -2\n1 2 -1 3 -1 -2\n1 -1 -2\n"), tmp_path / "out.txt"
    found = cli("mine", "--spmf", path, "--min-count", 2, "--min-length", 3, "--out", out, home=tmp_path).json
    assert found["baskets"] is True
    assert found["patterns"][0]["steps"] == [["1", "2"], ["3"]]
    assert out.read_text().splitlines() == ["1 2 -1 3 -1 #SUP: 2"]
    single = cli("mine", "--spmf", path, "--min-count", 2, "--single", home=tmp_path).json
    assert all(len(step) == 1 for row in single["patterns"] for step in row["steps"])


@pytest.mark.parametrize(
    ("options", "left"),
    [
        (["--contains", 3], {"3", "1 3", "2 3", "1 2 3"}),
        (["--starts-with", 2], {"2", "2 3"}),
        (["--ends-with", 2], {"2", "1 2"}),
        (["--exclude", 1], {"2", "3", "2 3"}),
        (["--over", 1, "--over", 3], {"1", "3", "1 3"}),
        (["--min-gap", 2], {"1", "2", "3", "1 3"}),
        (["--max-gap", 1], {"1", "2", "3", "1 2", "2 3", "1 2 3"}),
        (["--kind", "maximal"], {"1 2 3"}),
    ],
)
def test_options_of_mine_keep_what_they_say(cli, write, tmp_path, options, left):
    path = write("s.txt", "1 -1 2 -1 3 -1 -2\n" * 3)
    found = cli("mine", "--spmf", path, "--min-count", 3, *options, home=tmp_path).json
    assert {" ".join(row["items"]) for row in found["patterns"]} == left


def test_a_floor_of_users_holds_under_rules_too(cli, shop):
    given = ["mine", "sample:shop", "--min-count", 40, "--max-length", 2, "--min-gap", 2]
    everything = cli(*given, home=shop).json["pattern_count"]
    assert 0 < cli(*given, "--privacy-floor", 40, home=shop).json["pattern_count"] < everything


def test_out_as_csv_escapes_formulas(cli, write, tmp_path):
    path = write("log.csv", "user,item,time\n" + "".join(f"u{i},=1+1,2026-01-0{i + 1}T10:00:00\n" for i in range(3)))
    cli("import", path, "--map", "user=user,item=item,time=time", "--name", "x", home=tmp_path)
    out = tmp_path / "out.csv"
    assert cli("mine", "x", "--min-count", 2, "--out", out, home=tmp_path).code == 0
    (row,) = csv.DictReader(out.read_text().splitlines())
    assert list(row) == ["pattern", "support_count", "support"]
    assert not row["pattern"].startswith("=")


def test_the_planted_sequences_have_their_support(cli, shop, tmp_path):
    truths = json.loads(SAMPLES["shop"].truths.read_text())
    out = tmp_path / "all.csv"
    planted = [one for one in truths["sequences"] if one["of"] == "item"]
    least = min(one["support_count"] for one in planted)
    longest = max(len(one["items"]) for one in planted)
    given = ["--min-count", least, "--max-length", longest, "--min-length", 2, "--out", out]
    assert cli("mine", "sample:shop", *given, home=shop).code == 0
    found = {row["pattern"]: int(row["support_count"]) for row in csv.DictReader(out.read_text().splitlines())}
    assert [found.get(ARROW.join(one["items"])) for one in planted] == [one["support_count"] for one in planted]


def test_top_k_is_taken_after_the_privacy_floor(cli, write, tmp_path):
    rows = [("A", f"s{i}", "x", i) for i in range(6)] + [("B", "t1", "y", 7), ("C", "t2", "y", 8)]
    text = "user,session,item,time\n" + "".join(f"{u},{s},{i},2026-01-01T10:{t:02}:00\n" for u, s, i, t in rows)
    given = ["import", write("log.csv", text), "--map", "user=user,session=session,item=item,time=time", "--name", "p"]
    assert cli(*given, home=tmp_path).code == 0
    free = cli("mine", "p", "--min-count", 2, "--top-k", 1, home=tmp_path).json
    assert [row["items"] for row in free["patterns"]] == [["x"]]
    kept = cli("mine", "p", "--min-count", 2, "--top-k", 1, "--privacy-floor", 2, home=tmp_path).json
    assert [row["items"] for row in kept["patterns"]] == [["y"]], "x is one person's habit"


@pytest.mark.parametrize(
    "options",
    [
        ["sample:shop"],
        ["sample:shop", "--min-count", 2, "--min-support", 0.1],
        ["--min-count", 2],
        ["sample:shop", "--spmf", "x.txt", "--min-count", 2],
        ["--spmf", "/nowhere.txt", "--min-count", 2],
        ["sample:shop", "--min-count", 5, "--out", "x.docx"],
        ["sample:shop", "--min-count", 5, "--out", "/nowhere/x.csv"],
        ["sample:shop", "--min-count", 5, "--min-length", 4, "--max-length", 2],
        ["nothing", "--min-count", 5],
    ],
)
def test_mining_terms_that_cannot_be_met_are_refused(cli, shop, options):
    assert cli("mine", *options, home=shop).code == 2


def test_categories_need_a_catalogue(cli, demo):
    done = cli("mine", "demo", "--min-count", 100, "--of", "category", home=demo)
    assert (done.code, done.json["error"]["code"]) == (2, "no_categories")


def test_rules_hold_by_arithmetic(cli, write, tmp_path):
    path = write("s.txt", "1 -1 2 -1 -2\n1 -1 2 -1 -2\n1 -1 -2\n2 -1 -2\n")
    found = cli("rules", "--spmf", path, "--min-count", 1, home=tmp_path).json
    (rule,) = found["rules"]
    assert (rule["antecedent"], rule["consequent"], rule["support_count"]) == (["1"], "2", 2)
    assert rule["confidence"] == pytest.approx(2 / 3)
    assert rule["lift"] == pytest.approx((2 / 3) / (3 / 4))
    assert cli("rules", "--spmf", path, "--min-count", 1, "--min-confidence", 0.9, home=tmp_path).json["rules"] == []


def test_the_funnel_of_the_demo_is_known(cli, demo):
    found = cli("funnel", "demo", "--steps", "cart,shipping_details,purchase", home=demo).json
    assert (found["unit"], found["total"]) == ("session", 3605)
    assert [(s["event"], s["count"]) for s in found["steps"]] == [("cart", 1022), ("shipping_details", 512), ("purchase", 173)]
    assert found["steps"][1]["rate_of_previous"] == pytest.approx(512 / 1022)
    assert found["steps"][2]["rate_of_start"] == pytest.approx(173 / 1022)
    assert set(found["steps"][0]) == {"event", "count", "rate_of_start", "rate_of_previous", "median_seconds", "p90_seconds"}


def test_a_funnel_of_a_period_a_column_and_a_window(cli, demo):
    whole = cli("funnel", "demo", "--steps", "cart,purchase", home=demo).json
    parts = [
        cli("funnel", "demo", "--steps", "cart,purchase", *given, home=demo).json
        for given in (["--to", "2024-05-19"], ["--from", "2024-05-19", "--to", "2024-06-07"], ["--from", "2024-06-07"])
    ]
    assert sum(part["total"] for part in parts) == whole["total"]
    for step in (0, 1):
        assert sum(part["steps"][step]["count"] for part in parts) == whole["steps"][step]["count"]
    short = cli("funnel", "demo", "--steps", "cart,purchase", "--window", 60, home=demo).json
    assert short["steps"][1]["count"] < whole["steps"][1]["count"]
    strict = cli("funnel", "demo", "--steps", "payment_details,purchase", "--strict", home=demo).json
    loose = cli("funnel", "demo", "--steps", "payment_details,purchase", home=demo).json
    assert 0 < strict["steps"][1]["count"] < loose["steps"][1]["count"]


@pytest.mark.parametrize(
    "options",
    [
        ["--steps", "cart,flight"],
        ["--steps", ","],
        ["--steps", "cart", "--where", "colour=red"],
        ["--steps", "cart", "--where", "colour"],
        ["--steps", "cart", "--from", "2024-06-07", "--to", "2024-06-07"],
        ["--steps", "cart", "--from", "soon"],
    ],
)
def test_a_funnel_that_makes_no_sense_is_refused(cli, demo, options):
    assert cli("funnel", "demo", *options, home=demo).code == 2


def test_paths_of_the_demo_are_known(cli, demo):
    found = cli("paths", "demo", "--top", 3, "--depth", 2, home=demo).json
    assert found["transitions"][0] == {"from": "catalog", "to": "product_view", "count": 1679}
    assert found["starts"][0]["event"] == "home"
    assert all(len(row["events"]) <= 2 for row in found["paths"])
    assert len(found["paths"]) == 3


def test_paths_over_items_where_there_are_no_event_types(cli, eshop):
    found = cli("paths", "eshop", "--of", "item", "--top", 2, home=eshop).json
    assert (found["of"], found["total"], len(found["transitions"])) == ("item", 24_026, 2)
    by_default = cli("paths", "eshop", "--top", 2, home=eshop).json
    assert by_default["of"] == "category"
