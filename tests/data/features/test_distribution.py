"""Every value stands in one bin, and the bins suit the values."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqrec_core.data.features.distribution import TOP_TEXTS, distribution

FLOATS = st.floats(-1e9, 1e9, allow_subnormal=False)


@given(st.lists(st.none() | FLOATS, max_size=60))
def test_every_number_is_counted_once(values):
    found = distribution(pl.Series(values, dtype=pl.Float64))
    assert found.bins["count"].sum() == found.n == sum(value is not None for value in values)
    assert found.empty == values.count(None)
    assert (found.bins["low"] <= found.bins["high"]).all()


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=60))
def test_bins_of_whole_numbers_hold_what_lies_between_their_edges(values):
    found = distribution(pl.Series(values, dtype=pl.Int64))
    last = found.bins.height - 1
    for place, (low, high, n) in enumerate(found.bins.iter_rows()):
        inside = [value for value in values if low <= value < high or (value == high and place == last) or value == low == high]
        assert len(inside) == n


def test_few_whole_numbers_have_a_bin_each():
    found = distribution(pl.Series([1, 1, 3]))
    assert found.bins.rows() == [(1.0, 1.0, 2), (2.0, 2.0, 0), (3.0, 3.0, 1)]
    assert (found.least, found.middle, found.most) == (1, 1, 3)


def test_a_long_tail_gets_bins_that_grow_and_zero_its_own():
    found = distribution(pl.Series([0, *[1] * 90, *[500] * 5, 4000]))
    assert found.bins["low"].to_list()[:4] == [0, 1, 2, 4]
    assert found.bins["count"].to_list()[:2] == [1, 90]


def test_a_share_gets_even_bins_of_a_round_width():
    found = distribution(pl.Series(np.linspace(0, 1, 101)))
    widths = (found.bins["high"] - found.bins["low"]).round(9).unique()
    assert widths.to_list() == [0.05]


@pytest.mark.parametrize(("days", "bars"), [(10, 11), (140, 21), (1000, 34)])
def test_times_are_counted_by_day_week_or_month(days, bars):
    start = datetime(2024, 1, 1, tzinfo=UTC)
    found = distribution(pl.Series([start + timedelta(days=n) for n in range(days + 1)], dtype=pl.Datetime("us", "UTC")))
    assert found.kind == "time"
    assert abs(found.bins.height - bars) <= 1
    assert found.bins["count"].sum() == days + 1


def test_of_many_texts_the_most_frequent_are_shown_and_the_others_counted():
    found = distribution(pl.Series([None, *(f"t{n}" for n in range(40)), "t1"]))
    assert found.bins.row(0) == ("t1", 2)
    assert found.bins.height == TOP_TEXTS
    assert (found.n, found.empty, found.others) == (41, 1, 41 - 2 - (TOP_TEXTS - 1))


def test_nothing_is_no_bin():
    for dtype in (pl.Float64, pl.String, pl.Datetime("us", "UTC")):
        found = distribution(pl.Series([None], dtype=dtype))
        assert (found.bins.height, found.n, found.empty) == (0, 0, 1)
