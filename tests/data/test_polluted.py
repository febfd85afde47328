"""Polluted logs whose clean rows are known are never read silently wrong."""

import importlib.util
import sys
from pathlib import Path

import pytest

from seqrec_core.data.importing import import_log
from seqrec_core.data.mapping import ImportRequest
from seqrec_core.errors import NeedsDecision

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "reading.py"


@pytest.fixture(scope="module")
def reading():
    spec = importlib.util.spec_from_file_location("benchmark_reading", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def test_no_polluted_file_is_read_silently_wrong(reading, tmp_path):
    found = {seed: reading.outcome("ours", seed, tmp_path) for seed in range(1_000, 1_060)}
    assert [seed for seed, outcome in found.items() if outcome == "wrong"] == []
    assert list(found.values()).count("exact") >= 36


def test_a_second_table_below_rows_without_names_is_asked_about(tmp_path):
    rows = [f"u{n % 3},i{n % 5},view,2026-01-01 0{n % 9}:00:00" for n in range(20)]
    path = tmp_path / "log.csv"
    path.write_text("\n".join([*rows, "", "user_id,item_id,event_type,timestamp", *rows[:3], ""]))
    with pytest.raises(NeedsDecision) as error:
        import_log(ImportRequest(path=path))
    assert [question.code for question in error.value.questions] == ["tables"]
    made = import_log(ImportRequest(path=path, raw=True, answers={"tables": "first"}))
    assert made.report.rows_kept == 20
    assert made.report.rows_rejected == 4


def test_marks_at_beginnings_of_lines_inside_a_file_belong_to_no_id(tmp_path):
    rows = [f"u{n % 3},i{n % 5},2026-01-01 0{n % 9}:00:00" for n in range(20)]
    path = tmp_path / "log.csv"
    path.write_text(
        "user,item,time\n" + "\n".join("\ufeff" * (n == 7) + row for n, row in enumerate(rows)) + "\n", encoding="utf-8"
    )
    made = import_log(ImportRequest(path=path, raw=True))
    assert made.report.rows_kept == 20
    assert set(made.log.frame["user_id"]) == {"u0", "u1", "u2"}
    assert "layout.fix.inner_marks" in {fix.key for fix in made.report.fixes}


def test_ids_that_look_like_times_without_names_are_asked_about(tmp_path):
    rows = [f"{n % 7},202401{n % 20 + 1:02},{1_714_550_400 + n * 60}" for n in range(60)]
    path = tmp_path / "log.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    with pytest.raises(NeedsDecision) as error:
        import_log(ImportRequest(path=path, raw=True))
    assert "time_column" in [question.code for question in error.value.questions]
    made = import_log(ImportRequest(path=path, raw=True, answers={"time_column": "column_3", "item_column": "column_2"}))
    assert (made.log.n_users, made.log.n_items) == (7, 20)
