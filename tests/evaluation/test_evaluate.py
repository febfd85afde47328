"""Evaluation: the protocol holds, tables carry the means, and two reports compare case by case."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from seqrec_core.data.split import split
from seqrec_core.errors import BadInput, Stopped
from seqrec_core.evaluation.compare import compare_reports
from seqrec_core.evaluation.evaluate import evaluate
from seqrec_core.evaluation.metrics import rarity_weights
from seqrec_core.evaluation.names import GROUPS, in_order, metric_about, metric_how, metric_title, unit
from seqrec_core.evaluation.protocol import protocol_line, protocol_told
from seqrec_core.evaluation.resample import ratio_intervals
from seqrec_core.evaluation.seen import resolve_seen
from seqrec_core.models.config import MarkovConfig, PopularityConfig
from seqrec_core.models.markov import Markov
from seqrec_core.models.popularity import Popularity
from seqrec_core.stats.intervals import bootstrap_mean_interval
from tests.models.planted import cycles, dataset_of


class Fixed:
    """Scores every item by a table of external ids; records what it was shown."""

    name, config = "fixed", PopularityConfig()

    def __init__(self, dataset, scores):
        self.n_items = dataset.vocabulary.size
        self.row = np.zeros(self.n_items, np.float32)
        for item, score in scores.items():
            self.row[dataset.vocabulary.index(item)] = score
        self.shown = []

    def score(self, histories):
        self.shown += [history.items.tolist() for history in histories]
        return np.tile(self.row, (len(histories), 1))


def test_report_by_hand():
    dataset = dataset_of([["a", "b", "c"], ["a", "c", "b"], ["b", "c", "d"], ["d"]])
    report = evaluate(Fixed(dataset, {"a": 4, "b": 3, "c": 2, "d": 1}), dataset, split(dataset, "leave_one_out"), k=(1, 2))
    assert report.per_user["rank"].to_list() == [3, 2, 4]
    assert report.per_user["item_id"].to_list() == ["c", "b", "d"]
    assert report.per_user["n_history"].to_list() == [2, 2, 2]
    assert report.means["hr@1"] == 0
    assert report.means["hr@2"] == pytest.approx(1 / 3)
    assert report.means["ndcg@2"] == pytest.approx(1 / np.log2(3) / 3)
    assert report.means["mrr@2"] == pytest.approx(1 / 6)
    assert report.means["coverage@2"] == 0.5
    assert report.lists["items"].to_list() == [[1, 2]] * 3
    # training has a of two users of four, b of one
    assert report.means["novelty@2"] == pytest.approx((1 + 2) / 2)


def test_model_sees_only_what_came_before_the_target():
    dataset = dataset_of([["a", "b", "c"], ["c", "a"]])
    model = Fixed(dataset, {})
    evaluate(model, dataset, split(dataset, "leave_one_out"))
    assert model.shown == [[1, 2], [3]]


def test_target_that_is_seen_is_left_out_and_counted():
    dataset = dataset_of([["a", "b", "a"], ["a", "b", "c"]])
    report = evaluate(Fixed(dataset, {"a": 3, "b": 2}), dataset, split(dataset, "leave_one_out"), exclude_seen=True)
    assert report.per_user["rank"].to_list() == [None, 1]
    assert report.per_user["ndcg@10"].to_list() == [None, 1.0]
    assert (report.protocol.left_out, report.protocol.n_users, report.means["hr@10"]) == (1, 1, 1.0)
    assert "1 left out" in protocol_line(report.protocol)


def test_every_mean_can_be_recomputed_from_the_table():
    dataset = cycles(60)
    parts = split(dataset, "leave_one_out")
    report = evaluate(Popularity.fit(PopularityConfig(), dataset, parts), dataset, parts, k=(5, 10))
    for name, (low, high) in report.intervals.items():
        if name in report.per_user.columns:
            assert report.means[name] == pytest.approx(report.per_user[name].mean())
        assert low <= report.means[name] <= high
    weights = rarity_weights(report.per_user["had_by"].to_numpy())
    weighted = np.average(report.per_user["ndcg@5"].to_numpy(), weights=weights)
    assert report.means["ndcg_debiased@5"] == pytest.approx(weighted)
    whole = {f"{name}@{k}" for name in ("coverage", "user_coverage", "gini") for k in (5, 10)}
    assert set(report.means) - set(report.intervals) == whole | {"calibration_error@1"}


def test_constant_model_gains_nothing_from_ties():
    dataset = cycles(40)
    report = evaluate(Fixed(dataset, {}), dataset, split(dataset, "leave_one_out"), k=(11,))
    assert report.means["hr@11"] == 0


def test_at_most_as_many_cases_as_asked_the_same_ones_for_a_seed():
    dataset = cycles(50)
    parts = split(dataset, "leave_one_out")
    reports = [evaluate(Fixed(dataset, {}), dataset, parts, max_cases=10, seed=seed) for seed in (1, 1, 2)]
    users = [report.per_user["user_id"].to_list() for report in reports]
    assert len(users[0]) == 10
    assert users[0] == users[1] != users[2]


def test_what_cannot_be_evaluated_is_said():
    dataset = dataset_of([["a", "b", "a"]])
    model = Fixed(dataset, {})
    with pytest.raises(BadInput, match="none split"):
        evaluate(model, dataset, split(dataset, "none"))
    with pytest.raises(BadInput, match="leave_one_out"):
        evaluate(model, dataset, split(dataset, "leave_one_out"), exclude_seen=True)
    with pytest.raises(BadInput, match="1 to 1000"):
        evaluate(model, dataset, split(dataset, "leave_one_out"), k=(0,))
    with pytest.raises(Stopped):
        evaluate(model, dataset, split(dataset, "leave_one_out"), should_stop=lambda: True)


def test_progress_ends_with_all_cases():
    dataset, calls = cycles(30), []
    evaluate(Fixed(dataset, {}), dataset, split(dataset, "leave_one_out"), progress=lambda *call: calls.append(call))
    assert calls[-1] == (30, 30, {})


def test_seen_items_stay_where_the_log_repeats_them():
    again, never = dataset_of([["a", "b", "a"]] * 5), dataset_of([["a", "b", "c"]] * 5)
    assert resolve_seen("auto", again, split(again, "leave_one_out"))[:2] == (False, "evaluation.seen.repeats")
    assert resolve_seen("auto", never, split(never, "leave_one_out")) == (True, "evaluation.seen.new", 0.0)
    assert resolve_seen("exclude", again, split(again, "leave_one_out"))[:2] == (True, "evaluation.seen.asked")
    assert resolve_seen("auto", again, split(again, "none")).share == 1
    with pytest.raises(BadInput):
        resolve_seen("maybe", again, split(again, "leave_one_out"))


def test_share_of_repeats_by_hand():
    dataset = dataset_of([["a", "b", "a", "c"], ["a", "b", "c", "c"]])  # targets a (seen), c (new); c (new), c (seen)
    assert resolve_seen("auto", dataset, split(dataset, "leave_one_out")).share == 0.5


def test_a_better_model_compares_better_and_itself_compares_equal():
    dataset = cycles(80)
    parts = split(dataset, "leave_one_out")
    a = evaluate(Popularity.fit(PopularityConfig(), dataset, parts), dataset, parts)
    b = evaluate(Markov.fit(MarkovConfig(), dataset, parts), dataset, parts)
    found = compare_reports(a, b, "ndcg@10")
    assert found.difference == pytest.approx(b.means["ndcg@10"] - a.means["ndcg@10"])
    assert 0 < found.low <= found.difference <= found.high
    assert (found.p_value < 0.01, found.n) == (True, 80)
    same = compare_reports(a, a, "ndcg@10")
    assert (same.difference, same.low, same.high, same.p_value) == (0, 0, 0, 1)
    with pytest.raises(BadInput, match="coverage@10"):
        compare_reports(a, b, "coverage@10")


def test_cases_that_one_report_cannot_rank_are_not_compared():
    dataset = dataset_of([["a", "b", "a"], ["a", "b", "c"]])
    parts = split(dataset, "leave_one_out")
    model = Fixed(dataset, {"a": 1})
    both = evaluate(model, dataset, parts, exclude_seen=True), evaluate(model, dataset, parts)
    assert compare_reports(*both, "hr@10").n == 1


def mean_interval(values, seed=0, owner=None):
    """The interval of the mean of one column."""
    owner = np.arange(len(values)) if owner is None else owner
    return ratio_intervals(values[:, None], np.ones((len(values), 1)), owner, seed)[1][0]


def test_interval_holds_the_true_mean_about_as_often_as_it_says():
    rng = np.random.default_rng(0)
    hits = 0
    for trial in range(100):
        low, high = mean_interval(rng.random(60), trial)
        hits += low <= 0.5 <= high
    assert 87 <= hits <= 100


def test_large_samples_get_the_same_interval_without_resampling(monkeypatch):
    values = np.random.default_rng(1).random(4_000)
    resampled = mean_interval(values)
    monkeypatch.setattr("seqrec_core.evaluation.resample.LARGE", 100)
    np.testing.assert_allclose(mean_interval(values), resampled, atol=1e-3)


def test_intervals_of_columns_are_those_of_each_column_alone():
    columns = np.random.default_rng(2).random((300, 2)) * [1, 5]
    found = ratio_intervals(columns, np.ones_like(columns), np.arange(300), 0)[1]
    for ends, column in zip(found, columns.T, strict=True):
        np.testing.assert_allclose(ends, bootstrap_mean_interval(column, np.random.default_rng(0)), rtol=0.02)


def test_cases_of_one_user_are_drawn_together():
    values = np.repeat(np.random.default_rng(3).random(40), 10)
    alone, together = mean_interval(values), mean_interval(values, owner=np.repeat(np.arange(40), 10))
    assert np.diff(together)[0] > 2.5 * np.diff(alone)[0]
    np.testing.assert_allclose(together, mean_interval(values[::10]), atol=1e-9)


def test_a_weighted_mean_has_the_interval_of_a_ratio(monkeypatch):
    rng = np.random.default_rng(4)
    values, weights = rng.random(3_000), rng.random(3_000) ** 4
    given = (values * weights)[:, None], weights[:, None], np.arange(3_000), 0
    ratios, ends = ratio_intervals(*given)
    assert ratios[0] == pytest.approx(np.average(values, weights=weights))
    monkeypatch.setattr("seqrec_core.evaluation.resample.LARGE", 100)
    np.testing.assert_allclose(ratio_intervals(*given)[1], ends, atol=2e-3)


def test_every_metric_has_a_title_a_sentence_a_formula_and_a_place():
    dataset = cycles(30)
    metrics = set(evaluate(Fixed(dataset, {}), dataset, split(dataset, "leave_one_out"), k=(5,), shuffle_cases=5).means)
    known = {f"{name}@5" for names in GROUPS.values() for name in names}
    assert metrics - {"calibration_error@1"} <= known
    for metric in known:
        assert metric_title(metric).partition("@")[2].startswith("5")
        assert metric_about(metric).endswith(".")
        assert metric_how(metric).startswith(metric_about(metric))
        assert unit(metric) in ("number", "share", "bits", "lift", "worth")
    assert in_order(["gini@10", "ctr@10", "ndcg@10", "ndcg@5"]) == ["ndcg@5", "ndcg@10", "ctr@10", "gini@10"]


def test_shuffling_takes_from_a_model_that_reads_order_and_nothing_from_one_that_does_not():
    dataset = cycles(80)
    parts = split(dataset, "leave_one_out")
    reads = evaluate(Markov.fit(MarkovConfig(), dataset, parts), dataset, parts, shuffle_cases=60)
    assert reads.means["ndcg@10"] == 1
    assert reads.means["ndcg_shuffled@10"] < 0.8
    assert reads.per_user["ndcg_shuffled@10"].null_count() == 20
    not_ = evaluate(Popularity.fit(PopularityConfig(), dataset, parts), dataset, parts, shuffle_cases=1_000)
    assert not_.means["ndcg_shuffled@10"] == pytest.approx(not_.means["ndcg@10"])


def test_eshop_sessions_revisit_items_so_they_stay_in(logs):
    clicks = pl.read_csv(logs / "eshop" / "eshop.csv.gz", columns=["session_id", "model", "order"]).sort("session_id", "order")
    some = clicks.filter(pl.col("session_id") <= 4_000)
    dataset = dataset_of([group["model"].to_list() for _, group in some.group_by("session_id", maintain_order=True)])
    rule = resolve_seen("auto", dataset, split(dataset, "leave_one_out"))
    assert (rule.exclude_seen, 0.1 < rule.share < 0.25) == (False, True)


def test_items_that_only_the_catalogue_knows_change_nothing():
    """They score highest of all, and still neither ranks, lists, confidence nor shuffled ranks see them."""
    histories = [["a", "b", "c"], ["a", "c", "b", "c"], ["b", "c", "d"], ["d", "a", "c", "b"]]
    scores = {"a": 4, "b": 3, "c": 2, "d": 1}
    plain = dataset_of(histories)
    more = dataset_of(histories, catalog_only=[f"x{n}" for n in range(30)])
    assert more.vocabulary.size == plain.vocabulary.size + 30
    loud = Fixed(more, {**scores, **{f"x{n}": 9 for n in range(30)}})
    for exclude in (False, True):
        asked = {"k": (1, 2), "exclude_seen": exclude, "shuffle_cases": 10}
        without = evaluate(Fixed(plain, scores), plain, split(plain, "leave_one_out"), **asked)
        with_them = evaluate(loud, more, split(more, "leave_one_out"), **asked)
        assert with_them.means == without.means
        assert with_them.per_user.equals(without.per_user)
        assert with_them.lists.equals(without.lists)


def test_targets_at_the_moment_of_the_event_before_are_counted_and_said():
    dataset = dataset_of([["a", "b", "c"], ["a", "c", "b"], ["b", "a", "c"]])
    times = dataset.times.copy()
    times[[2, 8]] = times[[1, 7]]  # the last events of the first and the third user
    tied = replace(dataset, times=times)
    for known, n in ((dataset, 0), (tied, 2), (replace(dataset, times=None), 0)):
        report = evaluate(Fixed(known, {"a": 3}), known, split(known, "leave_one_out"))
        assert report.protocol.tied_in_time == n
        told = " ".join(protocol_told(report.protocol))
        assert ("2 held-out events at the same moment as the event before" in told) == (n == 2)
        assert "a temporal split is nearer to use" in told
    after = evaluate(Fixed(dataset, {"a": 3}), dataset, split(dataset, "temporal", test_share=0.3))
    assert "temporal split is nearer" not in " ".join(protocol_told(after.protocol))
