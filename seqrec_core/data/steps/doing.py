"""What each step does to the events of some users: which rows it leaves out, or what they become."""

from collections import defaultdict
from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.events import HASH, ITEMLESS, NOTES, PLACE
from seqrec_core.data.numbers import parse_numbers
from seqrec_core.data.steps.core import Core
from seqrec_core.data.steps.overlap import ROW, overlapping
from seqrec_core.data.steps.pace import is_bot, paces
from seqrec_core.data.steps.types import (
    Bots,
    CollapseRepeats,
    ExactDuplicates,
    HideEvents,
    KCore,
    MatchItems,
    MergeEvents,
    MergeItems,
    MergeZeros,
    MinHistory,
    NonProductCodes,
    Prices,
    Returns,
    SourceOverlap,
    Step,
)

US = 1_000_000


def left_out(step: Step, events: pl.DataFrame, core: Core | None) -> pl.Series | None:
    """Return the mask of rows that a step leaves out; None where it leaves out none by its nature.

    Args:
        step: what to do.
        events: of some users and all of theirs, sorted.
        core: what is left of a k-core, for a step that is one.
    """
    match step:
        case ExactDuplicates():
            mask: pl.Series | None = _repeated(events)
        case SourceOverlap():
            mask = _of_earlier_source(step, events)
        case NonProductCodes():
            mask = events[c.ITEM].is_in(list(step.codes)) & has_item(events)
        case Returns():
            mask = _returned(step, events)
        case Prices():
            mask = (parse_numbers(column_of(events, step.column)) <= 0).fill_null(False)
        case HideEvents():
            mask = events[c.EVENT].is_in(list(step.types))
        case CollapseRepeats():
            mask = _in_a_row(step, events)
        case Bots():
            bots = is_bot(step, paces(events, step.min_events))[c.USER].implode()
            mask = of_users(events, lambda users, _: users.is_in(bots))
        case MinHistory():
            mask = of_users(events, lambda users, counts: pl.Series(counts < step.events))
        case KCore() if core is not None:
            mask = ~(of_users(events, lambda users, _: users.is_in(core.users)) & events[c.ITEM].is_in(core.items))
        case _:
            mask = None
    return mask


def of_users(events: pl.DataFrame, told: Callable[[pl.Series, NDArray[np.int64]], pl.Series]) -> pl.Series:
    """Return a mask of sorted events by what is told of their users: of each one, and of the number of its events."""
    users = events[c.USER]
    starts = np.flatnonzero((users != users.shift(1)).fill_null(True).to_numpy())
    counts = np.diff(starts, append=events.height)
    return pl.Series(np.repeat(told(users[starts], counts).to_numpy(), counts))


def changed(step: Step, events: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Return the events as a step changes them, and how many it changed."""
    if isinstance(step, MergeItems | MergeZeros | MatchItems):
        merged = events[c.ITEM].replace(step.into)
        merged = pl.select(pl.when(has_item(events)).then(merged).otherwise(events[c.ITEM])).to_series()
        return events.with_columns(merged.alias(c.ITEM)), int((merged != events[c.ITEM]).sum())
    if isinstance(step, MergeEvents):
        types = events[c.EVENT].replace(step.into)
        unnamed = ~has_item(events) | (events[c.ITEM] == events[c.EVENT])  # an item that is only the name of its event
        items = pl.select(pl.when(unnamed).then(types).otherwise(events[c.ITEM])).to_series()
        return events.with_columns(types.alias(c.EVENT), items.alias(c.ITEM)), int((types != events[c.EVENT]).sum())
    return events, 0


def has_item(events: pl.DataFrame) -> pl.Series:
    """Mask of events of types that come with an item."""
    return pl.Series((events[NOTES].to_numpy() & ITEMLESS) == 0)


def column_of(events: pl.DataFrame, name: str) -> pl.Series:
    """Return a column of events; an empty one where these lack it."""
    return events[name] if name in events.columns else pl.Series(name, [None], dtype=pl.String).new_from_index(0, events.height)


def is_cancelled(column: pl.Series, prefix: str) -> pl.Series:
    """Mask of numbers that begin with the prefix of cancellations and a digit."""
    text = column.cast(pl.String)
    return (text.str.starts_with(prefix) & text.str.slice(len(prefix), 1).str.contains(r"\d")).fill_null(False)


def _repeated(events: pl.DataFrame) -> pl.Series:
    """Mask of `duplicates`."""
    rows = duplicates(events)
    mask = np.zeros(events.height, np.bool_)
    mask[rows] = True
    return pl.Series(mask)


def duplicates(events: pl.DataFrame) -> NDArray[np.intp]:
    """Return the rows that equal an earlier one in every column: in the hash of what was read, and in what it was read as."""
    rows, first = twins(events)
    return rows[rows != first]


def twins(events: pl.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows that equal others in every column, and for each the first row that it equals."""
    none = np.zeros(0, np.int64)
    rows = np.flatnonzero(events[HASH].is_duplicated().to_numpy()).astype(np.int64) if HASH in events.columns else none
    if not len(rows):
        return none, none
    same = events.drop(PLACE, NOTES, strict=False)[rows]
    first = same.with_row_index(PLACE).select(pl.col(PLACE).first().over(same.columns)).to_series().to_numpy()
    return rows, rows[first]


def _of_earlier_source(step: SourceOverlap, events: pl.DataFrame) -> pl.Series:
    mask = np.zeros(events.height, np.bool_)
    mask[overlapping(events, step.sources)[ROW].to_numpy()] = True
    return pl.Series(mask)


def _returned(step: Returns, events: pl.DataFrame) -> pl.Series:
    mask = pl.Series(np.zeros(events.height, np.bool_))
    if step.negative and c.VALUE in events.columns:
        mask = mask | (events[c.VALUE] < 0).fill_null(False)
    if step.column is not None and step.prefix is not None:
        mask = mask | is_cancelled(column_of(events, step.column), step.prefix)
    if step.purchases and c.VALUE in events.columns and mask.any():
        mask = mask | cancelled_purchases(events, mask)
    return mask


def cancelled_purchases(events: pl.DataFrame, returned: pl.Series) -> pl.Series:
    """Mask of the purchases that returns take back: the latest before each, of the same user, item and amount."""
    keys = pl.DataFrame({"user": events[c.USER], "item": events[c.ITEM], "amount": events[c.VALUE].abs(), "back": returned})
    keys = keys.with_row_index("row").filter(pl.col("back").any().over("user", "item", "amount"))
    open_rows: dict[tuple[str, str, float | None], list[int]] = defaultdict(list)
    found = np.zeros(events.height, np.bool_)
    for row, user, item, amount, back in keys.iter_rows():
        bought = open_rows[user, item, amount]
        if not back:
            bought.append(row)
        elif bought:
            found[bought.pop()] = True
    return pl.Series(found)


def _in_a_row(step: CollapseRepeats, events: pl.DataFrame) -> pl.Series:
    same = pl.all_horizontal(*[pl.col(name) == pl.col(name).shift(1) for name in (c.USER, c.ITEM, c.EVENT)])
    if step.within_seconds is not None:
        same = same & (pl.col(c.TIME).diff().dt.total_microseconds() <= step.within_seconds * US)
    return events.select(same.fill_null(False)).to_series()
