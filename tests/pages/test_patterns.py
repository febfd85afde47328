"""The Patterns page: populated at once, its numbers those of a plain count, exactly its sessions in Journeys, every state."""

import json
import re
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from seqrec_core import columns as c
from seqrec_core.data.importing import import_log
from seqrec_core.data.mapping import ImportRequest
from seqrec_core.mining.engine import mine
from seqrec_core.mining.matching import supporting
from seqrec_core.segments.select import select
from seqrec_core.segments.types import Segment
from seqrec_core.serving import answer
from seqrec_core.store.datasets import DatasetStore, ensure_sample
from seqrec_core.store.home import Home
from seqrec_core.store.segments import SegmentStore
from seqrec_core.ui import context
from seqrec_core.ui.patterns import export as patterns_export
from seqrec_core.ui.patterns import listing as patterns_listing
from seqrec_core.ui.patterns import room as patterns_room
from seqrec_core.ui.patterns import saving as patterns_saving
from seqrec_core.ui.patterns import search as patterns_search
from tests.pages.conftest import Open

FIRST, THEN = "STOV-02", "STOV-20"  # the most frequent pair of the shop


def holders(home: Home, first: str, then: str, column: str = c.SESSION) -> set[str]:
    """Sessions (or users) in which one item comes in a later step than another: counted plainly."""
    loaded = answer.dataset(home, ensure_sample(home, "shop").id)
    rows: dict[str, list[tuple[object, str]]] = {}
    for name, time, item in loaded.log.frame.select(column, c.TIME, c.ITEM).iter_rows():
        rows.setdefault(name, []).append((time, item))
    return {
        name
        for name, events in rows.items()
        if any(a == first and b == then and early < late for early, a in events for late, b in events)
    }


def labels(shown: AppTest) -> list[str]:
    return [button.label for button in shown.button]


def button(shown: AppTest, start: str):
    return next(button for button in shown.button if button.label.startswith(start))


def test_it_opens_on_a_finding_and_never_on_a_form(trained_home: Home, open_page: Open):
    shown = open_page("patterns")
    assert not shown.exception
    n = len(holders(trained_home, FIRST, THEN))
    assert re.search(r"is in [\d.]+ % of sessions, [\d.]+ times as often as by chance", shown.header[0].value)
    assert f"Light up these {n} sessions in Journeys" in labels(shown)
    assert f"{n} sessions" in [metric.delta for metric in shown.metric]


@pytest.mark.parametrize("view", ["show=ranked", "show=rules", "show=table", "tab=before", "tab=unusual"])
def test_every_view_states_a_finding_with_its_number(trained_home: Home, open_page: Open, view: str):
    name, value = view.split("=")
    shown = open_page("patterns", **{name: value})
    assert not shown.exception
    assert not shown.error
    assert re.search(r"\d", shown.header[0].value)
    assert shown.metric


def test_lighting_up_opens_exactly_these_sessions_in_journeys(trained_home: Home, open_page: Open):
    shown = open_page("patterns", pat=f"{FIRST},{THEN}")
    expected = holders(trained_home, FIRST, THEN)
    button(shown, "Light up").click().run()
    assert not shown.exception
    assert shown.query_params["seg"].startswith("saved:")
    assert any(caption.value.startswith(f"{len(expected)} sessions") for caption in shown.caption)
    dataset = ensure_sample(trained_home, "shop").id
    (saved,) = SegmentStore(trained_home).list(dataset)
    loaded = answer.dataset(trained_home, dataset)
    assert saved.sessions is None, "a rule, so that later sessions belong to it too"
    assert saved.rule == f'contains item "{FIRST}" -> "{THEN}"'
    rows = select(loaded.log, loaded.arrays, saved, "session")
    assert {loaded.arrays.session_ids[row] for row in rows} == expected


def test_users_are_lit_up_as_users(trained_home: Home, open_page: Open):
    shown = open_page("patterns", pat=f"{FIRST},{THEN}", unit="user")
    expected = holders(trained_home, FIRST, THEN, c.USER)
    button(shown, f"Light up these {len(expected)} users").click().run()
    assert any(caption.value.startswith(f"{len(expected)} users") for caption in shown.caption)


def test_a_saved_group_that_is_gone_is_named_with_a_way_out(trained_home: Home, open_page: Open):
    shown = open_page("journeys", seg="saved:no such group")
    assert "no such group" in shown.error[0].value
    button(shown, "Show everyone").click().run()
    assert not shown.error


def test_a_saved_group_can_be_deleted_in_the_bar(trained_home: Home, open_page: Open):
    dataset = ensure_sample(trained_home, "shop").id
    first = answer.dataset(trained_home, dataset).arrays.session_ids[:40]
    SegmentStore(trained_home).save(dataset, Segment(name="the first", sessions=first))
    shown = open_page("patterns", seg="saved:the first")
    assert any(caption.value.startswith("40 sessions") for caption in shown.caption)
    button(shown, "Delete this saved segment").click().run()
    assert not shown.error
    assert SegmentStore(trained_home).list(dataset) == []


def test_a_pattern_of_few_users_is_not_shown(trained_home: Home, open_page: Open):
    loaded = answer.dataset(trained_home, ensure_sample(trained_home, "shop").id)
    items = loaded.arrays.vocabulary.ids[: loaded.arrays.vocabulary.n_logged]
    pairs = ((a, b) for a in items for b in items if a != b)
    rare = next(pair for pair in pairs if 1 <= len(holders(trained_home, *pair, c.USER)) < 5)
    shown = open_page("patterns", pat=",".join(rare))
    assert any("Fewer than 5 users" in info.value for info in shown.info)
    assert not [label for label in labels(shown) if label.startswith("Light up")]
    button(shown, "Choose the first pattern").click().run()
    assert button(shown, "Light up")


def test_no_pattern_at_this_support_is_said_with_a_way_out(trained_home: Home, open_page: Open):
    shown = open_page("patterns", sup="100")
    assert any("No pattern of 2 to 5 events is in at least 2,471 sessions" in info.value for info in shown.info)
    button(shown, "Use a support").click().run()
    assert not shown.info
    assert shown.metric


def test_filters_that_leave_nothing_can_be_taken_back(trained_home: Home, open_page: Open):
    shown = open_page("patterns", last=FIRST, has="NO-SUCH-ITEM")
    assert any("none has all that was asked for" in info.value for info in shown.info)
    button(shown, "Take the filters back").click().run()
    assert not shown.info


def test_a_filter_keeps_only_the_patterns_that_end_with_a_label(trained_home: Home, open_page: Open):
    open_page("patterns", last=THEN)
    everything, ended = (patterns_of(**values) for values in ({}, {"last": THEN}))
    assert 0 < len(ended) < len(everything)
    assert ended == [items for items in everything if items[-1] == THEN]


def patterns_of(**values: str) -> list[list[str]]:
    return searched(**values)[1].frame[c.ITEMS].to_list()


def searched(**values: str) -> tuple[patterns_room.Room, patterns_search.Search]:
    """The page's room and its search outside a browser, with values of the address."""
    context.put(**dict.fromkeys(context.NAMES))
    context.put(**values)
    room = patterns_room.open_room(context.current())
    return room, patterns_search.search(room, room.reading, st.empty())


def test_a_search_that_would_explode_is_stopped_and_says_what_fits(trained_home: Home, open_page: Open, monkeypatch):
    monkeypatch.setattr(patterns_search, "MAX_PATTERNS", 200)
    shown = open_page("patterns", sup="0.3")
    assert "The search was stopped after" in shown.warning[0].value
    button(shown, "Use ").click().run()
    assert not shown.warning
    assert shown.metric


def test_a_group_smaller_than_the_floor_has_no_patterns(trained_home: Home, open_page: Open):
    dataset = ensure_sample(trained_home, "shop").id
    few = answer.dataset(trained_home, dataset).arrays.session_ids[:3]
    SegmentStore(trained_home).save(dataset, Segment(name="three", sessions=few))
    shown = open_page("patterns", seg="saved:three")
    assert not shown.exception
    assert any("This group has 3 sessions" in info.value for info in shown.info)


def test_what_the_address_cannot_mean_is_as_at_the_start(trained_home: Home, open_page: Open):
    plain = open_page("patterns").header[0].value
    shown = open_page("patterns", sup="many", len="9-1", gap="-3", kind="odd", most="x", show="nothing", of="dogs")
    assert not shown.exception
    assert shown.header[0].value == plain


def test_the_exports_hold_every_pattern_of_the_page(trained_home: Home, tmp_path: Path):
    room, found = searched(sup="1")
    told = json.loads(patterns_export.as_json(room, found))
    assert told["min_count"] == found.terms.min_count
    assert told["privacy_floor"] == 5
    assert [row["items"] for row in told["patterns"]] == found.frame[c.ITEMS].to_list()
    assert patterns_export.as_csv(room, found).decode().count("\n") == found.frame.height + 1
    path = tmp_path / "patterns.txt"
    path.write_bytes(patterns_export.as_spmf(room, found))
    lines = [line for line in path.read_text().splitlines() if not line.startswith("@")]
    assert len(lines) == found.frame.height
    assert [int(line.split("#SUP: ")[1]) for line in lines] == found.frame[c.SUPPORT_COUNT].to_list()


def test_baskets_without_order_say_why_they_have_no_pattern(home: Home, open_page: Open, tmp_path):
    path = tmp_path / "baskets.csv"
    lines = [f"u{n},i{item},2026-01-{1 + day:02d}T10:00:00Z" for n in range(30) for day in range(3) for item in range(4)]
    path.write_text("\n".join(["user_id,item_id,timestamp", *lines]))
    info = DatasetStore(home).save(import_log(ImportRequest(path=path)), "baskets")
    shown = open_page("patterns", ds=info.id)
    assert not shown.exception
    assert any("whole users are looked at" in caption.value for caption in shown.caption)
    assert shown.metric
    context_bar = next(control for control in shown.segmented_control if control.value == "user")
    context_bar.set_value("session").run()
    assert any("all happens at one moment: nothing comes before" in caption.value for caption in shown.caption)
    button(shown, "Look at users").click().run()
    assert shown.metric


def test_those_who_never_reach_the_event_are_lit_up_by_a_living_rule(trained_home: Home, open_page: Open):
    shown = open_page("patterns", tab="before", of="event", pat="payment_details")
    assert not shown.exception
    dataset = ensure_sample(trained_home, "shop").id
    loaded = answer.dataset(trained_home, dataset)
    events = loaded.arrays.sequences("session", "event")
    paid, bought = (events.labels.index(label) for label in ("payment_details", "purchase"))
    expected = [paid in events[row] and bought not in events[row] for row in range(len(events))]
    button(shown, f"Light up the {sum(expected)} sessions that do not").click().run()
    (saved,) = SegmentStore(trained_home).list(dataset)
    assert saved.rule == 'contains event "payment_details" and without "purchase"'
    assert select(loaded.log, loaded.arrays, saved, "session").tolist() == [row for row, is_in in enumerate(expected) if is_in]


def test_what_people_do_instead_adds_up(trained_home: Home, open_page: Open):
    shown = open_page("patterns", tab="before", of="event", pat="payment_details")
    titles = [subheader.value.replace("\\", "") for subheader in shown.subheader]
    assert any(re.fullmatch(r"Instead of purchase, [\d.]+ % go to view after payment_details", title) for title in titles)


def test_a_rule_that_cannot_be_said_is_kept_as_a_list(trained_home: Home, open_page: Open):
    room, found = searched(gap="1", of="event")
    items = next(tuple(row) for row in found.frame[c.ITEMS].to_list() if len(row) == 3)
    rows = supporting(found.reading.sequences, items, 1)
    saved = patterns_saving.segment_of(room, "three", rows, patterns_saving.rule_of(room, items))
    assert saved.sessions is None or len(saved.sessions) == len(rows)
    assert select(room_log(room).log, room_log(room).arrays, saved, "session").tolist() == rows.tolist()


def room_log(room: patterns_room.Room):
    return answer.dataset(Home(Path(room.reading.key[0])), room.now.dataset.id)


def test_a_filter_is_answered_without_a_search(trained_home: Home, open_page: Open, monkeypatch):
    open_page("patterns")
    monkeypatch.setattr(patterns_search, "mine", lambda *_: pytest.fail("searched again"))
    first = searched()[1].frame
    filters = [{"len": "2-3"}, {"kind": "all"}, {"kind": "maximal"}, {"most": "20"}, {"last": THEN}, {"sup": "2"}]
    filters += [{"gap": "1"}, {"gap": "3", "kind": "all"}, {"wait": "3600"}, {"span": "300"}, {"types": "view"}]
    filters += [{"gap": "2", "wait": "60", "types": "view,cart"}, {"sup": "1", "span": "1800", "last": THEN}]
    for values in filters:
        assert searched(**values)[1].frame.height > 0, values
    assert searched(sup="2")[1].frame.height < first.height


@pytest.mark.parametrize(
    "values",
    [{"gap": "2", "of": "event"}, {"wait": "60"}, {"span": "300", "gap": "3"}, {"types": "view,cart", "of": "event", "gap": "1"}],
    ids=str,
)
def test_what_a_limit_leaves_is_what_a_search_under_it_finds(trained_home: Home, open_page: Open, values: dict[str, str]):
    open_page("patterns")
    found = searched(**values, kind="all", len="1-5")[1]
    plain = mine(found.reading.sequences, found.terms).frame.select(c.ITEMS, c.SUPPORT_COUNT)
    shown = found.everything.frame.select(c.ITEMS, c.SUPPORT_COUNT)
    assert shown.height >= 5
    assert shown.equals(plain.join(shown.select(c.ITEMS), on=c.ITEMS, how="semi", maintain_order="left"))
    few = plain.join(shown.select(c.ITEMS), on=c.ITEMS, how="anti")[c.ITEMS].to_list()
    owner, sequences = found.reading.sequences.owner, found.reading.sequences
    assert all(len(set(owner[supporting(sequences, items, found.terms)])) < 5 for items in few)


def test_a_limit_in_time_holds_for_the_chosen_pattern_too(trained_home: Home, open_page: Open):
    found = searched(wait="60")[1]
    items = tuple(found.frame[c.ITEMS][0])
    shown = open_page("patterns", wait="60", pat=",".join(items))
    n = len(supporting(found.reading.sequences, items, found.terms))
    assert f"{n} sessions" in [metric.delta for metric in shown.metric]
    assert any("at most 1 min apart" in caption.value for caption in shown.caption)
    button(shown, f"Light up these {n} sessions").click().run()
    assert any(caption.value.startswith(f"{n} sessions") for caption in shown.caption)


def test_limits_that_leave_nothing_offer_rarer_patterns(trained_home: Home, open_page: Open):
    shown = open_page("patterns", wait="10", gap="1", len="5-8")
    assert shown.info
    button(shown, "Look at rarer patterns too").click().run()
    assert not shown.exception
    assert "sup" in shown.query_params


def test_a_search_that_a_person_stops_says_so_and_can_begin_again(trained_home: Home, open_page: Open):
    context.put(**dict.fromkeys(context.NAMES))
    shown = open_page("patterns")
    room = patterns_room.open_room(context.current())
    terms = patterns_search.search(room, room.reading, st.empty()).terms
    shown.session_state[patterns_search.STOPPED] = (room.reading.key, terms)
    shown.run()
    assert any("The search was stopped" in info.value for info in shown.info)
    button(shown, "Search again").click().run()
    assert shown.metric


def test_two_groups_that_differ_say_in_what_and_how_sure(trained_home: Home, open_page: Open):
    shown = open_page("patterns", tab="compare", of="event", a="2026-08-17..2026-08-31")
    assert not shown.exception
    assert re.search(r"is in [\d.]+ % of 2026-08-17 to 2026-08-30, and in [\d.]+ % of all others", shown.header[0].value)
    assert any(caption.value.startswith("Sure: corrected for all patterns tested") for caption in shown.caption)


def test_two_groups_that_are_the_same_are_refused_with_words(trained_home: Home, open_page: Open):
    shown = open_page("patterns", tab="compare", a="device=mobile", b="device=mobile")
    assert not shown.exception
    assert "holds no session that is not in the other group" in shown.error[0].value


def test_the_bot_is_the_first_unusual_one_and_the_incident_the_first_week(trained_home: Home, open_page: Open):
    shown = open_page("patterns", tab="unusual")
    assert not shown.exception
    assert "480 events" in shown.header[0].value or "480" in [metric.value for metric in shown.metric]
    titles = [subheader.value.replace("\\", "") for subheader in shown.subheader]
    assert any("week of 2026-08-17" in title and "payment_details" in title for title in titles)
    assert not [toggle for toggle in shown.toggle if toggle.label == "Show user ids"], "a sample names nobody"


@pytest.mark.parametrize("sample", ["shop", "news", "music", "finance", "medicine"])
def test_planted_item_sequences_are_among_the_first_that_surprise(home: Home, open_page: Open, sample: str):
    dataset = ensure_sample(home, sample).id
    open_page("patterns", ds=dataset)
    room, found = searched(ds=dataset)
    lists = patterns_listing.bubbles(room, found).rows[c.ITEMS].to_list()
    truths = json.loads((Path("sample_data") / sample / "truths.json").read_text())
    planted = [one["items"] for one in truths["sequences"] if one["of"] == "item"]
    assert planted
    assert all(lists.index(items) < 12 for items in planted)


def test_where_steps_explain_everything_the_page_says_so(home: Home, open_page: Open):
    shown = open_page("patterns", ds=ensure_sample(home, "finance").id, of="event")
    assert not shown.exception
    assert shown.header[0].value.startswith("No pattern says more than its own steps")
