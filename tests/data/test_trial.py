"""Before an import: a trial keeps what the import keeps."""

import polars as pl
import pytest

from seqrec_core import columns as c
from seqrec_core.data.importing import import_log, propose
from seqrec_core.data.mapping import ColumnMapping, ImportRequest
from seqrec_core.data.times import unix_unit
from seqrec_core.data.trial import trial
from seqrec_core.errors import BadInput

MAPPING = ColumnMapping(user="user", item="item", event="what", time="at")
ROWS = ["user,item,what,at,visit"]
ROWS += [f"u{n % 5},i{n % 7},{'view' if n % 3 else 'buy'},{1_717_200_000 + n * 700},s{n // 10}" for n in range(120)]


def written(path, rows=ROWS):
    path.write_text("\n".join(rows) + "\n")
    return path


def test_a_trial_of_a_small_file_keeps_and_rejects_what_its_import_does(tmp_path):
    path = written(tmp_path / "log.csv", [*ROWS, ROWS[1], "u1,i1,view,yesterday,s1", ",i1,view,1717200000,s1"])
    tried = trial(path, MAPPING)
    made = import_log(ImportRequest(path=path, mapping=MAPPING))
    assert tried.whole
    assert (tried.n_read, tried.n_kept) == (made.report.rows_read, made.report.rows_kept) == (123, 120)
    assert tried.rejected == made.report.rejected
    assert sorted(tried.rejects[c.LINE]) == [122, 123, 124]


def test_a_trial_shows_times_as_they_will_be(tmp_path):
    tried = trial(written(tmp_path / "log.csv"), MAPPING)
    assert tried.events.row(0)[:3] == ("u0", "buy", "i0")
    assert f"{tried.events[c.TIME][0]:%Y-%m-%d %H:%M}" == "2024-06-01 00:00"


def test_a_trial_without_a_time_says_so(tmp_path):
    with pytest.raises(BadInput) as refused:
        trial(written(tmp_path / "log.csv"), ColumnMapping(user="user", item="item"))
    assert refused.value.code == "no_time_column"


@pytest.mark.parametrize(
    ("values", "unit"), [([1_717_200_000], "s"), ([1_717_200_000_123], "ms"), (["1717200000123456"], "µs"), ([10**18], "ns")]
)
def test_the_unit_of_unix_times_shows_in_their_length(values, unit):
    assert unix_unit(pl.Series(values)) == unit


def test_unix_times_are_told_in_the_account(tmp_path):
    fixes = {fix.key: fix for fix in import_log(ImportRequest(path=written(tmp_path / "log.csv"), mapping=MAPPING)).report.fixes}
    assert "unix numbers in s; 120 were" in fixes["data.fix.unix_times"].sentence


def test_the_question_of_date_order_shows_a_date_that_differs(tmp_path):
    rows = [
        "user,item,date",
        "u1,i1,01/01/2024 10:00",
        "u1,i2,05/05/2024 10:00",
        "u2,i1,02/03/2024 10:00",
        "u2,i2,04/05/2024 10:00",
    ]
    (question,) = propose(written(tmp_path / "log.csv", rows)).questions
    assert [meaning for _, meaning in question.options] == [
        "02/03/2024 10:00 is 2 March 2024",
        "02/03/2024 10:00 is 3 February 2024",
    ]
