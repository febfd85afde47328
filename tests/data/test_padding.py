"""Blanks and invisible characters around ids never make two of one silently, and blanks inside stay."""

import polars as pl
import pytest

from seqrec_core import columns as c
from seqrec_core.data.importing import import_log
from seqrec_core.data.intake.tables import Sizes
from seqrec_core.data.mapping import ImportRequest
from seqrec_core.data.padding import INVISIBLE, bare
from seqrec_core.errors import BadInput

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
    stripped = import_log(ImportRequest(path=path, raw=True, answers={"padding": "strip"}))
    assert stripped.log.frame[c.USER].n_unique() == 7
    kept = import_log(ImportRequest(path=path, steps=(), answers={"padding": "keep"}))
    assert kept.log.frame[c.USER].n_unique() == made.log.frame[c.USER].n_unique()
    assert kept.report.recipe["answers"] == {"padding": "keep"}


def test_another_answer_is_refused(tmp_path):
    with pytest.raises(BadInput, match="strip, keep"):
        import_log(ImportRequest(path=log(tmp_path / "log.csv", " "), answers={"padding": "off"}))


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
def test_bare(ids, plain):
    """A cell of blanks alone is no padded id: it is empty, and its row is rejected for that."""
    found, fixes = bare(pl.Series("id", ids, dtype=pl.String), kept=False)
    assert found.to_list() == plain
    assert sum(fix.n for fix in fixes) == sum(1 for a, b in zip(ids, plain, strict=True) if a != b and b)


def test_a_slice_is_looked_at_by_itself():
    ids = pl.Series("id", ["a ", "b", "c", " d"])
    assert bare(ids.slice(1, 2), kept=False)[1] == ()
    assert bare(ids.slice(2), kept=False)[1][0].n == 1


def test_every_blank_that_python_knows_counts_as_one():
    assert {chr(code) for code in range(0x3100) if chr(code).isspace()} <= set(INVISIBLE)
