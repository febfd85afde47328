"""What formats promise beyond a plain log: sequences a line, sheets to choose from, pieces of large files, and hostile files."""

import json
import struct
import zipfile

import polars as pl
import pyarrow as pa
import pytest
import xlsxwriter

from seqrec_core import columns as c
from seqrec_core.data import json_lines
from seqrec_core.data.importing import import_log, propose
from seqrec_core.data.intake.tables import Sizes
from seqrec_core.data.mapping import ImportRequest
from seqrec_core.data.reading import read_table
from seqrec_core.errors import BadInput, NeedsDecision
from seqrec_core.settings import Settings
from tests.data.written import DICTS, NAMES, ROWS, WRITTEN, sheet_book

SEQUENCES = {"7": ["3", "5"], "9": ["5"], "11": ["3", "8", "5", "8"], "12": ["8", "3", "4"], "13": ["4", "3", "5", "8", "3"]}
IDS = [c.USER, c.ITEM]


def csv_of(path, sequences):
    rows = [f"{user},{item},{order}" for user, items in sequences.items() for order, item in enumerate(items, 1)]
    path.write_text("user,item,order\n" + "\n".join(rows) + "\n")
    return import_log(ImportRequest(path=path)).log


def test_spmf_gives_the_log_of_its_csv(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("\n".join(" -1 ".join(items) + " -1 -2" for items in SEQUENCES.values()) + "\n")
    expected = csv_of(tmp_path / "plain", {str(n): items for n, items in enumerate(SEQUENCES.values(), 1)})
    assert propose(path).format == "spmf"
    assert import_log(ImportRequest(path=path)).log.frame.select(IDS).equals(expected.frame.select(IDS))


def test_spmf_keeps_items_of_a_step_together_names_them_and_rejects_what_does_not_end(tmp_path):
    path = tmp_path / "log"
    path.write_text("@CONVERTED_FROM_TEXT\n@ITEM=1=apple\n1 2 -1 1 -1 -2\n2 -1 1\n" + "2 -1 1 -1 -2\n" * 5)
    table = read_table(path)
    assert table.format == "spmf"
    assert table.frame["order"].to_list() == ["1", "1", "2"] + ["1", "2"] * 5
    assert table.frame["item_name"].to_list() == ["apple", "2", "apple"] + ["2", "apple"] * 5
    assert table.lines.to_list()[:5] == [3, 3, 3, 5, 5]
    assert [(reject.line, reject.reason) for reject in table.rejects] == [(4, "not_spmf")]


def test_lines_of_ids_are_asked_about_and_give_the_log_of_their_csv(tmp_path):
    path = tmp_path / "train.txt"
    path.write_text("\n".join(" ".join([user, *items]) for user, items in SEQUENCES.items()) + "\n")
    assert [question.code for question in propose(path).questions] == ["format"]
    with pytest.raises(NeedsDecision):
        import_log(ImportRequest(path=path))
    made = import_log(ImportRequest(path=path, answers={"format": "sequences"}))
    assert made.log.frame.select(IDS).equals(csv_of(tmp_path / "plain", SEQUENCES).frame.select(IDS))
    assert made.report.rows_read == sum(map(len, SEQUENCES.values()))
    alone = import_log(ImportRequest(path=path, answers={"format": "item_sequences"}))
    whole = {str(n): [user, *items] for n, (user, items) in enumerate(SEQUENCES.items(), 1)}
    assert alone.log.frame.select(IDS).equals(csv_of(tmp_path / "other", whole).frame.select(IDS))


def test_a_workbook_with_two_tables_asks_which_one(tmp_path):
    path = tmp_path / "book"
    sheet_book(path, sheets=("notes", "log"))
    (question,) = propose(path).questions
    assert question.code == "sheet"
    assert [option[0] for option in question.options] == ["notes", "log"]
    assert "61 rows" in question.options[0][1]
    assert "user_id" in question.options[0][1]
    made = import_log(ImportRequest(path=path, answers={"sheet": "log"}))
    assert made.report.rows_kept == len(ROWS)
    assert made.report.recipe["read"]["sheet"] == "log"
    with pytest.raises(BadInput) as refused:
        read_table(path, answers={"sheet": "lag"})
    assert refused.value.code == "unknown_sheet"


def test_merged_cells_fill_their_rows_and_are_said(tmp_path):
    path = tmp_path / "book"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("user_id", "item_id", "order"))
        sheet.merge_range("A2:A4", "007")
        for row in range(1, 7):
            sheet.write_row(row, 1, (f"i{row}", row))
        for row in (4, 5, 6):
            sheet.write_string(row, 0, "008")
    table = read_table(path)
    assert table.frame["user_id"].to_list() == ["007"] * 3 + ["008"] * 3
    assert {fix.key: fix.n for fix in table.fixes} == {"data.fix.sheet_merged": 1}


def test_a_bomb_in_a_workbook_is_refused_before_it_is_opened(tmp_path):
    path = tmp_path / "book"
    sheet_book(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/media/x.xml", "w") as member:
        for _ in range(80):
            member.write(bytes(1 << 20))
    with pytest.raises(BadInput) as refused:
        read_table(path)
    assert refused.value.code == "expands_too_much"
    with pytest.raises(BadInput) as refused:
        read_table(path, limits=Settings(max_expanded_mb=10))
    assert refused.value.code == "too_large"


def test_two_far_corners_of_a_sheet_are_refused(tmp_path):
    path = tmp_path / "book"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, NAMES)
        sheet.write(1_000_000, 10_000, "far")
    with pytest.raises(BadInput) as refused:
        read_table(path)
    assert refused.value.code == "sheet_too_large"


def outcome(path):
    try:
        return f"{read_table(path).frame.height} rows"
    except BadInput as error:
        return error.code


@pytest.mark.parametrize("writer", [pa.ipc.new_file, pa.ipc.new_stream])
def test_absurd_sizes_in_arrow_are_refused(tmp_path, writer):
    table = pa.table({"user_id": ["a", "b"], "item_id": ["x", "y"], "n": [12_345_678, 2]})
    path = tmp_path / "log"
    with pa.OSFile(str(path), "wb") as sink, writer(sink, table.schema) as out:
        out.write_table(table)
    good = path.read_bytes()
    assert read_table(path).frame.height == 2
    absurd = struct.pack("<q", 1 << 50)
    rows = struct.pack("<q", 2)
    at = [n for n in range(len(good) - 8) if good[n : n + 8] == rows]
    found = []
    for n in at:  # each number of rows, and what looks like one
        path.write_bytes(good[:n] + absurd + good[n + 8 :])
        found.append(outcome(path))
    assert set(found) & {"too_many_rows", "too_large"}
    assert set(found) <= {"2 rows", "too_many_rows", "too_large", "arrow_damaged"}


def test_long_and_deep_json_lines_are_rejected_and_the_others_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(json_lines, "MAX_LINE", 1 << 16)
    lines = [json.dumps(row) for row in DICTS]
    lines[3] = json.dumps({**DICTS[3], "note": "x" * (1 << 17)})
    lines[5] = '{"user_id": ' + "[" * 50_000 + "]" * 50_000 + "}"
    lines[7] = '{"a":' * 30_000 + "1" + "}" * 30_000
    path = tmp_path / "log"
    path.write_text("\n".join(lines))
    table = read_table(path)
    assert table.frame.height == len(DICTS) - 3
    assert [(reject.line, reject.reason) for reject in table.rejects] == [(n, "not_json") for n in (4, 6, 8)]


@pytest.mark.parametrize("indent", [None, 1])
def test_a_field_that_stands_twice_is_said(tmp_path, indent):
    path = tmp_path / "log"
    lines = [json.dumps(row, indent=indent) for row in DICTS]
    lines[2] = lines[2].replace('"note"', '"user_id": "zz", "note"')
    path.write_text("\n".join(lines))
    table = read_table(path)
    assert [(fix.key, fix.n, fix.values["column"]) for fix in table.fixes] == [("data.fix.json_field_twice", 1, "user_id")]
    assert table.frame["user_id"][2] == "zz"


def test_a_field_that_only_some_pieces_have_is_kept(tmp_path):
    path = tmp_path / "log"
    rows = [{**row, **({"price": n} if n > 40 else {})} for n, row in enumerate(DICTS)]
    path.write_text("\n".join(map(json.dumps, rows)))
    whole = import_log(ImportRequest(path=path))
    cut = import_log(ImportRequest(path=path), sizes=Sizes(piece_bytes=700, piece_rows=7, bucket_rows=20))
    assert cut.log.fingerprint == whole.log.fingerprint


def test_deep_json_documents_are_refused(tmp_path):
    path = tmp_path / "log"
    path.write_text('[{"a":\n' + '{"a":' * 100_000 + "1" + "}" * 100_000 + "}]")
    with pytest.raises(BadInput) as refused:
        read_table(path)
    assert refused.value.code == "json_damaged"


@pytest.mark.parametrize("name", WRITTEN)
def test_pieces_of_a_file_give_the_log_of_the_whole(tmp_path, name):
    path = tmp_path / "log"
    WRITTEN[name][1](path)
    whole = import_log(ImportRequest(path=path))
    cut = import_log(ImportRequest(path=path), sizes=Sizes(piece_bytes=700, piece_rows=7, bucket_rows=20))
    assert cut.log.fingerprint == whole.log.fingerprint
    assert cut.report.rows_read == whole.report.rows_read


def test_a_large_parquet_is_not_held_against_what_is_read_at_once(tmp_path):
    n = 60_000
    path = tmp_path / "log"
    pl.DataFrame({name: pl.int_range(n, eager=True).shuffle(seed) for seed, name in enumerate("abcdef")}).write_parquet(path)
    limits = Settings(max_expanded_mb=1)
    assert read_table(path, head=True, limits=limits).n_rows == n
    with pytest.raises(BadInput) as refused:
        read_table(path, limits=limits)
    assert refused.value.code == "too_large"
