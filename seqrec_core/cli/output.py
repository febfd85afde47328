"""Print a result: one JSON object, or the same as aligned text."""

import json
import sys
from collections.abc import Sequence
from typing import Any

from seqrec_core.cli.frame import Result
from seqrec_core.errors import Question
from seqrec_core.text import say

WIDEST = 60
MOST_ROWS = 50


def show(result: Result, as_json: bool) -> None:
    """Print what a command gave, on standard output."""
    if as_json:
        _print_json(result)
    else:
        sys.stdout.write("\n".join(as_text(result)) + "\n")


def show_error(error: dict[str, str], as_json: bool, **beside: Any) -> None:
    """Print what went wrong and the way out: JSON on standard output, words on standard error."""
    if as_json:
        _print_json({"error": error, **beside})
        return
    sys.stderr.write(f"{error['message']}\n{error['hint']}\n")


def show_questions(questions: Sequence[Question], as_json: bool) -> None:
    """Print what a person has to decide, and how the answer is given."""
    if as_json:
        _print_json({"questions": [_question(question) for question in questions]})
        return
    for question in questions:
        sys.stderr.write(question.message + "\n")
        for option, meaning in question.options:
            sys.stderr.write(f"  --answer {question.code}={option}   {meaning}\n")


def _question(question: Question) -> Result:
    """Return a question as JSON: the answers that it takes, and what each means."""
    meanings = dict(question.options)
    return {"code": question.code, "message": question.message, "options": list(meanings), "meanings": meanings}


def as_text(result: Result) -> list[str]:
    """Return a result as lines: single values first, aligned by name; then each list as a table of its own."""
    lines = _pairs({name: value for name, value in result.items() if not _is_table(value)})
    for name, value in result.items():
        if _is_table(value):
            lines += ["", f"{label(name)} ({len(value)})", *table(value[:MOST_ROWS])]
            if len(value) > MOST_ROWS:
                lines.append(say("cli.more_rows", n=len(value) - MOST_ROWS))
    return lines


def label(name: str) -> str:
    """Return a field's name for people."""
    return name.replace("_", " ")


def table(rows: Sequence[Result]) -> list[str]:
    """Return rows as aligned columns: numbers to the right, text to the left."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[label(name) for name in names], *([_cell(row.get(name)) for name in names] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(names))]
    right = [all(isinstance(row.get(name), int | float | None) for row in rows) for name in names]
    lines = []
    for row in cells:
        parts = [
            cell.rjust(width) if is_right else cell.ljust(width) for cell, width, is_right in zip(row, widths, right, strict=True)
        ]
        lines.append(("  " + "  ".join(parts)).rstrip())
    return lines


def _print_json(value: Result) -> None:
    from seqrec_core.jobs.plain import plain

    sys.stdout.write(json.dumps(plain(value), ensure_ascii=False, allow_nan=False) + "\n")


def _is_table(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _pairs(values: Result, indent: str = "") -> list[str]:
    width = max((len(label(name)) for name in values), default=0)
    lines = []
    for name, value in values.items():
        if isinstance(value, dict) and value and any(isinstance(inner, dict) for inner in value.values()):
            lines += [f"{indent}{label(name)}", *_pairs(value, indent + "  ")]
        else:
            lines.append(f"{indent}{label(name).ljust(width)}  {_cell(value, None)}")
    return lines


def _cell(value: object, widest: int | None = WIDEST) -> str:
    """Write one value; text of users is shown without line breaks or control characters, and cut in tables."""
    if isinstance(value, bool):
        return say("cli.yes" if value else "cli.no")
    if value is None or value in ([], {}, ()):
        return "–"
    if isinstance(value, float):
        return f"{value:,.0f}" if value.is_integer() and abs(value) >= 1000 else f"{value:.4g}"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dict):
        text = ", ".join(f"{label(name)} {_cell(inner, widest)}" for name, inner in value.items())
    elif isinstance(value, list | tuple):
        text = ", ".join(_cell(inner, widest) for inner in value)
    else:
        text = str(value)
    text = "".join(character if character.isprintable() else " " for character in text)
    return text if widest is None or len(text) <= widest else text[: widest - 1] + "…"
