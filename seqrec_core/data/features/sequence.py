"""Features of sessions, one row a session in the order of `dataset.session_ids`."""

from collections.abc import Callable

import numpy as np
import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.features.order import steps_of
from seqrec_core.data.features.source import SECOND_US, Source, days, divided, entropy_bits, moments
from seqrec_core.data.features.spread import Columns, counts_by_type
from seqrec_core.data.features.user import EPOCH_WEEKDAY, HOUR_US
from seqrec_core.data.sequences import DAY_US


def whose(source: Source) -> Columns:
    """Whose session it is, and the how many-th."""
    owner = source.dataset.session_user
    first = np.searchsorted(owner, owner, side="left")
    names = pl.Series(list(source.dataset.user_ids), dtype=pl.String)
    return {c.USER: names[owner.astype(np.int64)], "number": np.arange(len(owner)) - first + 1}


def length(source: Source) -> Columns:
    """Events."""
    return {"events": source.sessions.sizes}


def items(source: Source) -> Columns:
    """Distinct items, and how a session comes back to one: at once, or later."""
    sessions, codes = source.sessions, source.dataset.items[source.session_rows]
    is_first = sessions.first_of_kind(codes, source.dataset.vocabulary.size)
    is_same = np.zeros(len(codes), bool)
    is_same[1:] = codes[1:] == codes[:-1]
    is_same &= sessions.follows
    distinct = sessions.count(is_first)
    return {
        "items": distinct,
        "distinct_share": distinct / sessions.sizes,
        "repeats": sessions.count(is_same),
        "returns": sessions.count(~is_first & ~is_same),
    }


def types(source: Source) -> Columns:
    """Counts by event type."""
    return counts_by_type(source, source.sessions, source.dataset.event_types[source.session_rows], with_shares=False)


def times(source: Source) -> Columns:
    """When it began and ended, and how long after the user's session before it."""
    at = source.times[source.session_rows]
    start, end = at[source.sessions.firsts], at[source.sessions.lasts]
    owner = source.dataset.session_user
    since = np.full(len(owner), np.nan)
    again = owner[1:] == owner[:-1]
    since[1:][again] = days(start[1:] - start[:-1])[again]
    return {
        "start": moments(start),
        "end": moments(end),
        "since_previous_days": since,
        "weekday": ((start // DAY_US + EPOCH_WEEKDAY) % 7 + 1).astype(np.int8),
    }


def hours(source: Source) -> Columns:
    """The hour in which it began, UTC."""
    return {"hour": ((source.times[source.session_starts] // HOUR_US) % 24).astype(np.int8)}


def gaps(source: Source) -> Columns:
    """How long it took, and the pauses between neighbouring events."""
    sessions, at = source.sessions, source.times[source.session_rows]
    inside = np.flatnonzero(sessions.follows)
    seconds = (at[inside] - at[inside - 1]) / SECOND_US
    owner = sessions.of_row[inside]
    ordered = seconds[np.lexsort((seconds, owner))]
    n = sessions.sizes - 1
    begin = np.concatenate([[0], np.cumsum(n)[:-1]])
    return {
        "duration_seconds": (at[sessions.lasts] - at[sessions.firsts]) / SECOND_US,
        "median_gap_seconds": _quantile(ordered, begin, n, 0.5),
        "p90_gap_seconds": _quantile(ordered, begin, n, 0.9),
        "max_gap_seconds": _quantile(ordered, begin, n, 1.0),
    }


def ends(source: Source) -> Columns:
    """With what it begins and ends."""
    first, last = source.session_starts, source.session_rows[source.sessions.lasts]
    items = pl.Series(list(source.dataset.vocabulary.ids), dtype=pl.String)
    names = pl.Series(list(source.dataset.event_names), dtype=pl.String)
    kinds = source.dataset.event_types.astype(np.int64)
    codes = source.dataset.items.astype(np.int64) - 1
    return {
        "first_event": names[kinds[first]],
        "last_event": names[kinds[last]],
        "first_item": items[codes[first]],
        "last_item": items[codes[last]],
    }


def variety(source: Source) -> Columns:
    """Over how many categories its events spread, and how evenly."""
    distinct, bits = entropy_bits(source.sessions, source.categories[source.session_rows], len(source.category_names))
    return {"categories": distinct, "diversity_bits": bits}


def order(source: Source) -> Columns:
    """How often it changes from one event to the next, and how usual its order is in this log."""
    steps = steps_of(source)
    owner, n = steps.row, source.sessions.n
    n_steps = np.bincount(owner, minlength=n)
    return {
        "switch_share": divided(np.bincount(owner, steps.first != steps.second, n), n_steps),
        "order_bits": divided(np.bincount(owner, steps.direction_bits(), n), n_steps),
    }


def values(source: Source) -> Columns:
    """The sum of its values."""
    return {"value_sum": source.sessions.sum(np.nan_to_num(source.values)[source.session_rows])}


def _quantile(ordered: np.ndarray, begin: np.ndarray, n: np.ndarray, q: float) -> np.ndarray:
    """Return a quantile of each run of sorted numbers, linear between neighbours; NaN for an empty run."""
    found = np.full(len(n), np.nan)
    some = n > 0
    at = q * (n[some] - 1)
    low = np.floor(at).astype(np.int64)
    high = np.minimum(low + 1, n[some] - 1)
    left, right = ordered[begin[some] + low], ordered[begin[some] + high]
    found[some] = left + (right - left) * (at - low)
    return found


PARTS: dict[str, Callable[[Source], Columns]] = {
    "whose": whose,
    "length": length,
    "items": items,
    "types": types,
    "times": times,
    "hours": hours,
    "gaps": gaps,
    "ends": ends,
    "variety": variety,
    "order": order,
    "values": values,
}
