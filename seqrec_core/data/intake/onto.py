"""A stored log as the first channel of another import: its events as they were before any step, and the account of its files."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.before import Before
from seqrec_core.data.cleaning import DUPLICATE, REASONS
from seqrec_core.data.events import HASH, NOTES, PIECE_BITS, PLACE, SHOWN, Part
from seqrec_core.data.intake.account import FILE, Account
from seqrec_core.data.intake.channels import NUMBER_BITS, Opened
from seqrec_core.data.intake.decisions import Decisions, Evidence
from seqrec_core.data.intake.tables import Piece
from seqrec_core.data.intake.told import of_reading
from seqrec_core.data.mapping import Channel, ImportRequest, ReadOptions
from seqrec_core.data.report import ImportReport
from seqrec_core.data.steps.types import DUPLICATES
from seqrec_core.data.table import Table
from seqrec_core.errors import Question
from seqrec_core.text import say

INTERNAL = (PLACE, HASH, NOTES)
SAMPLED = 16
UNREAD = (
    "too_many_fields", "too_few_fields", "unclosed_quote", "text_after_quote", "nul", "encoding", "header_again", "other_table",
    "not_spmf", "not_json",
)  # fmt: skip


@dataclass(frozen=True)
class Onto:
    """A stored log onto which files are imported.

    Args:
        before: its events before any step.
        report: of its import.
        item_rows: of its item file, if it had one.
        source: what its events are called where they have no sources of their own.
    """

    before: Before
    report: ImportReport
    item_rows: pl.DataFrame | None
    source: str

    def shares(self) -> list[tuple[str, tuple[str, ...], int]]:
        """Return each of its sources with its files and the rows read of them."""
        told = self.report.channels
        if told is None:
            return [(self.source, (self.source,), self.report.rows_read)]
        return [(one.source, one.files, one.rows_read) for one in told.sources]

    def recipes(self) -> list[dict[str, object]]:
        """Return what its recipe says of each channel."""
        recipe = self.report.recipe
        said = recipe.get("channels")
        if isinstance(said, list) and said:
            return [{**one, "source": one.get("source") or self.source} for one in said]
        own: dict[str, object] = {name: recipe[name] for name in ("mapping", "read", "answers") if name in recipe}
        return [{"source": self.source, **own, "files": [self.source]}]

    def opened(self) -> "StoredChannel":
        """Return it as a channel that is open."""
        tables = StoredTables(self.before)
        channel = Channel(paths=(self.before.place,))
        request = ImportRequest(path=self.before.place)
        return StoredChannel(channel, request, tables, self.report.mapping, onto=self)


class StoredTables:
    """The parts of a stored log as pieces.

    Args:
        before: its events.
    """

    whole = False

    def __init__(self, before: Before) -> None:
        self.before = before
        first = int(before.rows.nonzero()[0][0])
        self.head = self._table(before.read(first).head(1_000), int(before.rows.sum()))

    def _table(self, events: pl.DataFrame, n_rows: int) -> Table:
        frame = events.drop(*INTERNAL)
        lines = pl.Series([None], dtype=pl.Int64).new_from_index(0, frame.height)
        return Table(frame, lines, n_rows=n_rows)

    def pieces(self) -> Iterator[Piece]:
        """Yield the parts."""
        total, done = max(1, int(self.before.rows.sum())), 0
        for number in self.before.rows.nonzero()[0]:
            done += int(self.before.rows[number])
            yield Piece(int(number), done / total, self._loader(int(number)), self._picker(int(number)))

    def _loader(self, number: int) -> Callable[[], Table]:
        return lambda: self._table(self.before.read(number), 0)

    def _picker(self, number: int) -> Callable[[NDArray[np.intp]], Table]:
        def pick(rows: NDArray[np.intp]) -> Table:
            return self._table(self.before.read(number)[rows], len(rows))

        return pick

    def sample(self, column: str) -> pl.Series:
        """Return users of some parts, whatever the column is called."""
        numbers = self.before.rows.nonzero()[0]
        step = max(1, len(numbers) // SAMPLED)
        return pl.concat([self.before.read(int(number), [c.USER])[c.USER] for number in numbers[::step]])

    def decode_again(self) -> bool:
        """Nothing to look at: it was decoded when its files were imported."""
        return False


@dataclass(frozen=True)
class StoredChannel(Opened):
    """A stored log as a channel.

    Args:
        onto: what it is.
    """

    onto: Onto | None = None

    @property
    def _log(self) -> Onto:
        if self.onto is None:
            raise TypeError("a stored channel needs its log")
        return self.onto

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources of its events."""
        return tuple(source for source, _, _ in self._log.shares())

    @property
    def files(self) -> tuple[str, ...]:
        """What people call its files."""
        return tuple(name for _, files, _ in self._log.shares() for name in files)

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(path.stat().st_size for path in Path(self._log.before.place).glob("*.parquet"))

    def options(self) -> ReadOptions:
        """Return how its first file was read."""
        read = self._log.report.recipe.get("read")
        return ReadOptions.model_validate(read if isinstance(read, Mapping) else {})

    def schema(self) -> dict[str, pl.DataType]:
        """Return its columns and their dtypes, but for the source."""
        frame = self._fit(self._log.before.read(int(self._log.before.rows.nonzero()[0][0])).head(1))
        return {name: dtype for name, dtype in frame.schema.items() if name not in (*INTERNAL, c.SOURCE)}

    def begins(self, raw: bool) -> Decisions:
        """Return nothing to decide: it is read already."""
        return Decisions()

    def decides(self, account: Account) -> tuple[Decisions, list[Question]]:
        """Return nothing to decide: it is read already."""
        return Decisions(), []

    def read(self, piece: Piece, decisions: Decisions, raw: bool) -> Part:
        """Return a part of its events."""
        events = self._fit(self._log.before.read(piece.number & ((1 << NUMBER_BITS) - 1)))
        place = pl.int_range(pl.len(), dtype=pl.Int64) + (piece.number << PIECE_BITS)
        refused = pl.DataFrame(schema={PLACE: pl.Int64, HASH: pl.UInt64, c.REASON: pl.UInt8})
        events = events.with_columns(place.alias(PLACE))
        return Part(events, refused, pl.DataFrame(schema=SHOWN), {}, events.height, Evidence())

    def _fit(self, events: pl.DataFrame) -> pl.DataFrame:
        """Keep the sessions of the file as an attribute where not all channels have sessions."""
        was = self._log.report.mapping
        if was.session is None or self.mapping.session is not None or c.SESSION not in events.columns:
            return events
        if was.session == was.user:
            return events.drop(c.SESSION)
        known = {*c.LOG_REQUIRED, *c.LOG_OPTIONAL}
        name = f"{was.session} (file)" if was.session in known else was.session
        sessions = events[c.SESSION]
        return events.drop(c.SESSION).with_columns(sessions.set(sessions == "", None).alias(name))

    def retyped(self) -> list[pl.Expr]:
        """Return its events' types where other channels name them and this one does not: their sources."""
        if not self.types:
            return []
        source = pl.lit(self._log.source) if self._log.report.channels is None else pl.col(c.SOURCE)
        return [source.alias(name) for name in ((c.EVENT, c.ITEM) if self.mapping.item is None else (c.EVENT,))]

    def account(self) -> Account:
        """Return the account of its files: what was rejected before any step."""
        report = self._log.report
        keys = {say(f"data.reason.{key}"): key for key in (*REASONS, *UNREAD, DUPLICATE)}
        steps: dict[str, int] = {}
        for effect in (one for one in report.effects if one.rows_removed):
            reason = say(f"data.reason.{DUPLICATE if effect.name == DUPLICATES else effect.name}")
            steps[reason] = steps.get(reason, 0) + effect.rows_removed
        left = {keys[reason]: n - steps.get(reason, 0) for reason, n in report.rejected.items() if n > steps.get(reason, 0)}
        shown = report.rejects.filter(pl.col(c.REASON).is_in([reason for reason in report.rejected if reason not in steps]))
        numbers = pl.lit(0, pl.Int32)
        if c.FILE in shown.columns:
            numbers = pl.col(c.FILE).replace_strict(list(self.files), range(len(self.files)), return_dtype=pl.Int32)
        shown = shown.with_columns(pl.col(c.REASON).replace(keys), pl.lit(None, pl.Int64).alias(PLACE), numbers.alias(FILE))
        account = Account(rows_read=sum(left.values()), rejected=left, fixes=of_reading(report.fixes))
        account.shown = shown.select(account.shown.columns)
        return account

    def shares(self, account: Account) -> list[tuple[str, tuple[str, ...], int]]:
        """Return each source with its files and the rows read of them."""
        return self._log.shares()
