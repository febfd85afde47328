"""What is true of a clean log, counted plainly: the answers that an analysis has to find again."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from .rows import Event, iso

WITHIN_EVENTS = 8

MEANING = {
    "clean": "the file without its dirty rows; everything below is counted on it, the bot included",
    "sequences": "support_count = sessions that hold the items in this order with anything between (gapped); "
    "support_count_contiguous = the same with nothing between; events of a session are ordered by time",
    "cause": f"followers = users who meet the effect at most {WITHIN_EVENTS} events after the cause, at least one other item "
    "between; others_with_effect = users who meet the effect and never the cause before it; "
    "ends_with_effect = users whose last event is the effect, two or three items after the cause, and who met neither of the two "
    "before",
    "incident": "window [from, to); payment_details events, and how many are followed at once, in the same session, by purchase",
    "bot": "one user with far more events than anyone, at a fixed interval",
    "dirty_rows": "line = 1-based line of events.csv, header included; these rows are extra to the clean log",
}


def holds(sequence: Sequence[str], items: Sequence[str]) -> bool:
    """Whether `items` occur in this order, with anything between."""
    rest = iter(sequence)
    return all(item in rest for item in items)


def holds_contiguous(sequence: Sequence[str], items: Sequence[str]) -> bool:
    """Whether `items` occur in this order with nothing between."""
    n = len(items)
    return any(list(sequence[start : start + n]) == list(items) for start in range(len(sequence) - n + 1))


def grouped(events: Iterable[Event], by: Callable[[Event], str]) -> dict[str, list[Event]]:
    """Return the events of each group, in time order (events come sorted)."""
    groups: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        groups[by(event)].append(event)
    return groups


def summary(events: Sequence[Event]) -> dict[str, object]:
    """Count rows, users, sessions, items and event types of the clean log."""
    kinds = Counter(event.event_type for event in events)
    return {
        "rows": len(events),
        "users": len({event.user_id for event in events}),
        "sessions": len({event.session_id for event in events}),
        "items": len({event.item_id for event in events}),
        "event_types": dict(sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0]))),
        "first": iso(min(event.time for event in events)),
        "last": iso(max(event.time for event in events)),
    }


def sequence_truth(events: Sequence[Event], items: Sequence[str], of: str) -> dict[str, object]:
    """Count the sessions that hold a sequence of items or of event types."""
    sessions = grouped(events, lambda event: event.session_id).values()
    named = [[event.item_id if of == "item" else event.event_type for event in session] for session in sessions]
    return {
        "of": of,
        "unit": "session",
        "items": list(items),
        "support_count": sum(holds(session, items) for session in named),
        "support_count_contiguous": sum(holds_contiguous(session, items) for session in named),
        "n_sequences": len(named),
    }


def _is_follower(items: Sequence[str], cause: str, effect: str) -> bool:
    for at in (index for index, item in enumerate(items) if item == cause):
        ahead = items[at + 1 : at + 1 + WITHIN_EVENTS]
        if effect in ahead and set(ahead[: ahead.index(effect)]) - {cause}:
            return True
    return False


def cause_truth(events: Sequence[Event], cause: str, effect: str, ends: Sequence[str]) -> dict[str, object]:
    """Count who meets the effect after the cause, and who meets it without."""
    users = {user: [event.item_id for event in own] for user, own in grouped(events, lambda event: event.user_id).items()}
    with_effect = {user for user, items in users.items() if effect in items}
    after = {user for user in with_effect if holds(users[user], (cause, effect))}
    return {
        "cause": cause,
        "effect": effect,
        "within_events": WITHIN_EVENTS,
        "users_with_cause": sum(cause in items for items in users.values()),
        "followers": sum(_is_follower(items, cause, effect) for items in users.values()),
        "others_with_effect": len(with_effect - after),
        "users": len(users),
        "ends_with_effect": sorted(user for user in ends if users[user].count(cause) == users[user].count(effect) == 1),
    }


def incident_truth(events: Sequence[Event], start: datetime, end: datetime) -> dict[str, object]:
    """Count payments that succeed at once, inside [start, end) and outside."""
    counts = {True: [0, 0], False: [0, 0]}
    for session in grouped(events, lambda event: event.session_id).values():
        for event, after in zip(session, [*session[1:], None], strict=True):
            if event.event_type == "payment_details":
                side = counts[start <= event.time < end]
                side[0] += 1
                side[1] += after is not None and after.event_type == "purchase"
    rates = {
        name: {"payment_details": n, "purchase": k, "rate": round(k / n, 4)}
        for name, (n, k) in (("inside", counts[True]), ("outside", counts[False]))
    }
    return {"from": iso(start), "to": iso(end), "step": ["payment_details", "purchase"], **rates}


def bot_truth(events: Sequence[Event], user: str, seconds: int) -> dict[str, object]:
    """Describe the bot and the busiest person beside it."""
    sizes = Counter(event.user_id for event in events)
    own = [event for event in events if event.user_id == user]
    busiest = max(n for name, n in sizes.items() if name != user)
    return {
        "user_id": user,
        "events": len(own),
        "seconds_between": seconds,
        "first": iso(own[0].time),
        "last": iso(own[-1].time),
        "busiest_other_user": busiest,
    }
