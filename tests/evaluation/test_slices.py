"""Slices by hand, the worst first; and comparisons with several rivals, corrected for their number."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from seqrec_core.errors import BadInput
from seqrec_core.evaluation.compare import compare_reports, compare_with_all
from seqrec_core.evaluation.report import MetricReport, ProtocolLine
from seqrec_core.evaluation.slices import slices
from seqrec_core.stats.tests import holm

START = datetime(2026, 1, 1, tzinfo=UTC)
N = 200


def report(values, **columns) -> MetricReport:
    """A report of these values, one user a case; further columns by name."""
    n = len(values)
    base = {"user_id": [f"u{row}" for row in range(n)], "item_id": ["x"] * n, "rank": [1] * n, "n_history": [3] * n}
    table = pl.DataFrame({**base, **columns, "ndcg@10": pl.Series(values, dtype=pl.Float64)})
    line = ProtocolLine(split="temporal", n_candidates=4, exclude_seen=True, n_users=n)
    return MetricReport(table, pl.DataFrame({"items": [[1]] * n}), {"ndcg@10": 0.0}, {"ndcg@10": (0.0, 1.0)}, line)


def table(found: pl.DataFrame, kind: str) -> dict[str, tuple[int, float]]:
    return {row["slice"]: (row["n"], row["mean"]) for row in found.filter(pl.col("kind") == kind).to_dicts()}


def test_the_worst_slice_comes_first_and_every_kind_counts_each_case_once():
    values = np.repeat([0.0, 1.0, 0.5, 0.9], 50)
    found = slices(
        report(
            values,
            n_history=np.repeat([1, 5, 30, 80], 50),
            n_trained=np.repeat([0, 4, 20, 60], 50),
            had_by=np.repeat([0, 1, 8, 40], 50),
            event_type=np.repeat(["buy", "view", "view", "view"], 50),
            timestamp=[START + timedelta(days=day) for day in np.repeat([0, 10, 20, 30], 50).tolist()],
        ),
        "ndcg@10",
        {"first": frozenset({f"u{row}" for row in range(30)})},
    )
    assert found["mean"].is_sorted()
    assert table(found, "history") == {
        "History of 1–2 events": (50, 0.0),
        "History of 3–5 events": (50, 1.0),
        "History of 21–50 events": (50, 0.5),
        "History of 51+ events": (50, pytest.approx(0.9)),
    }
    assert table(found, "items")["Items that nobody had in training"] == (50, 0.0)
    assert table(found, "items")["Items that 1 user had"] == (50, 1.0)
    assert sum(n for n, _ in table(found, "items").values()) == N
    assert table(found, "users") == {
        "Users without training events": (50, 0.0),
        "Users with training events": (150, pytest.approx(0.8)),
    }
    assert table(found, "event")["Next event: view"] == (150, pytest.approx(0.8))
    assert sum(n for n, _ in table(found, "period").values()) == N
    assert table(found, "segment") == {"Segment: first": (30, 0.0)}
    one = found.filter(pl.col("slice") == "Users without training events").to_dicts()[0]
    assert (one["rest"], one["difference"]) == (pytest.approx(0.8), pytest.approx(-0.8))
    assert one["p_corrected"] < 1e-6


def test_corrected_p_values_are_those_of_holm_and_noise_is_no_finding():
    rng = np.random.default_rng(0)
    found = slices(report(rng.random(N), n_history=rng.integers(1, 60, N), event_type=rng.choice(["a", "b", "c"], N)), "ndcg@10")
    np.testing.assert_allclose(found["p_corrected"], holm(found["p_value"]))
    assert found["p_corrected"].min() > 0.05
    assert ((found["low"] <= found["mean"]) & (found["mean"] <= found["high"])).all()


def test_small_slices_cases_without_a_value_and_old_reports_are_left_out():
    values = [0.5] * 40 + [None] * 30
    found = slices(report(values, event_type=["a"] * 30 + ["b"] * 10 + ["c"] * 30), "ndcg@10")
    assert table(found, "event") == {"Next event: a": (30, 0.5)}
    assert slices(report([0.5] * 5), "ndcg@10").height == 0
    with pytest.raises(BadInput, match="hr@5"):
        slices(report([0.5] * 5), "hr@5")


def test_several_rivals_are_corrected_for_their_number():
    rng = np.random.default_rng(1)
    own = rng.random(N)
    rivals = {name: report(own - shift + rng.normal(0, 0.3, N)) for name, shift in (("far", 0.3), ("near", 0.03), ("same", 0.0))}
    found = compare_with_all(report(own), rivals, "ndcg@10")
    assert found["name"].to_list() == sorted(
        rivals, key=lambda name: compare_reports(rivals[name], report(own), "ndcg@10").difference
    )
    np.testing.assert_allclose(found["p_corrected"], holm(found["p_value"]))
    assert compare_with_all(report(own), {}, "ndcg@10").height == 0


def test_a_detectable_difference_is_found_in_four_of_five_logs():
    """Plant exactly the difference that is said to be detectable; 80 % of the tests must see it."""
    rng = np.random.default_rng(2)
    said = compare_reports(report(np.zeros(N)), report(rng.normal(0, 0.3, N)), "ndcg@10").detectable
    assert said == pytest.approx(2.8 * 0.3 / np.sqrt(N), rel=0.1)
    shift = 2.8016 * 0.3 / np.sqrt(N)
    draws = rng.normal(shift, 0.3, (400, N))
    z = draws.mean(axis=1) / (draws.std(axis=1, ddof=1) / np.sqrt(N))
    assert (np.abs(z) > 1.96).mean() == pytest.approx(0.8, abs=0.06)
