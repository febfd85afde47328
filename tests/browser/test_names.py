"""Names of a log stay text on every page: nothing in one is run, linked, fetched or drawn as anything else."""

import csv
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import Page, expect

from seqrec_core.data.mapping import ColumnMapping, ImportRequest
from seqrec_core.jobs.requests import TrainRequest
from seqrec_core.jobs.run_here import run_here
from seqrec_core.store.home import Home
from tests.browser.conftest import Served, serving, settled, shoot

pytestmark = pytest.mark.browser

MADE = (
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    '<a href="http://x.invalid/">link</a>',
    "<b>bold</b><br>two",
    "[x](http://x.invalid/p)",
    "[x](javascript:alert(1))",
    "![x](http://x.invalid/p.png)",
    "http://x.invalid/bare",
    "$\\LaTeX{}$ :red[colour] :material/home: :smile:",
    "$$x^2$$",
    "`code` **b** _i_ ~~s~~",
    "# heading",
    "{0}{{7*7}} %s%n",
    '=HYPERLINK("http://x.invalid/?"&A1,"Click")',
    "__proto__",
    "\u202etxt.exe",
)
PAGES = {"": "Journeys", "patterns": "Patterns", "data": "Data", "train": "Train", "scorecard": "Scorecard", "explain": "Explain"}
# What a name must never become, as selectors of the page.
BECAME = {
    "picture": "img[src*='invalid'], img[src='x']",
    "link": "a[href*='invalid'], a[href^='javascript'], a[*|href*='invalid']",
    "formula": ".katex",
    "icon": "[data-testid=stMain] [data-testid=stIconMaterial]:text-is('home')",
    "script": "[data-testid=stMain] script",
    "bold by a name": "b:text-is('bold'), tspan[style*='bold']:text-is('bold'), strong:text-is('b'), em:text-is('i')",
    "colour": "span[style*='color']:text-is('colour')",
    "code": "code:text-is('code')",
}


def torture(logs: Path) -> list[str]:
    """Item names of the damaged logs, beside ours."""
    path = logs / "csv-torture" / "made" / "hostile_item_names.csv"
    if not path.is_file():
        return []
    csv.field_size_limit(1 << 20)
    with path.open(encoding="utf-8", newline="") as file:
        return sorted({row["item"] for row in csv.DictReader(file) if row["item"].strip()})


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[tuple[Served, str]]:
    """A product whose only log has such names for users, items, events, columns and itself, with a run trained on it."""
    folder = tmp_path_factory.mktemp("hostile")
    home, names = Home(folder / "home"), [*MADE, *torture(request.getfixturevalue("logs"))]
    path = folder / "<b>log<b>[x](http:x.invalid).parquet"
    n = range(1500)
    columns = {
        "user": [f"{MADE[i // 25 % len(MADE)]} {i // 25}" for i in n],
        "item": [names[(i * i + i // 25) % len(names)] for i in n],
        "event": [MADE[i % 7] for i in n],
        "time": [1_717_200_000 + 600 * i for i in n],
        MADE[0]: [names[i % 3] for i in n],
    }
    pl.DataFrame(columns).write_parquet(path)
    mapping = ColumnMapping(user="user", item="item", event="event", time="time")
    name = f"{MADE[4]} {MADE[0]} {MADE[8]}"
    request = ImportRequest(path=path, mapping=mapping, name=name, answers={"ids": "keep"})
    info = run_here(home, "import", request).result
    assert info is not None
    job = run_here(home, "train", TrainRequest(dataset=info["dataset"], model="markov", preset="quick"))
    assert job.status == "finished", job.error
    with serving(home) as product:
        yield product, info["dataset"]


@pytest.mark.parametrize("route", PAGES)
def test_no_name_becomes_anything_but_text(hostile: tuple[Served, str], page: Page, route: str):
    served, dataset = hostile
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "invalid" in request.url else None)
    page.on("dialog", lambda dialog: (asked.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.goto(f"{served.address}/{route}?ds={dataset}")
    expect(page.locator("[data-testid=stMain] h2, [data-testid=stMain] h3").first).to_be_visible(timeout=60_000)
    settled(page)
    page.evaluate("document.querySelectorAll('[data-testid=stExpander] summary').forEach((one) => one.click())")
    settled(page)
    shoot(page, f"names-{route or 'journeys'}")
    became = {what: page.locator(selector).count() for what, selector in BECAME.items()}
    assert {what: n for what, n in became.items() if n} == {}
    assert asked == []
    assert page.locator("[data-testid=stException]").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_screen_before_the_import_shows_them_as_text_too(hostile: tuple[Served, str], page: Page, tmp_path: Path):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "invalid" in request.url else None)
    page.on("dialog", lambda dialog: (asked.append(f"dialog {dialog.message}"), dialog.dismiss()))
    path = tmp_path / "<img src=x onerror=alert(1)> **b**.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow((f"user {MADE[4]}", f"item {MADE[0]}", "date", MADE[8]))
        for n in range(90):
            row = (f"{MADE[n % 5]}{n % 9}", MADE[n % len(MADE)], f"{n % 9 + 1:02d}/{n % 11 + 1:02d}/2024 10:00", MADE[n % 4])
            writer.writerow(row)
    page.goto(f"{hostile[0].address}/data")
    expect(page.get_by_role("tab", name="All datasets")).to_be_visible(timeout=60_000)
    settled(page)
    page.locator("[data-testid=stFileUploader] input[type=file]").first.set_input_files(path)
    expect(page.get_by_role("heading", name="only you can decide")).to_be_visible(timeout=60_000)
    settled(page)
    shoot(page, "names-proposal")
    became = {what: page.locator(selector).count() for what, selector in BECAME.items()}
    assert {what: n for what, n in became.items() if n} == {}
    assert asked == []
