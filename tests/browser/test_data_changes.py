"""The Data page in a browser: a question is answered, a further log added, a step of cleaning tried and taken back."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from seqrec_core.data.mapping import ImportRequest
from seqrec_core.store.datasets import DatasetInfo, DatasetStore
from tests.browser.conftest import Served, settled, shoot

pytestmark = pytest.mark.browser

PATIENCE = 60_000  # ms; a busy machine draws slowly
HEAD = "user,item,event,time,amount\n"


def web(path: Path) -> Path:
    """Write 300 events of 30 people, and two sales that were taken back."""
    rows = [f"u{n % 30},i{n % 11},buy,2024-03-{n % 27 + 1:02d} 10:{n % 60:02d}:00,5" for n in range(300)]
    rows += ["u1,i1,buy,2024-03-28 10:00:00,-5", "u2,i2,buy,2024-03-28 11:00:00,-5"]
    path.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def app(path: Path) -> Path:
    """Write 100 later events of ten of these people and one stranger, in columns of other names."""
    rows = [f"u{n % 10};i{n % 11};2024-04-{n % 27 + 1:02d} 09:{n % 60:02d}:00" for n in range(100)]
    path.write_text("visitor;product;when\n" + "\n".join([*rows, "stranger;i1;2024-04-28 09:00:00"]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def made(served: Served, tmp_path: Path):
    """A dataset of its own; what a test makes of it goes too."""
    store = DatasetStore(served.home)
    known = {info.id for info in store.list()}
    info = store.add(ImportRequest(path=web(tmp_path / "web.csv")), "Web").info
    yield info
    for one in store.list():
        if one.id not in known:
            store.delete(one.id)


def opened(served: Served, page: Page, part: str) -> None:
    page.goto(f"{served.address}/data?{part}")
    expect(page.get_by_role("tab", name="All datasets")).to_be_visible(timeout=PATIENCE)
    settled(page)


def test_a_question_shows_what_would_differ_and_its_answer_opens_the_import(served: Served, page: Page, tmp_path: Path):
    path = tmp_path / "dates.csv"
    rows = (f"u{n % 20},i{n % 9},view,{n % 12 + 1:02d}/{n * 5 % 12 + 1:02d}/2024 10:{n % 60:02d}" for n in range(180))
    path.write_text("user,item,event,date\n" + "\n".join(rows) + "\n", encoding="utf-8")
    opened(served, page, "")
    page.locator("[data-testid=stFileUploader] input[type=file]").first.set_input_files(path)
    expect(page.get_by_role("heading", name="dates.csv: one thing only you can decide")).to_be_visible(timeout=PATIENCE)
    settled(page)
    expect(page.get_by_text("What would differ in the first rows:")).to_be_visible()
    expect(page.get_by_role("button", name="Import")).to_be_disabled()
    shoot(page, "data-question")
    page.get_by_test_id("stRadio").locator("label").filter(has_text="month first").last.click()
    expect(page.get_by_role("heading", name="dates.csv reads well")).to_be_visible(timeout=PATIENCE)
    settled(page)
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("heading", name="180 events by 20 users")).to_be_visible(timeout=PATIENCE)
    info = next(info for info in DatasetStore(served.home).list() if info.name == "dates")
    assert DatasetStore(served.home).report(info.id).recipe["answers"] == {"date_order": "mdy"}
    DatasetStore(served.home).delete(info.id)


def test_a_further_log_is_added_after_its_overlap_was_seen(served: Served, page: Page, made: DatasetInfo, tmp_path: Path):
    opened(served, page, f"ds={made.id}")
    page.get_by_text("Add a further log to this dataset").click()
    drop = page.get_by_test_id("stFileUploader").filter(has_text="A log of the same users")
    expect(drop).to_be_visible(timeout=PATIENCE)
    settled(page)
    drop.locator("input[type=file]").set_input_files(app(tmp_path / "app.csv"))
    expect(page.get_by_role("heading", name="“Web” and 1 file become one log")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("10 users and 11 items occur in more than one channel")).to_be_visible(timeout=PATIENCE)
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    shoot(page, "data-append")
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("heading", name="401 events by 31 users")).to_be_visible(timeout=PATIENCE)
    settled(page)
    expect(page.get_by_text("app: Read as csv")).to_be_visible()
    store = DatasetStore(served.home)
    assert store.find(made.id) == made
    assert next(info for info in store.list() if info.id in page.url).name == "Web + app"


def test_a_step_is_tried_undone_and_done(served: Served, page: Page, made: DatasetInfo):
    opened(served, page, f"ds={made.id}&part=cleaning")
    returns = page.get_by_test_id("stCheckbox").filter(has_text="returns and cancellations")
    expect(returns).to_be_visible(timeout=PATIENCE)
    expect(returns.locator("input")).to_be_checked()
    returns.locator("label").click()
    expect(page.get_by_text("Your changes together")).to_be_visible(timeout=PATIENCE)
    settled(page)
    shoot(page, "data-cleaning")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Your changes together")).to_have_count(0, timeout=PATIENCE)
    settled(page)
    expect(returns.locator("input")).to_be_checked(timeout=PATIENCE)
    returns.locator("label").click()
    expect(page.get_by_text("Your changes together")).to_be_visible(timeout=PATIENCE)
    settled(page)
    page.get_by_role("button", name="Do it, as a new dataset").click()
    expect(page.get_by_text("is made; “Web” stays as it was")).to_be_visible(timeout=PATIENCE)
    settled(page)
    store = DatasetStore(served.home)
    newest = next(info for info in store.list() if info.id in page.url)
    assert newest.n_events == made.n_events + 2
    assert store.find(made.id) == made
