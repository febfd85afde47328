"""The whole product in Debian's chromium: server and worker as `make run` starts them, on a home of their own."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from seqrec_core.jobs.worker_state import ensure_worker, stop_worker
from seqrec_core.store.home import Home
from tests.homes import copied, prepare

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
SHOTS = Path(__file__).parent / "shots"


@dataclass(frozen=True)
class Served:
    """A running product: its address and its home."""

    address: str
    home: Home


@contextmanager
def serving(home: Home, *, worker: bool = True) -> Iterator[Served]:
    """Start server and worker on a home; stop both at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "SEQREC_HOME": str(home.path)}
    command = [sys.executable, "-m", "streamlit", "run", "seqrec_core/server/app.py", "--server.port", str(port)]
    app = subprocess.Popen([*command, "--server.headless", "true"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        if worker:
            ensure_worker(home)
        _wait(f"http://127.0.0.1:{port}/_stcore/health", app)
        yield Served(f"http://127.0.0.1:{port}", home)
    finally:
        app.terminate()
        app.wait(20)
        stop_worker(home)


def _wait(address: str, app: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and app.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the server did not start")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's chromium; absent on some machines, but never in CI."""
    if not CHROMIUM.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{CHROMIUM} is missing: .ci/run installs it")
        pytest.skip(f"{CHROMIUM} is missing: install Debian's package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def prepared(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The shop sample and a small run."""
    return prepare(tmp_path_factory.mktemp("browser") / "home")


@pytest.fixture(scope="session")
def served(prepared: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One product for all browser tests; a test leaves behind only what no other test minds."""
    with serving(copied(prepared, tmp_path_factory.mktemp("served") / "home")) as product:
        yield product


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh browser at 1280 px."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    opened = context.new_page()
    opened.set_default_timeout(30_000)
    yield opened
    context.close()


def settled(page: Page) -> None:
    """Wait until the script has run and nothing is on its way."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=60_000)
    page.wait_for_timeout(300)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=60_000)


def shoot(page: Page, name: str) -> None:
    """Keep a picture of what is shown, for people."""
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png")
