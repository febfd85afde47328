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
