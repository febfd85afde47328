"""The Scorecard in a browser: a slice, what counts as a click, and one person's two lists."""

import re

import pytest
from playwright.sync_api import Page, expect

from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.evaluation.breakdown import differences, list_of
from seqrec_core.store.datasets import DatasetStore
from seqrec_core.store.runs import RunStore
from seqrec_core.text import count
from tests.browser.conftest import Served, settled, shoot

pytestmark = pytest.mark.browser
HEADER_PX, ROW_PX = 35, 35


def opened(page: Page, address: str) -> None:
    """Open the page and wait for its last part."""
    page.goto(address)
    expect(page.get_by_text("Run card and exports")).to_be_visible(timeout=120_000)
    settled(page)


def test_a_chosen_case_shows_what_both_models_recommended(served: Served, page: Page):
    store = RunStore(served.home)
    card = store.list()[0]
    opened(page, f"{served.address}/scorecard?run={card.id}&cmp={card.id}:popularity&cmp2={card.id}:markov")
    reports = {name: store.load_report(card.id, name) for name in ("popularity", "markov")}
    case = differences(reports["popularity"], reports["markov"], "ndcg@10").row(0, named=True)
    grid = page.locator("[data-testid=stDataFrame]").filter(has_text="Gain of B").locator(".dvn-scroller").first
    grid.scroll_into_view_if_needed()
    grid.click(position={"x": 18, "y": HEADER_PX + ROW_PX // 2}, force=True)
    expect(page.get_by_text(f"What both models recommended to {case['user_id']}")).to_contain_text(
        f"after {count(case['n_history'], 'event')}"
    )
    settled(page)
    lists = page.locator("[data-testid=stDataFrame]").last
    lists.scroll_into_view_if_needed()
    loaded = DatasetStore(served.home).load(card.dataset)
    title, names = loaded.catalog.title, SequenceDataset.from_log(loaded.log, loaded.catalog).vocabulary
    columns = []
    for report in reports.values():
        items = names.external(list_of(report, case["user_id"], case["n_history"]))
        columns.append([f"✓ {title(item)}" if item == case["item_id"] else title(item) for item in items])
    rows = [f"{rank}{a}{b}" for rank, (a, b) in enumerate(zip(*columns, strict=True), 1)]
    expect(lists).to_contain_text("".join(["RankPopularityMarkov chain", *rows]))
    found = [any(name.startswith("✓") for name in column) for column in columns]
    assert found == [case["rank_a"] <= 10, case["rank_b"] <= 10]
    assert any(found), "who gains most has the item in a list"
    expect(page.get_by_role("button", name="Explain this case")).to_be_enabled()
    shoot(page, "scorecard-lists")


def test_roles_and_slices_are_changed_where_they_stand(served: Served, page: Page):
    card = RunStore(served.home).list()[0]
    opened(page, f"{served.address}/scorecard?run={card.id}")
    heading = page.get_by_role("heading", name=re.compile("of the lists held an item that the user then clicked"))
    before = heading.inner_text()
    page.get_by_test_id("stMultiSelect").filter(has_text="Counts as a click").get_by_role("button", name="Remove view").click()
    expect(
        page.get_by_role("heading", name=re.compile("^[0-9.]+ % of the lists held an item that the user then bought$"))
    ).to_be_visible()
    expect(page).to_have_url(re.compile("clicks=(%28|\\()none"))
    opened(page, f"{served.address}/scorecard?run={card.id}")
    expect(heading).to_have_text(before)
    page.get_by_role("radio", name="Period").click()
    bars = page.locator(".js-plotly-plot").filter(has_text=re.compile("20\\d\\d-\\d\\d-\\d\\d")).first
    expect(bars).not_to_contain_text("History of")
    shoot(page, "scorecard-slices")
