"""The recipe on the Data page: a list with counts, switches that say what they would do, undo, and a new dataset."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from seqrec_core.data.again import Terms
from seqrec_core.jobs.execute import Flags, execute
from seqrec_core.jobs.handlers.cleaning import terms_of
from seqrec_core.jobs.table import JobTable
from seqrec_core.segments.types import Segment
from seqrec_core.store.datasets import DatasetStore
from seqrec_core.store.home import Home
from seqrec_core.store.segments import SegmentStore
from seqrec_core.ui.data import recipe_calls
from tests.pages.conftest import Open
from tests.pages.test_data import drop, texts

ROWS = [(f"u{n % 9}", f"1000{n % 7}", 1 + n % 3, f"2024-01-{n % 27 + 1:02d} 10:{n % 60:02d}") for n in range(180)]
RETURNED = [("u1", "10001", -1, "2024-01-05 12:00"), ("u2", "10002", -2, "2024-01-06 12:00")]
LONE = [("lone", "10003", 1, "2024-01-07 12:00")]
LOG = "user,item,quantity,time\n" + "\n".join(",".join(map(str, row)) for row in (*ROWS, ROWS[0], *RETURNED, *LONE))


@pytest.fixture
def cleaning(home: Home, open_page: Open) -> AppTest:
    """The cleaning part of a log with one duplicate, two returns and a user with one event."""
    page = drop(open_page("data"), "orders.csv", LOG)
    page.button("data_import").click().run()
    page.query_params["part"] = "cleaning"
    page.run()
    assert not page.exception
    return page


def switch(page: AppTest, name: str):
    return next(toggle for toggle in page.toggle if f"_{name}_" in str(toggle.key))


def newest(home: Home):
    return DatasetStore(home).list()[0]


def test_each_step_says_what_it_left_and_what_its_switch_would_do(cleaning: AppTest):
    told = texts(cleaning)
    assert "2 steps of cleaning left out 3 events" in told
    assert "184 rows → 184 that can be events" in told
    assert "184 → 183 events" in told
    assert "183 → 181 events" in told
    assert "Switched off: +2 events" in told
    assert "negative values: yes" in told


def test_a_switch_is_tried_undone_and_done_as_another_dataset(cleaning: AppTest, home: Home):
    before = newest(home)
    SegmentStore(home).save(before.id, Segment(name="Busy", rule="events >= 5"))
    switch(cleaning, "returns").set_value(False).run()
    assert "Your changes together: +2 events, so that 183 events are left" in texts(cleaning)
    cleaning.button("data_recipe_undo").click().run()
    assert switch(cleaning, "returns").value
    assert "Your changes together" not in texts(cleaning)
    switch(cleaning, "returns").set_value(False).run()
    cleaning.button("data_recipe_do").click().run()
    assert not cleaning.exception
    made = newest(home)
    assert (made.n_events, before.n_events) == (183, 181)
    assert made.id in str(cleaning.query_params["ds"])
    assert "is made; “orders” stays as it was" in texts(cleaning)
    assert [one.name for one in SegmentStore(home).list(made.id)] == ["Busy"]
    assert "returns" in {str(toggle.key).split("_")[3] for toggle in cleaning.toggle}, "suggested still, so that it can come back"


def test_a_further_step_is_set_seen_and_switched_on(cleaning: AppTest, home: Home):
    next(box for box in cleaning.expander if box.label == "Add a step")
    cleaning.session_state["data_recipe_add"] = True
    cleaning.run()
    assert "It would do: −1 events, −1 users" in texts(cleaning)
    cleaning.button("data_step_add").click().run()
    assert switch(cleaning, "min").value
    cleaning.button("data_recipe_do").click().run()
    assert newest(home).n_users == 9


def test_the_steps_of_another_recipe_become_changes(cleaning: AppTest, home: Home):
    recipe = DatasetStore(home).report(newest(home).id).recipe
    recipe = json.loads(json.dumps(recipe)) | {"steps": [{"name": "exact_duplicates"}]}
    loader = next(file for file in cleaning.file_uploader if "recipe_apply" in str(file.key))
    loader.set_value(("recipe.json", json.dumps(recipe).encode(), "application/json")).run()
    assert "Your changes together: +2 events" in texts(cleaning)
    assert not switch(cleaning, "returns").value


@pytest.mark.parametrize("content", [b"{}", b"no json", b'{"steps": [{"name": "magic"}]}'])
def test_what_is_no_recipe_is_refused_in_words(cleaning: AppTest, content: bytes):
    loader = next(file for file in cleaning.file_uploader if "recipe_apply" in str(file.key))
    loader.set_value(("recipe.json", content, "application/json")).run()
    assert not cleaning.exception
    assert len(cleaning.error) == 1


def test_whole_histories_become_sessions(cleaning: AppTest, home: Home):
    before = newest(home)
    cleaning.button("data_recut_whole").click().run()
    assert not cleaning.exception
    made = newest(home)
    assert (made.n_sessions, made.n_events) == (before.n_users, before.n_events)
    assert "whole history is one session" in texts(cleaning)


def test_what_the_quality_list_finds_is_mended_in_one_click(cleaning: AppTest, home: Home):
    dataset = newest(home)
    cleaning.query_params["part"] = "log"
    key = f"data_fix_lone_users_{dataset.id}"
    cleaning.session_state[key] = True
    cleaning.run()
    assert "It would do: −1 events, −1 users" in texts(cleaning)
    cleaning.button(f"{key}_do").click().run()
    assert not cleaning.exception
    assert newest(home).n_users == dataset.n_users - 1


def by_worker(home: Home) -> None:
    """Do the job that waits, as the worker does."""
    table = JobTable(home.jobs_db)
    job = table.claim("worker", "owner")
    assert job is not None
    assert job.kind == "clean"
    execute(home, table, job, "owner", Flags())


def test_a_long_log_is_cleaned_by_the_worker_while_the_page_stays_usable(cleaning: AppTest, home: Home, monkeypatch):
    monkeypatch.setattr("seqrec_core.ui.data.recipe_calls.AT_ONCE_EVENTS", 10)
    before = newest(home)
    SegmentStore(home).save(before.id, Segment(name="Busy", rule="events >= 5"))
    switch(cleaning, "returns").set_value(False).run()
    cleaning.button("data_recipe_do").click().run()
    assert not cleaning.exception
    assert newest(home) == before, "nothing is done by the page itself"
    told = texts(cleaning)
    assert "Cleaning: orders" in told
    assert "2 steps of cleaning left out 3 events" in told, "the page is still there to look at"
    assert "Your changes together" not in told
    by_worker(home)
    cleaning.run()
    assert not cleaning.exception
    made = newest(home)
    assert made.n_events == before.n_events + 2
    assert made.id in cleaning.query_params["ds"]
    assert "cleaning" in cleaning.query_params["part"]
    assert "is made; “orders” stays as it was" in texts(cleaning)
    assert [segment.name for segment in SegmentStore(home).list(made.id)] == ["Busy"]


def test_cleaning_by_the_worker_is_cancelled_and_leaves_nothing(cleaning: AppTest, home: Home, monkeypatch):
    monkeypatch.setattr("seqrec_core.ui.data.recipe_calls.AT_ONCE_EVENTS", 10)
    before = DatasetStore(home).list()
    switch(cleaning, "returns").set_value(False).run()
    cleaning.button("data_recipe_do").click().run()
    next(button for button in cleaning.button if str(button.key).startswith("cancel_")).click().run()
    cleaning.run()
    assert "The cleaning was cancelled; nothing of" in texts(cleaning)
    next(button for button in cleaning.button if str(button.key).startswith("data_clean_drop_")).click().run()
    assert "cancelled" not in texts(cleaning)
    assert DatasetStore(home).list() == before
    assert not cleaning.exception


@pytest.mark.parametrize(("gap", "whole"), [(45.0, False), (None, True), (None, False)])
def test_the_worker_is_asked_for_what_the_page_would_do_itself(cleaning: AppTest, home: Home, gap: float | None, whole: bool):
    info, report = newest(home), DatasetStore(home).report(newest(home).id)
    terms = Terms(report.steps[:1], gap, whole)
    asked = terms_of(recipe_calls.request_of(info, terms), report)
    expected = terms if (gap, whole) != (None, False) else Terms(report.steps[:1], Terms.of(report).gap)
    assert asked == expected
