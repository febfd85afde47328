"""Patterns in a real browser: click a bubble, and exactly those sessions light up in Journeys."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Served, settled, shoot

pytestmark = pytest.mark.browser


def test_a_clicked_bubble_lights_up_exactly_its_sessions_in_journeys(served: Served, page: Page):
    page.goto(f"{served.address}/patterns")
    settled(page)
    bubble = page.locator(".scatterlayer .point").nth(3).bounding_box()
    assert bubble is not None
    page.mouse.click(bubble["x"] + bubble["width"] / 2, bubble["y"] + bubble["height"] / 2)
    page.wait_for_url(re.compile("pat="))
    settled(page)
    shoot(page, "patterns")
    light = page.get_by_role("button", name="Light up these")
    told = re.search(r"these ([\d,]+ sessions)", light.inner_text())
    assert told is not None
    light.click()
    page.wait_for_url(re.compile("seg=saved"))
    settled(page)
    expect(page.get_by_test_id("stCaptionContainer").filter(has_text=f"{told.group(1)} ·").first).to_be_visible()
    expect(page.get_by_text("2,471 sessions")).to_have_count(0)
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    settled(page)
    expect(page.get_by_test_id("stCaptionContainer").filter(has_text=f"{told.group(1)} ·").first).to_be_visible()


def ask(page: Page, name: str) -> None:
    """Choose one of the questions."""
    page.get_by_test_id("stButtonGroup").get_by_text(name, exact=True).click()
    page.wait_for_url(re.compile("tab="))
    settled(page)


def test_each_question_is_answered_where_it_is_asked(served: Served, page: Page):
    page.set_viewport_size({"width": 1024, "height": 900})
    page.goto(f"{served.address}/patterns")
    settled(page)
    for name, said in (
        ("Before an event", r"^After .+, [\d.]+ % go on to purchase; of all, [\d.]+ % do$"),
        ("Compare", r"differ|is in [\d.]+ % of"),
        ("Unusual", r"machine's time|far longer|nobody else"),
    ):
        ask(page, name)
        expect(page.get_by_role("heading", level=2).first).to_have_text(re.compile(said))
        expect(page.get_by_test_id("stException")).to_have_count(0)
        shoot(page, f"patterns_{name.split()[0].lower()}")


def test_a_limit_in_time_leaves_fewer_sessions_and_stays_in_the_address(served: Served, page: Page):
    page.goto(f"{served.address}/patterns?pat=STOV-02,STOV-20")
    settled(page)
    light = page.get_by_role("button", name="Light up these")
    everyone = int(re.sub(r"\D", "", light.inner_text()))
    page.get_by_role("combobox", name="Time between").first.click()
    page.get_by_role("option", name="at most 1 min", exact=True).click()
    page.wait_for_url(re.compile("wait=60"))
    settled(page)
    near = int(re.sub(r"\D", "", light.inner_text()))
    assert 5 <= near < everyone
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    settled(page)
    assert int(re.sub(r"\D", "", light.inner_text())) == near


def test_a_saved_pattern_is_a_segment_of_journeys_and_of_the_scorecard(served: Served, page: Page):
    page.goto(f"{served.address}/patterns?pat=STOV-02,STOV-20")
    settled(page)
    n = re.search(r"these ([\d,]+ sessions)", page.get_by_role("button", name="Light up these").inner_text())
    assert n is not None
    page.get_by_role("button", name="Save as segment").click()
    page.get_by_label("Name", exact=True).fill("stove then fuel")
    page.get_by_label("Name", exact=True).press("Enter")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(f"Saved: stove then fuel ({n.group(1)})")).to_be_visible()
    for where in ("journeys", "scorecard"):
        page.goto(f"{served.address}/{where}?seg=saved:stove then fuel")
        settled(page)
        expect(page.get_by_test_id("stException")).to_have_count(0)
        expect(page.get_by_test_id("stAlert").filter(has_text="gone")).to_have_count(0)
        expect(page.get_by_text("stove then fuel").first).to_be_visible()
