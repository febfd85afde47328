"""The Scorecard: it decides honestly, names its protocol, compares in pairs, and lets people take results away."""

import re
from dataclasses import replace

import polars as pl
import pytest

from seqrec_core.errors import NotFound
from seqrec_core.evaluation.breakdown import differences
from seqrec_core.evaluation.compare import Comparison, compare_reports
from seqrec_core.evaluation.protocol import protocol_line
from seqrec_core.evaluation.told import order_use
from seqrec_core.jobs.requests import FaithfulnessRequest, RecommendRequest, TrainRequest
from seqrec_core.jobs.run_here import run_here
from seqrec_core.jobs.table import JobTable
from seqrec_core.report.entries import Entry, entries, metrics_table
from seqrec_core.report.markdown import markdown
from seqrec_core.report.verdict import Verdict, decision, otherwise, trade
from seqrec_core.segments.types import Segment
from seqrec_core.store.home import Home
from seqrec_core.store.runs import RunCard, RunStore
from seqrec_core.store.segments import SegmentStore
from seqrec_core.text import decimal, percent
from seqrec_core.ui import run_calls
from seqrec_core.ui.scorecard import compare as scorecard_compare
from seqrec_core.ui.scorecard import slices as scorecard_slices
from seqrec_core.ui.scorecard import view as scorecard_view
from tests.pages.conftest import Open
from tests.pages.test_train import button, words


def card_of(home: Home) -> RunCard:
    return RunStore(home).list()[0]


def second_run(home: Home, **more) -> RunCard:
    """A counting run on the same log, in under a second."""
    request = TrainRequest(dataset=card_of(home).dataset, model="cooccurrence", preset="quick", **more)
    job = run_here(home, "train", request)
    assert job.status == "finished", job.error
    return RunStore(home).find(job.result["run"])


def entry(model: str, ndcg: float, *, own: bool = False, coverage: float = 0.5, novelty: float = 4.0) -> Entry:
    means = {"ndcg@10": ndcg, "coverage@10": coverage, "novelty@10": novelty}
    return Entry("run", model, model, {name: {"mean": mean, "low": None, "high": None} for name, mean in means.items()}, own)


def verdict(kind: str, gain: float) -> Verdict:
    test = Comparison(gain, gain - 0.1, gain + 0.1, 0.001 if kind != "ties" else 0.4, 800)
    return Verdict(kind, entry("gru", 0.2 * (1 + gain), own=True), entry("markov", 0.2), gain, test)


def test_the_page_names_its_protocol_and_what_it_lets_through(trained_home, open_page: Open):
    shown = open_page("scorecard")
    assert not shown.exception
    assert protocol_line(card_of(trained_home).protocol) in words(shown)
    assert "what other people did after the moment" in words(shown)


def test_every_number_of_the_run_stands_beside_the_best_baseline(trained_home, open_page: Open):
    card = card_of(trained_home)
    shown = open_page("scorecard")
    facts = {metric.label: (metric.value, metric.delta) for metric in shown.metric}
    best = max(card.baselines.values(), key=lambda metrics: metrics["ndcg@10"]["mean"])
    assert facts["NDCG"] == (decimal(card.metrics["ndcg@10"]["mean"], 3), f"baseline {decimal(best['ndcg@10']['mean'], 3)}")
    assert facts["Coverage"] == (
        percent(card.metrics["coverage@10"]["mean"]),
        f"baseline {percent(best['coverage@10']['mean'])}",
    )


def test_the_headline_says_what_the_paired_test_says(trained_home, open_page: Open):
    card = card_of(trained_home)
    store = RunStore(trained_home)
    best = max(card.baselines, key=lambda name: card.baselines[name]["ndcg@10"]["mean"])
    test = compare_reports(store.load_report(card.id, best), store.load_report(card.id), "ndcg@10")
    title = open_page("scorecard").header[0].value.replace("\\", "")
    if test.p_value >= 0.05:
        assert "cannot be told from it" in title
    elif test.difference > 0:
        assert title.startswith("Ship GRU network: it beats")
    else:
        assert "behind it" in title


@pytest.mark.parametrize(
    ("kind", "gain", "shipped"),
    [("beats", 0.12, "Ship gru: it beats markov by 12.0 %"), ("loses", -0.08, "Ship markov: gru is 8.0 % behind it")],
)
def test_the_better_model_is_shipped_whichever_it_is(kind, gain, shipped):
    assert decision(verdict(kind, gain)) == shipped


def test_what_cannot_be_told_apart_ships_the_simpler_one():
    assert decision(verdict("ties", 0.02)) == "Ship the simpler markov: gru cannot be told from it"
    both = replace(verdict("ties", 0.02), model=entry("item_knn", 0.2, own=True))
    assert decision(both) == "item_knn and markov cannot be told apart: ship either"


def test_the_trade_is_told_from_the_side_of_what_is_shipped():
    wins = replace(verdict("beats", 0.1), model=entry("gru", 0.22, own=True, coverage=0.4, novelty=5.0))
    assert trade(wins).startswith("The trade: gru shows less of the catalogue (40.0 % of the items, markov 50.0 %)")
    loses = replace(wins, kind="loses")
    assert trade(loses).startswith("The trade: markov shows more of the catalogue")
    even = replace(wins, model=entry("gru", 0.22, own=True, coverage=0.50001, novelty=4.5))
    assert trade(even).startswith("Nothing is traded for it: gru shows as much of the catalogue")


def test_replayed_behaviour_is_the_cards_and_says_what_it_cannot_tell(trained_home, open_page: Open):
    card = card_of(trained_home)
    shown = open_page("scorecard")
    rates = {name: percent(card.metrics[f"{name}@10"]["mean"]) for name in ("ctr", "conversion")}
    assert (
        f"{rates['ctr']} of the lists held an item that the user then clicked, {rates['conversion']} one that they bought"
        in words(shown)
    )
    assert "Clicks: view. Conversions: purchase." in words(shown)
    assert any("Only an experiment tells" in info.value for info in shown.info)
    table = next(frame.value for frame in shown.dataframe if "rate_of_possible" in frame.value.columns)
    clicked = table[table["event_type"] == "view"].iloc[0]
    assert clicked["rate"] == pytest.approx(card.metrics["ctr@10"]["mean"])
    assert clicked["rate_of_possible"] == pytest.approx(card.metrics["ctr_possible@10"]["mean"])


def test_the_worst_slices_come_first_saved_segments_among_them(trained_home, open_page: Open):
    card = card_of(trained_home)
    SegmentStore(trained_home).save(card.dataset, Segment(name="On the phone", where={"device": "mobile"}))
    shown = open_page("scorecard")
    assert not shown.exception
    table = next(
        frame.value for frame in shown.dataframe if "p_corrected" in frame.value.columns and "kind" in frame.value.columns
    )
    assert table["mean"].is_monotonic_increasing
    assert "Segment: On the phone" in set(table["slice"])
    assert scorecard_slices.finding(pl.DataFrame(table.to_dict("list"))) in words(shown)


def test_the_worst_slice_is_named_only_where_it_is_sure():
    row = {"slice": "x", "mean": 0.1, "rest": 0.3, "difference": -0.2}
    assert scorecard_slices.finding(pl.DataFrame([{**row, "p_corrected": 0.01}])).startswith("Worst where it can be told: “x”")
    assert scorecard_slices.finding(pl.DataFrame([{**row, "p_corrected": 0.2}])) == "No slice is surely worse than the rest"


def test_certainty_names_every_baseline_the_seeds_and_the_order(trained_home, open_page: Open):
    card = card_of(trained_home)
    shown = open_page("scorecard")
    rivals = next(frame.value for frame in shown.dataframe if "p, corrected" in frame.value.columns)
    assert len(rivals) == len(card.baselines)
    assert (rivals["p, corrected"] >= rivals["p"]).all()
    assert f"One seed ({card.seed})" in words(shown)
    assert order_use(RunStore(trained_home).load_report(card.id)).sentence in words(shown)


def test_reasons_are_checked_by_a_job_and_then_stand_beside_the_accuracy(trained_home, open_page: Open):
    card = card_of(trained_home)
    shown = open_page("scorecard")
    assert "Not checked yet: the first recommendation of 200 users" in words(shown)
    button(shown, "Check the reasons").click().run()
    job = JobTable(trained_home.jobs_db).list(kind="faithfulness")[0]
    assert (job.status, job.request["run"], job.request["users"]) == ("queued", card.id, 200)
    assert not any(one.key == "scorecard_trust" for one in shown.button), "a second click would ask again"
    JobTable(trained_home.jobs_db).cancel(job.id)
    run_here(trained_home, "faithfulness", FaithfulnessRequest(run=card.id, users=8))
    shown = open_page("scorecard")
    told = RunStore(trained_home).faithfulness(card.id)[0]
    assert told.sentence in words(shown)
    table = next(frame.value for frame in shown.dataframe if "Reasons" in frame.value.columns)
    assert table["NDCG@10"].tolist() == pytest.approx([card.metrics["ndcg@10"]["mean"]])
    assert table["Lost without the top"].tolist() == pytest.approx([told.methods["shapley"]["comprehensiveness"]["mean"]])


def test_a_run_measured_before_these_metrics_says_what_would_fill_their_places(trained_home, open_page: Open, monkeypatch):
    load, mean = RunStore.load_report, Entry.mean

    def before(store, ref, name=None):
        found = load(store, ref, name)
        table = found.per_user.select("user_id", "item_id", "rank", "n_history", "ndcg@10", "novelty@10")
        return replace(found, per_user=table, lists=found.lists.select("items"), means={"ndcg@10": found.means["ndcg@10"]})

    known = ("ndcg@10", "coverage@10", "novelty@10")
    monkeypatch.setattr(RunStore, "load_report", before)
    monkeypatch.setattr(Entry, "mean", lambda entry, metric: mean(entry, metric) if metric in known else None)
    shown = open_page("scorecard")
    assert not shown.exception
    for part in ("no replayed behaviour", "no chances stored", "trained before that was asked"):
        assert part in words(shown)


def test_behaviour_that_speaks_for_the_other_model_is_said():
    def rated(name, ctr, own=False):
        base = entry(name, 0.2, own=own)
        return replace(base, metrics={**base.metrics, "ctr@10": {"mean": ctr, "low": None, "high": None}})

    beats = replace(verdict("beats", 0.1), model=rated("gru", 0.3, own=True), rival=rated("markov", 0.4))
    sure, unsure = (Comparison(0.1, 0.05, 0.15, p, 100) for p in (0.01, 0.2))
    assert "Click-through@10 of markov is 40.0 %, of gru 30.0 %" in otherwise(beats, lambda *_: sure)
    assert otherwise(beats, lambda *_: unsure) == ""
    assert otherwise(replace(beats, kind="loses"), lambda *_: sure) == "", "markov is recommended, and behaviour agrees"


def test_runs_under_the_same_protocol_are_compared_and_others_are_only_counted(trained_home, open_page: Open):
    card = card_of(trained_home)
    same = second_run(trained_home)
    second_run(trained_home, split="temporal")
    found = scorecard_view.field(card)
    assert [entry.run for entry in found.entries if entry.run != card.id] == [same.id]
    shown = open_page("scorecard", run=card.id)
    assert "1 run on this log follow" in words(shown)


def test_too_many_runs_show_the_most_accurate_and_say_how_many_are_not_drawn(trained_home, open_page: Open, monkeypatch):
    card, other = card_of(trained_home), second_run(trained_home)
    rest = [other.model_copy(update={"id": f"{other.id[:-2]}{n:02}"}) for n in range(4)]
    monkeypatch.setattr(scorecard_view.run_calls, "comparable", lambda _: ([other, *rest], 0))
    monkeypatch.setattr(scorecard_view, "MOST_OTHERS", 1)
    shown = open_page("scorecard", run=card.id)
    assert not shown.exception
    assert "4 runs more under this protocol are not drawn" in words(shown)


def test_two_models_of_the_address_are_compared_and_their_cases_listed(trained_home, open_page: Open):
    card, store = card_of(trained_home), RunStore(trained_home)
    shown = open_page("scorecard", cmp=f"{card.id}:popularity", cmp2=f"{card.id}:markov")
    assert not shown.exception
    a, b = store.load_report(card.id, "popularity"), store.load_report(card.id, "markov")
    test = compare_reports(a, b, "ndcg@10")
    assert f"Markov chain is better than Popularity by {decimal(test.difference, 3)} NDCG@10" in words(shown)
    listed = next(frame.value for frame in shown.dataframe if "Gain of B" in frame.value.columns)
    assert list(listed["User"]) == differences(a, b, "ndcg@10")["user_id"].to_list()[: len(listed)]


def test_a_model_compared_with_itself_is_said(trained_home, open_page: Open):
    card = card_of(trained_home)
    shown = open_page("scorecard", cmp=f"{card.id}:markov", cmp2=f"{card.id}:markov")
    assert "Choose two different models" in words(shown)


def test_the_longest_table_keeps_both_ends():
    table = pl.DataFrame({"gain": [float(n) for n in range(10, -10, -1)]})
    assert scorecard_compare.ends(table, 5)["gain"].to_list() == [10.0, 9.0, 8.0, -8.0, -9.0]


def test_recommendations_for_everyone_are_a_job_and_then_a_file(trained_home, open_page: Open):
    card = card_of(trained_home)
    shown = open_page("scorecard")
    button(shown, "Make the file").click().run()
    assert not shown.exception
    (job,) = JobTable(trained_home.jobs_db).list(kind="recommend")
    assert (job.status, job.request["run"], job.request["k"]) == ("queued", card.id, 10)
    assert any(button.label == "Cancel" for button in shown.button)
    JobTable(trained_home.jobs_db).cancel(job.id)
    done = run_here(trained_home, "recommend", RecommendRequest(run=card.id, k=10))
    shown = open_page("scorecard")
    assert f"{done.result['rows']:,} rows" in words(shown)
    assert any(element.label == "Download CSV" for element in shown.get("download_button"))


def test_a_run_that_held_nothing_out_says_so_and_can_still_recommend(trained_home, open_page: Open):
    run = second_run(trained_home, split="none")
    shown = open_page("scorecard", run=run.id)
    assert not shown.exception
    assert "nothing was held out" in words(shown)
    assert not shown.metric
    assert button(shown, "Make the file")


def test_without_a_run_it_leads_to_train(home, open_page: Open):
    shown = open_page("scorecard")
    assert "no trained model" in words(shown)


def test_a_report_that_cannot_be_read_is_said_in_words(trained_home, open_page: Open, monkeypatch):
    def gone(_store, ref, name=None):
        raise NotFound("store", "no_report", run=ref, name=name)

    monkeypatch.setattr(RunStore, "load_report", gone)
    shown = open_page("scorecard")
    assert not shown.exception
    assert len(shown.error) == 1


def test_deleting_asks_first_and_then_the_run_is_gone(trained_home, open_page: Open):
    card = card_of(trained_home)
    shown = open_page("scorecard")
    assert "cannot be undone" in words(shown)
    shown.button(key="scorecard_delete").click().run()
    assert not shown.exception
    assert [run.id for run in RunStore(trained_home).list()] == []
    assert not (trained_home.runs / card.id).exists()


def test_the_markdown_holds_every_mean_and_the_whole_card(trained_home):
    card = card_of(trained_home)
    found = scorecard_view.field(card)
    text = markdown(card, found.verdict, found.entries)
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len({row.count("|") for row in rows}) == 1, "every row has as many cells"
    assert len(rows) == 2 + len(card.metrics)
    assert rows[0].count("|") == 3 + len(card.baselines)
    for metrics in (card.metrics, *card.baselines.values()):
        for values in metrics.values():
            assert f"{values['mean']:.4f}" in text
    assert card.fingerprint in text
    assert card.versions["torch"] in text.replace("\\", "")


def test_names_cannot_break_the_markdown_table(trained_home):
    card = card_of(trained_home).model_copy(update={"dataset_name": "a|b <script> `x`"})
    found = scorecard_view.field(card)
    text = markdown(card, found.verdict, found.entries)
    assert re.search(r"(?<!\\)<script", text) is None


def test_the_table_of_metrics_is_that_of_the_card(trained_home):
    card = card_of(trained_home)
    table = metrics_table(entries(card))
    own = table.filter((pl.col("model") == "GRU network") & (pl.col("metric") == "ndcg@10"))
    assert own["mean"].item() == card.metrics["ndcg@10"]["mean"]
    assert table.height == sum(len(metrics) for metrics in (card.metrics, *card.baselines.values()))


def rates(shown):
    """The replayed metrics as the page writes them: title → (this model, best baseline)."""
    table = next(one.value for one in shown.table if "Best baseline" in one.value.columns)
    return {row["Metric"]: (row["This model"], row["Best baseline"]) for row in table.to_dict("records")}


def test_roles_of_event_types_and_the_window_are_chosen_on_the_page(trained_home, open_page: Open):
    card = card_of(trained_home)
    shown = open_page("scorecard")
    before = rates(shown)
    clicks = next(one for one in shown.multiselect if one.label == "Counts as a click")
    assert clicks.value == ["view"]
    clicks.set_value(["add_to_cart"]).run()
    next(one for one in shown.multiselect if one.label == "Counts as a conversion").set_value([]).run()
    next(one for one in shown.selectbox if one.label == "Counts for").set_value("hour").run()
    assert not shown.exception
    chosen = run_calls.Roles(("add_to_cart",), (), 3_600)
    best = max(card.baselines, key=lambda name: card.baselines[name]["ndcg@10"]["mean"])
    means = [run_calls.replayed(Entry(card.id, name, name, {}, True), card.dataset, chosen) for name in (card.model, best)]
    assert (
        rates(shown)["Click-through@10"] == tuple(percent(one["ctr@10"]["mean"]) for one in means) != before["Click-through@10"]
    )
    assert not any(name.startswith("Conversion") for name in rates(shown))
    assert "Clicks: add_to_cart. Conversions: none." in words(shown)
    assert "Counted up to 1 h after the list" in words(shown)
    address = {name: shown.query_params[name] for name in ("clicks", "buys", "within")}
    assert address == {"clicks": "add_to_cart", "buys": "(none)", "within": "hour"}
    again = open_page("scorecard", clicks="add_to_cart,unheard of", buys="(none)", within="hour")
    assert rates(again) == rates(shown)


def test_where_no_event_type_counts_it_is_said(trained_home, open_page: Open):
    shown = open_page("scorecard", clicks="(none)", buys="(none)")
    assert not shown.exception
    assert "Nothing counts: choose an event type above." in words(shown)
