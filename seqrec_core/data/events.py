"""From a table and its mapping to events: each role becomes its column, and rows that lack one are rejected."""

from dataclasses import dataclass, field

import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.cleaning import Sieve, duplicates, is_empty, is_implausible
from seqrec_core.data.log import CONSTANT_EVENT
from seqrec_core.data.mapping import ColumnMapping
from seqrec_core.data.numbers import parse_numbers
from seqrec_core.data.report import Fix
from seqrec_core.data.table import Table
from seqrec_core.data.times import DateOrder, as_text, parse_times, unix_unit
from seqrec_core.errors import BadInput

ITEMLESS = 0.95  # an event type of which this share has no item is one without items (home, search)
JOIN = "+"


@dataclass
class Events:
    """What extraction gives: the kept events in the order of the file, who was rejected, and what was done.

    Args:
        frame: `user_id, item_id, event_type, timestamp`, and `order, value` where mapped; further columns as attributes.
        sessions: session id of each event as the file has it, or None.
        sieve: the rejected rows.
        fixes: in order.
    """

    frame: pl.DataFrame
    sessions: pl.Series | None
    sieve: Sieve
    fixes: list[Fix] = field(default_factory=list)


def check_mapping(table: Table, mapping: ColumnMapping) -> None:
    """Refuse a mapping that names columns the file does not have, or leaves a needed role open.

    Raises:
        BadInput: an unknown column; no time and no order; no item and no event.
    """
    known = table.frame.columns
    found = ", ".join(known[:30])
    for role, name in mapping.roles().items():
        if name not in known and not (role == "time" and set(name.split(JOIN)) <= set(known)):
            raise BadInput("data", "unknown_column", role=role, column=name, found=found)
    if mapping.time is None and mapping.order is None:
        raise BadInput("data", "no_time_column", found=found)
    if mapping.item is None and mapping.event is None:
        raise BadInput("data", "no_item_column", found=found)


def time_column(table: Table, name: str) -> pl.Series:
    """Return the column of times; `date+time` and `year+month+day` are joined."""
    if name in table.frame.columns:
        return table.frame[name]
    parts = [as_text(table.frame[part]) for part in name.split(JOIN)]
    whole = all(part.str.contains(r"^\d+$").all() for part in parts)
    return pl.select(pl.concat_str(parts, separator="-" if whole else " ")).to_series().alias(name)


def extract(table: Table, mapping: ColumnMapping, order: DateOrder | None, raw: bool) -> Events:
    """Turn rows into events.

    Args:
        table: what was read.
        mapping: checked by `check_mapping`.
        order: which way round slashed dates are.
        raw: nothing is rejected that could be kept.

    Raises:
        BadInput: not one value of the time column can be read.
    """
    sieve = Sieve(table)
    events = Events(pl.DataFrame(), None, sieve, list(table.fixes))
    if not raw:
        n = sieve.reject(duplicates(table), "duplicate")
        _note(events, "data.fix.duplicates", n)
    columns = {c.USER: _ids(table.frame[mapping.user])}
    sieve.reject(is_empty(columns[c.USER]), "no_user")
    columns[c.EVENT] = _event_types(events, table, mapping)
    columns[c.ITEM] = _items(events, table, mapping, columns[c.EVENT])
    columns[c.TIME] = _times(events, table, mapping, order, raw)
    _add_optional(events, table, mapping, columns)
    frame = pl.DataFrame(columns).with_columns(_attributes(table, mapping))
    kept = sieve.kept
    events.frame = frame.filter(kept)
    _note(events, "data.fix.no_event_types", events.frame.height if mapping.event is None else 0)
    _note(events, "data.fix.no_items", events.frame.height if mapping.item is None else 0)
    if mapping.session is not None:
        events.sessions = _ids(table.frame[mapping.session]).fill_null("").filter(kept)
        _note(events, "data.fix.no_session", int((events.sessions == "").sum()))
    return events


def _note(events: Events, key: str, n: int, **values: str | int | float) -> None:
    if n:
        events.fixes.append(Fix(key, n, values))


def _ids(column: pl.Series) -> pl.Series:
    """Return ids as text, exactly as written; whole numbers stored as decimals lose their point."""
    if column.dtype.is_float():
        whole = (column == column.round()).fill_null(True).all()
        column = column.cast(pl.Int64, strict=False) if whole else column
    return column.cast(pl.String)


def _event_types(events: Events, table: Table, mapping: ColumnMapping) -> pl.Series:
    if mapping.event is None:
        return pl.Series(c.EVENT, [CONSTANT_EVENT], dtype=pl.String).new_from_index(0, table.frame.height)
    types = _ids(table.frame[mapping.event])
    events.sieve.reject(is_empty(types), "no_event")
    return types


def _items(events: Events, table: Table, mapping: ColumnMapping, types: pl.Series) -> pl.Series:
    if mapping.item is None:
        return types
    items = _ids(table.frame[mapping.item])
    empty = is_empty(items)
    if mapping.event is not None and empty.any():
        shares = (
            pl.DataFrame({"type": types, "empty": empty}).filter(events.sieve.kept).group_by("type").agg(pl.col("empty").mean())
        )
        without = shares.filter(pl.col("empty") >= ITEMLESS)["type"].drop_nulls().sort()
        itemless = empty & types.is_in(without.to_list()).fill_null(False)
        items = pl.select(pl.when(itemless).then(types).otherwise(items)).to_series()
        _note(
            events, "data.fix.itemless_events", int((itemless & events.sieve.kept).sum()), types=", ".join(without.to_list()[:10])
        )
        empty = empty & ~itemless
    events.sieve.reject(empty, "no_item")
    return items


def _times(events: Events, table: Table, mapping: ColumnMapping, order: DateOrder | None, raw: bool) -> pl.Series:
    if mapping.time is None:
        return pl.Series(c.TIME, [None], dtype=c.TIME_DTYPE).new_from_index(0, table.frame.height)
    column = time_column(table, mapping.time)
    read = parse_times(column, order)
    sieve, empty, lost = events.sieve, is_empty(column), read.values.is_null()
    if lost.all():
        example = str(column.filter(~empty).head(1).to_list()[:1]).strip("[]'")
        raise BadInput("data", "no_time_read", column=mapping.time, example=example)
    sieve.reject(empty, "no_time")
    sieve.reject(lost, "time_unread")
    if not raw:
        sieve.reject(is_implausible(read.values), "time_implausible")
    _note(events, "data.fix.naive_times", int((read.naive & sieve.kept).sum()))
    if len(read.shapes) > 1:
        _note(events, "data.fix.mixed_times", sum(read.shapes.values()), shapes=len(read.shapes))
    elif "unix" in read.shapes:
        _note(events, "data.fix.unix_times", int(sieve.kept.sum()), column=mapping.time, unit=unix_unit(column))
    return read.values


def _add_optional(events: Events, table: Table, mapping: ColumnMapping, columns: dict[str, pl.Series]) -> None:
    if mapping.order is not None:
        order = parse_numbers(table.frame[mapping.order]).cast(pl.Int64, strict=False)
        columns[c.ORDER] = order
        if mapping.time is None:
            events.sieve.reject(order.is_null(), "no_order")
    if mapping.value is not None:
        raw = table.frame[mapping.value]
        columns[c.VALUE] = parse_numbers(raw)
        unread = columns[c.VALUE].is_null() & ~is_empty(raw) & events.sieve.kept
        _note(events, "data.fix.value_unread", int(unread.sum()), column=mapping.value)


def _attributes(table: Table, mapping: ColumnMapping) -> list[pl.Series]:
    """Columns without a role, under their own names; one that is called like a role says that it is the file's."""
    used = {part for name in mapping.roles().values() for part in (name, *name.split(JOIN))}
    known = {*c.LOG_REQUIRED, *c.LOG_OPTIONAL}
    result = []
    for name in table.frame.columns:
        if name not in used:
            column = table.frame[name]
            column = column.set(column == "", None) if column.dtype == pl.String else column
            result.append(column.alias(f"{name} (file)" if name in known else name))
    return result
