"""Sessions: a pause longer than the gap starts a new one, and an id belongs to one user."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core import columns as c
from seqrec_core.data.log import EventLog
from seqrec_core.data.sessions import are_shared, count_sessions, distinct_sessions, resession, session_ids
from seqrec_core.errors import BadInput

START = datetime(2024, 1, 1, tzinfo=UTC)


def log_of(rows):
    data = [(user, "x", "view", START + timedelta(seconds=second), "s") for user, second in rows]
    return EventLog.from_frame(pl.DataFrame(data, schema=c.LOG_REQUIRED, orient="row"))


def sessions_by_hand(rows, gap_minutes):
    """One list of times a session, by user."""
    found = {}
    for user, second in sorted(rows):
        mine = found.setdefault(user, [])
        if not mine or second - mine[-1][-1] > gap_minutes * 60:
            mine.append([])
        mine[-1].append(second)
    return found


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 20_000)), min_size=1, max_size=40),
    st.sampled_from([0.5, 5, 30, 120]),
)
def test_a_gap_cuts_as_by_hand(rows, gap):
    log = log_of(rows)
    expected = sessions_by_hand(rows, gap)
    assert count_sessions(log, gap) == sum(len(mine) for mine in expected.values())
    cut = resession(log, gap)
    assert cut.session_gap == gap * 60
    assert cut.n_sessions == count_sessions(log, gap)
    for user, mine in expected.items():
        for number, times in enumerate(mine, 1):
            found = cut.frame.filter(pl.col(c.SESSION) == f"{user}/{number}")
            assert found[c.USER].unique().to_list() == [user]
            assert found[c.TIME].to_list() == [START + timedelta(seconds=second) for second in times]


def test_a_pause_of_exactly_the_gap_does_not_cut():
    log = log_of([("a", 0), ("a", 1_800), ("a", 3_601)])
    assert count_sessions(log, 30) == 2
    assert resession(log, 30).frame[c.SESSION].to_list() == ["a/1", "a/1", "a/2"]


def of_file(users: pl.Series, named: list[str | None]) -> tuple[pl.Series, bool]:
    sessions = pl.Series(named)
    shared = are_shared(distinct_sessions(users, sessions))
    return session_ids(users, sessions, shared), shared


def test_session_ids_shared_by_users_are_made_their_own():
    users = pl.Series(["a", "a", "b", "b"])
    own, prefixed = of_file(users, ["1", "2", "3", "3"])
    assert (own.to_list(), prefixed) == (["1", "2", "3", "3"], False)
    shared, prefixed = of_file(users, ["1", "2", "1", ""])
    assert (shared.to_list(), prefixed) == (["a/1", "a/2", "b/1", "b/–"], True)
    empty, prefixed = of_file(users, ["1", "", "2", None])
    assert empty.n_unique() == 4
    assert prefixed


def test_without_times_there_is_no_gap():
    frame = pl.DataFrame([("a", "x", "view", None, "s", 1)], schema={**c.LOG_REQUIRED, c.ORDER: pl.Int64}, orient="row")
    log = EventLog.from_frame(frame)
    for ask in (count_sessions, resession):
        with pytest.raises(BadInput) as error:
            ask(log, 30)
        assert error.value.code == "gap_without_times"
