"""A further log is added to a dataset on the page: its own columns, what both have in common, and only then another dataset."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from seqrec_core.store.datasets import DatasetStore
from seqrec_core.store.home import Home
from tests.pages.conftest import Open
from tests.pages.test_data import DATES, drop, texts
from tests.pages.test_data_channels import APP, ROWS, WEB, by_label, drop_all

ITEMS = "item,title\n" + "\n".join(f"i{n},Thing {n}" for n in range(7))


@pytest.fixture
def web(home: Home, open_page: Open) -> AppTest:
    """The page of a dataset made of the log `web`."""
    page = drop(open_page("data"), "web.csv", WEB)
    page.button("data_import").click().run()
    assert not page.exception
    return page


def add(page: AppTest, *files: tuple[str, str]) -> AppTest:
    """Open the part that adds logs and drop files there."""
    next(one for one in page.expander if one.label == "Add a further log to this dataset")
    page.session_state["data_append"] = True
    page.run()
    given = [(name, content.encode(), "text/csv") for name, content in files]
    next(one for one in page.file_uploader if "data_append" in str(one.key)).set_value(given).run()
    assert not page.exception
    return page


def into(page: AppTest):
    return next(box for box in page.selectbox if box.label == "Goes into")


def test_a_further_log_is_counted_with_what_both_have_in_common_before_it_is_stored(web: AppTest, home: Home):
    before = DatasetStore(home).list()[0]
    add(web, ("app.csv", APP))
    told = texts(web)
    assert "“web” and 1 file become one log" in told
    assert "counted over all 161 rows" in told
    assert "9 users and 7 items occur in more than one channel" in told
    assert "40 events of app are in web too" in told
    assert [info.name for info in DatasetStore(home).list()] == ["web", "Outdoor shop"], "nothing is stored yet"
    by_label(web, "text_input", "Channel")[0].set_value("phone").run()
    web.button("data_import").click().run()
    assert not web.exception
    made = DatasetStore(home).list()[0]
    assert made.name == "web + phone"
    assert made.n_users == 10
    assert DatasetStore(home).find(before.id) == before, "the dataset stays as it was"
    assert [one.source for one in DatasetStore(home).report(made.id).channels.sources] == ["web", "phone"]
    assert "app.csv" in texts(web)


def test_a_name_that_the_dataset_has_already_is_refused_in_words(web: AppTest):
    add(web, ("web.csv", APP))
    assert web.button("data_import").disabled
    assert "web" in web.error[0].value
    by_label(web, "text_input", "Channel")[0].set_value("later").run()
    assert not web.exception
    assert not web.button("data_import").disabled


def test_a_question_about_a_further_log_holds_it_back(web: AppTest, home: Home):
    add(web, ("dates.csv", DATES))
    assert web.button("data_import").disabled
    web.radio[0].set_value("mdy").run()
    assert not web.button("data_import").disabled
    web.button("data_import").click().run()
    assert not web.exception
    assert DatasetStore(home).list()[0].last.startswith("2024-09")


def test_where_a_file_goes_is_chosen_and_changed_back(web: AppTest, home: Home):
    shop = next(info for info in DatasetStore(home).list() if info.sample)
    page = web
    drop(page, "app.csv", APP)
    assert into(page).value == ""
    into(page).set_value(shop.id).run()
    assert not page.exception
    assert "“Outdoor shop” and 1 file become one log" in texts(page)
    assert "No user occurs in more than one channel" in texts(page)
    into(page).set_value("").run()
    assert not page.exception
    assert "app.csv reads well" in page.header[0].value
    page.button("data_import").click().run()
    assert DatasetStore(home).list()[0].name == "app"


def test_several_files_have_an_item_file_a_pause_and_a_recipe(home: Home, open_page: Open):
    page = drop_all(open_page("data"), web=WEB, app=APP)
    next(one for one in page.file_uploader if "Item file" in one.label).set_value(("items.csv", ITEMS.encode(), "text/csv")).run()
    assert "items.csv is read along" in texts(page)
    page.number_input[0].set_value(90.0).run()
    page.button("data_import").click().run()
    assert not page.exception
    made = DatasetStore(home).load(DatasetStore(home).list()[0].id)
    assert made.info.session_gap == 90 * 60
    assert "Thing 1" in made.catalog.frame["title"].to_list()
    assert not list(home.uploads.iterdir()), "the item file has done its work too"
    told = texts(page)
    assert "web: Read as csv, utf-8, cut at each comma" in told.replace("*", "")
    assert "app: Read as csv, utf-8, cut at each semicolon" in told.replace("*", "")
    page = drop_all(open_page("data"), web=WEB, app=APP)
    recipe = json.dumps(made.report.recipe).encode()
    next(one for one in page.file_uploader if "Recipe" in one.label).set_value(("r.json", recipe, "application/json")).run()
    assert not page.exception
    assert page.number_input[0].value == 90.0
    alone = json.dumps({**made.report.recipe, "channels": made.report.recipe["channels"][:1]}).encode()
    next(one for one in page.file_uploader if "Recipe" in one.label).set_value(("r.json", alone, "application/json")).run()
    assert not page.exception
    assert "1" in page.error[0].value


def test_of_a_large_dataset_nothing_is_counted_beforehand_and_it_says_so(web: AppTest, monkeypatch):
    monkeypatch.setattr("seqrec_core.ui.data.many.AT_ONCE_EVENTS", 10)
    monkeypatch.setattr("seqrec_core.ui.data.calls.SMALL_ROWS", 10)
    add(web, ("app.csv", APP))
    assert "Too large to count beforehand" in texts(web)
    assert not web.button("data_import").disabled
    assert len(ROWS) == 120
