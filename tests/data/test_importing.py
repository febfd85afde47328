"""Whatever comes in: rows add up, what is kept is what was written, and what is missing is said with a way out."""

import csv
import io
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from seqrec_core import columns as c
from seqrec_core.data.importing import dataset_fingerprint, import_log, request_from_recipe
from seqrec_core.data.mapping import ColumnMapping, ImportRequest
from seqrec_core.data.samples import SAMPLES, sample
from seqrec_core.errors import BadInput
from seqrec_core.text import say

PLAIN = ColumnMapping(user="user_id", item="item_id", event="event_type", time="timestamp")
HEADER = ("user_id", "item_id", "event_type", "timestamp")
START = datetime(2024, 1, 1, tzinfo=UTC)
WORD = st.text(st.sampled_from("ab07 ,;|\"'=\n-用户商品北京"), min_size=1, max_size=6).filter(str.strip)
ROW = st.tuples(WORD, WORD, st.sampled_from(["view", "cart"]), st.integers(0, 10**6))
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)  # shrinking a failed import takes minutes
OPTIONS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], phases=PHASES)


def write(path, rows, delimiter=",", encoding="utf-8", quoting=csv.QUOTE_MINIMAL):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator="\n").writerows(rows)
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def event(row):
    user, item, kind, second = row
    return user, item, kind, (START + timedelta(seconds=second)).isoformat()


@OPTIONS
@given(
    rows=st.lists(ROW, min_size=1, max_size=15),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_a_clean_log_comes_back_as_it_was(tmp_path, rows, delimiter, encoding, quoting):
    path = write(tmp_path / "log.csv", [HEADER, *map(event, rows)], delimiter, encoding, quoting)
    made = import_log(ImportRequest(path=path, raw=True))
    assert made.report.mapping == PLAIN
    assert made.report.rejected == {}
    expected = sorted(rows, key=lambda row: (row[0].encode(), row[3]))  # stable: ties stay in the order of the file
    frame = made.log.frame
    assert frame.select(c.USER, c.ITEM, c.EVENT).rows() == [row[:3] for row in expected]
    assert frame[c.TIME].to_list() == [START + timedelta(seconds=row[3]) for row in expected]


@OPTIONS
@given(
    rows=st.lists(
        st.tuples(st.sampled_from(["a", "b", " ", ""]), st.sampled_from(["x", "y", ""]), st.sampled_from(["view", ""]),
                  st.sampled_from(["2024-05-01 08:30:00", "2024-05-02", "", "soon", "1970-01-01"]))
        | st.tuples(st.sampled_from(["a", "b"])),
        max_size=25,
    ),
    raw=st.booleans(),
)  # fmt: skip
def test_rows_always_add_up_and_each_rejected_row_is_named(tmp_path, rows, raw):
    good = [(f"u{n}", "x", "view", "2024-05-01 08:30:00") for n in range(80)]
    path = write(tmp_path / "log.csv", [HEADER, *good, *rows])
    made = import_log(ImportRequest(path=path, raw=raw, mapping=PLAIN))
    report = made.report
    assert report.rows_read == 80 + len([row for row in rows if row != ("",)])
    assert report.rows_kept == made.log.n_events >= 80
    assert report.rejects.height == report.rows_rejected
    lines = path.read_text(encoding="utf-8").split("\n")
    for line, _, text in report.rejects.rows():
        assert lines[line - 1].replace('"', "") == text.replace('"', "")
    counted = report.rejects[c.REASON].value_counts().rows()
    assert dict(counted) == report.rejected
    if raw:
        assert say("data.reason.duplicate") not in report.rejected
    else:
        assert made.log.frame.select(pl.struct(pl.all().exclude(c.SESSION)).is_duplicated().any()).item() is False


@OPTIONS
@given(rows=st.lists(ROW, min_size=1, max_size=15), raw=st.booleans(), gap=st.none() | st.floats(1, 5000))
def test_the_recipe_gives_the_same_log(tmp_path, rows, raw, gap):
    path = write(tmp_path / "log.csv", [HEADER, *map(event, rows)], ";")
    first = import_log(ImportRequest(path=path, raw=raw, session_gap_minutes=gap))
    again = import_log(request_from_recipe(first.report.recipe, path))
    assert dataset_fingerprint(again.log, again.catalog) == dataset_fingerprint(first.log, first.catalog)


def test_a_changed_cell_changes_the_fingerprint(tmp_path):
    rows = [("a", "x", "view", 1), ("a", "y", "view", 2)]
    first = import_log(ImportRequest(path=write(tmp_path / "a.csv", [HEADER, *map(event, rows)])))
    rows[1] = ("a", "z", "view", 2)
    other = import_log(ImportRequest(path=write(tmp_path / "b.csv", [HEADER, *map(event, rows)])))
    wider = import_log(ImportRequest(path=tmp_path / "a.csv", session_gap_minutes=5))
    prints = {dataset_fingerprint(made.log, made.catalog) for made in (first, other, wider)}
    assert len(prints) == 3


def test_ties_keep_the_order_of_the_file(tmp_path):
    rows = [("b", f"i{n}", "view", 0) for n in range(50)] + [("a", f"j{n}", "view", 0) for n in range(50)]
    made = import_log(ImportRequest(path=write(tmp_path / "log.csv", [HEADER, *map(event, rows)])))
    assert made.log.frame[c.ITEM].to_list() == [*(f"j{n}" for n in range(50)), *(f"i{n}" for n in range(50))]


def test_an_event_type_without_items_carries_its_name_and_a_lost_item_is_rejected(tmp_path):
    rows = [("a", "" if n % 4 == 0 else f"i{n}", "home" if n % 4 == 0 else "view", n) for n in range(40)]
    rows.append(("a", "", "view", 99))
    made = import_log(ImportRequest(path=write(tmp_path / "log.csv", [HEADER, *map(event, rows)])))
    assert made.report.rejected == {say("data.reason.no_item"): 1}
    assert made.log.frame.filter(pl.col(c.EVENT) == "home")[c.ITEM].unique().to_list() == ["home"]
    assert [fix.n for fix in made.report.fixes if fix.key == "data.fix.itemless_events"] == [10]


def test_only_an_order_and_no_time(tmp_path):
    path = write(
        tmp_path / "log.csv", [("user", "item", "step"), ("a", "x", "2"), ("a", "y", "10"), ("a", "z", "1"), ("a", "w", "")]
    )
    made = import_log(ImportRequest(path=path, mapping=ColumnMapping(user="user", item="item", order="step")))
    assert made.log.frame[c.ITEM].to_list() == ["z", "x", "y"]
    assert not made.log.has_times
    assert made.report.rejected == {say("data.reason.no_order"): 1}
    assert made.log.n_sessions == 1


def test_date_and_time_in_two_columns(tmp_path):
    path = write(
        tmp_path / "log.csv",
        [("user", "item", "date", "clock"), ("a", "x", "2024-05-01", "08:30"), ("a", "y", "2024-05-01", "07:00")],
    )
    made = import_log(ImportRequest(path=path, mapping=ColumnMapping(user="user", item="item", time="date+clock")))
    assert made.log.frame[c.TIME].to_list() == [datetime(2024, 5, 1, 7, tzinfo=UTC), datetime(2024, 5, 1, 8, 30, tzinfo=UTC)]


def test_columns_called_like_a_role_of_the_log_are_kept_beside_it(tmp_path):
    path = write(
        tmp_path / "log.csv",
        [("who", "what", "timestamp", "when", "order"), ("a", "x", "k", "2024-05-01", "3"), ("b", "y", "l", "2024-05-02", "4")],
    )
    made = import_log(ImportRequest(path=path, mapping=ColumnMapping(user="who", item="what", time="when")))
    assert made.log.frame["timestamp (file)"].to_list() == ["k", "l"]
    assert made.log.frame["order (file)"].to_list() == ["3", "4"]


@pytest.mark.parametrize(
    ("header", "row", "mapping", "code"),
    [
        ("item,time", "x,2024-05-01", None, "no_user_column"),
        ("user,item", "a,x", None, "no_time_column"),
        ("user,time", "a,2024-05-01", None, "no_item_column"),
        ("user,item,time", "a,x,2024-05-01", {"user": "client", "item": "item", "time": "time"}, "unknown_column"),
        ("user,item,time", "a,x,soon", {"user": "user", "item": "item", "time": "time"}, "no_time_read"),
        ("user,item,time", ",x,2024-05-01", {"user": "user", "item": "item", "time": "time"}, "all_rejected"),
    ],
)
def test_what_is_missing_is_said(tmp_path, header, row, mapping, code):
    path = tmp_path / "log.csv"
    path.write_text(f"{header}\n{row}\n", encoding="utf-8")
    with pytest.raises(BadInput) as error:
        import_log(ImportRequest(path=path, mapping=mapping and ColumnMapping(**mapping)))
    assert error.value.code == code
    assert error.value.hint


def test_a_recipe_that_is_none_is_refused(tmp_path):
    for recipe in ({}, {"version": 1, "mapping": {"user": 7}}, {"version": 99}):
        with pytest.raises(BadInput) as error:
            request_from_recipe(recipe, tmp_path / "log.csv")
        assert error.value.code == "not_a_recipe"


def test_progress_is_told_stage_by_stage(tmp_path):
    path = write(tmp_path / "log.csv", [HEADER, *map(event, [("a", "x", "view", 1)])])
    told = []
    import_log(ImportRequest(path=path), lambda percent, whole, values: told.append((percent, whole, values)))
    assert [values["stage"] for _, _, values in told] == [1, 2, 3, 4, 5]
    assert [percent for percent, _, _ in told] == sorted(percent for percent, _, _ in told)
    assert told[-1][:2] == (100, 100)
    assert told[1][2]["rows"] == told[1][2]["rows_total"] == 1


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_the_bundled_samples_come_in_without_a_word(name):
    import json

    found = sample(name)
    truths = json.loads(found.truths.read_text(encoding="utf-8"))
    made = import_log(ImportRequest(path=found.events, items_path=found.items))
    assert (made.report.rows_read, made.report.rows_kept) == (truths["rows_in_file"], truths["clean"]["rows"])
    log = made.log
    assert (log.n_users, log.n_sessions, log.n_items) == tuple(truths["clean"][key] for key in ("users", "sessions", "items"))
    reasons = {
        "exact_duplicate": "duplicate",
        "missing_item": "no_item",
        "missing_user": "no_user",
        "unparsable_time": "time_unread",
    }
    for dirt, planted in truths["dirty_rows"].items():
        words = say(f"data.reason.{reasons[dirt]}")
        lines = made.report.rejects.filter(pl.col(c.REASON) == words)[c.LINE].to_list()
        assert lines == sorted(planted["lines"])
    assert made.catalog.frame[c.TITLE].null_count() == 0
    assert set(log.frame[c.ITEM]) <= set(made.catalog.frame[c.ITEM])


def test_a_user_column_of_dashes_is_the_user_where_nothing_else_can_be(tmp_path):
    path = write(tmp_path / "log.csv", [HEADER, ("-", "0", "view", "2024-05-01 08:30:00")])
    assert import_log(ImportRequest(path=path)).report.recipe["mapping"]["user"] == "user_id"
