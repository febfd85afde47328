"""Unusual sequences and weeks: by hand, by brute force, and in the samples."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core.data.sequences import DAY_US, Sequences
from seqrec_core.errors import BadInput
from seqrec_core.insight.unusual import PSEUDO, REASON, ROW, SCORE, standing, step_bits, unusual
from seqrec_core.insight.weeks import slow_weeks, unusual_weeks
from tests.mining.brute import LABELS, made

A, B, C, D = (LABELS.index(label) for label in "abcd")


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(st.lists(st.integers(0, 3), max_size=5), min_size=1, max_size=6), data=st.data())
def test_bits_are_those_of_the_chain_of_the_other_users(rows, data):
    owner = sorted(data.draw(st.lists(st.integers(0, 2), min_size=len(rows), max_size=len(rows))))
    log = made([[[code] for code in row] for row in rows], owner=owner)
    expected = []
    for row, user in zip(rows, owner, strict=True):
        others = [other for other, whose in zip(rows, owner, strict=True) if whose != user]
        steps = [step for other in others if other for step in zip([None, *other[:-1]], other, strict=True)]
        for a, b in zip([None, *row[:-1]], row, strict=True) if row else []:
            alone = (sum(to == b for _, to in steps) + 1) / (len(steps) + 4)
            left = sum(start == a for start, _ in steps)
            expected.append(-math.log2((steps.count((a, b)) + PSEUDO * alone) / (left + PSEUDO)))
    assert step_bits(log).tolist() == pytest.approx(expected)


def test_distances_are_from_the_median_in_median_deviations():
    assert standing(np.array([1.0, 2, 3, 4, 5]))[4] == pytest.approx(2 / 1.4826)
    assert standing(np.array([2.0, 2, 2])).tolist() == [0, 0, 0]
    assert np.isnan(standing(np.array([np.nan, 1.0, 2.0]))[0])


def test_a_sequence_of_rare_steps_is_first_and_says_why():
    rows = [[[A], [B], [A], [B]] for _ in range(40)]
    rows.append([[B], [B], [D], [B], [B], [D]])
    first = unusual(made(rows)).frame.row(0, named=True)
    assert first[ROW] == 40
    assert first[SCORE] > 3
    assert first[REASON] in ("steps", "length")


def test_too_little_to_be_usual_is_refused():
    with pytest.raises(BadInput, match="20 or more"):
        unusual(made([[[A]]] * 5))
    with pytest.raises(BadInput):
        unusual(made([[[A]]] * 30, owner=[0] * 30))


def over_weeks(rows: list[list[int]], weeks: list[int], seconds: list[int]) -> Sequences:
    log = made([[[code] for code in row] for row in rows])
    starts = np.repeat(np.array(weeks) * 7 * DAY_US + 4 * DAY_US, np.diff(log.offsets))
    place = np.arange(len(log.values)) - np.repeat(log.offsets[:-1], np.diff(log.offsets))
    times = starts + place * np.repeat(seconds, np.diff(log.offsets)) * 1_000_000
    return Sequences(log.values, log.offsets, log.labels, times, log.steps, log.owner, "session", "item")


def test_a_week_in_which_a_step_fails_or_takes_long_is_first():
    rows, weeks, seconds = [], [], []
    for week in range(4):
        for at in range(30):
            rows.append([A, C] if (week == 2 and at % 6) else [A, B])
            weeks.append(week)
            seconds.append(100 + at if week == 1 else 10 + at)
    log = over_weeks(rows, weeks, seconds)
    first = unusual_weeks(log).filter(from_is("a", "b")).row(0, named=True)
    assert first["start"].timestamp() == (4 + 14) * 86_400
    assert (first["n"], first["reached"]) == (30, 5)
    assert first["rate_elsewhere"] == 1
    slow = slow_weeks(log).filter(from_is("a", "b")).row(0, named=True)
    assert slow["start"].timestamp() == (4 + 7) * 86_400
    assert slow["median_seconds"] == pytest.approx(114.5)
    alone = unusual_weeks(log).filter(from_is(None, "c")).row(0, named=True)
    assert (alone["n"], alone["reached"]) == (30, 25)


def from_is(a: str | None, b: str):
    import polars as pl

    return pl.col("from").eq_missing(pl.lit(a, pl.String)) & (pl.col("to") == b)


def test_without_times_no_week_stands_out():
    assert unusual_weeks(made([[[A], [B]]] * 30)).height == 0
    assert slow_weeks(made([[[A], [B]]] * 30)).height == 0
