"""Times without an offset are read in the zone that was named, and what a clock change makes doubtful is counted."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from seqrec_core import columns as c
from seqrec_core.data.importing import import_log, propose, request_from_recipe
from seqrec_core.data.intake.tables import Sizes
from seqrec_core.data.mapping import ImportRequest, ReadOptions
from seqrec_core.data.zones import in_zone

BERLIN = ReadOptions(time_zone="Europe/Berlin")


def log(*times):
    rows = [f"u{index % 3},item-{index},{time}" for index, time in enumerate(times)]
    return "user_id,item_id,timestamp\n" + "\n".join(rows) + "\n"


def test_a_zone_agrees_with_python_hour_by_hour_over_both_clock_changes():
    hours = pl.datetime_range(datetime(2025, 1, 1), datetime(2026, 1, 1), "30m", eager=True)
    read = in_zone(hours.dt.replace_time_zone("UTC"), pl.Series([True] * len(hours)), "Europe/Berlin")
    expected = [hour.replace(tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC) for hour in hours]
    assert read.values.to_list() == expected
    assert hours.filter(read.skipped).to_list() == [datetime(2025, 3, 30, 2), datetime(2025, 3, 30, 2, 30)]
    assert hours.filter(read.twice).to_list() == [datetime(2025, 10, 26, 2), datetime(2025, 10, 26, 2, 30)]


def test_a_day_that_a_zone_skipped_is_read_as_the_day_after():
    noon = pl.Series([datetime(2011, 12, 30, 12, tzinfo=UTC)])
    read = in_zone(noon, pl.Series([True]), "Pacific/Apia")
    assert read.skipped.to_list() == [True]
    assert read.values[0] == datetime(2011, 12, 30, 22, tzinfo=UTC)


@pytest.mark.parametrize("pieces", [12 << 20, 200])
def test_an_import_reads_naive_times_in_the_zone_and_says_what_is_doubtful(tmp_path, pieces):
    times = ["2025-07-01 12:00:00"] * 40 + ["2025-03-30 02:30:00", "2025-10-26 02:30:00", "2025-07-01T12:00:00Z"]
    path = tmp_path / "log.csv"
    path.write_text(log(*times))
    made = import_log(ImportRequest(path=path, read=BERLIN), sizes=Sizes(piece_bytes=pieces))
    by_item = dict(made.log.frame.select(c.ITEM, c.TIME).iter_rows())
    assert by_item["item-0"] == datetime(2025, 7, 1, 10, tzinfo=UTC)
    assert by_item["item-42"] == datetime(2025, 7, 1, 12, tzinfo=UTC)
    fixes = {fix.key: (fix.n, fix.values.get("zone")) for fix in made.report.fixes}
    assert fixes["data.fix.naive_times"] == (42, "Europe/Berlin")
    assert fixes["data.fix.skipped_hour"] == (1, "Europe/Berlin")
    assert fixes["data.fix.twice_hour"] == (1, "Europe/Berlin")
    again = import_log(request_from_recipe(made.report.recipe, path))
    assert again.log.frame.equals(made.log.frame)


@pytest.mark.parametrize("rows", [250_000, 10])
def test_parquet_without_a_zone_is_read_in_it_too(tmp_path, rows):
    path = tmp_path / "log.parquet"
    users, items = [f"u{n % 3}" for n in range(40)], [f"i{n % 7}" for n in range(40)]
    pl.DataFrame(
        {"user_id": users, "item_id": items, "timestamp": [datetime(2025, 7, 1, 12, n) for n in range(40)]}
    ).write_parquet(path)
    made = import_log(ImportRequest(path=path, read=BERLIN), sizes=Sizes(piece_rows=rows))
    assert made.log.frame[c.TIME].min() == datetime(2025, 7, 1, 10, tzinfo=UTC)
    assert made.report.recipe["read"]["time_zone"] == "Europe/Berlin"


def test_an_answer_names_the_zone_and_the_proposal_shows_it(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text(log("2025-07-01 12:00", "2025-07-01 13:00"))
    assert {e.part: e.value for e in propose(path).evidence}["time_zone"] == "UTC"
    proposal = propose(path, answers={"time_zone": "Asia/Shanghai"})
    assert {e.part: e.value for e in proposal.evidence}["time_zone"] == "Asia/Shanghai"
    assert proposal.read.time_zone == "Asia/Shanghai"


def test_times_that_can_hardly_be_right_are_said(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text(log("1971-02-03 12:00", "2085-07-01 13:00", "2020-07-01 13:00"))
    fixes = {fix.key: fix for fix in import_log(ImportRequest(path=path)).report.fixes}
    assert fixes["data.fix.early_times"].n == fixes["data.fix.late_times"].n == 1
    assert "1971-02-03" in fixes["data.fix.early_times"].sentence
    assert "2085-07-01" in fixes["data.fix.late_times"].sentence
