"""Bytes become rows exactly, or the row at fault is named."""

import csv
import gzip
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core.data.canonical import Dialect, canonical
from seqrec_core.data.damaged import read_damaged
from seqrec_core.data.mapping import ReadOptions
from seqrec_core.data.reading import read_table
from seqrec_core.data.records import read_records
from seqrec_core.errors import BadInput, NotFound
from seqrec_core.settings import Settings

CELL = st.text(st.sampled_from("ab7é用,;|\t\"\n'= "), max_size=8)


def written(rows, delimiter=",", quoting=csv.QUOTE_MINIMAL, ends="\n"):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=ends).writerows(rows)
    return out.getvalue().encode()


def table_of(tmp_path, data, name="log.csv", **options):
    path = tmp_path / name
    path.write_bytes(data)
    return read_table(path, ReadOptions(**options))


SPECTRUM = (
    *("comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "newlines"),
    *("newlines_crlf", "quotes_and_newlines", "simple", "simple_crlf", "utf8"),
)  # location_coordinates is left out: its JSON has another phone number than its CSV


@pytest.mark.parametrize("name", SPECTRUM)
def test_csv_spectrum_reads_as_its_json_says(logs, name):
    folder = logs / "csv-torture" / "csv-spectrum"
    expected = json.loads((folder / "json" / f"{name}.json").read_text(encoding="utf-8"))
    assert read_table(folder / "csvs" / f"{name}.csv").frame.to_dicts() == expected


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=12),
    delimiter=st.sampled_from(",;|\t"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    ends=st.sampled_from(["\n", "\r\n"]),
)
def test_what_a_csv_writer_wrote_is_read_back(rows, delimiter, quoting, ends):
    data = written([("a", "b", "c"), *rows], delimiter, quoting, ends)
    records = read_records(canonical(data, Dialect(delimiter)), delimiter)
    assert records.frame.rows()[1:] == rows
    assert records.rejects == ()
    text = data.decode()
    starts = [1]
    for row in [("a", "b", "c"), *rows[:-1]]:
        starts.append(starts[-1] + written([row], delimiter, quoting, ends).decode().count("\n"))
    assert records.lines.tolist() == starts
    assert text.count("\n") == starts[-1] + written([rows[-1]], delimiter, quoting, ends).decode().count("\n") - 1


@settings(max_examples=100, deadline=None)
@given(rows=st.lists(st.tuples(CELL, CELL), min_size=1, max_size=8))
def test_reading_line_by_line_gives_what_the_fast_way_gives(rows):
    data = written([("a", "b"), *rows])
    fast = read_records(data, ",")
    slow, lines, rejects = read_damaged(data.decode(), ",", frozenset())
    assert [tuple(row) for row in slow] == fast.frame.rows()
    assert lines == fast.lines.tolist()
    assert rejects == []


def test_ragged_rows_are_rejected_with_line_and_reason(tmp_path):
    data = b"user,item,time\n" + b"a,b,1\n" * 8 + b"a,b\n\na,b,c,d\na,b,2\n"
    table = table_of(tmp_path, data)
    assert table.frame.height == 9
    assert [(reject.line, reject.reason, reject.raw) for reject in table.rejects] == [
        (10, "too_few_fields", "a,b"),
        (12, "too_many_fields", "a,b,c,d"),
    ]
    assert table.lines.to_list() == [*range(2, 10), 13]


def test_an_unclosed_quote_costs_its_own_line_only(tmp_path):
    data = b'user,item,time\na,"x\ny",1\na,"open,2\nb,"z",3\nc,w,4\n'
    table = table_of(tmp_path, data)
    assert table.frame["item"].to_list() == ["x\ny", "z", "w"]
    assert [(reject.line, reject.reason) for reject in table.rejects] == [(4, "unclosed_quote")]
    assert table.lines.to_list() == [2, 5, 6]


def test_text_after_a_quote_and_nul_are_rejected(tmp_path):
    table = table_of(tmp_path, b'user,item,time\na,"x"y,1\nb,z\0,2\nc,w,3\n')
    assert [(reject.line, reject.reason) for reject in table.rejects] == [(2, "text_after_quote"), (3, "nul")]
    assert table.frame["item"].to_list() == ["w"]


def test_a_quote_inside_a_field_stands_for_itself(tmp_path):
    table = table_of(tmp_path, b'user,item,time\na,7" single,1\nb,12" maxi,2\n')
    assert table.frame["item"].to_list() == ['7" single', '12" maxi']


def test_a_lost_quote_does_not_swallow_hundreds_of_rows(tmp_path):
    lines = ["user,item,time", 'a,"open,1', *(f"u,i{n},{n}" for n in range(200)), 'b,closed",2']
    table = table_of(tmp_path, "\n".join(lines).encode())
    assert table.frame.height >= 200
    assert table.rejects[0].line == 2


@pytest.mark.parametrize("ends", ["\r", "\r\n", "\n"])
def test_any_line_ends(tmp_path, ends):
    table = table_of(tmp_path, ends.join(["user;item", "007;é", "", "8;b"]).encode())
    assert table.frame.rows() == [("007", "é"), ("8", "b")]
    assert table.lines.to_list() == [2, 4]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "::"])
def test_the_delimiter_is_found(tmp_path, delimiter):
    rows = [["uid", "what", "ts"], *([f"u{n}", f"a,b; c{n}", f"2024-05-{n + 1:02d} 08:30"] for n in range(9))]
    if delimiter in ",;":
        rows = [[cell.replace(delimiter, "") for cell in row] for row in rows]
    table = table_of(tmp_path, "\n".join(delimiter.join(row) for row in rows).encode())
    assert table.delimiter == delimiter
    assert [list(row) for row in table.frame.rows()] == rows[1:]


def test_without_a_header_no_row_is_lost(tmp_path):
    table = table_of(tmp_path, b"17850,85123A,2010-12-01\n17850,71053,2010-12-01\n")
    assert table.has_header is False
    assert table.frame.columns == ["column_1", "column_2", "column_3"]
    assert table.frame.height == 2


def test_repeated_and_blank_names_get_names_of_their_own(tmp_path):
    table = table_of(tmp_path, b"user,user,,time\n1,2,3,2020-01-01\n")
    assert table.frame.columns == ["user", "user (2)", "column_3", "time"]
    assert table.repeated == ("user",)


def test_json_lines_with_nested_events(tmp_path):
    lines = ['{"session": 1, "events": [{"aid": 7, "ts": 5.0}, {"aid": 8, "ts": 6, "x": null}]}', "{broken", '{"session": 2}']
    table = table_of(tmp_path, "\n".join(lines).encode(), "log.jsonl")
    assert table.frame.to_dicts() == [
        {"session": "1", "aid": "7", "ts": "5", "x": ""},
        {"session": "1", "aid": "8", "ts": "6", "x": ""},
        {"session": "2", "aid": "", "ts": "", "x": ""},
    ]
    assert table.lines.to_list() == [1, 1, 3]
    assert [(reject.line, reject.reason) for reject in table.rejects] == [(2, "not_json")]


def test_gzip_of_several_members_is_one_file(tmp_path):
    table = table_of(tmp_path, gzip.compress(b"user,item\na,b\n") + gzip.compress(b"c,d\n"), "log.csv.gz")
    assert table.frame.rows() == [("a", "b"), ("c", "d")]


def test_gzip_that_breaks_off_is_refused(tmp_path):
    with pytest.raises(BadInput) as error:
        table_of(tmp_path, gzip.compress(b"user,item\n" + b"a,b\n" * 9999)[:-20], "log.csv.gz")
    assert error.value.code == "compressed_damaged"


def test_limits_of_size_hold(tmp_path):
    path = tmp_path / "log.csv.gz"
    path.write_bytes(gzip.compress(b"user,item\n" + b"a,b\n" * 600_000))
    small = Settings(max_expanded_mb=1)
    with pytest.raises(BadInput) as error:
        read_table(path, limits=small)
    assert error.value.code == "too_large"
    assert read_table(path, limits=Settings(max_expanded_mb=8)).frame.height == 600_000


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"\n \n", "empty_file"),
        (b"user,item,time\n", "header_only"),
        (b"PK\x03\x04 and so on", "zip_damaged"),
        (b"%PDF-1.7 \x01\x02", "binary_file"),
        (bytes(range(256)) * 20, "binary_file"),
        (b"PAR1 is not all it takes", "parquet_damaged"),
        (b"a;b\n" * 30 + b"a,b;c;d\n" * 30, "two_widths"),
        ((",".join(map(str, range(3000))) + "\n").encode() * 2, "too_many_columns"),
    ],
)
def test_what_is_no_table_is_refused_with_a_way_out(tmp_path, data, code):
    with pytest.raises(BadInput) as error:
        table_of(tmp_path, data)
    assert error.value.code == code
    assert error.value.message
    assert error.value.hint


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(NotFound):
        read_table(tmp_path / "nothing.csv")
    with pytest.raises(BadInput):
        read_table(tmp_path)


def test_the_head_of_a_file_is_the_beginning_of_the_whole(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("user,item\n" + "".join(f'u{n},"item\n{n}"\n' for n in range(300_000)), encoding="utf-8")
    head, whole = read_table(path, head=True), read_table(path)
    assert not head.complete
    assert 0 < head.frame.height < whole.frame.height
    assert head.frame.equals(whole.frame.head(head.frame.height))
    assert head.rejects == ()
    assert head.n_rows == pytest.approx(300_000, rel=0.05)
