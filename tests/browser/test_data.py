"""The moment of the Data page: a GBK, semicolon, unix-ms file goes in and comes out right, with a plain list of what was done."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from seqrec_core.store.datasets import DatasetStore
from seqrec_core.store.segments import SegmentStore
from tests.browser.conftest import Served, settled, shoot

pytestmark = pytest.mark.browser

PATIENCE = 60_000  # ms; a busy machine draws slowly
KINDS = ("浏览", "浏览", "浏览", "加购", "购买")


def orders(path: Path) -> Path:
    """Write 1,200 events of 60 people, twelve rows of them twice, and one row without a time that can be read."""
    rows = [f"会员{n % 60:03d};商品{n * n % 31:02d};{KINDS[n % 5]};{1_717_200_000_000 + n * 173_000};手机" for n in range(1200)]
    rows += [*rows[:12], "会员001;商品01;浏览;昨天;电脑"]
    path.write_bytes(("用户编号;商品编号;行为;时间戳;渠道\r\n" + "\r\n".join(rows) + "\r\n").encode("gb18030"))
    return path


def test_a_damaged_foreign_file_goes_in_and_comes_out_right(served: Served, page: Page, tmp_path: Path):
    page.goto(f"{served.address}/data")
    expect(page.get_by_role("tab", name="All datasets")).to_be_visible(timeout=PATIENCE)
    settled(page)
    page.locator("[data-testid=stFileUploader] input[type=file]").first.set_input_files(orders(tmp_path / "orders_gbk.csv"))
    expect(page.get_by_role("heading", name="1,200 of 1,213 rows can be kept")).to_be_visible(timeout=PATIENCE)
    settled(page)
    for part, found in (("Encoding", "gb18030"), ("Between fields", "semicolon"), ("Time: when", "时间戳")):
        expect(page.get_by_role("combobox", name=part)).to_have_value(found)
    shoot(page, "data-proposal")
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("heading", name="1,200 events by 60 users")).to_be_visible(timeout=PATIENCE)
    settled(page)
    for done in (
        "12 exact duplicates were removed",
        "unix numbers in ms; 1,200 were",
        "One row was left out because its time could not be read:",
    ):
        expect(page.get_by_text(done)).to_be_visible()
    expect(page.get_by_role("heading", name="60.0 % of the events are 浏览")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    shoot(page, "data-imported")
    info = next(info for info in DatasetStore(served.home).list() if info.name == "orders_gbk")
    assert f"ds={info.id}" in page.url
    assert (info.n_events, info.n_users, info.n_items) == (1200, 60, len({n * n % 31 for n in range(1200)}))
    assert info.first == "2024-06-01T00:00:00+00:00"
    with page.expect_download() as given:
        page.get_by_role("button", name="Rows left out").click()
    left_out = Path(given.value.path()).read_text(encoding="utf-8").splitlines()
    assert len(left_out) == 1 + 13
    assert left_out[-1].startswith("1214,unparsable time,"), "with the line of the file"
    DatasetStore(served.home).delete(info.id)


def test_a_large_file_is_sent_piece_by_piece_and_its_import_leaves_the_page_usable(served: Served, page: Page, tmp_path: Path):
    path = tmp_path / "large <b>log<b>.csv"
    rows = (f"u{n % 5000},i{n % 700},{KINDS[n % 5]},{1_717_200_000 + 60 * n}\n" for n in range(200_000))
    path.write_text("user,item,event,time\n" + "".join(rows), encoding="utf-8")
    page.goto(f"{served.address}/data")
    expect(page.get_by_role("button", name="Choose a large file")).to_be_visible(timeout=PATIENCE)
    settled(page)
    page.locator("input.input[type=file]").set_input_files(path)
    expect(page.get_by_role("heading", name="large <b>log<b>.csv reads well")).to_be_visible(timeout=PATIENCE)
    settled(page)
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("Import of large <b>log<b>.csv")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("tab", name="All datasets")).to_be_visible()
    expect(page.get_by_role("heading", name="200,000 events by 5,000 users")).to_be_visible(timeout=PATIENCE)
    info = next(info for info in DatasetStore(served.home).list() if info.source == path.name)
    assert not list(served.home.uploads.iterdir()), "the uploaded file has done its work"
    DatasetStore(served.home).delete(info.id)


def test_a_rule_that_is_picked_filters_every_page(served: Served, page: Page):
    page.goto(f"{served.address}/data?part=segments")
    expect(page.get_by_role("heading", name="Make a segment")).to_be_visible(timeout=PATIENCE)
    settled(page)
    page.get_by_role("textbox", name="Name", exact=True).first.fill("Buyers seen")
    page.get_by_role("textbox", name="Rule", exact=True).fill("did purchase")
    page.keyboard.press("Tab")
    settled(page)
    expect(page.get_by_test_id("stMetric").filter(has_text="Sessions")).to_contain_text("% of all")
    shoot(page, "data-segments")
    page.get_by_role("button", name="Save and use on every page").click()
    expect(page.get_by_text("every page is filtered by it")).to_be_visible(timeout=PATIENCE)
    settled(page)
    assert "seg=saved%3ABuyers" in page.url
    page.get_by_role("tab", name="Features").click()
    expect(page.get_by_text("Buyers seen").nth(1)).to_be_visible(timeout=PATIENCE)
    settled(page)
    assert "part=features" in page.url
    info = next(info for info in DatasetStore(served.home).list() if info.sample == "shop")
    SegmentStore(served.home).delete(info.id, "Buyers seen")
