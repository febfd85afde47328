"""The moment of the Explain page: one click on the event that matters, and the item drops and the sentence rewrites itself."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from seqrec_core.serving.answer import open_run
from seqrec_core.store.runs import RunStore
from tests.browser.conftest import Served, settled, shoot

pytestmark = pytest.mark.browser


def telling(served: Served) -> tuple[str, str, int, int, int]:
    """A user, the item taken next, its rank, the position of the event that counts most, and the rank without it."""
    ready = open_run(served.home, RunStore(served.home).list()[0].id)
    for one in ready.notable_users(40):
        case = ready.case(one.user_id)
        if one.rank > 10 or not 3 <= len(case.history) <= 15 or case.target is None:
            continue
        worst = max(ready.explain(case.history, case.target).leave_one_out, key=lambda single: single.rank)
        if worst.rank > one.rank + 2:
            return one.user_id, one.target, one.rank, worst.position, worst.rank
    raise AssertionError("no user of the sample has an event that matters")


def test_a_click_on_the_event_that_matters_drops_the_item_and_rewrites_the_sentence(served: Served, page: Page):
    user, item, rank, position, after = telling(served)
    page.goto(f"{served.address}/explain?u={user}&i={item}")
    settled(page)
    headline = page.get_by_role("heading", level=2)
    expect(headline).to_have_text(re.compile(rf"^Recommended at #{rank}\b"))
    shoot(page, "explain-before")
    chip = page.locator(f".st-key-chip_{user}_{position} button")
    chip.focus()
    expect(chip).to_be_focused()
    page.keyboard.press("Enter")
    settled(page)
    expect(headline).to_have_text(re.compile(rf"^Falls from #{rank} to #{after} without “"))
    assert f"drop={position}" in page.url
    shoot(page, "explain-after")
    page.get_by_role("button", name="Reset").click()
    settled(page)
    expect(headline).to_have_text(re.compile(rf"^Recommended at #{rank}\b"))


def test_nothing_is_cut_off_sideways_at_1024_px(served: Served, chromium: Browser):
    context = chromium.new_context(viewport={"width": 1024, "height": 900}, color_scheme="dark")
    page = context.new_page()
    page.goto(f"{served.address}/explain")
    settled(page)
    expect(page.get_by_role("heading", level=2)).to_be_visible(timeout=60_000)
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    right = page.evaluate(
        "Math.max(...[...document.querySelectorAll('[data-testid=stMain] button')].map(b => b.getBoundingClientRect().right))"
    )
    assert right <= 1024, "every button lies inside the window"
    shoot(page, "explain-dark-1024")
    context.close()
