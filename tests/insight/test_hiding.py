"""Blank cells: few people are not shown, and cannot be told from what is."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqrec_core import columns as c
from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput
from seqrec_core.insight.contrast import contrast
from seqrec_core.insight.evidence import evidence
from seqrec_core.insight.hiding import hidden
from seqrec_core.mining.types import MiningTerms


@given(users=st.lists(st.integers(0, 30), min_size=1, max_size=12), floor=st.integers(1, 8))
def test_no_small_cell_is_shown_nor_told_by_a_total(users: list[int], floor: int):
    cells = np.array(users)
    blank = hidden(cells, floor)
    assert not ((cells > 0) & (cells < floor) & ~blank).any()
    others = int(((cells > 0) & ~blank).sum())
    assert not blank.any() or others == 0 or (blank.sum() >= 2 and cells[blank].sum() >= floor)
    assert not blank[cells == 0].any()
    assert blank.any() or floor <= 1 or (cells[cells > 0] >= floor).all()


def log_of(rows: list[tuple[int, str, int]]) -> Sequences:
    """Sequences of (user, letters, week)."""
    values = np.array(["abc".index(letter) for _, letters, _ in rows for letter in letters], np.int32)
    offsets = np.concatenate([[0], np.cumsum([len(letters) for _, letters, _ in rows])])
    begin = datetime(2026, 1, 5, 12, tzinfo=UTC)
    starts = [int((begin + timedelta(weeks=week)).timestamp() * 1e6) for _, _, week in rows]
    times = np.array([start + at for (_, letters, _), start in zip(rows, starts, strict=True) for at in range(len(letters))])
    owner = np.array([user for user, _, _ in rows], np.int32)
    return Sequences(values, offsets, ("a", "b", "c"), times, np.arange(len(values)), owner, "session", "item")


def test_weeks_of_few_users_are_blank_with_one_more_that_would_tell_them():
    weeks = {0: 9, 1: 1, 2: 6, 3: 0}
    rows = [(10 * week + n, "ab", week) for week, held in weeks.items() for n in range(held)]
    rows += [(900 + week, "c", week) for week in weeks]
    found = evidence(log_of(rows), ("a", "b"), floor=5)
    assert found.trend[c.SUPPORT_COUNT].to_list() == [9, None, None, 0]
    assert found.trend["rate"].null_count() == 2
    assert evidence(log_of(rows), ("a", "b")).trend[c.SUPPORT_COUNT].to_list() == [9, 1, 6, 0]


def test_a_comparison_tells_no_group_of_few_users():
    many = [(user, "ab", 0) for user in range(30)] + [(40 + user, "ac", 0) for user in range(30)]
    one = [(100 + user, "ab" if user < 6 else "ac", 0) for user in range(8)]
    found = contrast(log_of(one), log_of(many), MiningTerms(5), floor=5, draws=19)
    lists = [tuple(items) for items in found.frame[c.ITEMS].to_list()]
    assert ("a", "b") in lists
    assert ("a", "c") not in lists, "two users of the first group hold it"
    with pytest.raises(BadInput) as refused:
        contrast(log_of(one[:3]), log_of(many), MiningTerms(5), floor=5, draws=19)
    assert refused.value.code == "small_group"
    assert ("a", "c") in [tuple(items) for items in contrast(log_of(one), log_of(many), MiningTerms(5), draws=19).frame[c.ITEMS]]
