"""The channels of a log: each is read in its own way, and all become events of the same columns."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.events import ITEMLESS, NOTES, Part, check_mapping, extract, log_columns, mapping_of, time_column
from seqrec_core.data.guess import Guess, guess_table
from seqrec_core.data.intake.account import Account
from seqrec_core.data.intake.decisions import Decisions, date_evidence
from seqrec_core.data.intake.parts import Parts
from seqrec_core.data.intake.tables import Piece, Sizes, Tables, open_tables
from seqrec_core.data.mapping import OF_CHANNEL, Channel, ColumnMapping, ImportRequest, ReadOptions
from seqrec_core.data.profile import profile_columns
from seqrec_core.data.questions import settle_columns, settle_date_order
from seqrec_core.data.recipe import options_of
from seqrec_core.data.times import as_text
from seqrec_core.errors import BadInput, NeedsDecision, Question
from seqrec_core.text import say

BEGINNING = 20_000  # rows by which decisions are made at first
NUMBER_BITS = 20  # pieces of a channel are numbered from its own number · 2²⁰ on


@dataclass(frozen=True)
class Opened:
    """A channel that has been opened.

    Args:
        channel: what was asked.
        request: for its (first) file alone.
        tables: its rows.
        mapping: settled.
        types: what its events are called where other channels name them and this one does not; "" = as they are.
        itemless: whether other channels have items and this one has none.
    """

    channel: Channel
    request: ImportRequest
    tables: Tables
    mapping: ColumnMapping
    types: str = ""
    itemless: bool = False

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources of its events; none where the log has none."""
        return (self.channel.source,) if self.channel.source else ()

    @property
    def files(self) -> tuple[str, ...]:
        """What people call its files."""
        return self.channel.names()

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(path.stat().st_size for path in self.channel.paths)

    def options(self) -> ReadOptions:
        """Return how its (first) file is read."""
        return options_of(self.tables.head)

    def schema(self) -> dict[str, pl.DataType]:
        """Return the columns of its events and their dtypes, but for the source."""
        return log_columns(self.tables.head, self.mapping)

    def begins(self, raw: bool) -> Decisions:
        """Decide by the beginning of its file how values are read; of a small file that is all there is."""
        answers = self.request.answers
        evidence = extract(self.tables.head.take(BEGINNING), self.mapping, Decisions(), raw, answers).evidence
        return evidence.decide(self.mapping, answers)[0]

    def decides(self, account: Account) -> tuple[Decisions, list[Question]]:
        """Decide by the whole of its files."""
        settled, questions = account.evidence.decide(self.mapping, self.request.answers)
        return settled, [of_source(question, self.channel.source) for question in questions]

    def read(self, piece: Piece, decisions: Decisions, raw: bool) -> Part:
        """Return the events of a piece."""
        return extract(piece.load(), self.mapping, decisions, raw, self.request.answers, piece.number)

    def retyped(self) -> list[pl.Expr]:
        """Return what its events are called where other channels name them and this one does not."""
        names = (c.EVENT, c.ITEM) if self.mapping.item is None else (c.EVENT,)
        return [pl.lit(self.types).alias(name) for name in names] if self.types else []

    def account(self) -> Account:
        """Return an account of nothing read yet."""
        return Account()

    def shares(self, account: Account) -> list[tuple[str, tuple[str, ...], int]]:
        """Return each source with its files and the rows read of them."""
        return [(self.channel.source, self.files, account.rows_read)]


class Channels:
    """All channels of a log, as one sequence of pieces.

    Args:
        opened: each of them.
    """

    def __init__(self, opened: tuple[Opened, ...]) -> None:
        self.opened = opened
        self.mapping = _union(opened)
        self.files = [name for one in opened for name in one.files]
        self.sources = tuple(source for one in opened for source in one.sources)
        self.whole = len(self.files) == 1 and opened[0].tables.whole
        self.n_rows = sum(one.tables.head.n_rows for one in opened)
        self.schema = _schema(opened) if len(self.files) > 1 or self.sources else {}

    @property
    def columns(self) -> list[str]:
        """Every column of every channel, as the files call it."""
        return list(dict.fromkeys(name for one in self.opened for name in one.tables.head.frame.columns))

    def pieces(self) -> Iterator[Piece]:
        """Yield the pieces of all channels in their order."""
        weights = [max(1, one.size) for one in self.opened]
        before, first = 0.0, 0
        for number, (one, weight) in enumerate(zip(self.opened, weights, strict=True)):
            for piece in one.tables.pieces():
                done = (before + piece.done * weight) / sum(weights)
                place = (number << NUMBER_BITS) + piece.number
                yield replace(piece, number=place, done=done, channel=number, file=first + piece.file)
            before += weight
            first += len(one.files)

    def users(self) -> pl.Series:
        """Return ids of users from all over the files."""
        return pl.concat([one.tables.sample(one.mapping.user).cast(pl.String).drop_nulls() for one in self.opened]).sort()

    def decode_again(self) -> bool:
        """Look at the encodings of the whole files; return whether one has to be read in another one than so far."""
        return any([one.tables.decode_again() for one in self.opened])

    def alike(self, events: pl.DataFrame, number: int) -> pl.DataFrame:
        """Return events of a channel with the columns of all channels and their source; the only file's as they are.

        Args:
            events: as `extract` makes them.
            number: of the channel.
        """
        if not self.schema:
            return events
        one = self.opened[number]
        changes: list[pl.Series | pl.Expr] = [*one.retyped()]
        if one.itemless:
            changes.append(pl.col(NOTES) | ITEMLESS)
        for name, dtype in self.schema.items():
            if name not in events.columns:
                changes.append(pl.lit("" if name == c.SESSION else None, dtype).alias(name))
            elif events.schema[name] != dtype:
                changes.append(as_text(events[name]).alias(name) if dtype == pl.String else pl.col(name).cast(dtype))
        if one.sources and c.SOURCE not in events.columns:
            changes.append(pl.lit(one.sources[0]).alias(c.SOURCE))
        internal = [name for name in events.columns if name not in self.schema and name != c.SOURCE]
        named = (c.SOURCE,) if self.sources else ()
        return events.with_columns(changes).select(*self.schema, *named, *internal)


def open_channels(request: ImportRequest, folder: Path, sizes: Sizes, first: Opened | None = None) -> Channels:
    """Open the files of an import and settle what their columns mean.

    Args:
        request: everything that decides it.
        folder: for pieces that are read by way of a file.
        sizes: how much is held in memory at once.
        first: a channel that is open already.

    Raises:
        NotFound, BadInput: a file or a mapping cannot be used.
        NeedsDecision: with all questions that are open; where there are several channels, their codes name the source.
    """
    opened: list[Opened] = [] if first is None else [first]
    taken = [source for one in opened for source in one.sources if source in {channel.source for channel in request.channels}]
    if taken:
        raise BadInput("channels", "source_taken", source=taken[0])
    questions: list[Question] = []
    for number, channel in enumerate(request.each()):
        place = folder / f"channel-{number}"
        place.mkdir(mode=0o700)
        try:
            opened.append(_open(request, channel, place, sizes))
        except NeedsDecision as decision:
            questions += [of_source(question, channel.source) for question in decision.questions]
        except BadInput as error:
            if channel.source and len(request.channels) > 1:
                error.message = say("channels.question", source=channel.source, message=error.message)
            raise
    if questions:
        raise NeedsDecision(tuple(questions))
    return Channels(_together(opened))


def of_source(question: Question, source: str) -> Question:
    """Return a question that says which source it is about; without a source, as it is."""
    if not source:
        return question
    message = say("channels.question", source=source, message=question.message)
    return Question(f"{source}{OF_CHANNEL}{question.code}", message, question.options)


def _open(request: ImportRequest, channel: Channel, folder: Path, sizes: Sizes) -> Opened:
    requests = tuple(request.of(channel, path) for path in channel.paths)
    tables = open_tables(requests[0], folder, sizes) if len(requests) == 1 else Parts(requests, folder, sizes)
    return Opened(channel, requests[0], tables, _settle(tables, requests[0]))


def _settle(tables: Tables, request: ImportRequest) -> ColumnMapping:
    """Settle the mapping of a channel.

    Raises:
        NeedsDecision: with all questions that are open already.
    """
    table = tables.head
    given = request.mapping
    guess = guess_table(table, profile_columns(table.frame), request.answers) if given is None else Guess(given.roles(), ())
    roles, questions = settle_columns(table, guess.roles, request.answers)
    questions = [*guess.questions, *questions]
    mapping = mapping_of(roles, table.frame.columns)
    check_mapping(table, mapping)
    if mapping.time is not None and tables.whole:
        dates = date_evidence(time_column(table, mapping.time))
        questions += settle_date_order(dates.alias(mapping.time), request.answers)[1]
    if questions:
        raise NeedsDecision(tuple(questions))
    return mapping


def _together(opened: list[Opened]) -> tuple[Opened, ...]:
    """Make channels fit each other: all have times or none, and sessions of the files count where all have them.

    Raises:
        BadInput: some have times and some only an order.
    """
    with_times = [one for one in opened if one.mapping.time is not None]
    if 0 < len(with_times) < len(opened):
        without = next(one for one in opened if one.mapping.time is None)
        raise BadInput("channels", "times_and_none", timed=with_times[0].sources[0], untimed=without.sources[0])
    sessions = all(one.mapping.session is not None for one in opened)
    typed = any(one.mapping.event is not None for one in opened)
    items = any(one.mapping.item is not None for one in opened)
    found = []
    for one in opened:
        mapping = one.mapping if sessions else one.mapping.model_copy(update={"session": None})
        types = one.sources[0] if typed and mapping.event is None else ""
        found.append(replace(one, mapping=mapping, types=types, itemless=items and mapping.item is None))
    return tuple(found)


def _union(opened: tuple[Opened, ...]) -> ColumnMapping:
    """Return the roles that any channel has, by the column of the first that has it."""
    roles: dict[str, str] = {}
    for one in opened:
        roles = {**one.mapping.roles(), **roles}
    return ColumnMapping(**roles)


def _schema(opened: tuple[Opened, ...]) -> dict[str, pl.DataType]:
    """Return every column that the events of some channel have, text where channels differ in its kind."""
    found: dict[str, pl.DataType] = {}
    for one in opened:
        for name, dtype in one.schema().items():
            found[name] = dtype if found.get(name, dtype) == dtype else pl.String()
    return found
