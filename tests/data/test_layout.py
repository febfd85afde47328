"""Where a table begins and how it is cut is found, asked, or refused by the line at fault."""

import pytest

from seqrec_core.data.importing import import_log, propose
from seqrec_core.data.mapping import ImportRequest
from seqrec_core.data.recipe import request_from_recipe
from seqrec_core.errors import BadInput, NeedsDecision
from seqrec_core.text import say

HEADER = ["user_id", "item_id", "event", "timestamp"]
EVENTS = ("view", "cart", "buy")
ROWS = [[f"u{n % 5}", f"i{n % 7}", EVENTS[n % 3], f"2024-05-{n % 28 + 1:02d} 08:{n % 60:02d}:00"] for n in range(40)]
TABLE = [HEADER, *ROWS]


def text(rows, delimiter=",", ends="\n"):
    return "".join(delimiter.join(row) + ends for row in rows)


def quoted(rows, quote, delimiter=","):
    return text([[quote + cell + quote for cell in row] for row in rows], delimiter)


CLEAN = text(TABLE)
PADDED = "".join("   ".join(cell.replace(" ", "T").ljust(20) for cell in row) + "\n" for row in TABLE)


def taken(tmp_path, written, **options):
    path = tmp_path / "log.csv"
    path.write_bytes(written.encode())
    return import_log(ImportRequest(path=path, raw=True, **options))


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("comma and blank", text(TABLE, ", ")),
        ("tilde", text(TABLE, "~")),
        ("caret", text(TABLE, "^")),
        ("blank", quoted(TABLE, '"', " ")),
        ("aligned", PADDED),
        ("apostrophes", quoted(TABLE, "'")),
        ("CR", text(TABLE, ends="\r")),
        ("all line ends", text(TABLE[:20]) + text(TABLE[20:30], ends="\r\n") + text(TABLE[30:], ends="\r")),
        ("title", "Report of May\nmade 2024-05-01\n\n" + CLEAN),
        ("title filled up", "PREAMBLE,,,\n,,,\n" + CLEAN),
        ("sep line", "sep=;\n" + text(TABLE, ";")),
        ("comments", "# one\n# two, three\n" + text(TABLE[:9]) + "# in between\n" + text(TABLE[9:])),
        ("names after a mark", "# " + CLEAN),
        ("delimiter behind rows", text(TABLE[:1]) + text(ROWS, ends=",\n")),
        ("delimiter behind all", text(TABLE, ends=",\n")),
    ],
)
def test_exact_and_replayed_by_its_recipe(tmp_path, name, written):
    clean, made = taken(tmp_path, CLEAN), taken(tmp_path, written)
    assert made.report.rows_read == made.report.rows_kept == 40
    assert made.log.fingerprint == clean.log.fingerprint
    again = import_log(request_from_recipe(made.report.recipe, tmp_path / "log.csv"))
    assert again.log.fingerprint == clean.log.fingerprint


def test_backslashes_escape_where_the_text_shows_it(tmp_path):
    written = quoted(TABLE, '"').replace("i3", r"a \"b\", c\\d")
    made = taken(tmp_path, written)
    assert 'a "b", c\\d' in made.log.frame["item_id"].to_list()
    assert made.report.rows_kept == 40


def test_quotes_that_open_fields_but_never_close_them_are_letters(tmp_path):
    rows = [[row[0], f'"Great" and {row[1]}', *row[2:]] for row in ROWS]
    made = taken(tmp_path, text([HEADER, *rows], "\t"))
    assert set(made.log.frame["item_id"]) == {row[1] for row in rows}


def test_lines_that_are_no_rows_are_counted(tmp_path):
    made = taken(tmp_path, "Title\n\n" + text(TABLE[:9]) + "\n# note\n" + text(TABLE[9:]) + "\nTotal: 40\n")
    left_out = {fix.key: fix.n for fix in made.report.fixes if fix.key.startswith("layout.")}
    assert left_out == {"layout.fix.skip_lines": 1, "layout.fix.comments": 1, "layout.fix.blank_lines": 3}
    assert made.report.rejected == {say("data.reason.too_few_fields"): 1}
    assert made.report.rows_read + sum(left_out.values()) + 1 == 47


@pytest.mark.parametrize(
    ("written", "code", "answers"),
    [
        (CLEAN + CLEAN, "tables", {"same": 80, "first": 40}),
        (CLEAN + "\n" + text([["user", "sku", "kind", "time"], *ROWS]), "tables", {"same": 80, "first": 40}),
        ("who,what,which,when\n" + CLEAN, "skip_lines", {"1": 40}),
        (CLEAN.replace("u3,", "#u3,", 1), "comment", {"#": 39, "": 40}),
    ],
)
def test_what_can_be_read_in_two_ways_is_asked(tmp_path, written, code, answers):
    with pytest.raises(NeedsDecision) as asked:
        taken(tmp_path, written)
    (question,) = asked.value.questions
    assert question.code == code
    assert set(answers) <= {option for option, _ in question.options}
    assert code in [question.code for question in propose(tmp_path / "log.csv").questions]
    for answer, kept in answers.items():
        made = taken(tmp_path, written, answers={code: answer})
        assert made.report.rows_kept == kept
        assert made.report.rows_read == kept + made.report.rows_rejected


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (CLEAN.replace("user_id,item_id", "user_iditem_id", 1), "first_line"),
        (CLEAN.replace("user_id,", "user_id,,", 1), "first_line"),
        (CLEAN.replace("user_id", '"user_id', 1), "damaged_header"),
        ("user_id item_id event timestamp\n" + text(ROWS), "no_names"),
        (CLEAN + text([row[:3] for row in TABLE]), "two_widths"),
        (CLEAN + text([[*row, "x"] for row in TABLE]), "two_widths"),
    ],
)
def test_a_header_that_cannot_be_read_is_refused(tmp_path, written, code):
    with pytest.raises(BadInput) as refused:
        taken(tmp_path, written)
    assert refused.value.code == code
    assert refused.value.hint


def test_a_header_that_cannot_be_read_can_be_left_out(tmp_path):
    answers = {"skip_lines": "1", "has_header": "no"}
    made = taken(tmp_path, "user_id item_id event timestamp\n" + text(ROWS), answers=answers)
    assert made.report.rows_kept == 40
    with pytest.raises(BadInput) as refused:
        taken(tmp_path, CLEAN, answers={"skip_lines": "many"})
    assert refused.value.code == "not_that_option"


def test_a_repeated_header_at_the_top_is_rejected_by_name(tmp_path):
    made = taken(tmp_path, text([HEADER]) + CLEAN)
    assert made.report.rejected == {say("data.reason.header_again"): 1}
    assert made.report.rows_kept == 40
