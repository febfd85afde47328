"""What only the whole file can decide, gathered piece by piece: the order of dates, event types without items, decimal commas.

Each piece is read as the pieces before it suggest. Where the whole file decides otherwise, it is read again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from seqrec_core.data.mapping import ColumnMapping
from seqrec_core.data.numbers import COMMA_DECIMAL, GROUPED
from seqrec_core.data.questions import settle_columns, settle_date_order, settle_names
from seqrec_core.data.table import Table
from seqrec_core.data.times import SLASHED_START, DateOrder
from seqrec_core.errors import Question

ITEMLESS = 0.95  # an event type of which this share has no item is one without items (home, search)
SLASHED_DATE = r"^\s*\d{1,2}(?:[/-]\d{1,2}[/-]\d{2,4}|\.\s?\d{1,2}\.\s?\d{2})"
MOST = 0.5  # of the times; beyond it a log lies in the future as a whole
OTHER_TIMES = 1_000  # times a piece that are written otherwise, against which slashed dates are held
TYPE, N, EMPTY = "type", "n", "empty"
COUNTS = {TYPE: pl.String, N: pl.Int64, EMPTY: pl.Int64}


@dataclass(frozen=True)
class Decisions:
    """How values are read.

    Args:
        order: which way round slashed dates are; None where there are none.
        itemless: event types that have no items.
        decimal_ids: columns of ids, stored as decimals, that hold more than whole numbers.
        commas: columns of numbers with decimal commas.
        shifted: whether times lie in the future as a whole, so that 2150 is none at fault.
    """

    order: DateOrder | None = None
    itemless: frozenset[str] = frozenset()
    decimal_ids: frozenset[str] = frozenset()
    commas: frozenset[str] = frozenset()
    shifted: bool = False


@dataclass
class Evidence:
    """What has been seen so far that bears on the decisions.

    Args:
        dates: distinct slashed dates, and some times that are written otherwise; as text, in the order of the file.
        types: rows by event type, and how many of them have no item: `type, n, empty`.
        decimal_ids, commas: as in `Decisions`.
        questions: columns of one name that differ, by code.
        timed, late: times that were read, and those of them in the future.
        nothings: how often the column of items says in which words that there is nothing; "" counts its empty cells.
    """

    dates: pl.Series = field(default_factory=lambda: pl.Series([], dtype=pl.String))
    types: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=COUNTS))
    decimal_ids: frozenset[str] = frozenset()
    commas: frozenset[str] = frozenset()
    questions: dict[str, Question] = field(default_factory=dict)
    timed: int = 0
    late: int = 0
    nothings: dict[str, int] = field(default_factory=dict)

    def add(self, other: "Evidence") -> None:
        """Take in what a later piece shows."""
        if len(other.dates):
            self.dates = pl.concat([self.dates, other.dates]).unique(maintain_order=True)
        types = pl.concat([self.types, other.types])
        self.types = types.group_by(TYPE, maintain_order=True).agg(pl.col(N, EMPTY).sum())
        self.decimal_ids |= other.decimal_ids
        self.commas |= other.commas
        self.timed += other.timed
        self.late += other.late
        self.questions = {**other.questions, **self.questions}
        for word, n in other.nothings.items():
            self.nothings[word] = self.nothings.get(word, 0) + n

    def decide(self, mapping: ColumnMapping, answers: Mapping[str, str]) -> tuple[Decisions, list[Question]]:
        """Return the decisions that this suggests, and what is left for a person; a date in doubt is read day first."""
        order, questions = settle_date_order(self.dates.alias(mapping.time or ""), answers)
        without = self.types.filter((pl.col(EMPTY) > 0) & (pl.col(EMPTY) >= ITEMLESS * pl.col(N)))[TYPE]
        shifted = self.late > MOST * self.timed
        decisions = Decisions("dmy" if questions else order, frozenset(without), self.decimal_ids, self.commas, shifted)
        names = settle_names(self.nothings, mapping.item, answers)
        return decisions, [*self.questions.values(), *questions, *names]


def date_evidence(column: pl.Series, none_slashed: bool = False) -> pl.Series:
    """Return the distinct slashed dates of a column, without their clock, and some of its other times.

    Args:
        column: as read.
        none_slashed: whether it is known that no date has slashes.
    """
    if column.dtype != pl.String:
        return pl.Series([], dtype=pl.String)
    if none_slashed:
        return _spread(column)
    slashed = column.str.contains(SLASHED_START).fill_null(False)
    dates = column.filter(slashed).str.extract(f"({SLASHED_DATE})", 1).unique(maintain_order=True).drop_nulls()
    return pl.concat([dates, _spread(column.filter(~slashed))])


def _spread(times: pl.Series) -> pl.Series:
    return times.gather_every(max(1, len(times) // OTHER_TIMES)).drop_nulls()


def type_evidence(types: pl.Series | None, empty: pl.Series, known: pl.Series) -> pl.DataFrame:
    """Count rows with a user and a type by type, and those without an item: `type, n, empty`.

    Args:
        types: of each row; None where the log has none.
        empty: mask of rows without an item.
        known: mask of rows that have a user and a type.
    """
    if types is None:
        return pl.DataFrame(schema=COUNTS)
    frame = pl.DataFrame({TYPE: types, EMPTY: empty}).filter(known)
    counted = frame.group_by(TYPE, maintain_order=True).agg(pl.len().cast(pl.Int64).alias(N), pl.col(EMPTY).sum().cast(pl.Int64))
    return counted.select(list(COUNTS))


def number_evidence(table: Table, mapping: ColumnMapping) -> frozenset[str]:
    """Name the columns of numbers in which some value can only be read with a decimal comma."""
    found = []
    for name in (mapping.order, mapping.value):
        column = None if name is None else table.frame[name]
        if column is None or column.dtype != pl.String or not column.str.contains(",", literal=True).any():
            continue
        text = column.str.strip_chars()
        if (text.str.contains(COMMA_DECIMAL) & ~text.str.contains(GROUPED)).any():
            found.append(column.name)
    return frozenset(found)


def id_evidence(table: Table, mapping: ColumnMapping) -> frozenset[str]:
    """Name the columns of ids, stored as decimals, that hold more than whole numbers."""
    names = (mapping.user, mapping.item, mapping.event, mapping.session)
    columns = [table.frame[name] for name in names if name is not None]
    return frozenset(column.name for column in columns if column.dtype.is_float() and (column != column.round()).any())


def column_evidence(table: Table, roles: Mapping[str, str], answers: Mapping[str, str]) -> dict[str, Question]:
    """Return the questions which of several columns of one name is meant, by code."""
    if not table.repeated:
        return {}
    return {question.code: question for question in settle_columns(table, roles, answers)[1]}
