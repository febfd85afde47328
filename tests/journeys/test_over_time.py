"""A rate over time: bars cover all days, their counts sum to the whole, and each rate is that of its days."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.errors import BadInput
from seqrec_core.journeys.node import transition
from seqrec_core.journeys.over_time import MOST_BARS, rate_over_time
from tests.journeys.brute import made

DAY = 86_400


@settings(max_examples=60, deadline=None)
@given(days=st.lists(st.integers(0, 400), min_size=1, max_size=12), n=st.integers(0, 3))
def test_bars_hold_all_days_once_and_all_counts(days: list[int], n: int):
    rows = [["a", "b"] if number % (n + 1) == 0 else ["a", "c"] for number in range(len(days))]
    sequences = made(rows, [[day * DAY, day * DAY + 60] for day in days])
    frame = rate_over_time(sequences, "a", "b")
    assert frame.height <= MOST_BARS
    assert frame["n"].sum() == len(days)
    assert frame["count"].sum() == transition(sequences, "a", "b").count
    assert (frame["first"][0], frame["last"][-1]) == (_day(min(days)), _day(max(days)))
    for before, after in zip(frame["last"], frame["first"][1:], strict=False):
        assert (after - before).days == 1


def _day(number: int) -> date:
    return date.fromordinal(date(1970, 1, 1).toordinal() + number)


def test_each_rate_is_that_of_its_own_days():
    rows = [["a", "b"], ["a", "c"], ["a", "b"], ["c"]]
    seconds = [[0, 1], [5, 6], [2 * DAY, 2 * DAY + 1], [3 * DAY]]
    frame = rate_over_time(made(rows, seconds), "a", "b")
    assert frame["rate"].to_list() == [0.5, None, 1.0, None]
    assert frame["n"].to_list() == [2, 0, 1, 0]


def test_a_log_without_times_is_refused():
    with pytest.raises(BadInput):
        rate_over_time(made([["a", "b"]]), "a", "b")


def test_the_incident_of_the_real_log_is_its_lowest_stretch(demo: SequenceDataset):
    frame = rate_over_time(demo.sequences("session", "event"), "payment_details", "purchase")
    assert (frame["count"].sum(), frame["n"].sum()) == (116, 709)
    inside = np.array(
        [date(2024, 5, 19) <= first and last < date(2024, 6, 7) for first, last in frame.select("first", "last").rows()]
    )
    rates = frame["rate"].to_numpy()
    assert inside.any()
    assert np.nanmax(rates[inside]) < np.nanmedian(rates[~inside])
