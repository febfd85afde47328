"""One import from its files to an ordered log: read piece by piece, put aside by users, then ordered bucket by bucket."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.cleaning import rows_as_rejects
from seqrec_core.data.events import HASH, PIECE_BITS, PLACE, Part
from seqrec_core.data.intake.account import FILE, Account, joined
from seqrec_core.data.intake.channels import Channels
from seqrec_core.data.intake.decisions import Decisions
from seqrec_core.data.intake.ordered import n_threads, ordered
from seqrec_core.data.intake.ordering import Ordered, Sessions, in_order, sort_events
from seqrec_core.data.intake.spill import Spill
from seqrec_core.data.intake.tables import Piece, Rereadable, Sizes
from seqrec_core.data.sessions import SessionIds, are_shared, distinct_sessions, meeting
from seqrec_core.data.steps.cleaning import Settled, begin
from seqrec_core.data.steps.core import Pairs
from seqrec_core.data.steps.proposing import Evidence
from seqrec_core.data.steps.types import ExactDuplicates, KCore, Step
from seqrec_core.errors import NeedsDecision, Question
from seqrec_core.settings import settings

REFUSED_BUCKETS = 64
SAMPLE = 100_000  # users by which a bucket is cut
TOO_FULL = 3  # a bucket of so many times the rows asked for is ordered in parts
Report = Callable[[dict[str, float]], None]
Keep = Callable[[int, Ordered], None]


@dataclass
class Gathered:
    """The events of a file, put aside by ranges of users.

    Args:
        decisions: how values were read, by channel.
        events, refused: rows kept and not.
        account: of all pieces; `accounts`: of each channel.
        splitters: users at which each bucket but the first begins, in order.
        evidence: for cleaning; None where nothing is to be proposed.
    """

    decisions: tuple[Decisions, ...]
    events: Spill
    refused: Spill
    splitters: pl.Series
    account: Account = field(default_factory=Account)
    accounts: list[Account] = field(default_factory=list)
    evidence: Evidence | None = None


def gather(
    channels: Channels, raw: bool, folder: Path, sizes: Sizes, report: Report, evidence: Callable[[], Evidence | None]
) -> Gathered:
    """Read the files and put their events aside by ranges of users.

    They are read again where their whole decides otherwise than their beginning: how dates are read, or in which encoding.

    Args:
        channels: the files.
        raw: nothing is rejected that could be kept.
        folder: where events are put aside, empty.
        sizes: how much is held in memory at once.
        report: called after each piece with `rows` so far, `rows_total` as estimated, and `rejected`.
        evidence: makes what is to be shown all events, anew for each reading.

    Raises:
        BadInput: a piece cannot be read.
        NeedsDecision: a person has to decide something.
    """
    decisions = tuple(channel.begins(raw) for channel in channels.opened)
    splitters = _splitters(channels, sizes)
    for attempt in range(4):
        place = None if channels.whole else folder / f"events-{attempt}"
        gathered = Gathered(
            decisions,
            Spill(place, len(splitters) + 1),
            Spill(place and folder / f"refused-{attempt}", 1 if channels.whole else REFUSED_BUCKETS),
            splitters,
            evidence=evidence(),
        )
        settled = _read_all(channels, raw, gathered, report)
        if settled == decisions:
            break
        gathered.events.clear()
        gathered.refused.clear()
        decisions = settled or decisions
    return gathered


def _read_all(channels: Channels, raw: bool, gathered: Gathered, report: Report) -> tuple[Decisions, ...] | None:
    """Read all pieces; return what the whole files decide, None where one has to be decoded anew."""
    gathered.accounts = [channel.account() for channel in channels.opened]

    def work(piece: Piece) -> tuple[Part, Evidence | None, Piece]:
        channel, decisions = channels.opened[piece.channel], gathered.decisions[piece.channel]
        part = channel.read(piece, decisions, raw)
        events = channels.alike(part.events, piece.channel)
        gathered.events.add(piece.number, events, _buckets(events[c.USER], gathered.splitters))
        hashes = part.refused[HASH].to_numpy()
        gathered.refused.add(piece.number, part.refused, hashes >> np.uint64(58))
        seen = gathered.evidence and gathered.evidence.of(events)
        part.events, part.refused = part.events.clear(), part.refused.select(c.REASON)
        return part, seen, piece

    threads = 1 if channels.whole else n_threads()
    looked = False
    rows = rejected = 0
    for part, seen, piece in ordered(work, channels.pieces(), threads):
        account = gathered.accounts[piece.channel]
        before = account.rows_rejected
        account.add(part, piece.file)
        if gathered.evidence is not None and seen is not None:
            gathered.evidence.join(seen)
        rows += part.rows_read
        rejected += account.rows_rejected - before
        if part.unread.get("encoding") and not looked:
            looked = True
            if channels.decode_again():
                return None
        report({"rows": rows, "rows_total": max(rows, round(rows / piece.done)), "rejected": rejected})
    gathered.account = joined(gathered.accounts)
    return _decided(channels, gathered.accounts)


def _decided(channels: Channels, accounts: list[Account]) -> tuple[Decisions, ...]:
    """Return what the whole files decide.

    Raises:
        NeedsDecision: a person has to decide something.
    """
    found, open_questions = [], list[Question]()
    for channel, account in zip(channels.opened, accounts, strict=True):
        settled, questions = channel.decides(account)
        found.append(settled)
        open_questions += questions
    if open_questions:
        raise NeedsDecision(tuple(open_questions))
    return tuple(found)


def _splitters(channels: Channels, sizes: Sizes) -> pl.Series:
    """Return users between which about equally many events lie."""
    n = 0 if channels.whole else min(channels.n_rows // sizes.bucket_rows, 60_000)
    users = channels.users() if n else pl.Series([], dtype=pl.String)
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


def known_sessions(gathered: Gathered, sources: tuple[str, ...]) -> SessionIds:
    """Return what is known of the session ids of the files.

    Args:
        gathered: the events.
        sources: of the log.
    """
    pairs: list[pl.DataFrame] = []
    several = [c.SOURCE, c.TIME] if len(sources) > 1 else []
    met = near = 0
    shared = False
    for bucket in range(gathered.events.n_buckets):
        if shared and not several:
            break
        frame = gathered.events.read(bucket, [c.USER, c.SESSION, *several])
        if not frame.height:
            continue
        if not shared:
            pairs.append(distinct_sessions(frame[c.USER], frame[c.SESSION]))
            shared = are_shared(pairs[-1])
        if several:
            counts = meeting(frame, settings().session_gap_minutes)
            met, near = met + counts[0], near + counts[1]
    return SessionIds(shared or (len(pairs) > 1 and are_shared(pl.concat(pairs))), met, near)


def look(gathered: Gathered, evidence: Evidence, sizes: Sizes) -> None:
    """Show all events by user to what proposes steps, where it has to compare those of a user with each other."""

    def work(part: Range) -> Evidence:
        return evidence.of_users(part.read(gathered.events, evidence.compared()))

    found = ranges(gathered, sizes)
    for seen in ordered(work, found, 1 if len(found) == 1 else n_threads()):
        evidence.join(seen)


def learn(gathered: Gathered, steps: tuple[Step, ...], sizes: Sizes) -> Settled:
    """Find what is left of each k-core; the steps before it are done first, on all events, and need not be done again."""
    settled = Settled(steps)
    for number, step in enumerate(steps):
        if isinstance(step, KCore):
            pairs = Pairs()
            for place, part in enumerate(ranges(gathered, sizes)):
                events = part.read(gathered.events)
                if not events.height:
                    continue
                left, begun = begin(sort_events(events), steps[:number], settled.cores)
                pairs.add(left)
                if begun is not None:
                    settled.begun[place] = begun
            settled.cores[number] = pairs.core(step)
    return settled


def order(
    gathered: Gathered,
    sessions: Sessions,
    cleaning: Settled,
    sizes: Sizes,
    keep: Keep,
    sources: tuple[str, ...] = (),
) -> Iterator[Ordered]:
    """Yield the log part by part, in order.

    Args:
        gathered: the events.
        sessions: gives sorted events their session.
        cleaning: the steps.
        sizes: how much is held in memory at once.
        keep: called with the number of each part and what became of it; may be called by several threads, in any order.
        sources: of the log, in their order.
    """

    def work(numbered: tuple[int, Range]) -> Ordered:
        number, part = numbered
        begun = cleaning.begun.get(number)
        rest = cleaning.steps[0 if begun is None else len(begun.stages) - 1 :]
        hashed = any(isinstance(step, ExactDuplicates) for step in rest)
        events = part.read(gathered.events, None if hashed else gathered.events.unhashed())
        paced = gathered.evidence is not None
        made = in_order(events, sessions, cleaning.steps, cleaning.cores, sources, paced, begun) if events.height else None
        if made is not None:
            keep(number, made)
        return made  # type: ignore[return-value]

    found = ranges(gathered, sizes)
    for made in ordered(work, enumerate(found), 1 if len(found) == 1 else n_threads()):
        if made is not None:
            if gathered.evidence is not None:
                gathered.evidence.users.append(made.paces)
            yield made


def text_of(tables: Rereadable, left_out: pl.DataFrame) -> list[pl.DataFrame]:
    """Return rows as `line, reason, raw` and the number of their file, read once more.

    Args:
        tables: the files.
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
        shown = rows_as_rejects(piece.pick(rows), np.arange(len(rows)), reasons.filter(pl.Series(here)).to_list())
        return shown.with_columns(pl.lit(piece.file, pl.Int32).alias(FILE))

    return list(ordered(text, _wanted(tables, set(numbers.tolist())), 1 if tables.whole else n_threads()))


def _wanted(tables: Rereadable, numbers: set[int]) -> Iterator[Piece]:
    """Yield the pieces with these numbers; nothing is read behind the last of them."""
    for piece in tables.pieces():
        if piece.number in numbers:
            numbers.remove(piece.number)
            yield piece
        if not numbers:
            return
