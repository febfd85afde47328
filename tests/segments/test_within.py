"""Sequences of a segment hold the events of its sessions and no others, also where users are counted."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from seqrec_core import columns as c
from seqrec_core.data.log import EventLog
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.segments.select import select
from seqrec_core.segments.types import Segment
from seqrec_core.segments.within import sequences_within

DAY = datetime(2026, 9, 1, tzinfo=UTC)
# user, session, hours after DAY, event, device
ROWS = [
    ("ann", "a1", 0, "view", "mobile"),
    ("ann", "a1", 1, "pay", "mobile"),
    ("ann", "a2", 30, "cart", "desktop"),
    ("bob", "b1", 2, "view", "desktop"),
    ("bob", "b2", 3, "pay", "mobile"),  # b1 and b2 interleave: two devices at once
    ("bob", "b1", 4, "cart", "desktop"),
    ("bob", "b2", 5, "view", "mobile"),
    ("cat", "c1", 40, "pay", "desktop"),
]
SEGMENTS = [
    Segment(name="first day", end=DAY + timedelta(days=1)),
    Segment(name="phones", where={"device": "mobile"}),
    Segment(name="nobody", start=DAY + timedelta(days=9)),
    Segment(name="two", sessions=("b2", "c1")),
]


def log_of() -> EventLog:
    names = (c.USER, c.SESSION, c.TIME, c.EVENT, "device")
    columns = dict(zip(names, zip(*ROWS, strict=True), strict=True))
    times = pl.Series([DAY + timedelta(hours=hours) for hours in columns[c.TIME]], dtype=c.TIME_DTYPE)
    return EventLog.from_frame(pl.DataFrame({**columns, c.TIME: times, c.ITEM: columns[c.EVENT]}))


@pytest.mark.parametrize("segment", SEGMENTS, ids=lambda segment: segment.name)
@pytest.mark.parametrize("unit", ["session", "user"])
def test_only_events_of_the_segments_sessions_are_counted(segment: Segment, unit: str) -> None:
    log = log_of()
    dataset = SequenceDataset.from_log(log)
    inside = {dataset.session_ids[i] for i in select(log, dataset, segment, "session")}
    expected: dict[str, list[str]] = defaultdict(list)
    for user, session, _, event, _ in ROWS:
        if session in inside:
            expected[user if unit == "user" else session].append(event)
    found = sequences_within(log, dataset, segment, unit, "event")
    assert [[found.labels[code] for code in found[i]] for i in range(len(found))] == [expected[key] for key in sorted(expected)]
    assert [dataset.user_ids[owner] for owner in found.owner] == (
        sorted(expected) if unit == "user" else [{"a": "ann", "b": "bob", "c": "cat"}[key[0]] for key in sorted(expected)]
    )
