"""Cohorts: every user is in one, period 0 holds all of it, and plain loops agree."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.errors import BadInput, NotFound
from seqrec_core.journeys.cohorts import retention, rows_of_cell
from tests.journeys.brute import made

DAY = 86_400
MONDAY = 4  # 1970-01-05


def owned(rows: list[list[str]], seconds: list[list[int]], owner: list[int]):
    return replace(made(rows, seconds), owner=np.array(owner, np.int32))


def counted(rows, days, owner, length, target=None):
    """The same by loops: (cohort, period) → users."""
    shift = 3 if length == 7 else 0
    first, seen = {}, {}
    for row, times, user in zip(rows, days, owner, strict=True):
        for label, day in zip(row, times, strict=True):
            stretch = (day + shift) // length
            first[user] = min(first.get(user, stretch), stretch)
            if target in (None, label):
                seen.setdefault(user, set()).add(stretch)
    cells: dict[tuple[int, int], int] = {}
    for user, stretches in seen.items():
        for stretch in stretches:
            cell = (first[user], stretch - first[user])
            cells[cell] = cells.get(cell, 0) + 1
    return first, cells


@settings(max_examples=80, deadline=None)
@given(data=st.data(), length=st.sampled_from([1, 7, 30]), target=st.sampled_from([None, "a"]))
def test_counts_equal_those_of_loops(data, length, target):
    rows = data.draw(st.lists(st.lists(st.sampled_from("ab"), min_size=1, max_size=4), min_size=1, max_size=6))
    days = [sorted(data.draw(st.lists(st.integers(0, 60), min_size=len(row), max_size=len(row)))) for row in rows]
    owner = [data.draw(st.integers(0, 3)) for _ in rows]
    sequences = owned(rows, [[day * DAY for day in times] for times in days], owner)
    if target is not None and "a" not in sequences.labels:
        return
    frame = retention(sequences, length, target).frame
    first, cells = counted(rows, days, owner, length, target)
    shift = 3 if length == 7 else 0
    found = {}
    for cohort, size, period, count, rate, _ in frame.rows():
        stretch = ((cohort - date(1970, 1, 1)).days + shift) // length
        assert size == sum(value == stretch for value in first.values())
        assert rate == count / size
        if count:
            found[stretch, period] = count
    assert found == cells
    for (stretch, period), count in cells.items():
        day = date(1970, 1, 1) + timedelta(days=stretch * length - shift)
        held = rows_of_cell(sequences, day, period, length, target)
        assert len({owner[row] for row in held}) == count
        expected = {
            number
            for number, (row, times) in enumerate(zip(rows, days, strict=True))
            if first[owner[number]] == stretch
            and any(
                (at + shift) // length == stretch + period and target in (None, label)
                for label, at in zip(row, times, strict=True)
            )
        }
        assert set(held.tolist()) == expected


def test_weeks_begin_on_mondays_and_the_last_one_is_incomplete():
    rows, days = [["a"], ["a"], ["a"]], [[MONDAY + 1], [MONDAY + 8], [MONDAY + 9]]
    frame = retention(owned(rows, [[day * DAY for day in times] for times in days], [0, 0, 1])).frame
    assert frame["cohort"].unique().sort().to_list() == [date(1970, 1, 5), date(1970, 1, 12)]
    assert frame.select("period", "count", "complete").rows() == [(0, 1, True), (1, 1, False), (0, 1, False)]


def test_a_week_that_ends_with_the_log_is_complete():
    frame = retention(owned([["a", "a"]], [[MONDAY * DAY, (MONDAY + 6) * DAY]], [0])).frame
    assert frame.rows() == [(date(1970, 1, 5), 1, 0, 1, 1.0, True)]


def test_what_cannot_be_counted_is_refused():
    with pytest.raises(BadInput):
        retention(made([["a"]]))
    with pytest.raises(BadInput):
        retention(made([["a"]], [[0]]), 0)
    with pytest.raises(NotFound):
        retention(made([["a"]], [[0]]), 7, "nothing")


def test_the_real_log_holds_every_user_once(demo: SequenceDataset):
    frame = retention(demo.sequences("session", "event")).frame
    first = frame.filter(frame["period"] == 0)
    assert first["size"].sum() == first["count"].sum() == demo.n_users
    steps = first["cohort"].diff().drop_nulls()
    assert all(step.days % 7 == 0 and step >= timedelta(days=7) for step in steps)
