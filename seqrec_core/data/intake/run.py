"""One import from its file to an ordered log: read piece by piece, put aside by users, then ordered bucket by bucket."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.cleaning import rows_as_rejects
from seqrec_core.data.events import HASH, NOTES, PIECE_BITS, PLACE, Part, extract
from seqrec_core.data.intake.account import Account
from seqrec_core.data.intake.decisions import Decisions
from seqrec_core.data.intake.ordered import n_threads, ordered
from seqrec_core.data.intake.ordering import Ordered, Sessions, in_order, sort_events
from seqrec_core.data.intake.spill import Spill
from seqrec_core.data.intake.tables import Piece, Sizes, Tables
from seqrec_core.data.mapping import ColumnMapping, ImportRequest
from seqrec_core.data.sessions import are_shared, distinct_sessions
from seqrec_core.data.steps.cleaning import Settled, clean
from seqrec_core.data.steps.core import Pairs
from seqrec_core.data.steps.proposing import Evidence
from seqrec_core.data.steps.types import KCore, Step
from seqrec_core.errors import NeedsDecision

REFUSED_BUCKETS = 64
SAMPLE = 100_000  # users by which a bucket is cut
BEGINNING = 20_000  # rows by which decisions are made at first
TOO_FULL = 3  # a bucket of so many times the rows asked for is ordered in parts
Report = Callable[[dict[str, float]], None]


@dataclass
class Gathered:
    """The events of a file, put aside by ranges of users.

    Args:
        decisions: how values were read.
        events, refused: rows kept and not.
        account: of all pieces.
        splitters: users at which each bucket but the first begins, in order.
    """

    decisions: Decisions
    events: Spill
    refused: Spill
    splitters: pl.Series
    account: Account = field(default_factory=Account)


def gather(
    tables: Tables, request: ImportRequest, mapping: ColumnMapping, folder: Path, sizes: Sizes, report: Report
) -> Gathered:
    """Read a file and put its events aside by ranges of users.

    It is read again where its whole decides otherwise than its beginning: how dates are read, or in which encoding it is.

    Args:
        tables: the file.
        request: what was asked.
        mapping: checked by `check_mapping`.
        folder: where events are put aside, empty.
        sizes: how much is held in memory at once.
        report: called after each piece with `rows` so far, `rows_total` as estimated, and `rejected`.

    Raises:
        BadInput: a piece cannot be read.
        NeedsDecision: a person has to decide something.
    """
    decisions = _first_decisions(tables, request, mapping)
    splitters = _splitters(tables, mapping, sizes)
    for attempt in range(4):
        place = None if tables.whole else folder / f"events-{attempt}"
        gathered = Gathered(
            decisions,
            Spill(place, len(splitters) + 1),
            Spill(place and folder / f"refused-{attempt}", 1 if tables.whole else REFUSED_BUCKETS),
            splitters,
        )
        settled = _read_all(tables, request, mapping, gathered, report)
        if settled == decisions:
            break
        gathered.events.clear()
        gathered.refused.clear()
        decisions = settled or decisions
    return gathered


def _first_decisions(tables: Tables, request: ImportRequest, mapping: ColumnMapping) -> Decisions:
    """Decide by the beginning of the file; of a small file that is all there is."""
    evidence = extract(tables.head.take(BEGINNING), mapping, Decisions(), request.raw, request.answers).evidence
    return evidence.decide(mapping, request.answers)[0]


def _read_all(
    tables: Tables,
    request: ImportRequest,
    mapping: ColumnMapping,
    gathered: Gathered,
    report: Report,
) -> Decisions | None:
    """Read all pieces; return what the whole file decides, None where it has to be decoded anew."""
    account = gathered.account

    def work(piece: Piece) -> tuple[Part, float]:
        part = extract(piece.load(), mapping, gathered.decisions, request.raw, request.answers, piece.number)
        gathered.events.add(piece.number, part.events, _buckets(part.events[c.USER], gathered.splitters))
        hashes = part.refused[HASH].to_numpy()
        gathered.refused.add(piece.number, part.refused, hashes >> np.uint64(58))
        part.events, part.refused = part.events.clear(), part.refused.select(c.REASON)
        return part, piece.done

    threads = 1 if tables.whole else n_threads()
    looked = False
    for part, done in ordered(work, tables.pieces(), threads):
        account.add(part)
        rows = account.rows_read
        if part.unread.get("encoding") and not looked:
            looked = True
            if tables.decode_again():
                return None
        report({"rows": rows, "rows_total": max(rows, round(rows / done)), "rejected": sum(account.rejected.values())})
    settled, questions = account.evidence.decide(mapping, request.answers)
    if questions:
        raise NeedsDecision(tuple(questions))
    return settled


def _splitters(tables: Tables, mapping: ColumnMapping, sizes: Sizes) -> pl.Series:
    """Return users between which about equally many events lie."""
    n = 0 if tables.whole else min(tables.head.n_rows // sizes.bucket_rows, 60_000)
    users = tables.sample(mapping.user).cast(pl.String).drop_nulls().sort() if n else pl.Series([], dtype=pl.String)
    return _quantiles(users, n)


def _quantiles(users: pl.Series, n: int) -> pl.Series:
    """Return at most n values that cut sorted values into equal parts."""
    if not n or not len(users):
        return users.clear()
    at = np.linspace(0, len(users), n + 2)[1:-1].astype(np.int64)
    return users[at].unique().sort()


def _buckets(users: pl.Series, splitters: pl.Series) -> np.ndarray | None:
    if not len(splitters):
        return None
    return splitters.search_sorted(users, side="right").to_numpy()


@dataclass(frozen=True)
class Range:
    """Users from `low` up to but not including `high` (None: no bound) of a bucket."""

    bucket: int
    low: str | None = None
    high: str | None = None

    def read(self, spill: Spill, columns: Collection[str] | None = None) -> pl.DataFrame:
        """Return the events of these users (only some columns of them), in the order of the file."""
        where = None
        if self.low is not None:
            where = pl.col(c.USER) >= self.low
        if self.high is not None:
            below = pl.col(c.USER) < self.high
            where = below if where is None else where & below
        return spill.read(self.bucket, columns, where)


def ranges(gathered: Gathered, sizes: Sizes) -> list[Range]:
    """Return ranges of users, in order, that hold few enough events to be ordered at once (or one user)."""
    found: list[Range] = []
    for bucket, rows in enumerate(gathered.events.rows):
        if not rows:
            continue
        if gathered.events.folder is None or rows <= TOO_FULL * sizes.bucket_rows:
            found.append(Range(bucket))
            continue
        users = gathered.events.sample(bucket, c.USER, SAMPLE).sort()
        cuts: list[str | None] = [None, *_quantiles(users, int(rows) // sizes.bucket_rows), None]
        found += [Range(bucket, low, high) for low, high in pairwise(cuts)]
    return found


def sessions_are_shared(gathered: Gathered) -> bool:
    """Whether some session of the file belongs to several users."""
    pairs: list[pl.DataFrame] = []
    for bucket in range(gathered.events.n_buckets):
        frame = gathered.events.read(bucket, [c.USER, c.SESSION])
        if frame.height:
            pairs.append(distinct_sessions(frame[c.USER], frame[c.SESSION]))
            if are_shared(pairs[-1]):
                return True
    return are_shared(pl.concat(pairs)) if len(pairs) > 1 else False


def look(gathered: Gathered, evidence: Evidence, sizes: Sizes) -> None:
    """Show all events to what proposes steps."""
    columns = {*evidence.needs(), NOTES}

    def work(part: Range) -> Evidence:
        return evidence.of(part.read(gathered.events, columns))

    found = ranges(gathered, sizes)
    for seen in ordered(work, found, 1 if len(found) == 1 else n_threads()):
        evidence.join(seen)


def learn(gathered: Gathered, steps: tuple[Step, ...], sizes: Sizes) -> Settled:
    """Find what is left of each k-core; the steps before it are done first, on all events."""
    settled = Settled(steps)
    for number, step in enumerate(steps):
        if isinstance(step, KCore):
            pairs = Pairs()
            for part in ranges(gathered, sizes):
                events = part.read(gathered.events)
                if events.height:
                    pairs.add(clean(sort_events(events), steps[:number], settled.cores)[0])
            settled.cores[number] = pairs.core(step)
    return settled


def order(
    gathered: Gathered, sessions: Sessions, cleaning: Settled, sizes: Sizes, keep: Callable[[int, pl.DataFrame], None]
) -> Iterator[Ordered]:
    """Yield the log part by part, in order.

    Args:
        gathered: the events.
        sessions: gives sorted events their session.
        cleaning: the steps.
        sizes: how much is held in memory at once.
        keep: called with the number of each part and its events; may be called by several threads, in any order.
    """

    def work(numbered: tuple[int, Range]) -> Ordered:
        number, part = numbered
        events = part.read(gathered.events)
        made = in_order(events, sessions, cleaning.steps, cleaning.cores) if events.height else None
        if made is not None and made.frame.height:
            keep(number, made.frame)
        return made  # type: ignore[return-value]

    found = ranges(gathered, sizes)
    for made in ordered(work, enumerate(found), 1 if len(found) == 1 else n_threads()):
        if made is not None:
            yield made


def text_of(tables: Tables, left_out: pl.DataFrame) -> list[pl.DataFrame]:
    """Return rows as `line, reason, raw`, read once more from the file.

    Args:
        tables: the file.
        left_out: the places and reasons of the rows.
    """
    if not left_out.height:
        return []
    left_out = left_out.sort(PLACE)
    at, reasons = left_out[PLACE].to_numpy(), left_out[c.REASON]
    numbers = at >> PIECE_BITS

    def text(piece: Piece) -> pl.DataFrame:
        here = numbers == piece.number
        rows = at[here] & ((1 << PIECE_BITS) - 1)
        return rows_as_rejects(piece.load(), rows, reasons.filter(pl.Series(here)).to_list())

    return list(ordered(text, _wanted(tables, set(numbers.tolist())), 1 if tables.whole else n_threads()))


def _wanted(tables: Tables, numbers: set[int]) -> Iterator[Piece]:
    """Yield the pieces with these numbers; nothing is read behind the last of them."""
    for piece in tables.pieces():
        if piece.number in numbers:
            numbers.remove(piece.number)
            yield piece
        if not numbers:
            return
