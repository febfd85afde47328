"""Journeys in a real browser: a click and a row choose the same node; the incident stands out once its dates are chosen."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served, settled, shoot

pytestmark = pytest.mark.browser
ROW_PX = 35


def test_a_click_and_a_row_of_the_table_choose_the_same_node(served: Served, page: Page):
    page.goto(f"{served.address}/")
    settled(page)
    expect(page.get_by_role("heading", level=2)).to_contain_text("of sessions start on")
    shoot(page, "journeys-flow-1280")
    page.set_viewport_size({"width": 1280, "height": 1400})
    settled(page)
    page.get_by_test_id("stPlotlyChart").locator(".bars .point path").first.wait_for()
    box = page.get_by_test_id("stPlotlyChart").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 0.1 * box["width"], box["y"] + 60)
    expect(page).to_have_url(re.compile(r"sel=1(%2C|,)view"))
    settled(page)
    page.get_by_text("Table, download, how it is computed").click()
    table = page.get_by_test_id("stDataFrame").locator("canvas").first
    table.wait_for()
    page.wait_for_timeout(500)
    cell = table.bounding_box()
    assert cell is not None
    page.mouse.click(cell["x"] + ROW_PX / 2, cell["y"] + 2.5 * ROW_PX)
    expect(page).to_have_url(re.compile(r"sel=1(%2C|,)home"))
    settled(page)
    page.get_by_role("button", name="Start here").click()
    expect(page.get_by_role("heading", level=2)).to_contain_text("After home")


def test_the_incident_stands_out_and_its_sessions_open_in_explain(served: Served, page: Page):
    page.goto(f"{served.address}/?from=2026-08-17&to=2026-08-31")
    settled(page)
    page.get_by_role("radio", name="What changed?").click()
    expect(page.get_by_role("heading", level=2)).to_contain_text("payment_details → purchase fell from")
    settled(page)
    expect(page.get_by_test_id("stPlotlyChart").last).to_contain_text(re.compile("▼ −[0-9.]+ points"))
    shoot(page, "journeys-changes-1280")
    page.get_by_role("button", name="→ Explain").click()
    expect(page).to_have_url(re.compile(r"/explain\?.*u="))


def test_the_people_of_a_node_open_in_explain_and_no_others(served: Served, page: Page):
    page.goto(f"{served.address}/?sel=1,search")
    settled(page)
    page.get_by_role("button", name="→ Explain").click()
    expect(page).to_have_url(re.compile(r"/explain\?.*seg=saved"))
    settled(page)
    expect(page.get_by_test_id("stApp")).to_contain_text("search")


def test_events_are_counted_as_one_by_wildcard_and_the_view_opens_again_from_its_recipe(served: Served, page: Page, tmp_path):
    page.goto(f"{served.address}/?view=matrix")
    settled(page)
    page.get_by_text("Group or hide events").click()
    page.get_by_role("combobox", name="Events or wildcards").fill("*home*")
    page.keyboard.press("Enter")
    settled(page)
    page.keyboard.press("Escape")
    page.get_by_label("New name").fill("front")
    page.get_by_label("New name").press("Tab")
    settled(page)
    page.get_by_role("button", name="Count as one").click()
    expect(page).to_have_url(re.compile("group=front"))
    settled(page)
    expect(page.get_by_role("button", name="front = *home*")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_text("Take away").click()
    with page.expect_download() as recipe:
        page.get_by_role("button", name="Recipe (JSON)").click()
    recipe.value.save_as(tmp_path / "view.json")
    with page.expect_download() as offline:
        page.get_by_role("button", name="This view as an offline page").click()
    offline.value.save_as(tmp_path / "view.html")
    page.goto(f"{served.address}/")
    settled(page)
    page.get_by_text("Take away").click()
    page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(tmp_path / "view.json")
    expect(page).to_have_url(re.compile("group=front.*"))
    expect(page).to_have_url(re.compile("view=matrix"))
    page.context.set_offline(True)
    page.goto((tmp_path / "view.html").as_uri())
    expect(page.locator(".js-plotly-plot .heatmaplayer")).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_contain_text("The most frequent step is")
