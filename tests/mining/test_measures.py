"""Lift, intervals, distances and direct repeats of patterns: by hand, and by brute force."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core import columns as c
from seqrec_core.data.sequences import Sequences
from seqrec_core.mining.between import between
from seqrec_core.mining.engine import mine
from seqrec_core.mining.matching import matches
from seqrec_core.mining.measures import HIGH, LEVERAGE, LIFT, LOW, measured
from seqrec_core.mining.repeats import is_new
from seqrec_core.mining.types import MiningTerms
from seqrec_core.stats.intervals import wilson_interval
from tests.mining.brute import LABELS, made

A, B, C, D = (LABELS.index(label) for label in "abcd")


def sequence(*codes: int) -> list[list[int]]:
    return [[code] for code in codes]


def with_times(sequences: Sequences, seconds: list[int]) -> Sequences:
    times = np.array(seconds, np.int64) * 1_000_000
    return Sequences(
        sequences.values,
        sequences.offsets,
        sequences.labels,
        times,
        sequences.steps,
        sequences.owner,
        "session",
        "item",
    )


def test_lift_is_support_over_the_product_of_the_supports_of_the_different_labels():
    rows = [sequence(A, B), sequence(A, B), sequence(B, A), sequence(C), sequence(A, A), sequence(C), sequence(C), sequence(D)]
    sequences = made(rows)
    frame = measured(mine(sequences, MiningTerms(1)), sequences)
    found = {tuple(row[c.ITEMS]): row for row in frame.iter_rows(named=True)}
    # a is in 4 of 8, b in 3 of 8, a before b in 2 of 8, a twice in 1 of 8.
    assert found["a", "b"][LIFT] == pytest.approx((2 / 8) / (4 / 8 * 3 / 8))
    assert found["a", "b"][LEVERAGE] == pytest.approx(2 / 8 - 4 / 8 * 3 / 8)
    assert found["a", "a"][LIFT] == pytest.approx((1 / 8) / (4 / 8)), "a label that repeats counts once"
    assert found["a",][LIFT] is None
    low, high = wilson_interval(2, 8)
    assert (found["a", "b"][LOW], found["a", "b"][HIGH]) == (pytest.approx(float(low)), pytest.approx(float(high)))


def test_distances_are_those_of_the_occurrences():
    sequences = with_times(made([sequence(A, C, B), sequence(A, B), sequence(C)]), [0, 10, 70, 100, 130, 0])
    found = between(sequences, matches(sequences, ("a", "b")))
    assert [gap.median_steps for gap in found.gaps] == [1.5]
    assert found.gaps[0].median_seconds == pytest.approx(50)
    assert found.gaps[0].p90_seconds == pytest.approx(66)
    assert found.seconds is not None
    assert found.seconds.tolist() == [70, 30]


def test_a_log_that_knows_only_days_or_no_time_has_no_times_between():
    plain = made([sequence(A, B)])
    assert between(plain, matches(plain, ("a", "b"))).seconds is None
    days = with_times(plain, [0, 86_400])
    assert between(days, matches(days, ("a", "b"))).gaps[0].median_seconds is None


codes = st.lists(st.lists(st.integers(0, 3), max_size=7), min_size=1, max_size=7)


@settings(max_examples=60, deadline=None)
@given(rows=codes)
def test_direct_repeats_are_left_out(rows: list[list[int]]) -> None:
    read = made([sequence(*row) for row in rows])
    once = [[code for at, code in enumerate(row) if at == 0 or row[at - 1] != code] for row in rows]
    kept = read.only(is_new(read))
    assert [kept[row].tolist() for row in range(len(kept))] == once


def test_nothing_to_measure_gives_an_empty_table():
    sequences = made([sequence(A), sequence(B)])
    assert measured(mine(sequences, MiningTerms(2)), sequences).height == 0
