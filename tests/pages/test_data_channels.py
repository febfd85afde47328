"""Several files at once: channels of one log, each read in its own way, all imported together."""

import pytest
from streamlit.testing.v1 import AppTest

from seqrec_core.store.datasets import DatasetStore
from seqrec_core.store.home import Home
from tests.pages.conftest import Open
from tests.pages.test_data import DATES, texts

ROWS = [(f"u{n % 9}", f"i{n % 7}", f"2024-01-{n % 27 + 1:02d} 10:{n % 60:02d}") for n in range(120)]
WEB = "user,item,time\n" + "\n".join(",".join(row) for row in ROWS)
APP = "kunde;artikel;zeit\n" + "\n".join(";".join(row) for row in [*ROWS[:40], ("only", "i1", "2024-02-01 10:00")])


def drop_all(page: AppTest, **files: str) -> AppTest:
    given = [(f"{name}.csv", content.encode(), "text/csv") for name, content in files.items()]
    page.file_uploader[0].set_value(given).run()
    assert not page.exception
    return page


def by_label(page: AppTest, kind: str, label: str):
    return [one for one in getattr(page, kind) if one.label == label]


def test_two_files_become_channels_of_one_log(home: Home, open_page: Open):
    page = drop_all(open_page("data"), web=WEB, app=APP)
    assert "2 files become one log of 2 channels" in texts(page)
    assert [box.value for box in by_label(page, "text_input", "Channel")] == ["web", "app"]
    assert "How web is read" in texts(page)
    by_label(page, "button", "Look at it")[1].click().run()
    assert "How app is read" in texts(page)
    by_label(page, "text_input", "Channel")[1].set_value("shop app").run()
    page.button("data_import").click().run()
    assert not page.exception
    info = DatasetStore(home).list()[0]
    assert (info.name, info.n_users) == ("web + shop app", 10)
    told = DatasetStore(home).report(info.id).channels
    assert [one.source for one in told.sources] == ["web", "shop app"]
    assert [one.rows_read for one in told.sources] == [120, 41]
    assert not list(home.uploads.iterdir()), "the uploaded files have done their work"
    assert "9 users and 7 items occur in more than one channel" in texts(page)
    assert "events of shop app are in web too" in texts(page)


def test_parts_of_one_log_are_one_channel(home: Home, open_page: Open):
    half = len(ROWS) // 2
    parts = {f"part-{n}": "user,item,time\n" + "\n".join(map(",".join, rows)) for n, rows in ((1, ROWS[:half]), (2, ROWS[half:]))}
    page = drop_all(open_page("data"), **parts)
    assert "2 files are parts of one log" in texts(page)
    page.button("data_import").click().run()
    assert not page.exception
    info = DatasetStore(home).list()[0]
    assert info.n_events == DatasetStore(home).report(info.id).rows_kept == 120


def test_a_question_about_one_file_is_asked_there_and_holds_the_import_back(home: Home, open_page: Open):
    page = drop_all(open_page("data"), web=WEB, dates=DATES)
    assert page.button("data_import").disabled
    assert "1 to decide" in texts(page)
    by_label(page, "button", "Look at it")[1].click().run()
    page.radio[0].set_value("mdy").run()
    assert not page.button("data_import").disabled
    page.button("data_import").click().run()
    assert DatasetStore(home).list()[0].last.startswith("2024-09")


@pytest.mark.parametrize("way", ["leave out", "discard", "twice", "unreadable"])
def test_files_are_left_out_discarded_and_names_kept_apart(home: Home, open_page: Open, way: str):
    page = drop_all(open_page("data"), web=WEB, app="" if way == "unreadable" else APP)
    if way == "leave out":
        by_label(page, "button", "Leave out")[0].click().run()
        assert len(list(home.uploads.iterdir())) == 1
        assert "How" in texts(page)
    elif way == "discard":
        page.button("data_discard").click().run()
        assert not list(home.uploads.iterdir())
        assert "become one log" not in texts(page)
    elif way == "twice":
        by_label(page, "text_input", "Channel")[1].set_value("web").run()
        assert page.button("data_import").disabled
        assert "needs a name of its own" in page.warning[0].value
    else:
        assert page.button("data_import").disabled
        assert "is empty" in texts(page)
    assert not page.exception
