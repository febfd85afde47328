"""`report`: every kind of document holds the numbers of the run, and the page needs no network."""

import csv
import re

import pytest

from seqrec_core.evaluation.compare import compare_reports
from seqrec_core.store.home import Home
from seqrec_core.store.runs import RunStore


@pytest.fixture(scope="module")
def card(shop):
    return next(card for card in RunStore(Home(shop)).list() if card.model == "markov")


def written(metric: str, value: float) -> str:
    from seqrec_core.report.entries import written as of

    return of(metric, value)


def test_the_page_holds_every_number_and_asks_no_network(cli, shop, card, tmp_path):
    out = tmp_path / "report.html"
    done = cli("report", card.id, "--out", out, home=shop)
    assert done.code == 0
    assert done.json == {"run": card.id, "out": str(out), "bytes": out.stat().st_size}
    text = out.read_text(encoding="utf-8")
    for metrics in (card.metrics, *card.baselines.values()):
        for name, values in metrics.items():
            assert written(name, values["mean"]) in text
    assert card.fingerprint in text
    outside_scripts = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    assert not re.search(r"(?:src|href)=|https?://", outside_scripts)
    assert not re.search(r"<script[^>]+src=", text)
    assert text.count("Plotly.newPlot") == 4
    assert text.count("plotly.js v") == 1, "one copy of plotly.js"


def test_the_table_for_a_paper_has_a_row_a_metric_and_its_best_in_bold(cli, shop, card, tmp_path):
    out = tmp_path / "report.tex"
    assert cli("report", card.id, "--out", out, home=shop).code == 0
    rows = [line for line in out.read_text(encoding="utf-8").splitlines() if line.endswith(r"\\")]
    assert len(rows) > 10
    assert rows[1].startswith("NDCG@10 &")
    assert {line.count("&") for line in rows} == {1 + len(card.baselines)}
    best = max(metrics["ndcg@10"]["mean"] for metrics in (card.metrics, *card.baselines.values()))
    assert rf"\textbf{{{best:.4f}}}" in out.read_text(encoding="utf-8")


def test_markdown_and_csv_hold_the_means(cli, shop, card, tmp_path):
    for name in ("report.md", "report.csv"):
        assert cli("report", card.id, "--out", tmp_path / name, home=shop).code == 0
    mean = card.metrics["ndcg@10"]["mean"]
    assert f"{mean:.4f}" in (tmp_path / "report.md").read_text(encoding="utf-8")
    rows = list(csv.DictReader((tmp_path / "report.csv").open(encoding="utf-8-sig")))
    assert any(row["metric"] == "ndcg@10" and float(row["mean"]) == pytest.approx(mean) for row in rows)


def test_what_cannot_be_written_is_refused(cli, shop, card, tmp_path):
    assert cli("report", card.id, "--out", tmp_path / "report.pdf", home=shop).json["error"]["code"] == "out_ending"
    assert cli("report", card.id, "--out", tmp_path / "none" / "r.html", home=shop).json["error"]["code"] == "no_folder"
    assert cli("report", "nothing", "--out", tmp_path / "r.html", home=shop).code == 2


def test_a_run_that_was_not_measured_has_nothing_to_report(cli, shop, tmp_path):
    run = cli("train", "sample:shop", "--model", "popularity", "--split", "none", home=shop).json["run"]
    for ending in ("html", "md", "tex", "csv"):
        assert cli("report", run, "--out", tmp_path / f"r.{ending}", home=shop).json["error"]["code"] == "not_measured"
        assert not (tmp_path / f"r.{ending}").exists()


def test_two_models_are_compared_case_by_case_under_every_metric(cli, shop, card):
    told = cli("compare", f"{card.id}:popularity", card.id, home=shop).json
    assert (told["a"], told["b"]) == ({"run": card.id, "model": "popularity"}, {"run": card.id, "model": "markov"})
    rows = {row["metric"]: row for row in told["metrics"]}
    store = RunStore(Home(shop))
    reports = [store.load_report(card.id, name) for name in ("popularity", "markov")]
    for metric in ("ndcg@10", "recall@10", "novelty@10"):
        one, row = compare_reports(*reports, metric), rows[metric]
        assert row["difference"] == pytest.approx(one.difference) == pytest.approx(row["b"] - row["a"])
        assert (row["p_value"], row["n"], row["detectable"]) == (one.p_value, one.n, pytest.approx(one.detectable))
        assert row["p_value"] <= row["p_corrected"] <= 1
    assert cli("compare", f"{card.id}:nothing", card.id, home=shop).code == 2
    assert cli("compare", "nothing", card.id, home=shop).code == 2


def test_runs_under_different_rules_are_not_compared(cli, shop, card):
    other = cli("train", card.dataset, "--model", "markov", "--split", "temporal", home=shop).json["run"]
    refused = cli("compare", card.id, other, home=shop).json["error"]
    assert refused["code"] == "other_rules"
    assert "leave-one-out" in str(refused)
    assert "temporal split" in str(refused)
