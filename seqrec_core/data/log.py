"""EventLog: a cleaned behaviour log whose promises the rest of the product builds on."""

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.fingerprint import frame_fingerprint
from seqrec_core.errors import BadInput

CONSTANT_EVENT = "event"
SORT = (c.USER, c.TIME, c.ORDER)


@dataclass(frozen=True)
class EventLog:
    """One row an event, sorted by user, time, order, original row; ties keep the order of the file.

    Make one with `EventLog.from_frame`. Promises: dtypes of `columns.py`; no nulls in required columns, except that
    `timestamp` may be null where an order column exists; external ids are strings.

    Args:
        frame: the sorted events.
        session_gap: seconds of pause that start a new session, or None where sessions came with the log.
        has_items: False where the log had no items, so that an item is the name of its event.
        has_event_types: False where the log had none, so that all events carry one constant type.
        has_times: False where only an order is known.
        resolution: the finest step of the times in seconds (1, 60, 86400, or 0.000001); None without times.
    """

    frame: pl.DataFrame
    session_gap: float | None = None
    has_items: bool = True
    has_event_types: bool = True
    has_times: bool = True
    resolution: float | None = None

    @classmethod
    def from_frame(
        cls,
        frame: pl.DataFrame,
        *,
        session_gap: float | None = None,
        has_items: bool = True,
        has_event_types: bool = True,
    ) -> "EventLog":
        """Check the columns, sort stably, and return the log.

        Raises:
            BadInput: a column is missing, has another dtype or holds nulls, or there is no event at all.
        """
        _check_columns(frame)
        sort = [name for name in SORT if name in frame.columns]
        frame = frame.sort(sort, maintain_order=True, nulls_last=True)
        return cls.from_sorted(frame, session_gap=session_gap, has_items=has_items, has_event_types=has_event_types)

    @classmethod
    def from_sorted(
        cls,
        frame: pl.DataFrame,
        *,
        session_gap: float | None = None,
        has_items: bool = True,
        has_event_types: bool = True,
    ) -> "EventLog":
        """Check the columns of events that are in the order of a log already, as they are on disk, and return the log.

        Raises:
            BadInput: as `from_frame`.
        """
        _check_columns(frame)
        times = frame[c.TIME].drop_nulls()
        return cls(frame, session_gap, has_items, has_event_types, len(times) > 0, resolution_of(times))

    @property
    def n_events(self) -> int:
        """Number of events."""
        return self.frame.height

    @cached_property
    def n_users(self) -> int:
        """Number of distinct users."""
        return self.frame[c.USER].n_unique()

    @cached_property
    def n_sessions(self) -> int:
        """Number of distinct sessions."""
        return self.frame[c.SESSION].n_unique()

    @cached_property
    def n_items(self) -> int:
        """Number of distinct items."""
        return self.frame[c.ITEM].n_unique()

    @cached_property
    def event_types(self) -> tuple[str, ...]:
        """Event types, the most frequent first (ties by name)."""
        counts = self.frame.group_by(c.EVENT).len().sort(["len", c.EVENT], descending=[True, False])
        return tuple(counts[c.EVENT])

    @property
    def attributes(self) -> tuple[str, ...]:
        """Columns of the file that have no role, kept as they came."""
        known = {*c.LOG_REQUIRED, *c.LOG_OPTIONAL}
        return tuple(name for name in self.frame.columns if name not in known)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the names and values of all columns: equal logs have equal fingerprints."""
        return frame_fingerprint(self.frame)


def _check_columns(frame: pl.DataFrame) -> None:
    for name in c.LOG_REQUIRED:
        if name not in frame.columns:
            raise BadInput("data", "log_column_missing", column=name, found=", ".join(frame.columns))
    for name, dtype in {**c.LOG_REQUIRED, **c.LOG_OPTIONAL}.items():
        if name in frame.columns and frame.schema[name] != dtype:
            raise BadInput("data", "log_column_dtype", column=name, expected=str(dtype), found=str(frame.schema[name]))
    if frame.height == 0:
        raise BadInput("data", "no_events")
    for name in c.LOG_REQUIRED:
        nulls = frame[name].null_count()
        if nulls and not (name == c.TIME and c.ORDER in frame.columns and frame[c.ORDER].null_count() == 0):
            raise BadInput("data", "log_nulls", column=name, n=nulls)


def resolution_of(times: pl.Series) -> float | None:
    """Return the finest step of times in seconds; None without times."""
    if not len(times):
        return None
    physical = times.to_physical()
    for seconds in (86_400, 3_600, 60, 1):
        step = seconds * 1_000_000
        if physical[0] % step == 0 and (physical % step == 0).all():
            return float(seconds)
    return 1e-6
