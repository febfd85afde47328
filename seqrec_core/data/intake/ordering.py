"""From the events of some users, as they stood in the file, to their part of the log: in order, cleaned, with sessions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.events import EARLY, HASH, ITEMLESS, LATE, NAIVE, NOTES, PLACE, SKIPPED, TWICE, VALUE_UNREAD
from seqrec_core.data.intake.sources import Sources
from seqrec_core.data.log import SORT
from seqrec_core.data.mapping import ColumnMapping
from seqrec_core.data.sessions import NO_IDS, SessionIds, by_gap, session_ids
from seqrec_core.data.steps.aside import set_aside
from seqrec_core.data.steps.cleaning import Begun, Stage, clean
from seqrec_core.data.steps.core import Core
from seqrec_core.data.steps.pace import paces
from seqrec_core.data.steps.types import Bots, Step
from seqrec_core.errors import BadInput
from seqrec_core.settings import settings

INTERNAL = (PLACE, HASH, NOTES)
Sessions = Callable[[pl.DataFrame], pl.DataFrame]
US = 1_000_000


@dataclass(frozen=True)
class Ordered:
    """The events of some users.

    Args:
        frame: sorted, with sessions, the columns of the log first.
        stages: of cleaning, before the first step and after each.
        notes: events with each of `NOTE_BITS`, and with `no_session`.
        n_users, n_sessions: how many there are.
        items: distinct items.
        types: `event_type, len`.
        first, last: of the times; None without.
        sources: counts by source; None where the log has none.
        paces: of the users before cleaning; empty where not asked for.
        aside: what the steps left out or changed, as `set_aside` gives it; None where they did nothing.
    """

    frame: pl.DataFrame
    stages: tuple[Stage, ...]
    notes: dict[str, int]
    n_users: int
    n_sessions: int
    items: pl.Series
    types: pl.DataFrame
    first: datetime | None
    last: datetime | None
    paces: pl.DataFrame
    sources: Sources | None = None
    aside: pl.DataFrame | None = None


def in_order(
    events: pl.DataFrame,
    sessions: Sessions,
    steps: tuple[Step, ...] = (),
    cores: Mapping[int, Core] | None = None,
    sources: tuple[str, ...] = (),
    paced: bool = False,
    begun: Begun | None = None,
) -> Ordered:
    """Sort, clean, and give each event its session.

    Args:
        events: of some users and all of theirs, in the order of the file, as `extract` makes them.
        sessions: gives sorted events their session.
        steps: of cleaning.
        cores: what is left of each k-core, by the number of its step.
        sources: of the log, in their order.
        paced: whether the pace of each user is measured.
        begun: the first steps, where they are done.
    """
    before = sort_events(events)
    measured = paces(before, Bots().min_events) if paced else pl.DataFrame()
    events, stages = clean(before, steps, cores, begun)
    idle = len(events) == len(before) and not any(stage.changed for stage in stages)
    aside = None if idle else set_aside(before, events)
    told = Sources.of(before, events, sources) if sources else None
    return replace(with_sessions(events, sessions, stages[-1]), stages=tuple(stages), paces=measured, sources=told, aside=aside)


def with_sessions(events: pl.DataFrame, sessions: Sessions, stage: Stage) -> Ordered:
    """Give cleaned events their session, and count them.

    Args:
        events: of some users and all of theirs, sorted.
        sessions: gives sorted events their session.
        stage: what there is of them.
    """
    notes = {name: _count(events[NOTES], bit) for name, bit in NOTE_BITS.items()}
    notes["no_session"] = int((events[c.SESSION] == "").sum()) if c.SESSION in events.columns else 0
    frame = sessions(events.drop(INTERNAL, strict=False))
    roles = [name for name in (*c.LOG_REQUIRED, *c.LOG_OPTIONAL) if name in frame.columns]
    frame = frame.select(*roles, pl.exclude(roles))
    types = frame.group_by(c.EVENT).len()
    first, last = frame[c.TIME].min(), frame[c.TIME].max()
    counts = (stage.users, frame[c.SESSION].n_unique())
    return Ordered(frame, (stage,), notes, *counts, stage.items, types, first, last, pl.DataFrame())  # type: ignore[arg-type]


NOTE_BITS = {
    "itemless_events": ITEMLESS,
    "naive_times": NAIVE,
    "value_unread": VALUE_UNREAD,
    "skipped_hour": SKIPPED,
    "twice_hour": TWICE,
    "early_times": EARLY,
    "late_times": LATE,
}


def _count(notes: pl.Series, bit: int) -> int:
    return int(((notes.to_numpy() & bit) > 0).sum())


def sort_events(events: pl.DataFrame) -> pl.DataFrame:
    """Sort by user, time, order and place in the file; missing times and orders come last."""
    if _is_sorted(events):
        return events
    rows = _by_one_key(events)
    if rows is None:
        keys = [name for name in SORT if name in events.columns]
        return events.sort(keys, maintain_order=True, nulls_last=True)
    return events[pl.Series(rows.astype(np.uint32))]


def _is_sorted(events: pl.DataFrame) -> bool:
    """Whether events that come from a stored log stand in order already; told by user and time where there is no order."""
    if c.ORDER in events.columns or not events.height:
        return False
    users, times = events[c.USER], events[c.TIME].to_physical()
    if times.null_count() not in (0, len(times)) or users.null_count():
        return False
    before = users.shift(1)
    falls = times.diff() < 0 if not times.null_count() else pl.Series([False]).new_from_index(0, len(times))
    return not ((users < before) | (users == before) & falls).any()


def _by_one_key(events: pl.DataFrame) -> NDArray[np.intp] | None:
    """Order rows by user and time packed into one number, five times as fast; None where they do not fit or do not suffice."""
    times = events[c.TIME]
    if c.ORDER in events.columns or times.null_count() or not 0 < events.height < 1 << 31:
        return None
    ids = events[c.USER].unique().sort()
    users = events[c.USER].cast(pl.Enum(ids)).to_physical().to_numpy().astype(np.int64)
    moments = times.to_physical().to_numpy()
    low = int(moments.min())
    step = US if not ((moments - low) % US).any() else 1
    span = (int(moments.max()) - low) // step + 1
    if span * len(ids) >= 1 << 62:
        return None
    keys = users * span + (moments - low) // step
    bits = events.height.bit_length()
    if span * len(ids) >= 1 << (62 - bits):
        return np.argsort(keys, kind="stable")
    keys = keys << bits | np.arange(events.height)
    keys.sort()  # no two are equal, and sorting numbers is several times as fast as sorting their places
    return keys & ((1 << bits) - 1)


@dataclass(frozen=True)
class Chosen:
    """How events get their session.

    Args:
        make: gives sorted events their session.
        gap: minutes, where sessions are cut by one.
        cut: key of the sentence that says how sessions came to be, where there is something to say.
        ids: what is known of the ids of the file, where these count.
    """

    make: Sessions
    gap: float | None = None
    cut: str = ""
    ids: SessionIds = NO_IDS


def chosen_sessions(mapping: ColumnMapping, gap: float | None, whole: bool, known: Callable[[], SessionIds]) -> Chosen:
    """Choose how events get their session: one a user, by the gap asked for, by the column, by the usual gap; in this order.

    Args:
        mapping: of the columns.
        gap: minutes, as asked for.
        whole: each user's whole history is one session.
        known: tells what is known of the session ids of the file.

    Raises:
        BadInput: a gap was asked for, and the log has no times.
    """
    if gap is None and mapping.session is not None and not whole:
        ids = known()
        return Chosen(sessions_by_column(ids), cut="data.fix.sessions_shared" if ids.shared else "", ids=ids)
    keep = None if mapping.session in (None, mapping.user) else f"{mapping.session} (file)"
    if whole:
        return Chosen(one_session(keep), cut="data.fix.whole_history")
    if mapping.time is None:
        if gap is not None:
            raise BadInput("data", "gap_without_times")
        return Chosen(one_session(keep), cut="data.fix.one_session_a_user")
    gap = gap or settings().session_gap_minutes
    return Chosen(sessions_by_gap(gap, keep), gap, "data.fix.sessions_by_gap")


def sessions_by_column(ids: SessionIds) -> Sessions:
    """Return what gives events the sessions of the file, with user and source in front where one id is several sessions."""

    def make(frame: pl.DataFrame) -> pl.DataFrame:
        sources = frame[c.SOURCE] if ids.apart else None
        return frame.with_columns(session_ids(frame[c.USER], frame[c.SESSION], ids.shared, sources))

    return make


def sessions_by_gap(minutes: float, keep: str | None) -> Sessions:
    """Return what cuts sessions by a gap, and keeps those of the file as an attribute, if that has a name."""
    return lambda frame: _kept(frame, keep).with_columns(by_gap(frame, minutes))


def one_session(keep: str | None) -> Sessions:
    """Return what gives each user one session."""
    return lambda frame: _kept(frame, keep).with_columns(pl.col(c.USER).alias(c.SESSION))


def _kept(frame: pl.DataFrame, keep: str | None) -> pl.DataFrame:
    if c.SESSION not in frame.columns:
        return frame
    return frame.drop(c.SESSION) if keep is None else frame.with_columns(pl.col(c.SESSION).alias(keep)).drop(c.SESSION)
