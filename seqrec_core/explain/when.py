"""What was done and when, in words."""

import numpy as np

from seqrec_core.data.history import History
from seqrec_core.text import count, say

SECOND = 1_000_000
UNITS = (("day", 86_400 * SECOND), ("hour", 3_600 * SECOND), ("minute", 60 * SECOND))
DAY = UNITS[0][1]
# A word in the name of an event type → what was done. The first that fits counts: remove_from_cart is a removal.
KINDS = {
    "remove": "remove",
    "removed": "remove",
    "wishlist": "wishlist",
    "cart": "cart",
    "basket": "cart",
    "checkout": "checkout",
    "payment": "pay",
    "purchase": "purchase",
    "buy": "purchase",
    "order": "order",
    "search": "search",
    "click": "click",
    "view": "view",
    "play": "play",
    "skip": "skip",
    "like": "like",
    "read": "read",
    "share": "share",
    "comment": "comment",
    "rate": "rate",
    "rating": "rate",
    "home": "home",
    "catalog": "catalog",
    "watch": "watch",
    "listen": "listen",
    "open": "open",
    "save": "save",
    "compare": "compare",
}


def did(event: str) -> str:
    """Say what was done: 'add_to_cart' → 'in the cart'; the name itself in quotes where there is no word for it."""
    words = event.lower().replace("-", "_").replace(" ", "_").split("_")
    for word, kind in KINDS.items():
        if word in words or f"{word}s" in words:
            return say(f"explain.did.{kind}")
    return say("explain.did.other", event=event)


def when(history: History, position: int, now: int | None = None) -> str:
    """Say when an event happened: before the last event of the history, or ago where `now` is given.

    Args:
        history: the events.
        position: oldest = 0.
        now: microseconds UTC.

    Returns:
        '2 days before', 'just before', '3 events before the last' (without times), '2 days ago' (with now).
    """
    last = len(history) - 1
    if history.times is None:
        return say("explain.when.last") if position == last else _events_before(last - position)
    reference = int(history.times[-1]) if now is None else now
    age = max(0, reference - int(history.times[position]))
    if now is None and position == last:
        return say("explain.when.last")
    for noun, size in UNITS:
        if age >= size:
            return say("explain.when.before" if now is None else "explain.when.ago", time=count(age // size, noun))
    if bool(np.all(history.times % DAY == 0)):
        return say("explain.when.same_day" if now is None else "explain.when.today")
    return say("explain.when.moments_before" if now is None else "explain.when.moments_ago")


def _events_before(n: int) -> str:
    return say("explain.when.events_before", events=count(n, "event"))
