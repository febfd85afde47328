"""How long a person waits: start to first page, page to page, and a rerun, in Debian's chromium on the shop sample.

    python benchmarks/browsing.py [--visits 5]

Each figure stands beside a bare lower bound of the same run: an empty Streamlit script in the same browser.
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, sync_playwright

from seqrec_core.jobs.worker_state import ensure_worker, stop_worker
from seqrec_core.store.home import Home
from seqrec_core.store.runs import RunStore

ROOT = Path(__file__).resolve().parents[1]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
ARGUMENTS += ["--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]
GROUPS = {"Understand": ["Data", "Journeys", "Patterns"], "Predict": ["Train", "Scorecard"], "Explain": ["Explain"]}
BARE = 'import streamlit as st\nst.set_page_config(layout="wide")\nst.header("Bare")\nst.button("Again")\n'


@contextmanager
def served(script: str, home: Path) -> Iterator[tuple[str, float]]:
    """Serve a script; give its address and the seconds until it answered."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    begun = time.perf_counter()
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port), "--server.headless", "true"]
    app = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "SEQREC_HOME": str(home)}, stdout=subprocess.DEVNULL)
    try:
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2):
                    break
            except OSError:
                time.sleep(0.02)
        yield f"http://127.0.0.1:{port}", time.perf_counter() - begun
    finally:
        app.terminate()
        app.wait(20)


def settle(page: Page) -> None:
    """Wait until the script has run to its end."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=60_000)


def first_page(page: Page, address: str) -> float:
    """Seconds from the request to a page that stands still."""
    begun = time.perf_counter()
    page.goto(address)
    page.wait_for_selector("[data-testid=stHeading]", timeout=60_000)
    settle(page)
    return time.perf_counter() - begun


def visit(page: Page, group: str, name: str) -> float:
    """Seconds from the click on a page's link to the page standing still."""
    page.get_by_test_id("stTopNavSection").filter(has_text=group).click()
    link = page.get_by_test_id("stTopNavDropdownLink").get_by_text(name, exact=True)
    before = urlsplit(page.url).path
    begun = time.perf_counter()
    link.click()
    page.wait_for_url(lambda url: urlsplit(url).path != before, timeout=10_000)
    page.wait_for_selector("[data-testid=stHeading]", timeout=60_000)
    settle(page)
    return time.perf_counter() - begun


def wait_for_run(home: Home) -> float:
    """Seconds until the first start has trained its run."""
    begun = time.perf_counter()
    while not RunStore(home).list():
        time.sleep(0.2)
    return time.perf_counter() - begun


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=5)
    visits = parser.parse_args().visits
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        bare_script = Path(folder) / "bare.py"
        bare_script.write_text(BARE)
        with served(str(bare_script), Path(folder)) as (address, bare_start):
            bare_first = first_page(browser.new_page(), address)
        home = Home(Path(folder) / "home")
        ensure_worker(home)
        with served("seqrec_core/server/app.py", home.path) as (address, start):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            first = first_page(page, address)
            trained = wait_for_run(home)
            second = first_page(browser.new_page(), address)
            pages = {
                name: statistics.median(visit(page, group, name) for _ in range(visits) if visit_away(page, name))
                for group, names in GROUPS.items()
                for name in names
            }
        stop_worker(home)
        browser.close()
    figures = {"start": start, "first_page_cold": first, "first_page_warm": second, "first_run_trained_after": trained}
    figures |= {"bare_start": bare_start, "bare_first_page": bare_first, "warm_page_over_bare": second / bare_first}
    print(json.dumps({"seconds": {**figures, "page_to_page_median": pages}, "visits": visits}, indent=1))


def visit_away(page: Page, name: str) -> bool:
    """Go to another page first, so that the visit is one."""
    group, other = ("Understand", "Data") if name != "Data" else ("Predict", "Train")
    if urlsplit(page.url).path != f"/{other.lower()}":
        visit(page, group, other)
    return True


if __name__ == "__main__":
    main()
