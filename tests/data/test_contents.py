"""What is in a log and in its items: catalogue, summary, quality, and CSV that is safe to open."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core import columns as c
from seqrec_core.data import summary
from seqrec_core.data.attributes import choose_parts, from_log
from seqrec_core.data.importing import dataset_fingerprint, import_log, request_from_recipe
from seqrec_core.data.log import EventLog
from seqrec_core.data.mapping import ImportRequest
from seqrec_core.data.numbers import is_number, parse_numbers
from seqrec_core.data.profile import profile_columns
from seqrec_core.data.quality import checks
from seqrec_core.data.safe_csv import to_csv
from seqrec_core.data.steps.codes import case_only, written_otherwise, zeros_only
from seqrec_core.errors import BadInput

START = datetime(2024, 1, 1, tzinfo=UTC)


def log_of(rows, **attributes):
    data = [(user, item, kind, START + timedelta(seconds=second), f"{user}/1") for user, item, kind, second in rows]
    frame = pl.DataFrame(data, schema=c.LOG_REQUIRED, orient="row")
    return EventLog.from_frame(frame.with_columns(pl.Series(name, values) for name, values in attributes.items()))


ROWS = [("a", "x", "view", 0), ("a", "x", "view", 10), ("a", "y", "buy", 20), ("b", "x", "view", 2 * 86_400)]


def test_columns_that_depend_on_the_item_describe_it():
    rows = [(f"u{n % 9}", f"i{n % 5}", "view", n) for n in range(90)]
    names = [f"Tent {n % 5}" if n else "Tent of old" for n in range(90)]
    frame = log_of(rows, item_name=names, shelf=[f"{n % 5}" for n in range(90)], device=["web", "app", "tv"] * 30).frame
    described = from_log(frame.lazy(), frame["item_id"].unique(), ("item_name", "shelf", "device"))
    assert described.catalog.titles == {f"i{n}": f"Tent {n}" for n in range(5)}
    assert described.catalog.frame["shelf"].to_list() == ["0", "1", "2", "3", "4"]
    assert "device" not in described.catalog.frame.columns
    assert [(fix.key, fix.n, fix.values) for fix in described.told()] == [("data.fix.item_conflict", 1, {"column": "item_name"})]
    (conflict,) = described.account.conflicts
    assert conflict.examples == ("i0: Tent 0 / Tent of old",)


def test_parts_of_a_catalogue_are_chosen_by_name_and_value():
    frame = pl.DataFrame(
        {
            "category": ["1", "2", "1", "2"], "category_name": ["tent", "mat", "tent", "mat"], "title": list("abcd"),
            "price": ["1,50", "2,00", "3", "4"], "genres": ["x|y"] * 4, "description": list("efgh"),
        }
    )  # fmt: skip
    assert choose_parts(profile_columns(frame)) == {
        "title": "title", "category": "category_name", "tags": "genres", "description": "description", "price": "price",
    }  # fmt: skip


def test_an_item_file_joins_by_its_ids_not_by_its_names(tmp_path):
    log, items = tmp_path / "log.csv", tmp_path / "items.csv"
    log.write_text("user,item,time\na,007,2024-01-01\na,8,2024-01-02\nb,10,2024-01-03\n", encoding="utf-8")
    items.write_text("rank,code,name\n7,007,Tent\n8,8,Mat\n9,8,Mat again\n1,55,Never seen\n", encoding="utf-8")
    made = import_log(ImportRequest(path=log, items_path=items))
    assert made.catalog.titles == {"007": "Tent", "8": "Mat", "10": "10", "55": "Never seen"}
    assert {fix.key: fix.n for fix in made.report.fixes if "item_" in fix.key or "items_" in fix.key} == {
        "data.fix.item_rows_repeated": 1,
        "data.fix.items_without_row": 1,
    }
    account = made.report.catalog
    assert (account.items, account.without_row_examples, account.without_events_examples) == (3, ("10",), ("55",))
    assert account.columns == {"item": "code", "title": "name"}
    items.write_text("sku,name\nA,Tent\n", encoding="utf-8")
    with pytest.raises(BadInput) as error:
        import_log(ImportRequest(path=log, items_path=items))
    assert error.value.code == "items_do_not_match"


@pytest.mark.parametrize(
    ("values", "numbers"),
    [
        (["1.234,50", "0,99"], [1234.5, 0.99]),
        (["1,234.50", "2"], [1234.5, 2.0]),
        (["1,234", "5"], [1234.0, 5.0]),
        (["1e3", "-.5", "x", "", "inf", "nan"], [1000.0, -0.5, None, None, None, None]),
        ([" 7 "], [7.0]),
    ],
)
def test_numbers_as_people_write_them(values, numbers):
    assert parse_numbers(pl.Series(values)).to_list() == numbers


def test_what_is_a_number():
    assert all(map(is_number, ["1", "1.5", "1,5", "-2e3", "1.234,5"]))
    assert not any(map(is_number, ["", "a", "85123A", "1,2,3", "1-2", "."]))


def test_summaries_by_hand():
    log = log_of(ROWS)
    assert summary.events_per_day(log).rows() == [(date(2024, 1, 1), 3), (date(2024, 1, 2), 0), (date(2024, 1, 3), 1)]
    assert summary.events_per_user(log).rows() == [("a", 3), ("b", 1)]
    assert summary.events_per_session(log).rows() == [("a/1", 3), ("b/1", 1)]
    assert summary.top_items(log, n=1).rows() == [("x", "x", 3, 0.75)]
    assert summary.event_mix(log).rows() == [("view", 3, 0.75), ("buy", 1, 0.25)]
    assert summary.long_tail(log).rows() == [("x", 3, 0.5, 0.75), ("y", 1, 1.0, 1.0)]


def test_events_of_each_source_are_counted_on_every_day():
    log = log_of(ROWS, source=["web", "web", "app", "web"])
    first, second, third = (date(2024, 1, day) for day in (1, 2, 3))
    web = [("web", first, 2), ("web", second, 0), ("web", third, 1)]
    assert summary.events_per_source(log).rows() == [*web, ("app", first, 1), ("app", second, 0), ("app", third, 0)]


def found(log):
    return {check.key: check for check in checks(log)}


def test_a_clean_log_has_nothing_odd():
    rows = [(f"u{n % 7}", f"i{n % 3}", "view", n * 61) for n in range(70)]
    assert {key for key, check in found(log_of(rows)).items() if check.n} == set()
    assert all(check.sentence for check in checks(log_of(rows)))


def test_each_oddity_is_found():
    rows = [(f"u{n % 7}", f"i{n % 3}", "view", n * 61) for n in range(70)]
    bot = [("bot", f"i{n % 3}", "view", 10**6 + 2 * n) for n in range(150)]
    odd = [*rows, rows[5], ("u1", "other", "view", rows[8][3]), ("lone", " null ", "view", 5), *bot]
    checked = found(log_of(odd, channel=["web"] * (len(odd) - 3) + [None] * 3))
    assert {key: check.n for key, check in checked.items()} == {
        "duplicates": 1, "ties": 4, "missing": 3, "bots": 1, "lone_users": 1, "lone_sessions": 1, "rare_items": 2, "odd_ids": 1,
    }  # fmt: skip
    assert checked["bots"].examples == ("bot: 150 × 2 s",)
    assert checked["lone_users"].examples == ("lone",)
    assert checked["missing"].examples == ("channel",)
    assert checked["ties"].share == pytest.approx(4 / len(odd))


CELLS = st.text(st.sampled_from("=+-@\t\r\n a1,\"';"), max_size=6)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(CELLS, st.integers(-9, 9)), min_size=1, max_size=6))
def test_no_cell_of_an_export_is_a_formula(rows):
    data = to_csv(pl.DataFrame(rows, schema={"=name": pl.String, "n": pl.Int64}, orient="row"))
    back = list(csv.reader(io.StringIO(data.decode(), newline="")))
    assert back[0] == ["'=name", "n"]
    for (text, number), (cell, n) in zip(rows, back[1:], strict=True):
        assert n == str(number)
        assert cell in (text, f"'{text}")
        assert cell[:1] not in ("=", "+", "-", "@", "\t", "\r") or is_number(cell)


def test_exports_keep_numbers_times_and_lists():
    frame = pl.DataFrame({"n": [-1.5], "at": [START], "items": [["=x", "y"]], "id": ["-7"]})
    assert to_csv(frame).decode().splitlines()[1].startswith("-1.5,2024-01-01T00:00:00.000000")
    assert to_csv(frame).decode().splitlines()[1].endswith(",'=x > y,-7")


@pytest.mark.parametrize(
    ("ids", "known", "expected"),
    [
        (["a1", "b2"], ["A1", "b2"], {"a1": "A1"}),
        (["0012", "7"], ["12", "7"], {"0012": "12"}),
        (["12"], ["0012"], {"12": "0012"}),
        ([" x "], ["x"], {" x ": "x"}),
        (["0012", "12"], ["12"], {}),  # the log tells them apart
        (["0012"], ["12", "012"], {}),  # and so does the file
        (["0", "00"], ["0"], {}),
        (["y"], ["x"], {}),
    ],
)
def test_ids_that_the_item_file_writes_otherwise(ids, known, expected):
    assert written_otherwise(pl.Series(ids), pl.Series(known)) == expected


def test_an_item_file_that_writes_ids_otherwise_is_joined_and_says_so(tmp_path):
    log, items = tmp_path / "log.csv", tmp_path / "items.csv"
    log.write_text("user,item,time\na,0071,2024-01-01\na,08x,2024-01-02\nb,10,2024-01-03\n", encoding="utf-8")
    items.write_text("code,name\n71,Tent\n8X,Mat\n10,Lamp\n", encoding="utf-8")
    made = import_log(ImportRequest(path=log, items_path=items))
    assert made.catalog.titles == {"71": "Tent", "8X": "Mat", "10": "Lamp"}
    (proposed,) = [one for one in made.report.proposed if one.name == "match_items"]
    assert (proposed.on, proposed.n, proposed.step["into"]) == (True, 2, {"0071": "71", "08x": "8X"})
    again = import_log(request_from_recipe(made.report.recipe, log, items))
    assert dataset_fingerprint(again.log, again.catalog) == dataset_fingerprint(made.log, made.catalog)
    left = import_log(ImportRequest(path=log, items_path=items, without=("match_items",)))
    assert left.report.catalog.without_row == 2


def test_numbers_with_zeros_before_them_are_proposed_as_one_item_and_left_alone():
    counted = pl.DataFrame({"item_id": [f"{n}" for n in range(40)] + ["007"], "len": [2] * 40 + [1]})
    assert zeros_only(counted) == {"007": "7"}
    assert case_only(counted.with_columns(pl.Series("item_id", [f"A{n}" for n in range(40)] + [" a1"]))) == {" a1": "A1"}
