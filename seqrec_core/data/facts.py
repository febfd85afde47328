"""LogFacts: what is known of a log without its events at hand."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from seqrec_core import columns as c
from seqrec_core.data.catalog import ItemCatalog
from seqrec_core.data.fingerprint import frame_fingerprint
from seqrec_core.data.log import EventLog


@dataclass(frozen=True)
class LogFacts:
    """What is known of a log without its events at hand.

    Args:
        n_events, n_users, n_sessions, n_items: how many there are.
        event_types: the most frequent first.
        first, last: UTC; None without times.
        session_gap, has_items, has_event_types, has_times: as in `EventLog`.
        fingerprint: of all events.
    """

    n_events: int
    n_users: int
    n_sessions: int
    n_items: int
    event_types: tuple[str, ...]
    first: datetime | None
    last: datetime | None
    session_gap: float | None
    has_items: bool
    has_event_types: bool
    has_times: bool
    fingerprint: str

    @classmethod
    def of(cls, log: EventLog) -> "LogFacts":
        """Return the facts of a log that is at hand."""
        times = log.frame[c.TIME]
        return cls(
            log.n_events,
            log.n_users,
            log.n_sessions,
            log.n_items,
            log.event_types,
            times.min(),  # type: ignore[arg-type]
            times.max(),  # type: ignore[arg-type]
            log.session_gap,
            log.has_items,
            log.has_event_types,
            log.has_times,
            log.fingerprint,
        )


def dataset_fingerprint(log: EventLog | LogFacts, catalog: ItemCatalog) -> str:
    """Return a SHA-256 over a log, its catalogue and how its sessions were cut: equal datasets have equal fingerprints."""
    flags = f"{log.session_gap}|{log.has_items}|{log.has_event_types}"
    return sha256(f"{log.fingerprint}|{frame_fingerprint(catalog.frame)}|{flags}".encode()).hexdigest()
