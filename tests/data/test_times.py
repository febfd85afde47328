"""Times are read by their shape; what is none is none."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core.data.date_orders import date_order
from seqrec_core.data.importing import import_log, propose
from seqrec_core.data.mapping import ImportRequest
from seqrec_core.data.times import looks_like_time, parse_times, time_share

AT = datetime(2010, 12, 1, 8, 26, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2099, 12, 31)).map(lambda t: t.replace(microsecond=0, tzinfo=UTC))


def read(text, order=None):
    return parse_times(pl.Series([text, ""]), order).values[0]


@pytest.mark.parametrize(
    "text",
    [
        "2010-12-01 08:26", "2010-12-01T08:26:00Z", "2010-12-01 10:26:00+02:00", "2010-12-01T10:26:00.000+0200",
        "01.12.2010 08:26", "01 Dec 2010 08:26", "01-Dec-2010 08:26:00", "Wed, 01 Dec 2010 08:26:00 GMT",
        "01/Dec/2010:08:26:00 +0000", "Dec 1, 2010 8:26 AM", "December 1, 2010 08:26", "20101201082600", "201012010826",
        "2010/12/1 8:26", "2010年12月1日 08:26", "1291191960", "1291191960000", "1291191960000000", "1291191960000000000",
        "1291191960,0", "1.29119196e9", "1,29119196E+09", "1.29119196e12", "Wed Dec  1 08:26:00 2010",
        "Wed Dec 01 08:26:00 UTC 2010",
        "[01/Dec/2010:08:26:00 +0000]", "[01/Dec/2010:00:26:00 -0800]", "2010年12月1日 8时26分00秒", "2010年12月1日8时26分",
        "2010/12/1 上午8:26", "Wed Dec 01 2010 09:26:00 GMT+0100", "01.12.2010 8:26 AM",
        "1291191960.0", " 2010-12-01 08:26 ", "2010-12-01T00:26-08:00",
    ],
)  # fmt: skip
def test_one_moment_in_many_shapes(text):
    assert read(text) == AT


@pytest.mark.parametrize(
    "text",
    ["", "abc", "-1", "0000-00-00 00:00:00", "2011-13-45 25:61:00", "2011-02-29", "2010-12-01 24:00:00", "31.04.2010", "12345",
     "1e9", "1.2e3", "8时26分", "08:26", "Wed Dec 1 08:26:00 PST 2010", "2010年12月1日 25时26分",
     "2010-12-01 08:26 and more", "12/01/2010 08:26"],
)  # fmt: skip
def test_what_is_no_time(text):
    assert read(text) is None


def test_slashed_dates_go_by_their_order():
    assert read("12/01/2010 8:26 PM", "mdy") == datetime(2010, 12, 1, 20, 26, tzinfo=UTC)
    assert read("12/01/2010 12:05 AM", "dmy") == datetime(2010, 1, 12, 0, 5, tzinfo=UTC)
    assert read("1/2/69", "dmy") == datetime(2069, 2, 1, tzinfo=UTC)
    assert read("29/02/2012", "mdy") is None


@settings(max_examples=60, deadline=None)
@given(
    st.lists(MOMENTS, min_size=1, max_size=20), st.sampled_from(["%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%d %b %Y %H:%M:%S"])
)
def test_every_moment_comes_back(moments, layout):
    column = pl.Series([moment.strftime(layout) for moment in moments])
    assert parse_times(column).values.to_list() == moments
    unix = pl.Series([str(int(moment.timestamp() * 1000)) for moment in moments])
    long_enough = [moment for moment in moments if moment.timestamp() >= 1_000_000_000]
    assert [t for t in parse_times(unix).values.to_list() if t is not None] == long_enough


def test_microseconds_and_precision_of_large_integers_are_kept():
    assert read("2015-05-17T10:05:14.123456+0000") == datetime(2015, 5, 17, 10, 5, 14, 123456, tzinfo=UTC)
    assert read("1659304800025001") == datetime(2022, 7, 31, 22, 0, 0, 25001, tzinfo=UTC)


def test_naive_times_are_counted():
    times = parse_times(pl.Series(["2010-12-01 08:26", "2010-12-01 08:26Z", "1291191960", "no"]))
    assert times.naive.to_list() == [True, False, False, False]
    assert times.shapes == {"iso": 2, "unix": 1}


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["01/12/2010", "13/12/2010"], "dmy"),
        (["12/01/2010", "12/13/2010"], "mdy"),
        (["01/12/2010", "02/11/2010"], "ask"),
        (["01/01/2010", "02/02/2010"], None),
        (["2010-12-01"], None),
        (["12/01/2010", *["2010-12-01T10:00:00Z"] * 9], "mdy"),
        (["01/12/2010", *["2010-12-01T10:00:00Z"] * 9], "dmy"),
    ],
)
def test_the_order_of_slashed_dates_is_seen_or_asked(values, order):
    assert date_order(pl.Series(values)) == order


def test_typed_columns():
    naive = parse_times(pl.Series([datetime(2010, 12, 1, 8, 26)]))
    assert naive.values.to_list() == [AT]
    assert naive.naive.to_list() == [True]
    zoned = pl.Series([AT]).dt.convert_time_zone("Asia/Shanghai")
    assert parse_times(zoned).values.to_list() == [AT]
    assert not parse_times(zoned).naive.any()
    assert parse_times(pl.Series([1291191960, None])).values.to_list() == [AT, None]
    assert parse_times(pl.Series([AT.date()])).values.to_list() == [AT.replace(hour=0, minute=0)]


def test_shares_tell_times_from_ids():
    assert time_share(pl.Series(["2010-12-01", "2010-12-02", "x", ""])) == (pytest.approx(2 / 3), False)
    assert time_share(pl.Series(["1291191960", "1291191961"])) == (1.0, True)
    assert time_share(pl.Series(["31625220", "31625221"]))[0] == 0.0
    assert looks_like_time("31.12.2020 23:59")
    assert not looks_like_time("85123")
    assert not looks_like_time("may")


def test_afternoons_are_told_from_mornings():
    assert read("2010年12月1日 下午 8:26") == read("01.12.2010 8:26 pm") == AT.replace(hour=20)


def test_a_day_and_a_time_of_day_in_two_columns_are_proposed_together(tmp_path):
    path = tmp_path / "log.csv"
    rows = [f"u{n % 4},i{n % 6},{n % 28 + 1:02}.12.2010,{n % 24}:26:00" for n in range(60)]
    rows += ["u1,i1,03.12.2010,", "u1,i1,03.12.2010,99:99", "u2,i1,soon,8:26"]
    path.write_text("user,item,date,time\n" + "\n".join(rows) + "\n")
    assert propose(path).roles["time"] == "date+time"
    made = import_log(ImportRequest(path=path))
    assert made.log.frame["timestamp"].min() == datetime(2010, 12, 1, 0, 26, tzinfo=UTC)
    fixes = {fix.key: fix.sentence for fix in made.report.fixes}
    assert "03.12.2010 99:99" in fixes["data.fix.unread_times"]
    assert "soon 8:26" in fixes["data.fix.unread_times"]
    assert made.report.rejected == {"no time": 1, "unparsable time": 2}


def test_rounded_unix_times_are_said(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("user,item,time\na,x,1.7e9\na,y,1.70001e9\n")
    assert "data.fix.power_times" in {fix.key for fix in import_log(ImportRequest(path=path)).report.fixes}


def dates(pattern, n=200):
    return [(datetime(2024, 1, 3) + timedelta(days=k, hours=k % 24)).strftime(pattern) for k in range(n)]


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (dates("%y-%m-%d"), "ymd"),
        (dates("%y/%m/%d %H:%M"), "ymd"),
        (dates("%y.%m.%d"), "ymd"),
        (dates("%d-%m-%y"), "dmy"),
        (dates("%d.%m.%y"), None),
        (dates("%m/%d/%y"), "mdy"),
        (["05-04-03", "06-04-03"], "years"),
        (["05.04.03", "06.04.03"], "years"),
        (["99-12-01", "00-01-02"], "ymd"),
        (["24-05-03", *["2024-05-01T10:00:00Z"] * 9], "ymd"),
        (["30-04-24", "02-05-24", *["2024-05-01T10:00:00Z"] * 9], "dmy"),
        (dates("%d/%m/%Y") + dates("%m/%d/%Y"), "both"),
        ([*dates("%d/%m/%Y"), "12/31/2024"], "dmy"),
    ],
)
def test_years_of_two_digits_and_mixed_orders_are_seen_or_asked(values, order):
    assert date_order(pl.Series(values)) == order


@pytest.mark.parametrize("pattern", ["%y-%m-%d %H:%M:%S", "%y/%m/%d", "%y.%m.%d %H:%M"])
def test_years_of_two_digits_in_front(pattern):
    moments = [datetime(2024, 1, 3) + timedelta(days=k) for k in range(60)]
    read = parse_times(pl.Series([moment.strftime(pattern) for moment in moments]), "ymd")
    assert [value.replace(tzinfo=None) for value in read.values.to_list()] == moments


@pytest.mark.parametrize("zero", ["\u0660", "\u06f0", "\uff10", "\u0966"])
def test_digits_of_other_scripts(zero):
    text = "2024-05-03 08:26:00"
    other = "".join(chr(ord(zero) + int(letter)) if letter.isdigit() else letter for letter in text)
    assert parse_times(pl.Series([other, text, None])).values.to_list() == [*[datetime(2024, 5, 3, 8, 26, tzinfo=UTC)] * 2, None]
