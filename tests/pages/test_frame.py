"""The frame of all pages: what the address names is what is shown, and what is gone is said in words."""

from datetime import UTC, datetime

import pytest

from seqrec_core.jobs.worker_state import WorkerState
from seqrec_core.segments.types import Segment
from seqrec_core.store.datasets import DatasetStore, ensure_sample
from seqrec_core.store.runs import RunStore
from seqrec_core.ui import context, loaders
from tests.pages.conftest import Open

PAGES = ("data", "journeys", "patterns", "train", "scorecard", "explain")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_without_an_error_on_a_trained_home(trained_home, open_page: Open, page: str):
    shown = open_page(page)
    assert not shown.exception
    assert not shown.error, [error.value for error in shown.error]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_at_the_very_first_start(home, open_page: Open, page: str):
    shown = open_page(page)
    assert not shown.exception
    assert not shown.error, [error.value for error in shown.error]
    assert [info.sample for info in DatasetStore(home).list()] == ["shop"]


@pytest.mark.parametrize("name", ["ds", "run"])
def test_an_id_that_is_gone_is_named_with_a_way_out(trained_home, open_page: Open, name: str):
    shown = open_page("journeys", **{name: "nosuchthing"})
    assert not shown.exception
    assert "nosuchthing" in shown.error[0].value
    shown.button[0].click().run()
    assert not shown.error
    assert name not in shown.query_params


def test_the_address_chooses_the_dataset(trained_home, open_page: Open):
    news = ensure_sample(trained_home, "news")
    shown = open_page("journeys", ds=news.id)
    assert not shown.exception
    assert shown.selectbox[0].value == news.id


def test_a_group_without_anybody_is_said(trained_home, open_page: Open):
    shown = open_page("journeys", to="1999-01-01")
    assert not shown.exception
    assert any("Nobody is in this group" in info.value for info in shown.info)


def test_without_a_worker_the_first_start_says_how_to_start_one(home, open_page: Open):
    shown = open_page("explain")
    assert "No worker is running" in shown.warning[0].value
    assert shown.code[-1].value == "make worker"


def test_before_the_first_run_is_queued_the_page_waits_for_it(home, open_page: Open, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("seqrec_core.ui.job_status.worker_state", lambda home: WorkerState(alive=True))
    shown = open_page("explain")
    assert any("about to start" in caption.value for caption in shown.caption)


def test_a_user_counts_only_with_what_it_did_inside_the_dates(trained_home, open_page: Open):
    dataset = DatasetStore(trained_home).list()[0]
    segment = Segment(name="one day", start=datetime(2026, 8, 3, tzinfo=UTC), end=datetime(2026, 8, 4, tzinfo=UTC))
    users = loaders.sequences(dataset, "user", "event", segment)
    sessions = loaders.sequences(dataset, "session", "event", segment)
    assert 0 < len(users) <= len(sessions)
    assert len(users.values) == len(sessions.values)


@pytest.mark.parametrize("page", ["journeys", "patterns", "explain"])
@pytest.mark.parametrize("bad", [{"seg": "nosuch=x"}, {"from": "2030-01-01", "to": "1999-01-01"}])
def test_a_group_that_this_log_cannot_have_has_a_way_out(trained_home, open_page: Open, page: str, bad: dict[str, str]):
    shown = open_page(page, **bad)
    assert not shown.exception
    assert len(shown.error) == 1
    next(button for button in shown.button if button.label == "Show everyone").click().run()
    assert not shown.error
    assert shown.header


def test_a_run_that_comes_into_being_while_the_page_is_drawn_is_shown(
    trained_home, open_page: Open, monkeypatch: pytest.MonkeyPatch
):
    calls: list[str] = []
    true_run = context._run

    def late(dataset: str) -> tuple[object, object]:
        calls.append(dataset)
        return (None, None) if len(calls) <= 2 else true_run(dataset)

    monkeypatch.setattr(context, "_run", late)
    shown = open_page("explain")
    assert not shown.exception
    assert shown.header[0].value.startswith("Recommended at")


def test_a_run_of_another_dataset_is_not_passed_off_as_one_of_this(trained_home, open_page: Open):
    news = ensure_sample(trained_home, "news")
    run = RunStore(trained_home).list()[0]
    shown = open_page("scorecard", ds=news.id, run=run.id)
    assert run.name in shown.error[0].value.replace("\\", "")
    next(button for button in shown.button if button.label == "Use the newest run").click().run()
    assert not shown.error
    assert "run" not in shown.query_params


def test_a_run_alone_opens_its_own_dataset(trained_home, open_page: Open):
    run = RunStore(trained_home).list()[0]
    ensure_sample(trained_home, "news")
    shown = open_page("scorecard", run=run.id)
    assert not shown.error
    assert shown.selectbox[0].value == run.dataset
