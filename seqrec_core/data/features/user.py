"""Features of users, one row a user in the order of `dataset.user_ids`."""

from collections.abc import Callable

import numpy as np

from seqrec_core.data.features.source import SECOND_US, Source, days, divided, entropy_bits, moments
from seqrec_core.data.features.spread import Columns, counts_by_type, values_by_type
from seqrec_core.data.sequences import DAY_US

WEEK = 7.0
SATURDAY = 5  # Monday is 0
EPOCH_WEEKDAY = 3  # 1970-01-01 was a Thursday
HOUR_US = 3_600 * SECOND_US


def activity(source: Source) -> Columns:
    """Events and sessions."""
    events, sessions = source.users.sizes, _sessions(source)
    return {"events": events, "sessions": sessions, "events_a_session": events / sessions}


def items(source: Source) -> Columns:
    """Distinct items, and how many events come back to one of them."""
    distinct = source.users.count(source.users.first_of_kind(source.dataset.items, source.dataset.vocabulary.size))
    return {"items": distinct, "repeat_share": 1 - distinct / source.users.sizes}


def types(source: Source) -> Columns:
    """Counts and shares by event type."""
    return counts_by_type(source, source.users, source.dataset.event_types, with_shares=True)


def times(source: Source) -> Columns:
    """When a user came first and last, how long and how often."""
    users, at = source.users, source.times
    first, last = at[users.firsts], at[users.lasts]
    day = at // DAY_US
    is_new_day = np.ones(len(day), bool)
    is_new_day[1:] = day[1:] != day[:-1]
    is_new_day[users.firsts] = True
    sessions = _sessions(source)
    known_for = np.maximum(days(source.end - first), WEEK)
    begun = at[source.session_starts]
    owner = source.dataset.session_user
    ends = np.searchsorted(owner, np.arange(users.n), side="right") - 1
    starts = np.searchsorted(owner, np.arange(users.n), side="left")
    return {
        "first_seen": moments(first),
        "last_seen": moments(last),
        "recency_days": days(source.end - last),
        "tenure_days": days(last - first),
        "active_days": users.count(is_new_day),
        "sessions_a_week": sessions / (known_for / WEEK),
        "mean_gap_days": divided(days(begun[ends] - begun[starts]), sessions - 1),
    }


def pauses(source: Source) -> Columns:
    """The mean pause between neighbouring events of one session."""
    at = source.times[source.session_rows]
    spans = (at[source.sessions.lasts] - at[source.sessions.firsts]) / SECOND_US
    owner, n = source.dataset.session_user, source.users.n
    steps = np.bincount(owner, source.sessions.sizes - 1, n)
    return {"mean_pause_seconds": divided(np.bincount(owner, spans, n), steps)}


def hours(source: Source) -> Columns:
    """The hours of the day in which a user is active, UTC."""
    hour = (source.times // HOUR_US) % 24
    counted = np.bincount(source.users.of_row * np.int64(24) + hour, minlength=24 * source.users.n).reshape(-1, 24)
    return {"main_hour": counted.argmax(axis=1).astype(np.int8), "active_hours": (counted > 0).sum(axis=1)}


def weekend(source: Source) -> Columns:
    """How much happens on Saturdays and Sundays, UTC."""
    is_weekend = (source.times // DAY_US + EPOCH_WEEKDAY) % 7 >= SATURDAY
    return {"weekend_share": source.users.count(is_weekend) / source.users.sizes}


def variety(source: Source) -> Columns:
    """Over how many categories a user's events spread, and how evenly."""
    distinct, bits = entropy_bits(source.users, source.categories, len(source.category_names))
    return {"categories": distinct, "diversity_bits": bits}


def values(source: Source) -> Columns:
    """Sums and mean of the values of a user's events."""
    return values_by_type(source, source.users, source.values, source.dataset.event_types)


def _sessions(source: Source) -> np.ndarray:
    return np.bincount(source.dataset.session_user, minlength=source.users.n)


PARTS: dict[str, Callable[[Source], Columns]] = {
    "activity": activity,
    "items": items,
    "types": types,
    "times": times,
    "pauses": pauses,
    "hours": hours,
    "weekend": weekend,
    "variety": variety,
    "values": values,
}
