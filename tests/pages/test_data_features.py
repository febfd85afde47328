"""The features on the Data page: each in words and bars, all as a table, filtered by the chosen group."""

from tests.pages.conftest import Open
from tests.pages.test_data import drop, texts


def test_features_are_spread_defined_and_listed(trained_home, open_page: Open):
    page = open_page("data", part="features")
    assert not page.exception
    told = texts(page)
    assert "Events: half of the users have at most" in told
    assert "events of the user · in events" in told
    assert "whole log" in told
    assert "order accounts for" in told
    (table,) = [frame for frame in page.dataframe if "recency_days" in frame.value.columns]
    assert len(table.value) == int(told.split(" users, ")[0].rsplit("\n", 1)[-1].replace(",", ""))


def test_a_feature_is_chosen_for_items_and_sessions(trained_home, open_page: Open):
    page = open_page("data", part="features")
    page.segmented_control("data_features_of").set_value("item").run()
    assert not page.exception
    box = next(box for box in page.selectbox if "data_feature_item" in str(box.key))
    box.set_value("category").run()
    assert "more than any other" in texts(page)
    page.segmented_control("data_features_of").set_value("sequence").run()
    box = next(box for box in page.selectbox if "data_feature_sequence" in str(box.key))
    box.set_value("start").run()
    assert "half of the sessions lie before" in texts(page)


def test_the_group_of_the_bar_filters_the_table(trained_home, open_page: Open):
    page = open_page("data", part="features", seg="device=mobile")
    assert not page.exception
    (mobile,) = [frame for frame in page.dataframe if "recency_days" in frame.value.columns]
    (everyone,) = [f for f in open_page("data", part="features", seg="").dataframe if "recency_days" in f.value.columns]
    assert 0 < len(mobile.value) < len(everyone.value)
    assert "device = mobile" in texts(page)


def test_what_a_log_cannot_give_is_said_with_the_reason(home, open_page: Open):
    page = drop(
        open_page("data"),
        "bare.csv",
        "user,item,time\n" + "\n".join(f"u{n % 7},i{n % 5},2024-01-{n % 28 + 1:02d}" for n in range(99)),
    )
    page.button("data_import").click().run()
    page.query_params["part"] = "features"
    page.run()
    told = texts(page)
    assert "All events of the log are of one type: count_*" in told
    assert "no time of day" in told
