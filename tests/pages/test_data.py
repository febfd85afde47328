"""The Data page: a file is shown before it is imported, corrected, refused in words, and accounted for afterwards."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from seqrec_core.data.importing import dataset_fingerprint, import_log, request_from_recipe
from seqrec_core.segments.types import Segment
from seqrec_core.store.datasets import DatasetStore, ensure_sample
from seqrec_core.store.runs import RunStore
from seqrec_core.store.segments import SegmentStore
from tests.pages.conftest import Open

ROWS = [(f"u{n % 9}", f"i{n % 7}", "view" if n % 4 else "buy", 1_717_200_000_000 + n * 400_000) for n in range(180)]
GBK = "用户编号;商品编号;行为;时间戳\n" + "\n".join(
    f"会员{u};商品{i};{'浏览' if e == 'view' else '购买'};{t}" for u, i, e, t in ROWS
)
GBK += "\n会员u1;商品i1;浏览;昨天\n"
DATES = "user,item,date\n" + "\n".join(
    f"u{n % 9},i{n % 7},{n % 9 + 1:02d}/{n % 11 + 1:02d}/2024 10:00:{n % 60:02d}" for n in range(99)
)


def drop(page: AppTest, name: str, content: bytes | str) -> AppTest:
    """Give a file to the first uploader."""
    page.file_uploader[0].set_value((name, content.encode() if isinstance(content, str) else content, "text/csv")).run()
    assert not page.exception
    return page


def texts(page: AppTest) -> str:
    """All that the page says."""
    kinds = (page.header, page.subheader, page.markdown, page.caption, page.error, page.info, page.success)
    return "\n".join(str(element.value) for kind in kinds for element in kind).replace("\\", "")


def role(page: AppTest, name: str):
    return next(box for box in page.selectbox if "_role_" in (box.key or "") and f"_{name}_" in box.key)


def test_the_sample_is_accounted_for(trained_home, open_page: Open):
    page = open_page("data")
    told = texts(page)
    info = DatasetStore(trained_home).list()[0]
    assert f"{info.n_events:,} events by {info.n_users:,} users" in page.header[0].value
    assert "Usable for journeys, patterns and training" in told
    assert "15,050 rows read = 15,030 kept + 20 left out" in told
    assert "7 exact duplicates were removed" in told
    assert "6 rows were left out because their time could not be read, such as" in told
    assert str(trained_home.path) in texts(open_page("data", part="sets"))


def test_a_file_is_shown_first_and_then_comes_out_right(home, open_page: Open):
    page = drop(open_page("data"), "orders.csv", GBK.encode("gb18030"))
    assert "180 of 181 rows can be kept" in page.header[0].value
    assert "One row was left out because its time could not be read:" in texts(page)
    assert [info.sample for info in DatasetStore(home).list()] == ["shop"], "nothing is imported before it is asked for"
    page.button("data_import").click().run()
    assert not page.exception
    info = DatasetStore(home).list()[0]
    assert (info.name, info.n_events, info.n_users, info.n_items) == ("orders", 180, 9, 7)
    assert page.query_params["ds"] in (info.id, [info.id])
    told = texts(page)
    assert "Read as csv, gb18030, cut at each semicolon" in told
    assert "user = 用户编号" in told
    assert "unix numbers in ms" in told
    assert not list(home.uploads.iterdir()), "the uploaded file has done its work"


def test_the_recipe_of_the_page_replays_to_the_same_dataset(home, open_page: Open, tmp_path):
    page = drop(open_page("data"), "orders.csv", GBK.encode("gb18030"))
    page.button("data_import").click().run()
    store = DatasetStore(home)
    info = store.list()[0]
    path = tmp_path / "orders.csv"
    path.write_bytes(GBK.encode("gb18030"))
    recipe = json.loads(json.dumps(store.load(info.id).report.recipe))
    again = import_log(request_from_recipe(recipe, path))
    assert dataset_fingerprint(again.log, again.catalog) == info.fingerprint


def test_a_question_has_to_be_answered_before_the_import(home, open_page: Open):
    page = drop(open_page("data"), "dates.csv", DATES)
    assert "only you can decide" in page.header[0].value
    assert page.button("data_import").disabled
    page.radio[0].set_value("mdy").run()
    assert not page.button("data_import").disabled
    page.button("data_import").click().run()
    assert not page.exception
    assert DatasetStore(home).list()[0].last.startswith("2024-09"), "month first: nothing after September"


def test_a_guess_can_be_corrected(home, open_page: Open):
    page = drop(open_page("data"), "log.csv", "who,what,other,at\n" + "\n".join(f"{u},{i},{e},{t}" for u, i, e, t in ROWS))
    role(page, "user").set_value("who").run()
    role(page, "item").set_value("what").run()
    role(page, "event").set_value("other").run()
    assert not page.exception
    assert [role(page, name).value for name in ("user", "item", "event", "time")] == ["who", "what", "other", "at"]
    page.button("data_import").click().run()
    info = DatasetStore(home).list()[0]
    assert (info.n_users, info.n_items, set(info.event_types)) == (9, 7, {"view", "buy"})


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.csv", b"", "is empty"),
        ("header.csv", b"user,item,time\n", "column names and no rows"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "its content looks like: PNG picture"),
    ],
)
def test_what_cannot_be_read_is_said_with_a_way_out(home, open_page: Open, name, content, said):
    page = drop(open_page("data"), name, content)
    assert said in texts(page)
    page.button("data_discard").click().run()
    assert not page.error
    assert page.file_uploader
    assert not list(home.uploads.iterdir())


def test_a_file_without_times_says_what_is_missing_and_cannot_be_imported(home, open_page: Open):
    page = drop(open_page("data"), "log.csv", "user,item\n" + "\n".join(f"{u},{i}" for u, i, _, _ in ROWS))
    assert "No column could be found that says when" in texts(page)
    assert page.button("data_import").disabled


def test_names_of_a_file_are_never_markup(home, open_page: Open):
    hostile = "**bold** <b>x</b> :red[y]"
    rows = "\n".join(f"{u},{hostile},{e},{t}" for u, _, e, t in ROWS)
    page = drop(open_page("data"), "a_*b*_:red[c].csv", f"user,item,event,time\n{rows}\n")
    assert r"\*b\*" in page.header[0].value
    page.button("data_import").click().run()
    assert not page.exception
    told = "\n".join(str(element.value) for kind in (page.header, page.subheader, page.markdown) for element in kind)
    assert hostile not in told


def test_sessions_are_cut_anew_into_another_dataset(trained_home, open_page: Open):
    page = open_page("data", part="cleaning")
    before = DatasetStore(trained_home).list()
    page.select_slider[0].set_value(120.0).run()
    (metric,) = [metric for metric in page.metric if metric.label == "Sessions"]
    page.button("data_recut").click().run()
    assert not page.exception
    made = DatasetStore(trained_home).list()[0]
    assert made.id not in {info.id for info in before}
    assert (made.session_gap, f"{made.n_sessions:,}") == (7_200, metric.value)


def test_a_group_without_anybody_leaves_the_account_and_says_so(trained_home, open_page: Open):
    page = open_page("data", to="1999-01-01")
    assert not page.exception
    assert "Nobody is in this group" in texts(page)
    assert "15,050 rows read" in texts(page)


def test_deleting_names_what_depends_on_it(trained_home, open_page: Open):
    news = ensure_sample(trained_home, "news")
    SegmentStore(trained_home).save(news.id, Segment(name="Busy", rule="events >= 5"))
    page = open_page("data", ds=news.id, part="sets")
    assert "1 segment made from it: Busy" in texts(page)
    SegmentStore(trained_home).delete(news.id, "Busy")
    page.run()
    assert "Nothing else depends on it" in texts(page)
    page.button(f"data_delete_{news.id}").click().run()
    assert not page.exception
    assert [info.sample for info in DatasetStore(trained_home).list()] == ["shop"]
    assert RunStore(trained_home).list()


def test_a_name_that_is_taken_is_refused_in_words(trained_home, open_page: Open):
    news = ensure_sample(trained_home, "news")
    page = open_page("data", ds=news.id, part="sets")
    page.text_input(f"data_rename_{news.id}_{news.name}").set_value("Outdoor shop").run()
    page.button(f"data_rename_do_{news.id}").click().run()
    assert "already called" in texts(page)


def test_gaps_of_an_optional_column_come_after_what_may_mislead(trained_home, open_page: Open):
    listed = [
        element.value
        for element in open_page("data").markdown
        if element.value.startswith((":material/warning", ":material/info"))
    ]
    kinds = [text.startswith(":material/warning") for text in listed]
    assert any(kinds)
    assert not all(kinds)
    assert kinds == sorted(kinds, reverse=True)
    assert "optional column" in listed[-1]


def test_one_event_is_spoken_of_in_the_singular(home, open_page: Open):
    page = drop(open_page("data"), "one.csv", "user,item,time\nu1,a,2026-01-01 10:00:00\n")
    assert "one.csv reads well: every row can be kept" in texts(page)
    page.button("data_import").click().run()
    assert "one · 1 event" in page.selectbox[0].options
    page.switch_page("pages/predict/train.py").run()
    assert "leave_one_out" not in "".join(error.value for error in page.error)
    assert "no history of 1 user is long enough for leave-one-out" in page.error[0].value
    page.switch_page("pages/understand/patterns.py").run()
    assert "has 1 user;" in page.info[0].value
    assert not page.slider
