"""Formats other than delimited text, read in many small pieces, give what reading them at once gives."""

import gzip
import io
import json

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from seqrec_core.data import reading
from seqrec_core.data.importing import import_log
from seqrec_core.data.intake import cutting, tables
from seqrec_core.data.intake.tables import Sizes, open_tables
from seqrec_core.data.json_values import value_pieces
from seqrec_core.data.mapping import ImportRequest
from seqrec_core.errors import BadInput

TINY = Sizes(piece_bytes=300, piece_rows=7, bucket_rows=5)
WHOLE = Sizes(piece_bytes=1 << 30, piece_rows=1 << 30, bucket_rows=1 << 30)
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
OPTIONS = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], phases=PHASES)
GOOD_IDS = [f"u{n % 5} " + " ".join(f"i{k}" for k in range(n % 9 + 1)) for n in range(40)]
GOOD_SPMF = [" -1 ".join(str(k) for k in range(1, n % 6 + 2)) + " -1 -2" for n in range(40)]
DICTS = [{"user_id": f"u{n % 7}", "item_id": f"i{n % 5}", "timestamp": f"2024-05-01 08:{n % 60:02}:00"} for n in range(90)]


def outcome(request, sizes):
    made = import_log(request, sizes=sizes)
    report = made.report
    return made.log.fingerprint, report.rows_read, report.rejected, report.fixes, report.rejects.rows(), report.recipe


def assert_equal(request):
    assert outcome(request, TINY) == outcome(request, WHOLE)


@OPTIONS
@given(odd=st.lists(st.sampled_from(["", "alone", "u1  i2", "u2 i2\r", "# x", "é i1"]), max_size=8), place=st.integers(0, 39))
@pytest.mark.parametrize("kind", ["sequences", "item_sequences"])
def test_lines_of_ids(tmp_path, kind, odd, place):
    path = tmp_path / "log"
    path.write_text("\n".join([*GOOD_IDS[:place], *odd, *GOOD_IDS[place:]]), encoding="utf-8")
    assert_equal(ImportRequest(path=path, answers={"format": kind}))


@OPTIONS
@given(odd=st.lists(st.sampled_from(["", "1 2 3", "@ITEM=2=pear", "# x", "5 -1 7 -2"]), max_size=4), place=st.integers(0, 40))
def test_spmf(tmp_path, odd, place):
    path = tmp_path / "log"
    path.write_text("\n".join(["@ITEM=1=apple", *GOOD_SPMF[:place], *odd, *GOOD_SPMF[place:]]) + "\n")
    assert_equal(ImportRequest(path=path))


@pytest.mark.parametrize("quote", ['say "hi"', "plain"])
def test_atomic_files(tmp_path, quote):
    path = tmp_path / "log.inter"
    rows = [f"u{n % 7}\ti{n % 5}\t{1_714_550_400 + 60 * n}.0\t{quote if n > 50 else 'x'}" for n in range(90)]
    path.write_text("\n".join(["user_id:token\titem_id:token\ttimestamp:float\tnote:token", *rows, "u1\ti1", ""]))
    assert_equal(ImportRequest(path=path))


def test_packed_parquet_is_read_in_pieces(tmp_path):
    path = tmp_path / "log"
    bytes_of = io.BytesIO()
    pl.DataFrame(DICTS).write_parquet(bytes_of, row_group_size=20)
    path.write_bytes(gzip.compress(bytes_of.getvalue()))
    (tmp_path / "aside").mkdir()
    assert not open_tables(ImportRequest(path=path), tmp_path / "aside", TINY).whole
    assert_equal(ImportRequest(path=path))


@pytest.mark.parametrize("shape", ["array", "pretty", "objects", "one line"])
def test_documents(tmp_path, monkeypatch, shape):
    rows = [*DICTS, {**DICTS[0], "note": 'a "b] } \\'}, {**DICTS[1], "tags": {"x": [1, {"y": "}"}]}}]
    text = {
        "array": "[\n" + ",\n".join(map(json.dumps, rows)) + "\n]\n",
        "pretty": json.dumps([*rows, 7, None], indent=2),
        "objects": "\n".join(json.dumps(row, indent=1) for row in rows),
        "one line": json.dumps(rows),
    }[shape]
    path = tmp_path / "log.json"
    path.write_text(text)
    whole = outcome(ImportRequest(path=path), WHOLE)
    monkeypatch.setattr(reading, "HEAD_BYTES", 2_000)
    (tmp_path / "aside").mkdir()
    assert not open_tables(ImportRequest(path=path), tmp_path / "aside", TINY).whole
    assert outcome(ImportRequest(path=path), TINY) == whole


@pytest.mark.parametrize("damage", ["]", '"}]', "{}"])
def test_a_document_that_breaks_off_is_refused_with_its_line(tmp_path, monkeypatch, damage):
    monkeypatch.setattr(reading, "HEAD_BYTES", 2_000)
    path = tmp_path / "log.json"
    path.write_text(
        json.dumps(DICTS, indent=1).removesuffix("]") + damage.removesuffix("]") + ('{"user_id' if damage == "]" else "")
    )
    with pytest.raises(BadInput) as refused:
        import_log(ImportRequest(path=path), sizes=TINY)
    assert refused.value.code == "json_damaged"
    assert refused.value.values["line"] > 400


VALUE = st.recursive(st.sampled_from(['a"b', "\\", "}]", 1, None, 'x\\"']), lambda inner: st.lists(inner, max_size=3))


@OPTIONS
@given(
    values=st.lists(st.fixed_dictionaries({"k": VALUE}), min_size=1, max_size=12), size=st.integers(1, 40), indent=st.booleans()
)
def test_values_are_cut_where_they_end(values, size, indent):
    text = json.dumps(values, indent=2 if indent else None).encode()
    found = []
    for before, piece in value_pieces(io.BytesIO(text), size, "log"):
        assert text[: text.index(piece)].count(b"\n") <= before
        found += json.loads(b"[" + piece.strip(b", \n") + b"]")
    assert found == values


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_piece_without_one_good_row_keeps_what_was_rejected(tmp_path, kind):
    if kind == "csv":
        lines = ["user_id,item_id,timestamp", *(",".join(row.values()) for row in DICTS)]
        lines[61:61] = ['"u1,i1,2024-05-01 08:00:00'] * 18
    else:
        lines = [json.dumps(row) for row in DICTS]
        lines[30:30] = ['{"note": "without a user"}'] * 18
        lines[61:61] = ['{"user_id": broken off'] * 18
    path = tmp_path / "log"
    path.write_text("\n".join(lines) + "\n")
    assert_equal(ImportRequest(path=path))


def test_a_line_without_an_end_is_refused_and_a_bomb_before_its_rows_are_looked_at(tmp_path, monkeypatch):
    path = tmp_path / "log.csv"
    path.write_text("user_id,item_id,timestamp\nu1,i1,2024-05-01 08:00:00\n" + "x" * 9_000 + ",i1,2024-05-01 08:00:00\n")
    monkeypatch.setattr(cutting, "MAX_RECORD", 4_000)
    with pytest.raises(BadInput) as refused:
        import_log(ImportRequest(path=path), sizes=TINY)
    assert refused.value.code == "endless_record"
    monkeypatch.setattr(tables, "read_table", None)
    packed = tmp_path / "bomb.gz"
    member = gzip.compress(b"u,i,2024-05-01 08:00:00\n" * (3 << 20))
    packed.write_bytes(member[:-4] + b"\0\0\0\0")
    with pytest.raises(BadInput) as refused:
        import_log(ImportRequest(path=packed))
    assert refused.value.code == "expands_too_much"
