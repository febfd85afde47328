"""The frame in a real browser: deep links first, the context in the address, both themes."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Served, serving, settled, shoot
from tests.homes import copied

pytestmark = pytest.mark.browser


def test_a_deep_link_is_the_very_first_request_of_a_fresh_server(prepared, tmp_path, page: Page):
    with serving(copied(prepared, tmp_path / "home"), worker=False) as fresh:
        page.goto(f"{fresh.address}/train")
        settled(page)
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page).to_have_url(f"{fresh.address}/train")
        expect(page).to_have_title("Train · SeqRec")
        expect(page.get_by_test_id("stTopNavSection")).to_have_count(3)


def test_a_pasted_link_opens_the_same_view_in_a_fresh_browser(served: Served, page: Page, chromium: Browser):
    page.goto(f"{served.address}/?unit=user")
    settled(page)
    page.get_by_test_id("stTopNavSection").nth(1).click()
    page.get_by_test_id("stTopNavDropdownLink").filter(has_text="Train").click()
    settled(page)
    assert "unit=user" in page.url, "the context goes along to the next page"
    context = chromium.new_context()
    other = context.new_page()
    other.goto(page.url)
    settled(other)
    expect(other.get_by_role("radio", name="Users")).to_be_checked()
    context.close()


@pytest.mark.parametrize(("scheme", "background"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(15, 23, 32)")])
def test_a_fresh_browser_gets_the_theme_of_its_system(served: Served, chromium: Browser, scheme: str, background: str):
    context = chromium.new_context(color_scheme=scheme, viewport={"width": 1024, "height": 800})
    page = context.new_page()
    page.goto(f"{served.address}/")
    settled(page)
    app = page.get_by_test_id("stApp")
    expect(app).to_have_css("background-color", background)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "no sideways scrolling at 1024 px"
    shoot(page, f"journeys-{scheme}-1024")
    context.close()
