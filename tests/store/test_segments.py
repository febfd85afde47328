"""Saved segments: one a name and dataset, whatever characters the name has."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from seqrec_core.errors import BadInput, NotFound
from seqrec_core.segments.types import Segment
from seqrec_core.store.home import Home
from seqrec_core.store.segments import SegmentStore


@pytest.fixture
def store(tmp_path: Path) -> SegmentStore:
    return SegmentStore(Home(tmp_path / "home"))


def test_segments_come_back_by_name_and_dataset(store: SegmentStore) -> None:
    mobile = Segment(name="mobile", where={"device": "mobile"}, start=datetime(2026, 1, 1, tzinfo=UTC))
    odd = Segment(name="../../../etc/*? <b>手机</b>")
    for segment in (odd, mobile):
        assert store.save("d1", segment) == segment
    assert store.list("d1") == sorted([odd, mobile], key=lambda one: one.name)
    assert store.find("d1", odd.name) == odd
    assert store.list("d2") == []


def test_saving_under_the_same_name_replaces(store: SegmentStore) -> None:
    store.save("d1", Segment(name="mobile", where={"device": "mobile"}))
    store.save("d1", Segment(name="mobile", where={"device": "phone"}))
    assert [segment.where for segment in store.list("d1")] == [{"device": "phone"}]


def test_a_segment_that_is_not_there_is_said_with_what_is(store: SegmentStore) -> None:
    store.save("d1", Segment(name="mobile", where={"device": "mobile"}))
    with pytest.raises(NotFound) as caught:
        store.find("d1", "tablet")
    assert "mobile" in caught.value.message
    store.delete("d1", "mobile")
    assert store.list("d1") == []
    with pytest.raises(NotFound):
        store.delete("d1", "mobile")


def test_a_damaged_file_is_left_out(store: SegmentStore) -> None:
    store.save("d1", Segment(name="mobile", where={"device": "mobile"}))
    (store.home.segments / "d1" / "x.json").write_text("{half")
    assert [segment.name for segment in store.list("d1")] == ["mobile"]


def test_a_file_of_before_there_were_rules_is_read(store: SegmentStore) -> None:
    store.save("d1", Segment(name="new", rule="did buy", unit="user"))
    stored = '{"name": "old", "where": {"device": "mobile"}, "start": "2026-01-01T00:00:00Z", "end": null, "sessions": ["s1"]}'
    (store.home.segments / "d1" / "old.json").write_text(stored)
    (store.home.segments / "d1" / "unread.json").write_text('{"name": "unread", "rule": "did"}')
    new, old = store.list("d1")
    assert (new.rule, new.unit) == ("did buy", "user")
    assert (old.rule, old.unit, old.where, old.sessions) == ("", "session", {"device": "mobile"}, ("s1",))


def test_a_renamed_segment_keeps_its_rule_and_takes_no_other_name(store: SegmentStore) -> None:
    store.save("d1", Segment(name="buyers", rule="did purchase"))
    store.save("d1", Segment(name="phones", where={"device": "mobile"}))
    assert store.rename("d1", "buyers", " Bought ").rule == "did purchase"
    assert [segment.name for segment in store.list("d1")] == ["Bought", "phones"]
    for name in ("phones", "  "):
        with pytest.raises(BadInput):
            store.rename("d1", "Bought", name)
    assert [segment.name for segment in store.list("d1")] == ["Bought", "phones"]
