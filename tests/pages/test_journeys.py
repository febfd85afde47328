"""Journeys: every view states its finding with the right numbers; empty, unknown and too many are said in words."""

import json
from collections import Counter
from itertools import pairwise

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from seqrec_core.data.importing import import_log
from seqrec_core.data.log import EventLog
from seqrec_core.data.mapping import ImportRequest
from seqrec_core.segments.types import Segment
from seqrec_core.serving import answer
from seqrec_core.store.datasets import DatasetStore, ensure_sample
from seqrec_core.store.home import Home
from seqrec_core.store.segments import SegmentStore
from tests.pages.conftest import ROOT, Open

VIEWS = ("flow", "funnel", "matrix", "around", "paths", "time", "cohorts", "changes")


def events(home: Home) -> dict[str, list[tuple[str, str]]]:
    """Each session of the shop as (event, day), read by plain loops."""
    log: EventLog = answer.dataset(home, ensure_sample(home, "shop").id).log
    rows: dict[str, list[tuple[str, str]]] = {}
    for session, event, time in log.frame.select("session_id", "event_type", pl.col("timestamp").dt.strftime("%F")).iter_rows():
        rows.setdefault(session, []).append((event, time))
    return rows


def title(shown: AppTest) -> str:
    assert not shown.exception, shown.exception
    return shown.header[0].value.replace("\\", "")


def said(shown: AppTest) -> str:
    return " ".join(caption.value for caption in shown.caption).replace("\\", "")


def percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %"


def test_it_opens_on_the_finding_with_its_numbers(trained_home, open_page: Open):
    sessions = [[event for event, _ in session] for session in events(trained_home).values()]
    n = len(sessions)
    firsts = Counter(row[0] for row in sessions).most_common(2)
    started = percent(sum(count for _, count in firsts), n)
    cart, paid = (percent(sum(event in row for row in sessions), n) for event in ("cart", "purchase"))
    shown = open_page("journeys")
    assert title(shown) == (f"{started} of sessions start on {firsts[0][0]} or {firsts[1][0]}; {cart} reach the cart, {paid} pay")
    assert f"{n:,} sessions" in said(shown)
    assert len(shown.get("plotly_chart")) == 1
    assert shown.metric[0].label == "sessions"


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("unit", ["session", "user"])
def test_every_view_shows_a_finding_its_chart_with_a_table_and_its_panel(trained_home, open_page: Open, view: str, unit: str):
    shown = open_page("journeys", view=view, unit=unit)
    assert any(character.isdigit() for character in title(shown)) or "chance" in title(shown)
    charts = 2 if view == "changes" else 1
    assert len(shown.get("plotly_chart")) == charts
    assert len(shown.dataframe) == charts
    assert any(button.label.endswith("→ Explain") for button in shown.button)


def test_the_incident_is_the_title_of_what_changed(trained_home, open_page: Open):
    truth = json.loads((ROOT / "sample_data" / "shop" / "truths.json").read_text())["incident"]
    first, last = truth["from"][:10], truth["to"][:10]
    taken = {True: [0, 0], False: [0, 0]}
    for session in events(trained_home).values():
        inside = first <= session[0][1] < last
        names = [event for event, _ in session]
        taken[inside][1] += names.count("payment_details")
        taken[inside][0] += sum(pair == ("payment_details", "purchase") for pair in pairwise(names))
    shown = open_page("journeys", view="changes", **{"from": first, "to": last})
    assert title(shown) == f"payment_details → purchase fell from {percent(*taken[False])} to {percent(*taken[True])}"
    assert [metric.value for metric in shown.metric] == [percent(*taken[False]), percent(*taken[True])]


def test_a_segment_alone_is_compared_with_everyone_else(trained_home, open_page: Open):
    shown = open_page("journeys", view="changes", seg="device=mobile")
    assert "everyone else" in said(shown)


def test_without_dates_the_last_days_are_proposed_and_said(trained_home, open_page: Open):
    shown = open_page("journeys", view="changes")
    assert any("No dates are chosen yet" in caption.value for caption in shown.caption)
    assert "2026-08-17" in shown.subheader[0].value, "the days of the incident can be seen before they are chosen"


def test_choosing_the_period_on_the_page_sets_the_dates_of_the_bar(trained_home, open_page: Open):
    shown = open_page("journeys", view="changes", **{"from": "2026-08-17", "to": "2026-08-31"})
    day = next(widget for widget in shown.date_input if widget.label == "to, included")
    assert str(day.value) == "2026-08-30"
    day.set_value(day.value.replace(day=25)).run()
    assert shown.query_params["to"] in ("2026-08-26", ["2026-08-26"])


def test_a_node_can_be_started_from_hidden_and_taken_back(trained_home, open_page: Open):
    shown = open_page("journeys", sel="1,home")
    assert any(text.value.startswith("**home**") for text in shown.markdown)
    shown.button(key="do_start_here").click().run()
    assert title(shown).startswith("After home, ")
    shown.button(key="undo_starts_at_home").click().run()
    assert "start on" in title(shown)
    shown = open_page("journeys", sel="1,home")
    shown.button(key="do_hide").click().run()
    assert "without home" in said(shown)


def test_who_did_and_did_not_are_compared_by_who_reaches_the_goal(trained_home, open_page: Open):
    sessions = [[event for event, _ in session] for session in events(trained_home).values()]
    did = [row for row in sessions if "search" in row]
    did_not = [row for row in sessions if "search" not in row]
    shares = [percent(sum("purchase" in row for row in rows), len(rows)) for rows in (did, did_not)]
    shown = open_page("journeys", sel="1,search")
    shown.button(key="do_compare").click().run()
    assert title(shown) == f"{shares[0]} of sessions with search reach purchase, {shares[1]} of those without"


def test_the_funnel_follows_its_steps(trained_home, open_page: Open):
    sessions = [[event for event, _ in session] for session in events(trained_home).values()]
    home = [row for row in sessions if "home" in row]
    then = [row for row in home if "purchase" in row[row.index("home") :]]
    shown = open_page("journeys", view="funnel", funnel="home,purchase")
    assert title(shown).startswith(f"{percent(len(then), len(home))} of sessions with home get to purchase")


def test_nobody_left_is_said_with_a_way_back(trained_home, open_page: Open):
    shown = open_page("journeys", start="purchase", end="purchase", **{"from": "2026-07-06", "to": "2026-07-08"})
    assert not shown.exception
    assert "are left" in shown.info[0].value
    next(button for button in shown.button if button.label == "Show all journeys").click().run()
    assert not shown.info
    assert len(shown.get("plotly_chart")) == 1


def test_a_name_that_the_log_does_not_have_is_said_and_left_out(trained_home, open_page: Open):
    shown = open_page("journeys", start="nosuchevent", steps="99", top="x", sel="7,ghost", view="nosuchview")
    assert "nosuchevent" in shown.warning[0].value
    assert len(shown.get("plotly_chart")) == 1


def test_a_log_without_event_types_runs_over_categories(home, open_page: Open, logs):
    folder = logs / "eshop"
    request = ImportRequest(path=folder / "eshop.csv.gz", items_path=folder / "eshop_items.csv")
    info = DatasetStore(home).save(import_log(request), "eshop")
    shown = open_page("journeys", ds=info.id)
    assert "trousers" in title(shown)
    assert [box.value for box in shown.selectbox if box.label == "Paths run over"] == ["category"]


def test_hostile_and_very_many_names_are_shown_as_text(home, open_page: Open, tmp_path):
    path = tmp_path / "hostile.csv"
    names = ["<b>bold</b>", "**stars**", "$x$ [link](http://a)", "=1+1", *(f"item {number}" for number in range(1200))]
    lines = [f'u{number % 40},"{name}",2026-01-{1 + number % 28:02d}T10:00:00Z' for number, name in enumerate(names * 2)]
    path.write_text("\n".join(["user_id,item_id,timestamp", *lines]))
    info = DatasetStore(home).save(import_log(ImportRequest(path=path)), "hostile")
    for view in VIEWS:
        shown = open_page("journeys", ds=info.id, view=view)
        assert not shown.exception, (view, shown.exception)
        assert any("different names" in caption.value for caption in shown.caption)
    shown = open_page("journeys", ds=info.id, start="**stars**")
    assert "\\*\\*stars\\*\\*" in shown.header[0].value


def test_a_saved_list_of_sessions_is_compared_with_all_others(trained_home, open_page: Open):
    info = ensure_sample(trained_home, "shop")
    listed = tuple(answer.dataset(trained_home, info.id).arrays.session_ids[:400])
    SegmentStore(trained_home).save(info.id, Segment(name="four hundred", sessions=listed))
    n = len(events(trained_home))
    shown = open_page("journeys", seg="saved:four hundred", view="changes")
    assert not shown.exception
    assert "four hundred (400 sessions)" in said(shown)
    assert f"({n - 400:,})" in said(shown)


def test_a_period_within_a_saved_list_is_compared_with_the_rest_of_the_list(trained_home, open_page: Open):
    info = ensure_sample(trained_home, "shop")
    listed = tuple(answer.dataset(trained_home, info.id).arrays.session_ids[:400])
    SegmentStore(trained_home).save(info.id, Segment(name="four hundred", sessions=listed))
    days = sorted(row[0][1] for session, row in events(trained_home).items() if session in listed)
    first, last = days[100], days[300]
    inside = sum(first <= day < last for day in days)
    shown = open_page("journeys", seg="saved:four hundred", view="changes", **{"from": first, "to": last})
    assert not shown.exception
    assert f"({inside} sessions)" in said(shown)
    assert f"({400 - inside})" in said(shown)


def test_where_most_sessions_are_one_event_users_are_offered(home, open_page: Open, tmp_path):
    path = tmp_path / "lone.csv"
    lines = [f"u{number % 20},i{number % 7},2026-01-{1 + number // 20:02d}T10:00:00Z" for number in range(200)]
    path.write_text("\n".join(["user_id,item_id,timestamp", *lines]))
    info = DatasetStore(home).save(import_log(ImportRequest(path=path)), "lone")
    shown = open_page("journeys", ds=info.id)
    assert "100.0 % of these sessions have one event" in said(shown)
    shown.button("journeys_users").click().run()
    assert shown.query_params["unit"] == "user"
    assert "20 users" in said(shown)
    assert "have one event" not in said(shown)


def test_events_are_grouped_and_hidden_in_every_view_and_taken_back(trained_home, open_page: Open):
    rows = [[event for event, _ in session] for session in events(trained_home).values()]
    read = [["browse" if event in ("home", "search") else event for event in row if event != "view"] for row in rows]
    read = [row for row in read if row]
    asked = {"group": "browse=home,sear*", "hide": "vie*"}
    followed = Counter(pair for row in read for pair in pairwise(row))
    (source, target), most = followed.most_common(1)[0]
    occurrences = sum(row.count(source) for row in read)
    shown = open_page("journeys", view="matrix", **asked)
    assert title(shown) == f"The most frequent step is {source} → {target}: {percent(most, occurrences)} of what follows {source}"
    shown = open_page("journeys", view="funnel", funnel="browse,purchase", **asked)
    browsed = [row for row in read if "browse" in row]
    then = [row for row in browsed if "purchase" in row[row.index("browse") :]]
    assert title(shown).startswith(f"{percent(len(then), len(browsed))} of sessions with browse get to purchase")
    shown = open_page("journeys", **asked)
    assert f"{len(read):,} sessions" in said(shown)
    shown.button(key="undo_grouped_browse").click().run()
    shown.button(key="undo_without_vie*").click().run()
    assert f"{len(rows):,} sessions" in said(shown)
    assert not {"group", "hide"} & set(shown.query_params)


def test_what_fits_no_event_is_said(trained_home, open_page: Open):
    shown = open_page("journeys", group="browse=nosuch*", hide="other?")
    assert "nosuch" in shown.warning[0].value
    assert "other?" in shown.warning[0].value


def test_when_everything_is_hidden_there_is_a_way_back(trained_home, open_page: Open):
    for view in VIEWS:
        shown = open_page("journeys", hide="*", view=view)
        assert "No sessions are left" in title(shown), view
    next(button for button in shown.button if button.label == "Show all journeys").click().run()
    assert "left" not in title(shown)


def test_the_people_of_a_mark_are_kept_as_a_segment_that_every_page_filters_by(trained_home, open_page: Open):
    rows = [[event for event, _ in session] for session in events(trained_home).values()]
    n = sum(row[0] == "search" for row in rows)
    shown = open_page("journeys", sel="1,search")
    next(field for field in shown.text_input if field.label == "Name").set_value("first searchers").run()
    shown.button(key="journeys_keep").click().run()
    assert f"{n:,} sessions" in shown.success[0].value
    saved = SegmentStore(trained_home).find(ensure_sample(trained_home, "shop").id, "first searchers")
    assert len(saved.sessions or ()) == n
    for name in ("journeys", "patterns", "scorecard", "train"):
        assert not open_page(name, seg="saved:first searchers").exception, name
    assert f"{n:,} sessions" in said(open_page("journeys", seg="saved:first searchers"))


def test_only_the_last_occurrence_is_in_the_middle(trained_home, open_page: Open):
    rows = [[event for event, _ in session] for session in events(trained_home).values()]
    with_view = [row for row in rows if "view" in row]
    shown = open_page("journeys", view="around", at="view", nth="-1")
    assert f"{len(with_view):,} with view, the last" in said(shown)
    after = Counter(row[len(row) - row[::-1].index("view")] if row[-1] != "view" else "(end)" for row in with_view)
    name, most = max(after.items(), key=lambda pair: (pair[1], pair[0]))
    assert percent(most, len(with_view)) in title(shown)
    assert name == "(end)" or name in title(shown)


def test_a_window_loses_those_who_take_longer(trained_home, open_page: Open):
    asked = {"view": "funnel", "funnel": "home,purchase"}
    whole, within = (open_page("journeys", **asked, **more) for more in ({}, {"window": "60"}))
    assert "within 1 min" in said(within)
    assert float(title(within).split(" %")[0]) < float(title(whole).split(" %")[0])


def test_paths_are_read_up_to_a_goal(trained_home, open_page: Open):
    shown = open_page("journeys", view="paths", aim="purchase")
    assert "leads to purchase most often" in title(shown)
    rows = [[event for event, _ in session] for session in events(trained_home).values()]
    read = [(tuple(row[: row.index("purchase")] if "purchase" in row else row)[:4], "purchase" in row) for row in rows]
    counted = Counter(path for path, _ in read if path)
    reached = Counter(path for path, has_it in read if has_it)
    ten = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:10]
    best = max(reached[path] / n for path, n in ten)
    assert f"{100 * best:.1f} %" in title(shown)


def test_long_names_are_cut_in_the_finding(home, open_page: Open, tmp_path):
    path = tmp_path / "long.csv"
    long = "a_long_name_" * 9
    often = [f"u{number},{long}{step % 2},2026-01-{1 + number:02d}T10:{step:02d}:00Z" for number in range(9) for step in range(4)]
    rare = [
        f"u{number},rare {number * 6 + step},2026-02-{1 + number:02d}T10:{step:02d}:00Z"
        for number in range(9)
        for step in range(6)
    ]
    path.write_text("\n".join(["user_id,item_id,timestamp", *often, *rare]))
    info = DatasetStore(home).save(import_log(ImportRequest(path=path)), "long")
    found = title(open_page("journeys", ds=info.id, view="matrix"))
    assert found.startswith("The most frequent step is a_long_name_")
    assert max(len(word) for word in found.split()) <= 60
