"""The moment of Train: start a training, close the tab, open the link in another browser: it is still counting."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from seqrec_core.jobs.table import JobTable
from tests.browser.conftest import Served, settled, shoot

pytestmark = pytest.mark.browser
PATIENCE = 120_000  # a ceiling: on a quiet machine all of it takes some seconds


def test_a_training_goes_on_without_its_tab_and_its_link_opens_it_elsewhere(served: Served, page: Page, chromium: Browser):
    page.goto(f"{served.address}/train")
    settled(page)
    page.get_by_role("radio", name="Thorough").click()
    settled(page)
    page.get_by_role("button", name="Train GRU network").click()
    page.wait_for_url(re.compile("job="))
    link = page.url
    page.close()

    context = chromium.new_context(viewport={"width": 1280, "height": 1100})
    other = context.new_page()
    other.set_default_timeout(30_000)
    other.goto(link)
    expect(other.get_by_role("heading", name=re.compile("GRU network (is learning|waits)"))).to_be_visible(timeout=PATIENCE)
    expect(other.get_by_text(re.compile(r"epoch \d+ of 60"))).to_be_visible(timeout=PATIENCE)
    shoot(other, "train-running")
    other.get_by_role("button", name="Cancel").click()
    expect(other.get_by_role("heading", name="The training of GRU network was cancelled")).to_be_visible(timeout=PATIENCE)
    context.close()
    job = next(job for job in JobTable(served.home.jobs_db).list(kind="train") if job.id in link)
    assert job.status == "cancelled"
