"""How long the Patterns page lets a person wait: its first view, and each filter and question, in Debian's chromium.

    python benchmarks/patterns.py [--datasets shop news] [--home FOLDER] [--rounds 2]

Datasets are names in the home, or samples. A figure is the time from the key or click to the page standing still; the bare lower
bound of the same run is a rerun of an empty Streamlit script in the same browser.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from browsing import ARGUMENTS, BARE, first_page, served, settle
from playwright.sync_api import Page, TimeoutError, sync_playwright

from seqrec_core.store.datasets import DatasetStore, ensure_sample
from seqrec_core.store.home import Home

RUNNING = "[data-testid=stApp][data-test-script-state=running]"


def waited(page: Page, act: Callable[[], None]) -> float:
    """Seconds from an action until the page stands still again."""
    begun = time.perf_counter()
    act()
    with suppress(TimeoutError):  # a rerun may be over before it is seen
        page.wait_for_selector(RUNNING, timeout=600)
    settle(page)
    return time.perf_counter() - begun


def press(page: Page, label: str, key: str, handle: int = 0) -> Callable[[], None]:
    """Move a handle of a slider by a key."""
    slider = page.get_by_role("slider", name=label).nth(handle)

    def act() -> None:
        slider.focus()
        slider.press(key)

    return act


def pick(page: Page, label: str, option: str) -> Callable[[], None]:
    """Choose an option of a select box; opening it is not counted."""
    page.get_by_role("combobox", name=label).first.click()
    found = page.get_by_role("option", name=option, exact=True)
    found.wait_for()
    return found.click


def press_button(page: Page, name: str) -> Callable[[], None]:
    """Press one button of a segmented control."""
    return page.get_by_test_id("stButtonGroup").get_by_text(name, exact=True).click


def one_round(page: Page) -> dict[str, list[float]]:
    """Use every control once or more."""
    times: dict[str, list[float]] = {}

    def add(name: str, act: Callable[[], None]) -> None:
        times.setdefault(name, []).append(waited(page, act))

    for name in ("Most frequent", "What follows", "All patterns", "Surprising"):
        add("view", press_button(page, name))
    for _ in range(3):
        add("support up", press(page, "Least support", "ArrowRight"))
    for _ in range(4):
        add("support down", press(page, "Least support", "ArrowLeft"))
    for key in ("ArrowLeft", "ArrowRight"):
        add("length", press(page, "Events in a pattern", key, 1))
    for option in ("at most 3 steps", "none", "any number"):
        add("gap in steps", pick(page, "Steps between", option))
    for option in ("at most 5 min", "at most 1 h", "any time"):
        add("gap in time", pick(page, "Time between", option))
    for name in ("Before an event", "Compare", "Unusual", "Patterns"):
        add(f"question: {name}", press_button(page, name))
    return times


def summed(times: list[float]) -> dict[str, float]:
    """Return median and 95 % point."""
    ordered = sorted(times)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    return {"median": round(statistics.median(times), 3), "p95": round(p95, 3), "n": len(times)}


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datasets", nargs="+", default=["shop"])
    parser.add_argument("--home", type=Path)
    parser.add_argument("--rounds", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Home(asked.home or Path(folder) / "home")
        known = {info.name: info.id for info in DatasetStore(home).list()}
        ids = {name: known.get(name) or ensure_sample(home, name).id for name in asked.datasets}
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        bare_script = Path(folder) / "bare.py"
        bare_script.write_text(BARE)
        with served(str(bare_script), Path(folder)) as (address, _):
            bare = browser.new_page()
            first_page(bare, address)
            again = bare.get_by_role("button", name="Again").click
            report: dict[str, object] = {"bare rerun": summed([waited(bare, again) for _ in range(10)])}
        with served("seqrec_core/server/app.py", home.path) as (address, _):
            for name, dataset in ids.items():
                page = browser.new_page(viewport={"width": 1280, "height": 900})
                page.set_default_timeout(60_000)
                cold = first_page(page, f"{address}/patterns?ds={dataset}")
                found: dict[str, list[float]] = {}
                for _ in range(asked.rounds):
                    for control, times in one_round(page).items():
                        found.setdefault(control, []).extend(times)
                warm = [first_page(browser.new_page(), f"{address}/patterns?ds={dataset}") for _ in range(3)]
                controls = {control: summed(times) for control, times in found.items()}
                report[name] = {"first view, cold": round(cold, 2), "first view, warm": summed(warm), **controls}
        browser.close()
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
