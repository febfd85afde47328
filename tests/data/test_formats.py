"""One log in every format: recognised by content, read to the same rows, and imported to the same log."""

import json
import subprocess
import sys

import polars as pl
import pytest

from seqrec_core import columns as c
from seqrec_core.data.importing import import_log, propose
from seqrec_core.data.mapping import ImportRequest
from seqrec_core.data.reading import FORMATS, read_table
from seqrec_core.errors import BadInput, NeedsDecision
from tests.data.written import DICTS, FRAME, WRITTEN


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Every file under a name that says nothing, or lies."""
    folder = tmp_path_factory.mktemp("formats")
    paths = {}
    for number, (name, (_, write)) in enumerate(WRITTEN.items()):
        paths[name] = folder / f"{number}.{('csv', 'parquet', 'txt')[number % 3]}"
        write(paths[name])
    return paths


@pytest.fixture(scope="module")
def expected(files):
    return import_log(ImportRequest(path=files["csv"]))


@pytest.mark.parametrize("name", WRITTEN)
def test_the_same_log_comes_out_of_every_format(files, expected, name):
    made = import_log(ImportRequest(path=files[name]))
    assert made.log.frame.drop("note", "exported", strict=False).equals(expected.log.frame.drop("note"))
    assert made.report.mapping.roles() == expected.report.mapping.roles()
    assert made.report.rows_read == made.report.rows_kept == len(DICTS)
    assert set(made.log.frame[c.USER]) == {f"{n:03}" for n in range(7)}
    if name != "json.bz2":  # which holds a column more
        assert made.log.fingerprint == expected.log.fingerprint


@pytest.mark.parametrize("name", WRITTEN)
def test_a_format_is_recognised_and_says_why(files, name):
    proposal = propose(files[name])
    assert proposal.format == WRITTEN[name][0]
    assert proposal.questions == ()
    found = next(evidence for evidence in proposal.evidence if evidence.part == "format")
    assert found.reason
    assert proposal.n_rows == len(DICTS)
    assert proposal.preview.height == len(DICTS)


@pytest.mark.parametrize("name", WRITTEN)
def test_contracts_of_a_table(files, name):
    table = read_table(files[name])
    assert table.frame.height == len(table.lines) == table.n_rows
    assert table.lines.dtype == pl.Int64
    assert table.lines.is_sorted()
    assert table.complete
    assert table.rejects == ()
    assert table.format in FORMATS
    assert table.frame.equals(read_table(files[name], head=True).frame)
    again = import_log(ImportRequest(path=files[name], read=propose(files[name]).read))
    assert again.log.n_events == len(DICTS)


@pytest.mark.parametrize("name", WRITTEN)
def test_a_format_that_was_said_wrongly_is_refused_or_read_the_same(files, name):
    for wrong in set(FORMATS) - {WRITTEN[name][0]}:
        try:
            made = import_log(ImportRequest(path=files[name], read={"format": wrong}))
        except (BadInput, NeedsDecision):
            continue
        assert made.log.n_events in (len(DICTS), 0) or wrong in ("sequences", "item_sequences", "csv")


@pytest.mark.parametrize("name", ["json lines", "arrow file", "xlsx", "recbole", "zip"])
def test_the_command_line_takes_it(files, tmp_path, name):
    command = [sys.executable, "-m", "seqrec_core", "import", str(files[name]), "--json", "--home", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rows_kept"] == FRAME.height
