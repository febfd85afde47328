"""What each step does to a whole log that is held as codes; the same as `doing` does to the events themselves."""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.numbers import parse_numbers
from seqrec_core.data.steps.coded import Bools, Coded
from seqrec_core.data.steps.core import kept_by_core
from seqrec_core.data.steps.doing import US, cancelled_purchases, is_cancelled
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


@dataclass(frozen=True)
class State:
    """A log after some steps.

    Args:
        log: before them.
        kept: which events are left. [events]
        items, types: of each event, as codes. [events]
        changed: events that steps gave another item or type, added up over the steps.
    """

    log: Coded
    kept: Bools
    items: NDArray[np.int32]
    types: NDArray[np.int32]
    changed: int = 0

    @classmethod
    def of(cls, log: Coded) -> "State":
        """Return a log before any step."""
        return cls(log, np.ones(len(log.users), np.bool_), log.items, log.types)

    @property
    def counts(self) -> tuple[int, int, int]:
        """Events, users and items that are left."""
        seen = np.zeros(len(self.log.item_names), np.bool_)
        seen[self.items[self.kept]] = True
        return int(self.kept.sum()), int((_per_user(self) > 0).sum()), int(seen.sum())


def done(step: Step, state: State) -> State:
    """Return the log after one more step."""
    if isinstance(step, MergeItems | MergeZeros | MatchItems):
        return _merged_items(step, state)
    if isinstance(step, MergeEvents):
        return _merged_events(step, state)
    return replace(state, kept=state.kept & ~_left_out(step, state))


def _left_out(step: Step, state: State) -> Bools:
    """Return the mask of events that a step leaves out, among those that are left; what it says of others does not matter."""
    log = state.log
    match step:
        case ExactDuplicates():
            mask = _repeated(state)
        case SourceOverlap():
            frame = _frame(state).with_columns(log.column(c.SOURCE).filter(pl.Series(state.kept)))
            mask = _at(state, overlapping(frame, step.sources)[ROW].to_numpy())
        case NonProductCodes():
            mask = _named(log.item_names, step.codes)[state.items] & ~log.itemless
        case Returns():
            mask = _returned(step, state)
        case Prices():
            mask = log.mask(("price", step.column), step.column, lambda price: (parse_numbers(price) <= 0).fill_null(False))
        case HideEvents():
            mask = _named(log.type_names, step.types)[state.types]
        case CollapseRepeats():
            mask = _in_a_row(step, state)
        case Bots():
            mask = _bots(step, state)[log.users]
        case MinHistory():
            mask = (_per_user(state) < step.events)[log.users]
        case KCore():
            mask = np.ones(len(state.kept), np.bool_)
            rows = np.flatnonzero(state.kept)
            left = kept_by_core(step, log.users[rows], state.items[rows], len(log.starts), len(log.item_names))
            mask[rows[left]] = False
        case _:
            raise TypeError(step.name)
    return mask


def _merged_items(step: MergeItems | MergeZeros | MatchItems, state: State) -> State:
    into = _table(state.log.item_names, {old: state.log.item(new) for old, new in step.into.items()})
    items = into[state.items]
    items[state.log.itemless] = state.items[state.log.itemless]
    n = int((state.kept & (items != state.items)).sum())
    return replace(state, items=items, changed=state.changed + n)


def _merged_events(step: MergeEvents, state: State) -> State:
    log = state.log
    codes = {old: log.type(new) for old, new in step.into.items()}
    types = _table(log.type_names, codes)[state.types]
    as_items = np.array([log.item_names[name] for name in log.type_names], np.int32)
    unnamed = log.itemless | (state.items == as_items[state.types])
    items = np.where(unnamed, as_items[types], state.items)
    n = int((state.kept & (types != state.types)).sum())
    return replace(state, items=items, types=types, changed=state.changed + n)


def _table(names: dict[str, int], into: dict[str, int]) -> NDArray[np.int32]:
    """Return code → code."""
    table = np.arange(len(names), dtype=np.int32)
    for old, code in into.items():
        if old in names:
            table[names[old]] = code
    return table


def _named(names: dict[str, int], wanted: tuple[str, ...]) -> Bools:
    """Return code → whether its name is wanted."""
    table = np.zeros(len(names), np.bool_)
    table[[names[name] for name in wanted if name in names]] = True
    return table


def _per_user(state: State) -> NDArray[np.int64]:
    """Return how many events each user has left."""
    starts = state.log.starts
    return np.add.reduceat(state.kept, starts, dtype=np.int64) if len(starts) else np.zeros(0, np.int64)


def _at(state: State, rows: NDArray[np.int64]) -> Bools:
    """Return the mask of events by their rows among those that are left."""
    mask = np.zeros(len(state.kept), np.bool_)
    mask[np.flatnonzero(state.kept)[rows]] = True
    return mask


def _frame(state: State) -> pl.DataFrame:
    """Return the events that are left as a table of codes."""
    log, kept = state.log, state.kept
    none = pl.Series([None], dtype=pl.Int64).new_from_index(0, int(kept.sum()))
    times = none if log.times is None else pl.Series(log.times[kept])
    return pl.DataFrame(
        {c.USER: log.users[kept], c.ITEM: state.items[kept], c.EVENT: state.types[kept], c.TIME: times.cast(c.TIME_DTYPE)}
    )


def _repeated(state: State) -> Bools:
    rows, groups = state.log.twins
    left = state.kept[rows]
    _, first = np.unique(groups[left], return_index=True)
    mask = np.zeros(len(state.kept), np.bool_)
    mask[np.delete(rows[left], first)] = True
    return mask


def _returned(step: Returns, state: State) -> Bools:
    log = state.log
    mask = np.zeros(len(state.kept), np.bool_)
    if step.negative:
        mask = mask | log.mask(("negative",), c.VALUE, lambda value: (value.cast(pl.Float64) < 0).fill_null(False))
    if step.column is not None and step.prefix is not None:
        prefix = step.prefix
        mask = mask | log.mask(("cancelled", step.column, prefix), step.column, lambda text: is_cancelled(text, prefix))
    back = mask & state.kept
    values = log.column(c.VALUE) if step.purchases and back.any() else None
    if values is not None and values.dtype.is_numeric():
        kept = pl.Series(state.kept)
        events = _frame(state).with_columns(values.filter(kept).alias(c.VALUE))
        mask = mask | _at(state, np.flatnonzero(cancelled_purchases(events, pl.Series(back[state.kept])).to_numpy()))
    return mask


def _in_a_row(step: CollapseRepeats, state: State) -> Bools:
    log = state.log
    rows = np.flatnonzero(state.kept)
    same = np.ones(max(0, len(rows) - 1), np.bool_)
    for column in (log.users, state.items, state.types):
        values = column[rows]
        same &= values[1:] == values[:-1]
    if step.within_seconds is not None:
        same &= False if log.times is None else np.diff(log.times[rows]) <= step.within_seconds * US
    return _at(state, np.flatnonzero(same) + 1)


def _bots(step: Bots, state: State) -> Bools:
    """Return user → whether it is a bot."""
    log = state.log
    busy = _per_user(state) >= step.min_events
    rows = np.flatnonzero(state.kept & busy[log.users])
    none = pl.Series([None], dtype=pl.Int64).new_from_index(0, len(rows))
    times = none if log.times is None else pl.Series(log.times[rows])
    frame = pl.DataFrame({c.USER: log.users[rows], c.ITEM: state.items[rows], c.TIME: times.cast(c.TIME_DTYPE)})
    users = paces(frame, step.min_events)
    found = np.zeros(len(log.starts), np.bool_)
    found[is_bot(step, users)[c.USER].to_numpy()] = True
    return found
