"""From a piece of a table and its mapping to events: each role becomes its column, and rows that lack one are rejected."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.cleaning import REASONS, Sieve, is_empty, is_implausible, row_hashes, rows_as_rejects
from seqrec_core.data.ids import NOTHING_FIX, keeps, nothing_words, read_ids
from seqrec_core.data.intake.decisions import (
    Decisions,
    Evidence,
    column_evidence,
    date_evidence,
    id_evidence,
    number_evidence,
    type_evidence,
)
from seqrec_core.data.log import CONSTANT_EVENT
from seqrec_core.data.mapping import ColumnMapping
from seqrec_core.data.numbers import parse_numbers
from seqrec_core.data.report import Fix
from seqrec_core.data.table import MAX_REJECTS, RAW_LENGTH, Table
from seqrec_core.data.times import CLOCK_DIGITS, Times, as_text, is_early, is_late, parse_times
from seqrec_core.data.zones import in_zone
from seqrec_core.errors import BadInput

JOIN = "+"
PLACE, HASH, NOTES = "\x1fplace", "\x1fhash", "\x1fnotes"  # beside the columns of the log, until duplicates are found
PIECE_BITS = 32
EXAMPLES = 5
ITEMLESS, NAIVE, VALUE_UNREAD, SKIPPED, TWICE, EARLY, LATE = 1, 2, 4, 8, 16, 32, 64  # bits of the notes
SHOWN = {**c.REJECTED, PLACE: pl.Int64}
DECIMAL_COMMA = "0,5"  # one value that can only be read with a decimal comma decides for a column


@dataclass
class Part:
    """What extraction gives of one piece of a file.

    Args:
        events: the kept events in the order of the file: `user_id, item_id, event_type, timestamp`, `order, value` and
            `session_id` (as in the file) where mapped, further columns as attributes; beside them `PLACE` (number of the
            piece · 2³² + row in it), `HASH` of these columns, `NOTES`.
        refused: `PLACE, HASH` (of the row as it stands in the file), `reason` (an index into `REASONS`) of every row that was
            read and not kept.
        shown: the first 10,000 rejected rows: `SHOWN`, the reasons as keys, the place empty where a row could not be read.
        unread: reason → rows that could not even be read.
        rows_read: data rows, kept or not.
        evidence: what bears on decisions about the whole file.
        shapes: how many times had which shape.
        times: the first times as they stand in the file.
        fixes: what reading did.
        unread_times: the first different values that could not be read as times.
    """

    events: pl.DataFrame
    refused: pl.DataFrame
    shown: pl.DataFrame
    unread: dict[str, int]
    rows_read: int
    evidence: Evidence
    shapes: dict[str, int] = field(default_factory=dict)
    times: pl.Series = field(default_factory=lambda: pl.Series([], dtype=pl.String))
    fixes: tuple[Fix, ...] = ()
    unread_times: tuple[str, ...] = ()


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


def mapping_of(roles: Mapping[str, str], columns: list[str]) -> ColumnMapping:
    """Return roles as a mapping.

    Raises:
        BadInput: no column is the user.
    """
    if "user" not in roles:
        raise BadInput("data", "no_user_column", found=", ".join(columns[:30]))
    return ColumnMapping(**roles)


def time_column(table: Table, name: str) -> pl.Series:
    """Return the column of times; `date+time` and `year+month+day` are joined."""
    if name in table.frame.columns:
        return table.frame[name]
    parts = [as_text(table.frame[part]) for part in name.split(JOIN)]
    if len(parts) == 2:
        parts[1] = _with_colon(parts[1])
    whole = all(part.str.contains(r"^\d*$").all() for part in parts)
    joined = pl.concat_str(parts, separator="-" if whole else " ")
    lacks = pl.any_horizontal(part == "" for part in parts)  # half a time is none
    return pl.select(pl.when(lacks).then(pl.lit("")).otherwise(joined)).to_series().alias(name)


def _with_colon(clock: pl.Series) -> pl.Series:
    """Write a clock of bare digits (830) with its colon (08:30)."""
    digits = clock.str.contains(CLOCK_DIGITS) & (clock != "")
    padded = clock.str.zfill(4)
    written = pl.concat_str([padded.str.slice(0, 2), padded.str.slice(2)], separator=":")
    return pl.select(pl.when(digits).then(written).otherwise(clock)).to_series().alias(clock.name)


def extract(
    table: Table,
    mapping: ColumnMapping,
    decisions: Decisions,
    raw: bool = False,
    answers: Mapping[str, str] | None = None,
    piece: int = 0,
) -> Part:
    """Turn the rows of a piece into events.

    Args:
        table: what was read.
        mapping: checked by `check_mapping`.
        decisions: how values are read.
        raw: nothing is rejected that could be kept.
        answers: answers to questions, by code.
        piece: number of the piece.
    """
    return _Extraction(table, mapping, decisions, raw, answers or {}).part(piece)


class _Extraction:
    """Fills the columns of the log one after the other."""

    def __init__(self, table: Table, mapping: ColumnMapping, decisions: Decisions, raw: bool, answers: Mapping[str, str]) -> None:
        self.table, self.mapping, self.decisions, self.raw = table, mapping, decisions, raw
        self.sieve = Sieve(table.frame.height)
        self.columns: dict[str, pl.Series] = {}
        self.notes: list[pl.Expr] = []
        self.unread_times: tuple[str, ...] = ()
        self.ids_stay, self.told = keeps(raw, answers), dict[str, tuple[Fix, ...]]()
        self.evidence = Evidence(
            decimal_ids=id_evidence(table, mapping),
            commas=number_evidence(table, mapping),
            questions=column_evidence(table, mapping.roles(), answers),
        )

    def part(self, piece: int) -> Part:
        """Return the events and the account of this piece."""
        table, sieve = self.table, self.sieve
        self.columns[c.USER] = self._ids(self.mapping.user)
        sieve.reject(is_empty(self.columns[c.USER]), "no_user")
        types = self._event_types()
        self.columns |= {c.ITEM: self._items(types), c.EVENT: types}
        times, column = self._times()
        self._add_optional()
        frame = pl.DataFrame(self.columns).with_columns(_attributes(table, self.mapping))
        places = pl.int_range(pl.len(), dtype=pl.Int64) + (piece << PIECE_BITS)
        frame = frame.with_columns(self._notes(), places.alias(PLACE), row_hashes(frame).alias(HASH))
        rejected = sieve.rejected()
        reasons = pl.Series(c.REASON, sieve.reasons)
        refused = frame.select(PLACE).with_columns(reasons)[rejected].with_columns(row_hashes(table.frame[rejected]).alias(HASH))
        return Part(
            events=frame if not len(rejected) else frame.filter(sieve.kept),
            refused=refused.select(PLACE, HASH, c.REASON),
            shown=self._shown(rejected, frame[PLACE]),
            unread=_counted([reject.reason for reject in table.rejects]),
            rows_read=table.rows_read,
            evidence=self.evidence,
            shapes=times.shapes if times else {},
            times=pl.Series([], dtype=pl.String) if column is None else as_text(column.head(1_000)),
            fixes=(*table.fixes, *(fix for fixes in self.told.values() for fix in fixes)),
            unread_times=self.unread_times,
        )

    def _shown(self, rejected: NDArray[np.intp], places: pl.Series) -> pl.DataFrame:
        unread = [(reject.line, reject.reason, reject.raw[:RAW_LENGTH], None) for reject in self.table.rejects[:MAX_REJECTS]]
        first = rejected[:MAX_REJECTS]
        refused = rows_as_rejects(self.table, first, [REASONS[code] for code in self.sieve.reasons[first]])
        both = pl.concat([pl.DataFrame(unread, schema=SHOWN, orient="row"), refused.with_columns(places[first])])
        return both.sort(c.LINE, maintain_order=True).head(MAX_REJECTS)

    def _ids(self, name: str, types: bool = False) -> pl.Series:
        """Return ids as text, as written but for what stands around them; whole numbers stored as decimals lose their point."""
        column = self.table.frame[name]
        if column.dtype.is_numeric():
            whole = column.dtype.is_float() and name not in self.decisions.decimal_ids
            return (column.cast(pl.Int64, strict=False) if whole else column).cast(pl.String)
        ids, self.told[name] = read_ids(column.cast(pl.String), self.ids_stay, types)
        return ids

    def _event_types(self) -> pl.Series:
        if self.mapping.event is None:
            return pl.Series(c.EVENT, [CONSTANT_EVENT], dtype=pl.String).new_from_index(0, self.table.frame.height)
        types = self._ids(self.mapping.event, types=True)
        self.sieve.reject(is_empty(types), "no_event")
        return types

    def _items(self, types: pl.Series) -> pl.Series:
        if self.mapping.item is None:
            return types
        items = self._ids(self.mapping.item)
        if not self.ids_stay and any(fix.key == NOTHING_FIX for fix in self.told.get(self.mapping.item, ())):
            self.evidence.nothings = nothing_words(self.table.frame[self.mapping.item].cast(pl.String))
        empty = is_empty(items)
        if self.mapping.event is not None:
            self.evidence.types = type_evidence(types, empty, self.sieve.kept)
            if self.decisions.itemless and empty.any():
                itemless = empty & types.is_in(list(self.decisions.itemless)).fill_null(False)
                items = pl.select(pl.when(itemless).then(types).otherwise(items)).to_series()
                self._note(itemless, ITEMLESS)
                empty = empty & ~itemless
        self.sieve.reject(empty, "no_item")
        return items

    def _times(self) -> tuple[Times | None, pl.Series | None]:
        if self.mapping.time is None:
            self.columns[c.TIME] = pl.Series(c.TIME, [None], dtype=c.TIME_DTYPE).new_from_index(0, self.table.frame.height)
            return None, None
        column = time_column(self.table, self.mapping.time)
        read = parse_times(column, self.decisions.order)
        lost = read.values.is_null()
        if lost.any():
            self.sieve.reject(is_empty(column), "no_time")
            self.sieve.reject(lost, "time_unread")
            examples = as_text(column.filter(lost).head(1_000)).unique(maintain_order=True)
            self.unread_times = tuple(text[:40] for text in examples.filter(examples != "").head(EXAMPLES))
        self.evidence.dates = date_evidence(column, none_slashed=set(read.shapes) == {"iso"} and not lost.any())
        zoned = in_zone(read.values, read.naive, self.table.read.time_zone)
        late = is_late(zoned.values)
        self.evidence.late, self.evidence.timed = int(late.sum()), len(late) - zoned.values.null_count()
        if not self.raw:
            self.sieve.reject(is_implausible(zoned.values, self.decisions.shifted), "time_implausible")
        for mask, bit in ((read.naive, NAIVE), (zoned.skipped, SKIPPED), (zoned.twice, TWICE)):
            self._note(mask, bit)
        self._note(is_early(zoned.values), EARLY)
        self._note(late, LATE)
        self.columns[c.TIME] = zoned.values
        return read, column

    def _add_optional(self) -> None:
        mapping, table = self.mapping, self.table
        if mapping.order is not None:
            self.columns[c.ORDER] = self._numbers(mapping.order).cast(pl.Int64, strict=False)
            if mapping.time is None:
                self.sieve.reject(self.columns[c.ORDER].is_null(), "no_order")
        if mapping.value is not None:
            values = self._numbers(mapping.value)
            self.columns[c.VALUE] = values
            if values.null_count():
                self._note(values.is_null() & ~is_empty(table.frame[mapping.value]), VALUE_UNREAD)
        if mapping.session is not None:
            self.columns[c.SESSION] = self._ids(mapping.session).fill_null("")

    def _numbers(self, name: str) -> pl.Series:
        column = self.table.frame[name]
        if name not in self.decisions.commas or column.dtype != pl.String:
            return parse_numbers(column)
        return parse_numbers(pl.concat([column, pl.Series(name, [DECIMAL_COMMA])])).head(len(column))

    def _note(self, mask: pl.Series, bit: int) -> None:
        if mask.any():
            self.notes.append(pl.lit(mask.fill_null(False)).cast(pl.UInt8) * bit)

    def _notes(self) -> pl.Expr:
        notes = self.notes or [pl.lit(0, pl.UInt8)]
        return pl.sum_horizontal(notes).cast(pl.UInt8).alias(NOTES)


def _counted(reasons: list[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for reason in reasons:
        counts[reason] = counts.get(reason, 0) + 1
    return counts


def _attributes(table: Table, mapping: ColumnMapping) -> list[pl.Series]:
    """Columns without a role."""
    result = []
    for name, alias in attribute_names(table, mapping).items():
        column = table.frame[name]
        column = column.set(column == "", None) if column.dtype == pl.String and (column == "").any() else column
        result.append(column.alias(alias))
    return result


def attribute_names(table: Table, mapping: ColumnMapping) -> dict[str, str]:
    """Return column without a role → its name in the log; one that is called like a role says that it is the file's."""
    used = {part for name in mapping.roles().values() for part in (name, *name.split(JOIN))}
    known = {*c.LOG_REQUIRED, *c.LOG_OPTIONAL}
    return {name: f"{name} (file)" if name in known else name for name in table.frame.columns if name not in used}


def log_columns(table: Table, mapping: ColumnMapping) -> dict[str, pl.DataType]:
    """Return the columns of the log that a table gives, with their dtypes."""
    found: dict[str, pl.DataType] = {name: pl.String() for name in (c.USER, c.ITEM, c.EVENT)}
    found[c.TIME] = c.TIME_DTYPE
    optional = {
        c.ORDER: (mapping.order, pl.Int64()),
        c.VALUE: (mapping.value, pl.Float64()),
        c.SESSION: (mapping.session, pl.String()),
    }
    found |= {name: dtype for name, (column, dtype) in optional.items() if column is not None}
    return found | {alias: table.frame.schema[name] for name, alias in attribute_names(table, mapping).items()}
