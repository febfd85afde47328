"""Damaged files: each comes in exactly, or a question is asked, or it is refused with a way out. Never silently wrong."""

import csv
from datetime import UTC, datetime

import polars as pl
import pytest

from seqrec_core import columns as c
from seqrec_core.data.importing import import_log, propose
from seqrec_core.data.mapping import ImportRequest
from seqrec_core.errors import BadInput, NeedsDecision
from seqrec_core.text import say

MADE = "csv-torture/made"


def imported(logs, name, **options):
    return import_log(ImportRequest(path=logs / MADE / name, raw=True, **options))


def rows_of(logs, name, encoding="utf-8", **options):
    with (logs / MADE / name).open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file, **options))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("binary.csv", "binary_file"),
        ("bomb_1GiB.csv.gz", "expands_too_much"),
        ("bomb_dict_20M_rows.parquet", "expands_too_much"),
        ("csv_named_xlsx.csv", "zip_damaged"),
        ("empty.csv", "empty_file"),
        ("glued_delimiters.csv", "two_widths"),
        ("header_only.csv", "header_only"),
        ("wide_20k_columns.csv", "too_many_columns"),
        ("zip_slip.zip", "archive_members"),
    ],
)
def test_refused_with_a_way_out(logs, name, code):
    with pytest.raises(BadInput) as error:
        imported(logs, name)
    assert error.value.code == code
    assert error.value.hint


def test_a_bomb_costs_little(logs):
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name in ("bomb_1GiB.csv.gz", "bomb_dict_20M_rows.parquet"):
        with pytest.raises(BadInput):
            imported(logs, name)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400 * 1024  # KB on Linux, bytes on macOS


def test_zip_slip_writes_nothing(logs, tmp_path):
    with pytest.raises(BadInput):
        imported(logs, "zip_slip.zip")
    assert not list(tmp_path.rglob("SLIPPED*"))


def test_every_file_is_exact_asked_or_refused_and_adds_up(logs):
    files = sorted((logs / MADE).iterdir())
    assert len(files) == 21
    outcomes = {"kept": [], "asked": [], "refused": []}
    for file in files:
        try:
            outcomes["kept"].append(import_log(ImportRequest(path=file)).report)
        except BadInput as error:
            outcomes["refused"].append(error)
        except NeedsDecision as decision:
            outcomes["asked"] += decision.questions
    assert {outcome: len(found) for outcome, found in outcomes.items()} == {"kept": 9, "asked": 3, "refused": 9}
    assert all(error.message and error.hint for error in outcomes["refused"])
    assert all(len(question.options) > 1 for question in outcomes["asked"])
    for report in outcomes["kept"]:
        assert report.rows_read == report.rows_kept + sum(report.rejected.values())
        assert report.rejects.height == min(10_000, sum(report.rejected.values()))


def test_two_columns_of_one_name_are_asked(logs):
    with pytest.raises(NeedsDecision) as asked:
        imported(logs, "dup_columns.csv")
    assert [question.code for question in asked.value.questions] == ["column_user"]
    made = imported(logs, "dup_columns.csv", answers={"column_user": "user (2)"})
    assert made.log.frame.select(c.USER, c.ITEM).row(0) == ("2", "3")
    with pytest.raises(BadInput) as error:
        imported(logs, "dup_columns.csv", answers={"column_user": "nobody"})
    assert error.value.code == "unknown_answer"


def test_two_encodings_are_read_and_the_order_of_dates_is_asked(logs):
    proposal = propose(logs / MADE / "two_encodings.csv")
    assert [question.code for question in proposal.questions] == ["date_order"]
    made = imported(logs, "two_encodings.csv", answers={"date_order": "dmy"})
    assert made.report.rows_kept == 3_000
    assert made.log.frame[c.TIME].max() == datetime(2010, 12, 2, 13, 49, tzinfo=UTC)
    names = made.log.frame["name"]
    special = names.filter(names.str.contains("special", literal=True))
    assert len(special) == 600
    assert special.str.ends_with(" – £5 “special”").all()


def test_quotes_nul_and_bom(logs):
    made = imported(logs, "quotes_nul_bom.csv")
    assert made.report.rejects.select(c.LINE, c.REASON).rows() == [
        (53, say("data.reason.unclosed_quote")),
        (407, say("data.reason.nul")),
    ]
    assert (made.report.rows_read, made.report.rows_kept) == (3_000, 2_998)
    assert (made.log.frame["name"].str.contains("\nline two")).sum() == 31


def test_mixed_timestamps_are_one_afternoon_and_morning(logs):
    made = imported(logs, "mixed_timestamps.csv")
    assert made.report.rows_kept == 3_000
    written = {row["time"] for row in rows_of(logs, "mixed_timestamps.csv")}
    assert {"12/01/2010 08:26", "1291191960", "01 Dec 2010 08:26"} <= written
    days = made.log.frame[c.TIME].dt.date().unique().sort().to_list()
    assert [day.isoformat() for day in days] == ["2010-12-01", "2010-12-02"]


def test_clock_faults_are_rejected_by_name(logs):
    made = import_log(ImportRequest(path=logs / MADE / "clock_faults.csv"))
    times = [row["time"] for row in rows_of(logs, "clock_faults.csv")]
    impossible = {"0000-00-00 00:00:00", "2011-13-45 25:61:00", "-1"}
    kept = made.log.frame[c.TIME]
    assert kept.dt.year().is_in([2010, 2011]).all()
    raw = imported(logs, "clock_faults.csv")
    assert raw.report.rejected == {say("data.reason.time_unread"): sum(time in impossible for time in times)}


def test_ids_stay_as_they_are_written(logs):
    made = imported(logs, "leading_zero_ids.csv")
    rows = rows_of(logs, "leading_zero_ids.csv")
    assert set(made.log.frame.select(c.USER, c.ITEM).rows()) == {(row["user"], row["item"]) for row in rows}
    assert made.log.n_users == 4


def test_hostile_names_are_names(logs):
    made = imported(logs, "hostile_item_names.csv")
    names = {row["item"] for row in rows_of(logs, "hostile_item_names.csv")} - {""}
    assert set(made.log.frame[c.ITEM]) == names
    assert list(made.report.rejected) == [say("data.reason.no_item")]
    assert made.catalog.title("=cmd|' /C calc'!A0") == "=cmd|' /C calc'!A0"


def test_hostile_names_that_may_mean_nothing_are_asked_about(logs):
    path = logs / MADE / "hostile_item_names.csv"
    with pytest.raises(NeedsDecision) as asked:
        import_log(ImportRequest(path=path))
    assert [question.code for question in asked.value.questions] == ["ids"]
    kept = import_log(ImportRequest(path=path, steps=(), answers={"ids": "keep"}))
    assert set(kept.log.frame[c.ITEM]) == {row["item"] for row in rows_of(logs, path.name)} - {""}


def test_european_numbers_and_dates(logs):
    made = imported(logs, "eu_numbers.csv")
    assert made.catalog.frame.select(c.ITEM, c.PRICE).rows() == [("a", 1234.5), ("b", 0.99)]
    assert made.log.frame[c.TIME][0] == datetime(2020, 12, 31, 23, 59, tzinfo=UTC)


def test_no_header_loses_no_row(logs):
    made = imported(logs, "no_header.csv")
    assert made.report.rows_kept == 200
    assert made.report.mapping.roles() == {"user": "column_1", "item": "column_2", "time": "column_3"}


def test_small_ones(logs):
    one = imported(logs, "one_event.csv")
    assert one.log.frame.select(c.USER, c.ITEM).rows() == [("1", "2")]
    utf16 = imported(logs, "utf16.csv")
    assert utf16.log.frame.select(c.USER, c.ITEM).rows() == [("1", "é")]
    whale = imported(logs, "whale_user.csv.gz")
    assert whale.log.frame.group_by(c.USER).len().sort(pl.col("len"))["len"][-1] == 200_000
