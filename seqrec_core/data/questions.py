"""What only a person can decide about a file, and what their answers mean."""

from collections.abc import Mapping

import polars as pl

from seqrec_core.data.guess import repeated_roles
from seqrec_core.data.table import Table
from seqrec_core.data.times import SLASHED_START, DateOrder, date_order, parse_times
from seqrec_core.errors import BadInput, Question
from seqrec_core.text import say


def settle_columns(table: Table, roles: Mapping[str, str], answers: Mapping[str, str]) -> tuple[dict[str, str], list[Question]]:
    """Say which of several columns of one name plays a role.

    Args:
        table: what was read.
        roles: role → column.
        answers: by code; `column_user` answers for the user.

    Returns:
        the roles after the answers, and the questions left. Columns that hold the same values need no question.
    """
    settled, questions = dict(roles), []
    for role, column in repeated_roles(roles, table.repeated).items():
        code = f"column_{role}"
        twins = [name for name in table.frame.columns if name == column or name.startswith(f"{column} (")]
        if code in answers:
            settled[role] = _one_of(code, answers[code], twins)
        elif any(not table.frame[column].equals(table.frame[name]) for name in twins):
            options = tuple((name, say("data.question.like", value=str(table.frame[name][0])[:40])) for name in twins)
            questions.append(Question(code, say("data.question.column", column=column, role=role), options))
    return settled, questions


def settle_date_order(column: pl.Series, answers: Mapping[str, str]) -> tuple[DateOrder | None, list[Question]]:
    """Say which way round slashed dates are: as answered, as the values show, or ask."""
    order = date_order(column)
    if order is None:
        return ("dmy" if _has_slashed(column) else None), []
    if "date_order" in answers:
        chosen = _one_of("date_order", answers["date_order"], ["dmy", "mdy"])
        return ("dmy" if chosen == "dmy" else "mdy"), []
    if order != "ask":
        return order, []
    return None, [Question("date_order", say("data.question.date_order", column=column.name), _date_options(column))]


def _has_slashed(column: pl.Series) -> bool:
    return column.dtype == pl.String and bool(column.str.contains(SLASHED_START).any())


def _date_options(column: pl.Series) -> tuple[tuple[str, str], ...]:
    slashed = column.filter(column.str.contains(SLASHED_START).fill_null(False))
    telling = slashed.filter(parse_times(slashed, "dmy").values.ne_missing(parse_times(slashed, "mdy").values))
    slashed = (telling if len(telling) else slashed).head(1)
    orders: tuple[DateOrder, ...] = ("dmy", "mdy")
    return tuple(
        (order, say("data.question.means", text=slashed[0], date=f"{parse_times(slashed, order).values[0]:%-d %B %Y}"))
        for order in orders
    )


def _one_of(code: str, answer: str, known: list[str]) -> str:
    if answer not in known:
        raise BadInput("data", "unknown_answer", code=code, found=answer, known=", ".join(known))
    return answer
