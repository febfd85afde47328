"""Typed files keep their types; ids become text; what cannot be a column is left out and said."""

import gzip
import io
from datetime import UTC, date, datetime, time

import polars as pl
import pytest

from seqrec_core import columns as c
from seqrec_core.data.importing import import_log, propose
from seqrec_core.data.mapping import ColumnMapping, ImportRequest
from seqrec_core.errors import BadInput

AT = datetime(2024, 5, 1, 8, 30)
FRAME = pl.DataFrame(
    {
        "user_id": pl.Series([17850.0, 17850.0, None, 7.0]),
        "item_id": pl.Series([1, 2, 3, 4], dtype=pl.UInt32),
        "event_type": pl.Series(["view", "buy", "view", "buy"], dtype=pl.Categorical),
        "timestamp": pl.Series([AT, AT, AT, None]),
        "price": pl.Series(["1.50", "2.00", "3", "4"]).cast(pl.Decimal(10, 2)),
        "tags": [["a"], ["b"], [], ["c"]],
        "day": [date(2024, 5, 1)] * 4,
        "clock": [time(8, 30)] * 4,
        "member": [True, False, True, None],
    }
)


def test_types_of_every_kind(tmp_path):
    path = tmp_path / "log.parquet"
    FRAME.write_parquet(path)
    made = import_log(ImportRequest(path=path))
    assert made.report.mapping == ColumnMapping(user="user_id", item="item_id", event="event_type", time="timestamp")
    assert sum(made.report.rejected.values()) == 2
    assert made.report.rejects[c.LINE].to_list() == [3, 4]
    assert made.log.frame.select(c.USER, c.ITEM, c.EVENT).rows() == [("17850", "1", "view"), ("17850", "2", "buy")]
    assert made.log.frame[c.TIME].to_list() == [AT.replace(tzinfo=UTC)] * 2
    assert made.log.frame["member"].to_list() == [True, False]
    assert [fix.values for fix in made.report.fixes if fix.key == "data.fix.nested_column"] == [{"column": "tags"}]
    assert made.log.fingerprint == import_log(ImportRequest(path=path)).log.fingerprint


def test_parquet_inside_gzip_and_damaged_parquet(tmp_path):
    out = io.BytesIO()
    FRAME.write_parquet(out)
    path = tmp_path / "log.parquet.gz"
    path.write_bytes(gzip.compress(out.getvalue()))
    assert import_log(ImportRequest(path=path)).report.rows_read == 4
    path.write_bytes(out.getvalue()[:-9])
    with pytest.raises(BadInput) as error:
        propose(path)
    assert error.value.code == "parquet_damaged"


def test_no_rows(tmp_path):
    path = tmp_path / "log.parquet"
    FRAME.clear().write_parquet(path)
    with pytest.raises(BadInput) as error:
        propose(path)
    assert error.value.code == "header_only"


def test_a_proposal_asks_for_the_encoding_and_shows_one(tmp_path):
    path = tmp_path / "log.csv"
    rows = b"\n".join(b"u%d,%s,2024-05-01" % (n, b"\xd6\xd0" if n % 2 else b"\xe9a") for n in range(20))
    path.write_bytes(b"user,item,time\n" + rows)
    proposal = propose(path)
    assert [question.code for question in proposal.questions] == ["encoding"]
    assert proposal.preview.height == 20
    chosen = propose(path, answers={"encoding": "cp1252"})
    assert chosen.questions == ()
    assert chosen.preview["item"][0] == "éa"


def test_a_name_with_brackets_is_a_name_and_no_pattern(tmp_path):
    path = tmp_path / "log[1]*.parquet"
    pl.DataFrame({"user": ["u1", "u2"], "item": ["a", "b"], "time": [1, 2]}).write_parquet(path)
    assert propose(path).n_rows == 2
