"""The whole way in one browser: a real click log goes in, and ends as an explained recommendation and a decision.

Each page is kept as a picture; with SEQREC_PICTURES=docs/img the pictures of the README are made anew.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from seqrec_core.store.home import Home
from tests.browser.conftest import Served, serving, settled, shoot

pytestmark = pytest.mark.browser
MINUTES = 4 * 60_000
PICTURES = os.environ.get("SEQREC_PICTURES")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The product at its very first start."""
    with serving(Home(tmp_path_factory.mktemp("fresh") / "home")) as product:
        yield product


def open_page(page: Page, group: str, name: str) -> None:
    """Choose a page in the navigation, as a person does."""
    page.get_by_test_id("stTopNavSection").filter(has_text=group).click()
    page.get_by_test_id("stTopNavDropdownLink").get_by_text(name, exact=True).click()
    page.wait_for_url(re.compile(f"/{name.lower()}|/\\?|/$"))
    settled(page)


def keep(page: Page, name: str) -> None:
    """Keep a picture of this page, for people and, where asked, for the documents."""
    page.wait_for_timeout(500)
    shoot(page, f"whole-way-{name}")
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(PICTURES) / f"{name}.png")


def test_the_first_start_is_populated_and_soon_has_a_run(fresh: Served, page: Page):
    page.goto(fresh.address)
    settled(page)
    expect(page.get_by_role("heading", level=2)).to_contain_text("of sessions start on")
    keep(page, "journeys")
    page.goto(f"{fresh.address}/explain")
    expect(page.get_by_role("heading", level=2)).to_contain_text("Recommended at #", timeout=MINUTES)
    settled(page)
    keep(page, "explain")


def test_from_a_file_to_an_explained_recommendation(fresh: Served, page: Page, logs: Path):
    page.goto(f"{fresh.address}/data")
    settled(page)
    files = page.locator("[data-testid=stFileUploader] input[type=file]")
    files.first.set_input_files(logs / "eshop" / "eshop.csv.gz")
    expect(page.get_by_role("heading", name=re.compile("can (all )?be kept"))).to_be_visible(timeout=MINUTES)
    settled(page)
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("heading", name="165,474 events by 24,026 users")).to_be_visible(timeout=MINUTES)
    settled(page)
    keep(page, "data")

    open_page(page, "Understand", "Journeys")
    expect(page.get_by_text("24,026 sessions").first).to_be_visible()
    keep(page, "eshop-journeys")

    open_page(page, "Understand", "Patterns")
    expect(page.get_by_role("heading", level=2)).to_contain_text(re.compile("%|times"), timeout=MINUTES)
    settled(page)
    keep(page, "patterns")

    open_page(page, "Predict", "Train")
    page.get_by_role("radio", name="Quick").click()
    settled(page)
    page.get_by_role("button", name="Train GRU network").click()
    expect(page.get_by_text(re.compile(r"epoch \d+ of"))).to_be_visible(timeout=MINUTES)
    keep(page, "training")
    expect(page.get_by_role("heading", name="GRU network beats the best baseline")).to_be_visible(timeout=MINUTES)
    settled(page)
    keep(page, "train")

    open_page(page, "Explain", "Explain")
    expect(page.get_by_role("heading", level=2)).to_contain_text("Recommended at #", timeout=MINUTES)
    settled(page)
    keep(page, "eshop-explain")

    open_page(page, "Predict", "Scorecard")
    expect(page.get_by_role("heading", level=2)).to_contain_text("GRU network", timeout=MINUTES)
    expect(page.get_by_text(re.compile("Full ranking of 217 items")).first).to_be_visible()
    for model in ("Popularity", "Markov chain"):
        expect(page.get_by_text(model).first).to_be_attached()
    keep(page, "scorecard")
