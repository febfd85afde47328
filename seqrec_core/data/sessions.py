"""Sessions: as the log names them, or cut where a user pauses for longer than a gap."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.log import EventLog
from seqrec_core.errors import BadInput

MINUTE_US = 60_000_000
NO_SESSION = "–"


def distinct_sessions(users: pl.Series, sessions: pl.Series) -> pl.DataFrame:
    """Return the distinct pairs of user and session, as hashes: two UInt64 columns."""
    named = pl.DataFrame({c.USER: users, c.SESSION: _named(sessions)})
    return named.select(pl.col(c.USER, c.SESSION).hash()).unique()


def are_shared(pairs: pl.DataFrame) -> bool:
    """Whether some session belongs to several users, among distinct pairs."""
    return pairs[c.SESSION].n_unique() < pairs.height


@dataclass(frozen=True)
class SessionIds:
    """What is known of the session ids of a log.

    Args:
        shared: whether some belong to several users.
        meeting: ids that a user has in several sources.
        near: those of them whose events in one source are no further from those in the others than a usual pause.
    """

    shared: bool = False
    meeting: int = 0
    near: int = 0

    @property
    def apart(self) -> bool:
        """Whether one id in several sources stands for several sessions: where most of them are at other times."""
        return 2 * self.near < self.meeting


NO_IDS = SessionIds()  # where the ids of the file do not count


def meeting(events: pl.DataFrame, gap_minutes: float) -> tuple[int, int]:
    """Count the session ids that a user has in several sources, and those of them that are near each other.

    Args:
        events: of some users and all of theirs: `user_id, session_id, source, timestamp`.
        gap_minutes: a longer pause is not near; without times, nothing speaks against it.
    """
    time = pl.col(c.TIME).to_physical()
    named = events.filter(pl.col(c.SESSION).fill_null("") != "")
    spans = named.group_by(c.USER, c.SESSION, c.SOURCE).agg(time.min().alias("begins"), time.max().alias("ends"))
    met = spans.group_by(c.USER, c.SESSION).agg(pl.len(), (pl.col("begins").max() - pl.col("ends").min()).alias("pause"))
    met = met.filter(pl.col("len") > 1)
    return met.height, int((met["pause"].fill_null(0) <= gap_minutes * MINUTE_US).sum())


def session_ids(users: pl.Series, sessions: pl.Series, shared: bool, sources: pl.Series | None = None) -> pl.Series:
    """Return session ids, with the user in front where ids are shared, and the source where one id is several sessions.

    Args:
        users: of each event.
        sessions: as the file names them.
        shared: whether some belong to several users.
        sources: of each event, where one id in several sources is several sessions.
    """
    front = ([users] if shared else []) + ([] if sources is None else [sources])
    named = _named(sessions)
    return pl.select(pl.concat_str(*front, named, separator="/")).to_series().alias(c.SESSION) if front else named


def _named(sessions: pl.Series) -> pl.Series:
    return sessions.fill_null("").replace("", NO_SESSION).alias(c.SESSION)


def by_gap(frame: pl.DataFrame, gap_minutes: float) -> pl.Series:
    """Return session ids `user/1, user/2, …`: a pause longer than the gap starts a new one.

    Args:
        frame: events sorted by user and time (`user_id`, `timestamp`).
        gap_minutes: minutes; a pause of exactly this length does not start a session.
    """
    users = frame[c.USER]
    starts = _starts(frame, gap_minutes).to_numpy()
    at = np.flatnonzero(starts)
    first = (users != users.shift(1)).fill_null(True).to_numpy()[at]
    ordinal = np.arange(len(at))
    number = ordinal - np.maximum.accumulate(np.where(first, ordinal, 0)) + 1
    named = pl.select(pl.concat_str(users[at], pl.Series(number), separator="/")).to_series()
    return named[np.cumsum(starts) - 1].alias(c.SESSION)


def count_sessions(log: EventLog, gap_minutes: float) -> int:
    """Return how many sessions a gap gives, without making them: quick enough for a slider.

    Raises:
        BadInput: the log has no times.
    """
    _check_times(log)
    return int(_starts(log.frame, gap_minutes).sum())


def resession(log: EventLog, gap_minutes: float) -> EventLog:
    """Return the log with its sessions cut anew by a gap in minutes.

    Raises:
        BadInput: the log has no times.
    """
    _check_times(log)
    frame = log.frame.with_columns(by_gap(log.frame, gap_minutes))
    return EventLog.from_frame(frame, session_gap=gap_minutes * 60, has_items=log.has_items, has_event_types=log.has_event_types)


def _starts(frame: pl.DataFrame, gap_minutes: float) -> pl.Series:
    """Mask of events that start a session (events sorted by user and time)."""
    user, time = frame[c.USER], frame[c.TIME].to_physical()
    pause = time.diff().fill_null(0) > int(gap_minutes * MINUTE_US)
    return (pause | (user != user.shift(1)).fill_null(True)).alias("start")


def _check_times(log: EventLog) -> None:
    if not log.has_times:
        raise BadInput("data", "gap_without_times")
