"""What only a person can decide about a file, and what their answers mean."""

from collections.abc import Mapping
from datetime import datetime

import polars as pl

from seqrec_core.data import ids
from seqrec_core.data.date_orders import date_order, telling
from seqrec_core.data.guess import repeated_roles
from seqrec_core.data.table import Table
from seqrec_core.data.times import ORDERS, SLASHED_START, DateOrder, parse_times
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
        chosen = _one_of("date_order", answers["date_order"], list(ORDERS))
        return next(known for known in ORDERS if known == chosen), []
    if order in ORDERS:
        return order, []
    options = _date_options(column, ORDERS if order == "years" else ORDERS[:2])
    if order == "both":
        day_first, month_first = telling(column)
        question = say("data.question.date_orders", column=column.name, day_first=day_first, month_first=month_first)
        return None, [Question("date_order", question, options)]
    return None, [
        Question("date_order", say(f"data.question.date_{'years' if order == 'years' else 'order'}", column=column.name), options)
    ]


def settle_names(words: Mapping[str, int], column: str | None, answers: Mapping[str, str]) -> list[Question]:
    """Ask whether words such as null among the items stand for nothing or are names: where a file says nothing in several ways.

    Args:
        words: how often which word stands in the column; "" counts its empty cells.
        column: of the items.
        answers: `ids` = clean or keep.
    """
    if ids.ANSWER in answers or len(words) < 2 or not any(word in ids.ALSO_NAMES for word in words):
        return []
    counted = ", ".join(f"“{word}” ({n:,})" for word, n in sorted(words.items()) if word)
    empty = say("data.question.names.empty", n=words[""]) if words.get("") else ""
    options = tuple((code, say(f"data.question.names.{code}")) for code in ("clean", "keep"))
    return [Question(ids.ANSWER, say("data.question.names", column=column, words=counted, empty=empty), options)]


def _has_slashed(column: pl.Series) -> bool:
    return column.dtype == pl.String and bool(column.str.contains(SLASHED_START).any())


def _date_options(column: pl.Series, orders: tuple[DateOrder, ...]) -> tuple[tuple[str, str], ...]:
    """Show what a date means that differs between the orders; one that every order can read, where there is one."""
    slashed = column.filter(column.str.contains(SLASHED_START).fill_null(False)).unique(maintain_order=True)
    read = {order: parse_times(slashed, order).values for order in orders}
    known = pl.DataFrame(read).with_row_index()
    telling = known.filter(pl.concat_list(orders).list.n_unique() > 1)
    whole = telling.drop_nulls()
    row = next(frame for frame in (whole, telling, known) if frame.height).row(0, named=True)
    text = slashed[row["index"]]
    return tuple((order, _meaning(text, row[order])) for order in orders if row[order] is not None or order != "ymd")


def _meaning(text: str, date: datetime | None) -> str:
    if date is None:
        return say("data.question.means_nothing", text=text)
    return say("data.question.means", text=text, date=f"{date:%-d %B %Y}")


def _one_of(code: str, answer: str, known: list[str]) -> str:
    if answer not in known:
        raise BadInput("data", "unknown_answer", code=code, found=answer, known=", ".join(known))
    return answer
