"""Segments: who belongs, by a plain oracle; and what is said about columns and values that do not exist."""

import json
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core import columns as c
from seqrec_core.data.log import EventLog
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.errors import BadInput
from seqrec_core.segments.columns import usable_columns, values_of
from seqrec_core.segments.select import select
from seqrec_core.segments.types import Segment

DAY = datetime(2026, 9, 1, tzinfo=UTC)


def make_log(rows: list[tuple], **columns: list) -> EventLog:
    """Rows are (user, session, hours after DAY, event, item, device)."""
    frame = pl.DataFrame(
        {
            c.USER: [row[0] for row in rows],
            c.SESSION: [row[1] for row in rows],
            c.TIME: pl.Series([DAY + timedelta(hours=row[2]) for row in rows], dtype=c.TIME_DTYPE),
            c.EVENT: [row[3] for row in rows],
            c.ITEM: [row[4] for row in rows],
            "device": pl.Series([row[5] for row in rows], dtype=pl.String),
            **columns,
        }
    )
    return EventLog.from_frame(frame)


SMALL = [
    ("ann", "s1", 0, "view", "x", "mobile"),
    ("ann", "s1", 1, "buy", "x", "desktop"),
    ("ann", "s2", 30, "view", "y", "desktop"),
    ("ben", "s3", 24, "view", "x", None),
    ("ben", "s4", 50, "view", "z", "mobile"),
    ("cyd", "s5", 23.99, "view", "z", "desktop"),
]


def ids(log: EventLog, segment: Segment, unit: str = "session") -> list[str]:
    dataset = SequenceDataset.from_log(log)
    names = dataset.session_ids if unit == "session" else dataset.user_ids
    found = select(log, dataset, segment, unit)
    assert found.dtype == np.int64
    return [names[index] for index in found]


def test_a_segment_without_rules_is_everybody():
    log = make_log(SMALL)
    assert ids(log, Segment(name="all")) == ["s1", "s2", "s3", "s4", "s5"]
    assert ids(log, Segment(name="all"), "user") == ["ann", "ben", "cyd"]


def test_only_the_first_event_of_a_session_has_to_match():
    log = make_log(SMALL)
    assert ids(log, Segment(name="phones", where={"device": "mobile"})) == ["s1", "s4"]
    assert ids(log, Segment(name="buyers at once", where={c.EVENT: "buy"})) == []


def test_a_user_belongs_if_any_session_does():
    log = make_log(SMALL)
    assert ids(log, Segment(name="desks", where={"device": "desktop"}), "user") == ["ann", "cyd"]


def test_the_start_is_inside_and_the_end_is_not():
    log = make_log(SMALL)
    day_two = Segment(name="day two", start=DAY + timedelta(hours=24), end=DAY + timedelta(hours=50))
    assert ids(log, day_two) == ["s2", "s3"]
    assert ids(log, Segment(name="later", start=DAY + timedelta(hours=50))) == ["s4"]
    assert ids(log, Segment(name="before", end=DAY + timedelta(hours=24))) == ["s1", "s5"]


def test_a_time_without_offset_is_utc_and_any_offset_is_the_same_moment():
    naive = Segment(name="n", start=datetime(2026, 9, 1, 12))
    other = Segment(name="n", start=datetime.fromisoformat("2026-09-01T14:00:00+02:00"))
    assert naive == other
    assert naive.start.tzinfo is UTC


def test_rules_hold_together_and_with_given_sessions():
    log = make_log(SMALL)
    both = Segment(name="both", where={"device": "mobile", c.ITEM: "z"})
    assert ids(log, both) == ["s4"]
    assert ids(log, Segment(name="some", sessions=("s5", "s1"))) == ["s1", "s5"]
    assert ids(log, Segment(name="some phones", sessions=("s5", "s1"), where={"device": "mobile"})) == ["s1"]
    assert ids(log, Segment(name="none", sessions=())) == []


def test_a_segment_survives_json():
    segment = Segment(name="a", where={"device": "mobile"}, start=DAY, sessions=("s1",))
    assert Segment.model_validate_json(segment.model_dump_json()) == segment
    assert json.loads(segment.model_dump_json())["sessions"] == ["s1"]


def test_attributes_of_other_types_match_as_text():
    log = make_log(SMALL, age=[1, 1, 2, 3, 3, 3], new=[True, True, False, False, True, None])
    assert ids(log, Segment(name="threes", where={"age": "3"})) == ["s3", "s4", "s5"]
    assert ids(log, Segment(name="new", where={"new": "True"})) == ["s1", "s4"]


def test_values_come_most_frequent_first_and_only_where_a_choice_makes_sense():
    log = make_log(SMALL, country=["DE"] * 6, row=[str(n) for n in range(6)], age=[1, 1, 2, 3, 3, 3])
    assert values_of(log, max_values=3) == {"device": ["desktop", "mobile"], "age": ["3", "1", "2"]}
    assert values_of(log)["row"] == ["0", "1", "2", "3", "4", "5"]
    assert set(usable_columns(log)) == {c.EVENT, c.ITEM, "device", "country", "row", "age"}


def test_each_value_on_offer_selects_without_an_error():
    log = make_log(SMALL, age=[1, 1, 2, 3, 3, 3], new=[True, True, False, False, True, None])
    dataset = SequenceDataset.from_log(log)
    for column, values in values_of(log).items():
        picked = [select(log, dataset, Segment(name="v", where={column: value}), "session") for value in values]
        assert len(np.unique(np.concatenate(picked))) == sum(map(len, picked))


@pytest.mark.parametrize(
    ("segment", "code", "named"),
    [
        (Segment(name="a", where={"colour": "red"}), "unknown_column", "device"),
        (Segment(name="a", where={c.USER: "ann"}), "unknown_column", "device"),
        (Segment(name="a", where={"device": "Mobile"}), "unknown_value", "mobile"),
        (Segment(name="a", sessions=("s1", "s77")), "unknown_sessions", "s77"),
        (Segment(name="a", start=DAY, end=DAY), "empty_period", "2026-09-01"),
    ],
)
def test_what_does_not_exist_is_named_with_what_does(segment: Segment, code: str, named: str):
    with pytest.raises(BadInput) as caught:
        ids(make_log(SMALL), segment)
    assert caught.value.code == code
    assert named in caught.value.message


def test_a_value_that_exists_but_starts_no_session_gives_an_empty_segment():
    rows = [("ann", "s1", 0, "view", "x", "a"), ("ann", "s1", 1, "view", "x", "b")]
    assert ids(make_log(rows), Segment(name="b", where={"device": "b"})) == []


def test_a_period_needs_times():
    frame = make_log(SMALL).frame.with_columns(pl.lit(None, c.TIME_DTYPE).alias(c.TIME), pl.Series(c.ORDER, range(6)))
    with pytest.raises(BadInput, match="order and no times"):
        ids(EventLog.from_frame(frame), Segment(name="a", start=DAY))


def test_log_and_arrays_have_to_belong_together():
    with pytest.raises(BadInput, match="do not belong together"):
        select(make_log(SMALL), SequenceDataset.from_log(make_log(SMALL[:3])), Segment(name="a"), "session")


ROW = st.tuples(
    st.sampled_from("abc"), st.integers(0, 2), st.integers(0, 60), st.sampled_from(["view", "buy"]), st.sampled_from("xyz"),
    st.sampled_from(["m", "d", None]),
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(
    rows=st.lists(ROW, min_size=1, max_size=25),
    device=st.sampled_from(["m", "d", None]),
    start=st.integers(0, 60),
    span=st.integers(1, 40),
)
def test_selection_equals_the_plain_definition(rows: list[tuple], device: str | None, start: int, span: int):
    rows = [(user, f"{user}{session}", *rest) for user, session, *rest in rows]
    log = make_log(rows)
    where = {"device": device} if device in {row[5] for row in rows} - {None} else {}
    segment = Segment(name="s", where=where, start=DAY + timedelta(hours=start), end=DAY + timedelta(hours=start + span))
    sessions = defaultdict(list)
    for row in sorted(rows, key=lambda row: row[2]):
        sessions[row[1]].append(row)
    belongs = {
        name
        for name, own in sessions.items()
        if start <= own[0][2] < start + span and all(own[0][5] == v for v in where.values())
    }
    assert set(ids(log, segment)) == belongs
    assert set(ids(log, segment, "user")) == {name[0] for name in belongs}
