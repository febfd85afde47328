"""Blanks and invisible characters around ids never make two of one silently, and blanks inside stay."""

import polars as pl
import pytest

from seqrec_core import columns as c
from seqrec_core.data.ids import INVISIBLE, read_ids
from seqrec_core.data.importing import import_log
from seqrec_core.data.intake.tables import Sizes
from seqrec_core.data.mapping import ImportRequest
from seqrec_core.errors import BadInput, NeedsDecision

HEADER = "user_id,item_id,event_type,timestamp\n"
PADS = (" ", "   ", "\t", "\u00a0", "\u3000", "\u200b", "\ufeff", "\u200b \u00a0\u200b", "\u2009", "\u200e")


def log(path, pad, n=400, item="i"):
    """Every third user, item and type stands padded on one side or on both."""
    rows = []
    for k in range(n):
        before, after = ((pad, ""), ("", pad), (pad, pad))[k // 3 % 3] if k % 3 == 0 else ("", "")
        cells = (f"u {k % 7}", f"{item}{k % 11}", ("view", "buy")[k % 2])
        when = f"2024-05-{1 + k % 28:02} 08:{k % 60:02}:{k // 60:02}"
        rows.append(",".join([*(f'"{before}{cell}{after}"' for cell in cells), when]))
    path.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("pad", PADS, ids=ascii)
def test_what_cannot_be_seen_around_an_id_is_taken_off_and_counted(tmp_path, pad):
    made = import_log(ImportRequest(path=log(tmp_path / "log.csv", pad), steps=()))
    frame = made.log.frame
    assert frame[c.USER].unique().sort().to_list() == [f"u {k}" for k in range(7)]  # the blank inside stays
    assert frame[c.ITEM].n_unique() == 11
    assert frame[c.EVENT].unique().sort().to_list() == ["buy", "view"]
    told = {fix.values["column"]: fix.n for fix in made.report.fixes if fix.key == "data.fix.padded"}
    assert told == dict.fromkeys(("user_id", "item_id", "event_type"), 134)


def test_raw_leaves_ids_as_they_stand_and_says_how_many_are_padded(tmp_path):
    path = log(tmp_path / "log.csv", " ")
    made = import_log(ImportRequest(path=path, raw=True))
    assert made.log.frame[c.USER].n_unique() > 7
    assert {fix.values["column"]: fix.n for fix in made.report.fixes if fix.key == "data.fix.padded_kept"} == dict.fromkeys(
        ("user_id", "item_id", "event_type"), 134
    )
    stripped = import_log(ImportRequest(path=path, raw=True, answers={"ids": "clean"}))
    assert stripped.log.frame[c.USER].n_unique() == 7
    kept = import_log(ImportRequest(path=path, steps=(), answers={"ids": "keep"}))
    assert kept.log.frame[c.USER].n_unique() == made.log.frame[c.USER].n_unique()
    assert kept.report.recipe["answers"] == {"ids": "keep"}


def test_another_answer_is_refused(tmp_path):
    with pytest.raises(BadInput, match="clean, keep"):
        import_log(ImportRequest(path=log(tmp_path / "log.csv", " "), answers={"ids": "off"}))


def test_a_log_in_pieces_counts_the_same(tmp_path):
    path = log(tmp_path / "log.csv", "\u00a0", n=3_000, item="ä")
    whole = import_log(ImportRequest(path=path, steps=()))
    cut = import_log(ImportRequest(path=path, steps=()), sizes=Sizes(piece_bytes=5_000, bucket_rows=500))
    assert cut.log.frame.equals(whole.log.frame)
    assert [fix for fix in cut.report.fixes if "padded" in fix.key] == [fix for fix in whole.report.fixes if "padded" in fix.key]


def test_an_item_file_matches_padded_items(tmp_path):
    path = log(tmp_path / "log.csv", " ")
    items = tmp_path / "items.csv"
    items.write_text("item_id,title\n" + "".join(f"\u200bi{k} ,Title {k}\n" for k in range(11)), encoding="utf-8")
    made = import_log(ImportRequest(path=path, items_path=items, steps=()))
    assert made.catalog.frame.filter(pl.col(c.TITLE).str.starts_with("Title")).height == 11


@pytest.mark.parametrize(
    ("ids", "plain"),
    [
        ([], []),
        ([None, ""], [None, ""]),
        (["\u200b\u00a0 ", "a"], ["", "a"]),
        (["a b", "\u00e9", "\u5317\u4eac"], ["a b", "\u00e9", "\u5317\u4eac"]),
        (["x" * 40 + " ", None, "\t7"], ["x" * 40, None, "7"]),
    ],
)
def test_read_ids(ids, plain):
    """A cell of blanks alone is no padded id: it is empty, and its row is rejected for that."""
    found, fixes = read_ids(pl.Series("id", ids, dtype=pl.String), kept=False)
    assert found.to_list() == plain
    assert sum(fix.n for fix in fixes) == sum(1 for a, b in zip(ids, plain, strict=True) if a != b and b)


def test_a_slice_is_looked_at_by_itself():
    ids = pl.Series("id", ["a ", "b", "c", " d"])
    assert read_ids(ids.slice(1, 2), kept=False)[1] == ()
    assert read_ids(ids.slice(2), kept=False)[1][0].n == 1


def test_every_blank_that_python_knows_counts_as_one():
    assert {chr(code) for code in range(0x3100) if chr(code).isspace()} <= set(INVISIBLE)


def one_column(path, values, column="item_id"):
    rows = [
        f"u{k % 5},{value},view,2024-05-01 08:{k:02}:00" for k, value in enumerate([*values, *(f"i{k % 4}" for k in range(30))])
    ]
    path.write_text(HEADER.replace("item_id", column) + "\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("nothing", ["NULL", "\\N", "N/A", "#N/A", "NaN", "None", "(null)", "<NA>"])
def test_a_word_for_nothing_is_no_id(tmp_path, nothing):
    path = one_column(tmp_path / "log.csv", [nothing, "x", nothing])
    made = import_log(ImportRequest(path=path, answers={"comment": ""}, steps=()))
    assert made.report.rejected == {"no item": 2}
    assert [fix.n for fix in made.report.fixes if fix.key == "data.fix.nothing"] == [2]
    raw = import_log(ImportRequest(path=path, answers={"comment": ""}, raw=True))
    assert raw.report.rejected == {}
    assert (raw.log.frame[c.ITEM] == nothing).sum() == 2
    assert [fix.n for fix in raw.report.fixes if fix.key == "data.fix.nothing_kept"] == [2]


@pytest.mark.parametrize(("written", "meant"), [('"=""007"""', "007"), ("'007", "007"), ("'a", "'a")])
def test_marks_of_a_spreadsheet_are_no_part_of_an_id(tmp_path, written, meant):
    made = import_log(ImportRequest(path=one_column(tmp_path / "log.csv", [written, "x"]), steps=()))
    assert meant in made.log.frame[c.ITEM].to_list()
    assert [fix.n for fix in made.report.fixes if fix.key == "data.fix.marked"] == ([1] if meant == "007" else [])


@pytest.mark.parametrize(("value", "key"), [("1.23E+09", "power_ids"), ("12.0", "whole_decimals")])
def test_ids_that_a_spreadsheet_or_program_spoilt_stay_and_are_said(tmp_path, value, key):
    made = import_log(ImportRequest(path=one_column(tmp_path / "log.csv", [value, "x", value]), steps=()))
    assert (made.log.frame[c.ITEM] == value).sum() == 2
    assert [fix.n for fix in made.report.fixes if fix.key == f"data.fix.{key}"] == [2]


def test_a_word_for_nothing_may_be_an_event_type(tmp_path):
    path = tmp_path / "log.csv"
    rows = [f"u{k % 5},i{k % 4},{('null', 'view')[k % 2]},2024-05-01 08:{k:02}:00" for k in range(40)]
    path.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    assert import_log(ImportRequest(path=path, steps=())).log.frame[c.EVENT].unique().sort().to_list() == ["null", "view"]


def worded(path, words, n=300):
    """Every tenth item is one of these words."""
    items = [words[k // 10 % len(words)] if k % 10 == 0 else f"i{k % 11}" for k in range(n)]
    rows = [f"u{k % 7},{item},view,2024-05-{1 + k % 28:02} 08:{k % 60:02}:{k // 60:02}" for k, item in enumerate(items)]
    path.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("words", [("null",), ("NaN",), ("NULL", "\\N"), ("N/A", "")], ids=str)
def test_one_word_for_no_item_is_none_and_counted(tmp_path, words):
    made = import_log(ImportRequest(path=worded(tmp_path / "log.csv", words), steps=()))
    assert made.report.rejected == {"no item": 30}


@pytest.mark.parametrize("words", [("null", ""), ("None", "NaN"), ("null", "NULL"), ("nan", "N/A", "")], ids=str)
@pytest.mark.parametrize("piece", [None, 2_000])
def test_a_file_that_says_nothing_in_several_ways_is_asked_about_words_that_are_names_too(tmp_path, words, piece):
    path, sizes = worded(tmp_path / "log.csv", words), Sizes() if piece is None else Sizes(piece_bytes=piece, bucket_rows=100)
    with pytest.raises(NeedsDecision) as asked:
        import_log(ImportRequest(path=path, steps=()), sizes=sizes)
    (question,) = asked.value.questions
    assert (question.code, [code for code, _ in question.options]) == ("ids", ["clean", "keep"])
    for word in filter(None, words):
        assert f"“{word}” ({30 // len(words)})" in question.message
    empty = words.count("") * 30 // len(words)
    clean = import_log(ImportRequest(path=path, steps=(), answers={"ids": "clean"}), sizes=sizes)
    assert clean.report.rejected == {"no item": 30}
    kept = import_log(ImportRequest(path=path, steps=(), answers={"ids": "keep"}), sizes=sizes)
    assert kept.report.rejected == ({"no item": empty} if empty else {})
    assert set(filter(None, words)) <= set(kept.log.frame[c.ITEM])
