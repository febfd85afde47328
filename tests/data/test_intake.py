"""A file read in many small pieces gives the log, the account and the recipe of the same file read at once."""

import csv
import gzip
import io
import itertools

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from seqrec_core.data.facts import LogFacts, dataset_fingerprint
from seqrec_core.data.fingerprint import Fingerprint, frame_fingerprint
from seqrec_core.data.importing import import_into, import_log
from seqrec_core.data.intake.cutting import end_of_records, record_pieces
from seqrec_core.data.intake.quick import quick_rows
from seqrec_core.data.intake.tables import Sizes
from seqrec_core.data.mapping import ColumnMapping, ImportRequest
from seqrec_core.errors import BadInput, NeedsDecision

TINY = Sizes(piece_bytes=300, piece_rows=7, bucket_rows=5)
WHOLE = Sizes(piece_bytes=1 << 30, piece_rows=1 << 30, bucket_rows=1 << 30)
HEADER = ("user", "item", "event", "time", "visit", "amount", "note")
MAPPING = ColumnMapping(user="user", item="item", event="event", time="time", session="visit", value="amount")
WORD = st.text(st.sampled_from('ab0 ;"\n-é用'), max_size=4)
ROW = st.tuples(
    st.sampled_from(["u1", "u2", "u3", "u10", "é", "", " "]),
    st.sampled_from(["i1", "i2", "i3", ""]),
    st.sampled_from(["view", "home", "cart", ""]),
    st.sampled_from(
        ["2024-05-01 08:30:00", "2024-05-01 09:30:00", "13/05/2024", "02/05/2024 10:00", "1714550400", "1970-01-01", "soon", ""]
    ),
    st.sampled_from(["s1", "s2", ""]),
    st.sampled_from(["1", "2.5", "3,5", "x", ""]),
    WORD,
)
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
OPTIONS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], phases=PHASES)


def written(path, rows, header=HEADER, damage=()):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    lines = out.getvalue().split("\n")
    for at, text in damage:
        lines.insert(1 + at % max(1, len(lines) - 1), text)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def outcome(request, sizes):
    """Everything that an import says, or how it refuses."""
    try:
        made = import_log(request, sizes=sizes)
    except BadInput as error:
        return error.code, None
    except NeedsDecision as error:
        return [(question.code, question.options) for question in error.questions], None
    report = made.report
    account = (report.rows_read, report.rows_kept, report.rejected, report.fixes, report.recipe, report.rejects.rows())
    return (dataset_fingerprint(made.log, made.catalog), LogFacts.of(made.log), account), made


def assert_equal(request):
    one, whole = outcome(request, WHOLE)
    many, pieces = outcome(request, TINY)
    if whole is not None and pieces is not None:
        assert_frame_equal(pieces.log.frame, whole.log.frame)
        assert_frame_equal(pieces.report.rejects, whole.report.rejects)
        assert pieces.report.fixes == whole.report.fixes
    assert many == one


@OPTIONS
@given(rows=st.lists(ROW, min_size=1, max_size=60), gap=st.none() | st.just(30.0), raw=st.booleans(), packed=st.booleans())
def test_pieces_make_no_difference(tmp_path, rows, gap, raw, packed):
    good = [(f"u{n % 4}", f"i{n % 3}", "view", f"2024-05-{1 + n % 28:02} 08:30:00", f"s{n % 4}", str(n), "") for n in range(30)]
    path = written(tmp_path / "log.csv", [*good, *rows])
    if packed:
        path = tmp_path / "log.csv.gz"
        path.write_bytes(gzip.compress((tmp_path / "log.csv").read_bytes()))
    assert_equal(ImportRequest(path=path, mapping=MAPPING, session_gap_minutes=gap, raw=raw))


@OPTIONS
@given(
    rows=st.lists(st.tuples(st.sampled_from("abcdefg"), st.integers(0, 9), st.integers(0, 40)), min_size=1, max_size=60),
    typed=st.booleans(),
)
def test_pieces_of_parquet_and_json_lines_make_no_difference(tmp_path, rows, typed):
    frame = pl.DataFrame(
        {
            "user": [row[0] for row in rows],
            "item": [None if row[1] == 0 else row[1] + (0.5 if row[2] == 40 else 0.0) for row in rows],
            "time": [1_714_550_400 + 60 * row[2] for row in rows],
        }
    )
    mapping = ColumnMapping(user="user", item="item", time="time")
    if typed:
        frame.write_parquet(tmp_path / "log.parquet", row_group_size=10)
        assert_equal(ImportRequest(path=tmp_path / "log.parquet", mapping=mapping))
    else:
        frame.write_ndjson(tmp_path / "log.jsonl")
        assert_equal(ImportRequest(path=tmp_path / "log.jsonl", mapping=mapping))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "gb18030"])
def test_pieces_make_no_difference_in_any_encoding(tmp_path, encoding):
    word = "Stück é" if encoding == "cp1252" else "商品 北京 用户"
    rows = [(f"u{n % 5}", word if n > 60 else f"i{n % 7}", f"2024-05-01 08:{n % 60:02}:00") for n in range(120)]
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([("user", "item", "time"), *rows])
    path = tmp_path / "log.csv"
    path.write_bytes(out.getvalue().encode(encoding))
    assert_equal(ImportRequest(path=path, mapping=ColumnMapping(user="user", item="item", time="time")))


def test_what_stands_only_at_the_end_decides_for_the_beginning(tmp_path):
    early = [("a", f"i{n}", f"0{1 + n % 9}/0{1 + n % 8}/2024", "1,000") for n in range(60)]
    mapping = ColumnMapping(user="user", item="item", time="time", value="amount")
    for last in (("b", "i1", "25/12/2024", "2,5"), ("b", "i1", "12/25/2024", "7")):
        path = written(tmp_path / "log.csv", [*early, last], ("user", "item", "time", "amount"))
        assert_equal(ImportRequest(path=path, mapping=mapping))
    path = written(tmp_path / "log.csv", early, ("user", "item", "time", "amount"))
    assert_equal(ImportRequest(path=path, mapping=mapping))


@OPTIONS
@given(texts=st.lists(WORD, min_size=1, max_size=40), size=st.integers(1, 60))
def test_pieces_are_cut_between_records(texts, size):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([(text, "x") for text in texts])
    pieces = list(record_pieces(io.BytesIO(out.getvalue().encode()), size, b'"', "log.csv"))
    assert b"".join(pieces) == out.getvalue().encode()
    read = itertools.chain.from_iterable(csv.reader(io.StringIO(piece.decode(), newline="")) for piece in pieces)
    assert [row[0] for row in read] == texts


def test_damaged_quotes_do_not_hold_the_file_together():
    data = b'a,b\n"never closed,1\n' + b"c,d\n" * 200
    assert 0 < len(data) - end_of_records(data, b'"') < len(data)


@pytest.mark.parametrize(
    "data",
    [b"a,b,c\n", b"a\nb,c\n", b"a,b,c\nd\n", b'a,"b"\n', b"a,b\n\nc,d\n", b"a,b\rc,d\n", b"a,\0\n", b"a,\xff\n", b"\na,b\n"],
)
def test_a_piece_in_which_something_may_be_misread_is_not_parsed_at_once(data):
    assert quick_rows(data, ["x", "y"], ",") is None


def test_plain_pieces_are_parsed_at_once():
    assert quick_rows("a,\r\n,é\r\n".encode(), ["x", "y"], ",").rows() == [("a", ""), ("", "é")]


@given(
    st.lists(
        st.tuples(WORD | st.none(), st.integers() | st.none(), st.booleans()).map(lambda r: (r[0], (r[1] or 0) % 99, r[2])),
        max_size=20,
    ),
    st.integers(1, 5),
)
@settings(deadline=None, max_examples=40)
def test_a_fingerprint_knows_nothing_of_pieces(rows, size):
    frame = pl.DataFrame(rows, schema={"a": pl.String, "b": pl.Int64, "c": pl.Boolean}, orient="row")
    made = Fingerprint()
    for at in range(0, max(1, frame.height), size):
        made.update(frame.slice(at, size))
    assert made.hexdigest() == frame_fingerprint(frame)


def test_a_log_in_a_folder_is_the_log_in_memory(tmp_path):
    rows = [(f"u{n % 9}", f"i{n % 7}", "view", f"2024-05-01 08:{n % 60:02}:00", "", str(n), "x") for n in range(300)]
    request = ImportRequest(path=written(tmp_path / "log.csv", rows), mapping=MAPPING, session_gap_minutes=5)
    folder = tmp_path / "out"
    folder.mkdir()
    stored, made = import_into(folder, request, sizes=TINY), import_log(request, sizes=WHOLE)
    parts = sorted(folder.iterdir())
    assert len(parts) > 3
    assert all(path.suffix == ".parquet" for path in parts)
    assert_frame_equal(pl.read_parquet(parts), made.log.frame)
    assert stored.facts == LogFacts.of(made.log)
    assert_frame_equal(stored.catalog.frame, made.catalog.frame)


def test_a_bucket_that_holds_most_users_is_ordered_in_parts(tmp_path):
    late = [(f"v{n:04}", "i", f"2024-05-01 08:{n % 60:02}:00") for n in range(400)]
    path = written(tmp_path / "log.csv", [("u", "i", "2024-05-01 08:00:00")] * 3 + late, ("user", "item", "time"))
    packed = tmp_path / "log.csv.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert_equal(ImportRequest(path=packed, mapping=ColumnMapping(user="user", item="item", time="time")))


def test_an_import_that_is_stopped_leaves_nothing(tmp_path):
    rows = [(f"u{n % 9}", "i", "view", "2024-05-01", "", "1", str(n)) for n in range(300)]
    path = written(tmp_path / "log.csv", rows)

    class Halt(Exception):
        pass

    def stop_at(stage):
        def told(_, __, values):
            if values["stage"] == stage and values["rows"] > 20:
                raise Halt

        return told

    folder = tmp_path / "out"
    folder.mkdir()
    for stage in (2, 3):
        with pytest.raises(Halt):
            import_into(folder, ImportRequest(path=path, mapping=MAPPING), stop_at(stage), sizes=TINY)
        assert not [entry for entry in folder.iterdir() if entry.is_dir()]
