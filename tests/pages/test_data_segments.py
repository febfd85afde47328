"""The segment editor of the Data page: pickers write the rule, its size is shown, what is saved filters the page."""

import pytest
from streamlit.testing.v1 import AppTest

from seqrec_core.segments.types import Segment
from seqrec_core.store.datasets import DatasetStore
from seqrec_core.store.segments import SegmentStore
from tests.pages.conftest import Open
from tests.pages.test_data import texts


def metrics(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def shop(home) -> str:
    return DatasetStore(home).find("sample:shop").id


def rule(page: AppTest) -> str:
    return page.text_area[0].value


def test_without_segments_the_page_offers_rules_to_begin_with(trained_home, open_page: Open):
    page = open_page("data", part="segments")
    assert not page.exception
    assert "No segment is saved for this log yet" in texts(page)
    starter = next(button for button in page.button if str(button.key).startswith("segment_starter_"))
    starter.click().run()
    assert rule(page) == str(starter.key).removeprefix("segment_starter_")
    assert {"Sessions", "Users", "Events"} <= set(metrics(page))


def test_pickers_write_the_rule_and_show_each_test_alone(trained_home, open_page: Open):
    page = open_page("data", part="segments")
    assert "This test alone:" in texts(page)
    page.button("segment_add").click().run()
    assert rule(page).startswith("events >= ")
    page.segmented_control(next(c.key for c in page.segmented_control if str(c.key).startswith("segment_kind"))).set_value(
        "did"
    ).run()
    box = next(box for box in page.selectbox if str(box.key).startswith("segment_label_"))
    box.set_value("purchase").run()
    page.button("segment_add").click().run()
    assert rule(page).endswith(" and did purchase")
    assert not page.exception


def test_a_rule_is_saved_used_renamed_and_deleted(trained_home, open_page: Open):
    page = open_page("data", part="segments")
    store, dataset = SegmentStore(trained_home), shop(trained_home)
    page.text_area[0].set_value("did purchase").run()
    page.button("segment_save_use").click().run()
    assert "A name was expected" in page.error[0].value
    next(box for box in page.text_input if str(box.key).startswith("segment_name_")).set_value("Buyers").run()
    page.button("segment_save_use").click().run()
    assert not page.exception
    assert store.find(dataset, "Buyers").rule == "did purchase"
    assert page.query_params["seg"] in ("saved:Buyers", ["saved:Buyers"])
    assert "every page is filtered by it" in texts(page)
    page.text_input("segment_rename_Buyers").set_value("Bought").run()
    page.button("segment_rename_do_Buyers").click().run()
    assert [one.name for one in store.list(dataset)] == ["Bought"]
    assert page.query_params["seg"] in ("saved:Bought", ["saved:Bought"])
    page.button("segment_delete_Bought").click().run()
    assert not page.exception
    assert not page.error
    assert store.list(dataset) == []
    assert "seg" not in page.query_params


def test_another_segment_is_never_overwritten(trained_home, open_page: Open):
    dataset = shop(trained_home)
    SegmentStore(trained_home).save(dataset, Segment(name="Buyers", rule="did purchase"))
    page = open_page("data", part="segments")
    page.text_area[0].set_value("without purchase").run()
    next(box for box in page.text_input if str(box.key).startswith("segment_name_")).set_value("Buyers").run()
    page.button("segment_save").click().run()
    assert "already called" in page.error[0].value
    assert SegmentStore(trained_home).find(dataset, "Buyers").rule == "did purchase"
    page.button("segment_open_Buyers").click().run()
    assert rule(page) == "did purchase"
    page.text_area[0].set_value("did purchase and events >= 5").run()
    page.button("segment_save").click().run()
    assert SegmentStore(trained_home).find(dataset, "Buyers").rule == "did purchase and events >= 5"


@pytest.mark.parametrize(
    ("typed", "at", "said"), [("events >", 9, "a value"), ("purchases >= 2 and recency < 3", 20, "recency_days")]
)
def test_an_error_points_at_its_place(trained_home, open_page: Open, typed, at, said):
    page = open_page("data", part="segments")
    page.text_area[0].set_value(typed).run()
    assert said in page.error[0].value.replace("\\", "")
    marked = next(block.value for block in page.code if "\n" in block.value)
    assert marked.split("\n")[1] == " " * (at - 1) + "^"


def test_a_rule_about_what_only_users_have_speaks_of_users(trained_home, open_page: Open):
    page = open_page("data", part="segments")
    page.text_area[0].set_value("recency_days < 30").run()
    assert not page.error
    unit = next(control for control in page.segmented_control if str(control.key).startswith("segment_unit_"))
    assert unit.value == "user"


def test_a_group_is_compared_with_the_rest(trained_home, open_page: Open):
    page = open_page("data", part="segments")
    page.text_area[0].set_value("did purchase").run()
    page.button("segment_compare").click().run()
    assert not page.exception
    told = texts(page)
    assert "on average against" in told
    (table,) = [frame for frame in page.dataframe if "standardised" in frame.value.columns]
    assert table.value["by_rule"].any()
    page.text_area[0].set_value("events >= 1").run()
    assert "there is no rest" in page.error[0].value
