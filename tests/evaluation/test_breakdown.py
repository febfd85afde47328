"""Parts of reports, counted by hand."""

import numpy as np
import polars as pl
import pytest

from seqrec_core.errors import BadInput
from seqrec_core.evaluation.breakdown import by_history_length, differences, list_of, recommended_counts, share_of_least
from seqrec_core.evaluation.report import MetricReport, ProtocolLine


def report(histories: list[int], values: list[float | None], lists: list[list[int]] | None = None) -> MetricReport:
    """A report of planted values; rank 1 where the value is 1, 5 where it is not, none where it is None."""
    n = len(histories)
    table = pl.DataFrame(
        {
            "user_id": [f"u{row}" for row in range(n)],
            "item_id": ["x"] * n,
            "rank": pl.Series([None if v is None else 1 if v == 1 else 5 for v in values], dtype=pl.Int64),
            "n_history": histories,
            "had_by": histories,
            "ndcg@2": pl.Series(values, dtype=pl.Float64),
        }
    )
    items = pl.DataFrame({"items": lists or [[1, 2]] * n}, schema={"items": pl.List(pl.Int32)})
    line = ProtocolLine(split="leave_one_out", n_candidates=4, exclude_seen=True, n_users=n, k=(2,))
    return MetricReport(table, items, {"ndcg@2": 0.0}, {"ndcg@2": (0.0, 1.0)}, line)


def test_means_by_history_length_are_those_of_the_cases():
    a = report([1, 2, 3, 4, 9], [1.0, 0.0, 1.0, 1.0, None])
    b = report([1, 2, 3, 4, 9], [0.0, 0.0, 1.0, 0.0, None])
    table = by_history_length({"a": a, "b": b}, "ndcg@2", edges=(2, 5), fewest=1)
    assert table.to_dict(as_series=False) == {"bucket": ["1–2", "3–5"], "n": [2, 2], "a": [0.5, 1.0], "b": [0.0, 0.5]}


def test_a_bucket_of_too_few_cases_has_no_mean():
    table = by_history_length({"a": report([1, 1, 7], [1.0, 0.0, 1.0])}, "ndcg@2", edges=(2,), fewest=2)
    assert table["bucket"].to_list() == ["1–2", "3+"]
    assert table["a"].to_list() == [0.5, None]


def test_every_ranked_case_is_in_one_bucket():
    rng = np.random.default_rng(0)
    lengths = rng.integers(1, 200, 300).tolist()
    values = [None if draw < 0.1 else float(draw > 0.5) for draw in rng.random(300)]
    table = by_history_length({"a": report(lengths, values)}, "ndcg@2", fewest=1)
    assert table["n"].sum() == sum(value is not None for value in values)
    mean = sum(value for value in values if value is not None) / table["n"].sum()
    assert (table["n"] * table["a"]).sum() / table["n"].sum() == pytest.approx(mean)


def test_items_never_recommended_are_counted_as_zero_and_left_out_cases_are_not_counted():
    lists = [[1, 2], [1, 3], [4, 4]]
    assert recommended_counts(report([1, 1, 1], [1.0, 0.0, None], lists)).tolist() == [2, 1, 1, 0]
    assert recommended_counts(report([1, 1, 1], [1.0, 0.0, None], lists), k=1).tolist() == [2, 0, 0, 0]


def test_only_cases_that_differ_are_listed_gains_first():
    a = report([1, 2, 3, 4], [0.0, 1.0, 1.0, None])
    b = report([1, 2, 3, 4], [1.0, 0.0, 1.0, 1.0])
    table = differences(a, b, "ndcg@2")
    assert table["user_id"].to_list() == ["u0", "u1"]
    assert table["gain"].to_list() == [1.0, -1.0]
    assert table.row(0)[3:5] == (5, 1)


def test_the_list_of_a_case_is_found_by_user_and_length_of_history():
    found = report([1, 2], [1.0, 0.0], [[3, 1], [2, 4]])
    assert list_of(found, "u1", 2) == [2, 4]
    assert list_of(found, "u1", 1) == []


def test_a_metric_that_is_not_there_is_refused():
    with pytest.raises(BadInput, match="hr@3"):
        by_history_length({"a": report([1], [1.0])}, "hr@3")


def test_the_least_recommended_half_is_counted_after_sorting():
    assert share_of_least(np.array([6, 1, 1, 2])) == pytest.approx(0.2)
    assert share_of_least(np.full(10, 3)) == pytest.approx(0.5)
    assert share_of_least(np.zeros(4, np.int64)) == 0.0
