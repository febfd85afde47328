"""What others export is understood without a word: a header and some rows each, and the columns that they mean."""

from pathlib import Path

import pytest

from seqrec_core.data.importing import import_log, propose
from seqrec_core.data.mapping import ImportRequest

EXPORTS = Path(__file__).with_name("known_exports.txt")


def blocks():
    for block in EXPORTS.read_text(encoding="utf-8").split("\n## ")[0:]:
        title, expected, *rows = block.removeprefix("## ").strip("\n").split("\n")
        yield pytest.param(expected.removeprefix("# "), "\n".join(rows) + "\n", id=title)


def roles_of(text):
    """`user=Client ID item=page` → roles; a name may hold blanks."""
    found, role = {}, ""
    for word in text.split(" "):
        name, equals, column = word.partition("=")
        if equals and name in ("user", "item", "event", "time", "session", "order", "value"):
            role = name
            found[role] = column
        else:
            found[role] += f" {word}"
    return found


@pytest.mark.parametrize(("expected", "text"), blocks())
def test_columns(tmp_path, expected, text):
    path = tmp_path / "log.csv"
    path.write_text(text, encoding="utf-8")
    proposal = propose(path)
    asked = [question.code for question in proposal.questions]
    if expected.startswith("ask="):
        assert asked == expected.removeprefix("ask=").split(",")
        assert all(len(question.options) > 1 for question in proposal.questions)
        return
    assert asked == []
    assert proposal.roles == roles_of(expected)
    made = import_log(ImportRequest(path=path, raw=True)).report
    assert made.rows_kept == made.rows_read - sum(made.rejected.values()) > 0
