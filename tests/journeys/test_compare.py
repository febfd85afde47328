"""What changed: rates of occurrences, intervals of the difference, and the planted incident first among the falls."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.journeys.compare import compare_transitions, compare_within
from seqrec_core.journeys.matrix import transition_matrix
from seqrec_core.mining.transitions import count_transitions
from seqrec_core.stats.intervals import newcombe_interval
from tests.journeys.brute import Rows, logs_of_words, made


def at(day: str) -> float:
    return dt.datetime.fromisoformat(f"{day}T00:00:00+00:00").timestamp() * 1e6


def test_the_incident_is_the_first_significant_fall(demo: SequenceDataset) -> None:
    sequences = demo.sequences(of="event")
    begin = sequences.times[sequences.offsets[:-1]]
    is_inside = (begin >= at("2024-05-19")) & (begin < at("2024-06-07"))
    outside, inside = (sequences.take(np.flatnonzero(mask)) for mask in (~is_inside, is_inside))
    frame = compare_transitions(outside, inside)
    falls = frame.filter((frame["difference"] < 0) & (frame["p_corrected"] < 0.05) & ~frame["small"])
    first = falls.row(0, named=True)
    assert (first["from"], first["to"]) == ("payment_details", "purchase")
    assert (round(100 * first["rate_a"], 1), round(100 * first["rate_b"], 1)) == (19.4, 6.1)
    assert first["low"] < first["difference"] < first["high"] < 0
    assert frame.sort("p_value").filter(frame.sort("p_value")["difference"] < 0).row(0)[:2] == ("payment_details", "purchase")
    rates = {(a, b): rate for a, b, _, rate, _ in transition_matrix(inside, top=19).frame.iter_rows()}
    assert all(rates.get((row["from"], row["to"]), 0.0) == row["rate_b"] for row in frame.iter_rows(named=True))


def test_arithmetic_of_one_row() -> None:
    a = made([["a", "b"]] * 30 + [["a", "c"]] * 10)
    b = made([["a", "b"]] * 8 + [["a"]] * 32)
    row = compare_transitions(a, b).filter(to="b").row(0, named=True)
    assert (row["n_a"], row["count_a"], row["rate_a"]) == (40, 30, 0.75)
    assert (row["n_b"], row["count_b"], row["rate_b"]) == (40, 8, 0.2)
    assert row["difference"] == pytest.approx(-0.55)
    assert (row["low"], row["high"]) == tuple(float(edge) for edge in newcombe_interval(30, 40, 8, 40))
    assert row["p_value"] < row["p_corrected"] < 0.05
    assert not row["small"]


def test_rows_with_few_cases_come_last_and_are_small() -> None:
    a = made([["a", "b"]] * 40 + [["d", "c"]] * 5)
    b = made([["a", "b"]] * 20 + [["a", "c"]] * 20 + [["d", "b"]] * 5)
    frame = compare_transitions(a, b)
    assert frame["small"].to_list() == [False, False, True, True]
    assert set(frame.filter(frame["small"])["from"]) == {"d"}


def test_equal_groups_show_no_difference(demo: SequenceDataset) -> None:
    sequences = demo.sequences(of="event")
    frame = compare_transitions(sequences, sequences)
    assert frame["difference"].abs().max() == 0
    assert frame["p_corrected"].min() == 1
    assert frame.height == count_transitions(sequences).height
    assert compare_transitions(sequences, sequences, most=10).height == 10


def test_labels_are_matched_by_name_and_an_event_of_one_group_is_left_out() -> None:
    a = made([["a", "b"], ["c", "b"]])
    b = made([["a", "b"]], labels=("b", "a"))
    frame = compare_transitions(a, b)
    assert frame.select("from", "to", "count_a", "count_b").rows() == [("a", "b", 1, 1)]
    assert compare_transitions(made([["a"]]), made([["a"]])).height == 0


@settings(max_examples=100, deadline=None)
@given(rows=logs_of_words, seed=st.integers(0, 99))
def test_groups_of_one_log_compare_as_copies_of_them_do(rows: Rows, seed: int) -> None:
    sequences, side = made(rows), np.random.default_rng(seed).integers(0, 3, len(rows))
    a, b = np.flatnonzero(side == 1), np.flatnonzero(side == 2)
    expected = compare_transitions(sequences.take(a), sequences.take(b))
    assert compare_within(sequences, a, b).equals(expected)
