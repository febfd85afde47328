"""Pages driven without a browser (Streamlit's AppTest), each on a home of its own kind."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from seqrec_core.settings import settings
from seqrec_core.store.home import Home
from tests.homes import copied, prepare

ROOT = Path(__file__).resolve().parents[2]
Open = Callable[..., AppTest]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The shop sample and a small run; never written to: take `trained_home`."""
    return prepare(tmp_path_factory.mktemp("prepared") / "home")


@pytest.fixture
def trained_home(prepared: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """The home that the pages use: the shop sample with a run."""
    yield from _used(copied(prepared, tmp_path / "home"), monkeypatch)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """The home that the pages use: empty, as at the very first start."""
    yield from _used(Home(tmp_path / "home"), monkeypatch)


def _used(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    monkeypatch.setenv("SEQREC_HOME", str(home.path))
    monkeypatch.chdir(ROOT)
    settings.cache_clear()
    st.cache_resource.clear()
    st.cache_data.clear()
    yield home
    settings.cache_clear()


@pytest.fixture
def open_page() -> Open:
    """Open a page by name, such as `journeys`, with values of the address."""
    groups = {"data": "understand", "journeys": "understand", "patterns": "understand"}
    groups |= {"train": "predict", "scorecard": "predict", "explain": "explain"}

    def open_(page: str, **values: str) -> AppTest:
        test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=90)
        for name, value in values.items():
            test.query_params[name] = value
        test.run()
        if page != "journeys":
            test.switch_page(f"pages/{groups[page]}/{page}.py").run()
        return test

    return open_
