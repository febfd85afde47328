"""Columns that fit a role about equally: which of them mean the same, and the question that is left."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from seqrec_core.data.profile import ColumnProfile
from seqrec_core.data.times import as_text, parse_times
from seqrec_core.errors import Question
from seqrec_core.text import say

NEAR = 0.05  # columns whose scores differ by less fit about equally
OFFERED = 6
EXAMPLES, SHOWN = 3, 24
ALIKE = 0.9  # share of the rows in which two times are about the same
HOUR, DAY = pl.duration(hours=1), pl.duration(hours=26)


@dataclass(frozen=True)
class Candidate:
    """A column that may play a role, and how well it fits."""

    profile: ColumnProfile
    score: float


def close_ones(best: Candidate, all_of: Sequence[Candidate], same: Callable[[str, str], bool]) -> list[Candidate]:
    """Return the candidates that fit about as well as the best one and do not say the same as it."""
    near = [one for one in all_of if one is not best and best.score - one.score < NEAR]
    return [one for one in near if not same(best.profile.name, one.profile.name)]


def are_the_same(frame: pl.DataFrame, one: str, other: str) -> bool:
    """Whether each value of a column goes with one value of the other: two spellings of the same ids."""
    pairs = frame.select(as_text(frame[one]).alias("one"), as_text(frame[other]).alias("other"))
    pairs = pairs.filter((pl.col("one") != "") & (pl.col("other") != ""))
    n = pairs.n_unique()
    return n == pairs["one"].n_unique() == pairs["other"].n_unique()


def are_times_alike(frame: pl.DataFrame, one: str, other: str) -> bool:
    """Whether two columns hold about the same times: within an hour, or a day where one has no clock."""
    first, second = frame[one], frame[other]
    dates = any(as_text(column.head(1_000)).str.len_chars().max() <= 10 for column in (first, second))  # type: ignore[operator]
    unix = any(as_text(column.head(1_000)).str.contains(r"^\d{9,}$").any() for column in (first, second))
    times = pl.DataFrame({"one": parse_times(first, "dmy").values, "other": parse_times(second, "dmy").values}).drop_nulls()
    if not times.height:
        return False
    apart = (pl.col("one") - pl.col("other")).abs()
    return float(times.select((apart <= (DAY if dates and not unix else HOUR)).mean()).item() or 0.0) >= ALIKE


def question_of(role: str, candidates: Sequence[Candidate]) -> Question:
    """Return the question which of several columns plays a role; each stands with what is in it."""
    options = tuple((one.profile.name, _evidence(one.profile)) for one in candidates[:OFFERED])
    return Question(f"{role}_column", say(f"data.question.{role}_column"), options)


def role_asked(code: str) -> str | None:
    """Return the role that a question is about: of `user_column` (which column?) and `column_user` (which of one name?)."""
    for ends in (code.removesuffix("_column"), code.removeprefix("column_")):
        if ends != code:
            return ends
    return None


def _evidence(profile: ColumnProfile) -> str:
    shown = ", ".join(f"“{value[:SHOWN]}”" for value in profile.examples[:EXAMPLES])
    return say("data.question.column_holds", n=profile.n_distinct, examples=shown)
