"""The screen before an import: counted before it is stored, corrected, decided by a recipe, refused where it must be."""

import gzip
import json
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from seqrec_core.data.mapping import ImportRequest
from seqrec_core.errors import NeedsDecision, NotFound, Question
from seqrec_core.jobs.execute import described
from seqrec_core.jobs.table import JobTable
from seqrec_core.settings import settings
from seqrec_core.store.datasets import DatasetStore
from seqrec_core.store.home import Home
from seqrec_core.store.uploads import Uploads
from seqrec_core.ui.data import calls as data_calls
from seqrec_core.ui.data import draft as data_draft
from seqrec_core.ui.data import importing as data_import
from seqrec_core.ui.data.preview import MOST_COLUMNS, shown_columns
from seqrec_core.ui.data.questions import differing
from tests.pages.conftest import Open
from tests.pages.test_data import DATES, ROWS, drop, role, texts

PLAIN = "user,item,event,time\n" + "\n".join(f"{u},{i},{e},{t}" for u, i, e, t in ROWS)
LONG = (
    PLAIN + "".join(f"\nu{n % 400},i{n % 90},view,{1_717_300_000_000 + n * 1000}" for n in range(170_000)) + "\nu1,i1,view,soon"
)


def part(page, name: str):
    """The choice of one part of how a file is written."""
    return next(box for box in page.selectbox if (box.key or "").split("_")[-3:-2] == [name] or f"_{name}_" in (box.key or ""))


def test_a_longer_file_is_counted_to_its_end_before_it_is_stored(home, open_page: Open):
    page = drop(open_page("data"), "long.csv", LONG)
    assert "Counting over all" in page.info[0].value
    page.run()  # a browser does so by itself, a moment later
    n = len(ROWS) + 170_001
    assert f"counted over all {n:,} rows" in texts(page)
    assert f"{n - 1:,} of {n:,} rows can be kept" in page.header[0].value
    assert "One row was left out because its time could not be read: “soon”" in texts(page)
    assert [info.sample for info in DatasetStore(home).list()] == ["shop"]


def test_of_a_large_file_only_the_first_rows_are_counted_and_it_says_so(home, open_page: Open, monkeypatch):
    monkeypatch.setattr(data_calls, "SMALL_MB", 1)
    page = drop(open_page("data"), "long.csv", LONG)
    assert "counted over the first" in texts(page)
    assert "can all be kept" in page.header[0].value
    assert "counted over all" not in texts(page)


def test_each_guess_has_its_reason_and_a_correction_is_taken_at_once(home, open_page: Open):
    page = drop(open_page("data"), "log.csv", PLAIN)
    told = texts(page)
    assert told.count("% sure:") >= 7
    part(page, "has_header").set_value(1).run()
    assert not page.exception
    assert "Chosen by you." in texts(page)
    assert role(page, "user").value.startswith("column_")
    part(page, "has_header").set_value(0).run()
    assert role(page, "user").value == "user"


def test_quotes_comments_and_skipped_lines_can_be_corrected(home, open_page: Open):
    rows = "\n".join(f"'{u},x';{i};{e};{t}" for u, i, e, t in ROWS)
    page = drop(open_page("data"), "log.csv", f"My export of June\nuser;item;event;time\n{rows}\n% the end")
    assert part(page, "quote").value == 0
    for name, label in (("quote", "none"), ("skip_lines", "1"), ("comment", "%")):
        box = part(page, name)
        box.set_value(box.options.index(label)).run()
        assert not page.exception
    page.button("data_import").click().run()
    info = DatasetStore(home).list()[0]
    recipe = DatasetStore(home).load(info.id).report.recipe
    assert {name: recipe["read"][name] for name in ("quote", "skip_lines", "comment")} == {
        "quote": "",
        "skip_lines": 1,
        "comment": "%",
    }
    assert DatasetStore(home).load(info.id).log.frame["user_id"].str.starts_with("'").all()


def test_answers_are_shown_by_what_would_differ(home, open_page: Open):
    page = drop(open_page("data"), "dates.csv", DATES)
    assert "What would differ" in texts(page)
    day_first, month_first = (frame.value for frame in page.dataframe[:2])
    assert len(day_first) == len(month_first) == 3
    assert (day_first["timestamp"].dt.day.to_numpy() == month_first["timestamp"].dt.month.to_numpy()).all()


def test_rows_that_differ_are_found():
    one, other = pl.DataFrame({"a": [1, 2, 3]}), pl.DataFrame({"a": [1, 5, 3]})
    assert differing([one, other]) == [1]
    assert differing([one, one]) == []
    assert differing([one, None]) == [0, 1, 2]
    assert differing([one, one.head(2)]) == [2]


def test_a_recipe_decides_everything(home, open_page: Open):
    page = drop(open_page("data"), "dates.csv", DATES)
    recipe = {"version": 1, "mapping": {"user": "item", "item": "user", "time": "date"}, "read": {}, "raw": True}
    recipe |= {"session_gap_minutes": 60, "answers": {"date_order": "mdy"}}
    page.file_uploader[-1].set_value(("recipe.json", json.dumps(recipe).encode(), "application/json")).run()
    assert not page.exception
    assert role(page, "user").value == "item"
    assert page.radio[0].value == "mdy"
    assert page.number_input[0].value == 60.0
    assert not next(box for box in page.toggle if box.label == "No duplicates").value
    page.button("data_import").click().run()
    info = DatasetStore(home).list()[0]
    assert (info.n_users, info.n_items, info.session_gap) == (7, 9, 3600)


def test_the_cleaning_of_a_recipe_is_kept(home, open_page: Open):
    page = drop(open_page("data"), "log.csv", PLAIN + "\n" + PLAIN.splitlines()[1])
    recipe = {
        "version": 1,
        "mapping": {"user": "user", "item": "item", "time": "time", "event": "event"},
        "read": {},
        "steps": [],
    }
    page.file_uploader[-1].set_value(("recipe.json", json.dumps(recipe).encode(), "application/json")).run()
    page.button(key="data_import").click().run()
    info = next(info for info in DatasetStore(home).list() if info.sample is None)
    assert info.n_events == len(ROWS) + 1, "the recipe names no step, so a repeated row stays"


@pytest.mark.parametrize("content", [b"no json", b"[1]", b'{"version": 99}', b'{"version": 1, "read": {"format": 7}}'])
def test_what_is_no_recipe_is_refused_in_words(home, open_page: Open, content):
    page = drop(open_page("data"), "log.csv", PLAIN)
    page.file_uploader[-1].set_value(("recipe.json", content, "application/json")).run()
    assert not page.exception
    assert page.error
    assert role(page, "user").value == "user"


def test_a_bomb_is_refused_before_anything_is_proposed(home, open_page: Open):
    page = drop(open_page("data"), "bomb.csv.gz", gzip.compress(b"u1,i1,1717200000\n" * 5_000_000, 9))
    assert "cannot be read" in page.header[0].value
    assert "bomb.csv.gz" in page.error[0].value.replace("\\", "")
    assert "expands" in texts(page)


def test_a_wide_file_shows_its_roles_and_its_first_columns(home, open_page: Open):
    names = [f"c{n}" for n in range(300)] + ["user", "item", "time"]
    rows = "\n".join(",".join([*["x"] * 300, f"u{n % 9}", f"i{n % 7}", str(1_717_200_000 + n)]) for n in range(60))
    page = drop(open_page("data"), "wide.csv", ",".join(names) + "\n" + rows)
    assert [role(page, name).value for name in ("user", "time")] == ["user", "time"]
    assert list(page.dataframe[0].value.columns[:3]) == ["user", "item", "time"]
    assert page.dataframe[0].value.shape[1] == MOST_COLUMNS + 3


def test_columns_that_play_a_role_are_shown_wherever_they_stand():
    columns = [f"c{n}" for n in range(100)]
    assert shown_columns(columns, {"time": "c98+c99", "user": "c0"})[:3] == ["c98", "c99", "c0"]


# An import by the worker


def submitted(home: Home, content: str = PLAIN) -> tuple[JobTable, str]:
    """An import that waits for a worker, as the page leaves it."""
    sent = Uploads(home).keep(Uploads(home).new(), "log", "my <log>.csv", [content.encode()])
    table = JobTable(home.jobs_db)
    job, _ = table.submit("import", ImportRequest(path=sent.path, source=sent.name).model_dump(mode="json"))
    return table, job.id


def test_the_page_stays_usable_while_an_import_waits_and_cancel_leaves_nothing(trained_home, open_page: Open):
    _, job = submitted(trained_home)
    page = open_page("data")
    assert "Import of my <log>.csv" in texts(page)
    assert "15,050 rows read" in texts(page), "the dataset is still there to look at"
    page.session_state[data_import.MINE] = [job]
    page.button(f"cancel_{job}").click().run()
    page.run()
    assert "was cancelled; nothing of it was stored" in texts(page)
    page.button(f"data_drop_{job}").click().run()
    assert "my <log>" not in texts(page)
    assert not list(trained_home.uploads.iterdir())
    assert [info.sample for info in DatasetStore(trained_home).list()] == ["shop"]


def test_a_question_that_came_up_later_comes_back_to_the_page(home, open_page: Open):
    table, job = submitted(home, DATES)
    claimed = table.claim("worker", "owner")
    assert claimed is not None
    question = Question("date_order", "Which is it?", (("dmy", "1 October"), ("mdy", "10 January")))
    table.fail(job, "owner", described(NeedsDecision((question,))))
    page = open_page("data")
    page.session_state[data_import.MINE] = [job]
    page.run()
    assert "waits for your answer" in texts(page)
    page.button(f"data_again_{job}").click().run()
    assert "only you can decide" in page.header[0].value
    assert page.button("data_import").disabled
    page.radio[0].set_value("mdy").run()
    page.button("data_import").click().run()
    assert not page.exception
    info = DatasetStore(home).list()[0]
    assert (info.source, info.name) == ("my <log>.csv", "my <log>")
    assert info.last.startswith("2024-09")


def test_an_import_that_failed_says_why_by_the_name_that_people_know(home, open_page: Open):
    table, job = submitted(home, "user,item\nu1,i1\n")
    stored = Path(table.find(job).request["path"]).name
    claimed = table.claim("worker", "owner")
    assert claimed is not None
    table.fail(job, "owner", {"code": "x", "message": f"“{stored}” is no log.", "hint": "Take another."})
    page = open_page("data")
    page.session_state[data_import.MINE] = [job]
    page.run()
    told = texts(page)
    assert "“my <log>.csv” is no log." in told
    assert stored not in told


def test_only_files_inside_the_folder_for_imports_are_offered(home, tmp_path: Path, monkeypatch):
    inside, outside = tmp_path / "inside", tmp_path / "outside.csv"
    inside.mkdir()
    (inside / "log.csv").write_text(PLAIN)
    (inside / ".hidden").write_text("x")
    outside.write_text("secret")
    (inside / "out.csv").symlink_to(outside)
    (inside / "in.csv").symlink_to(inside / "log.csv")
    monkeypatch.setenv("SEQREC_IMPORT_DIR", str(inside))
    settings.cache_clear()
    assert [path.name for path in data_draft.local_files()] == ["in.csv", "log.csv"]
    for name in ("out.csv", "../outside.csv", str(outside), "absent.csv", ".."):
        with pytest.raises(NotFound, match="no file"):
            data_draft.begin_local(name)


def test_a_file_of_that_folder_is_never_deleted(home, open_page: Open, tmp_path: Path, monkeypatch):
    (tmp_path / "log.csv").write_text(PLAIN)
    monkeypatch.setenv("SEQREC_IMPORT_DIR", str(tmp_path))
    settings.cache_clear()
    page = open_page("data")
    page.selectbox("data_local").set_value("log.csv").run()
    page.button("data_local_open").click().run()
    page.button("data_import").click().run()
    assert not page.exception
    assert DatasetStore(home).list()[0].n_events == len(ROWS)
    assert (tmp_path / "log.csv").is_file()


NAMELESS = "a,b,c\n" + "\n".join(f"{17 + n % 5},{301 + n % 4},2026-01-01 10:{n % 60:02}" for n in range(90))


def test_columns_that_fit_a_role_equally_are_asked_about(home, open_page: Open):
    page = drop(open_page("data"), "log.csv", NAMELESS)
    assert "one thing only you can decide" in page.header[0].value
    assert page.button("data_import").disabled
    assert page.radio[0].options == ["a", "b"]
    page.radio[0].set_value("b").run()
    assert not page.exception
    assert (role(page, "user").value, role(page, "item").value) == ("b", "a")
    page.button("data_import").click().run()
    info = DatasetStore(home).list()[0]
    assert (info.n_users, info.n_items) == (4, 5)
    recipe = DatasetStore(home).load(info.id).report.recipe
    assert recipe["answers"] == {"user_column": "b"}


def test_a_column_chosen_beside_the_preview_settles_the_question(home, open_page: Open):
    page = drop(open_page("data"), "log.csv", NAMELESS)
    role(page, "user").set_value("b").run()
    assert not page.exception
    assert (role(page, "user").value, role(page, "item").value) == ("b", "a")
    assert not page.button("data_import").disabled


def test_the_time_zone_is_chosen_on_the_screen_and_remembered(home, open_page: Open):
    text = "user,item,date\n" + "\n".join(f"u{n % 9},i{n % 7},2025-07-01 10:{n % 60:02}:00" for n in range(40))
    page = drop(open_page("data"), "log.csv", text)
    box = part(page, "time_zone")
    assert box.value == 0
    box.set_value(box.options.index("Asia/Shanghai")).run()
    assert not page.exception
    page.button("data_import").click().run()
    loaded = DatasetStore(home).load(DatasetStore(home).list()[0].id)
    assert loaded.log.frame["timestamp"].min().hour == 2
    assert loaded.report.recipe["read"]["time_zone"] == "Asia/Shanghai"


def test_another_sheet_is_chosen_on_the_screen_and_remembered(home, open_page: Open, tmp_path):
    with xlsxwriter.Workbook(tmp_path / "log.xlsx") as book:
        for name, users in (("log", 5), ("other", 1)):
            sheet = book.add_worksheet(name)
            rows = [
                ("user_id", "item_id", "time"),
                *((f"u{n % users}", f"i{n % 3}", f"2025-07-01 10:{n:02}:00") for n in range(20)),
            ]
            for n, row in enumerate(rows):
                sheet.write_row(n, 0, row)
    page = drop(open_page("data"), "log.xlsx", (tmp_path / "log.xlsx").read_bytes())
    page.radio[0].set_value("log").run()
    box = part(page, "sheet")
    assert {"log", "other"} <= set(box.options)
    box.set_value(box.options.index("other")).run()
    assert not page.exception
    page.button("data_import").click().run()
    info = DatasetStore(home).list()[0]
    assert info.n_users == 1
    assert DatasetStore(home).load(info.id).report.recipe["read"]["sheet"] == "other"
