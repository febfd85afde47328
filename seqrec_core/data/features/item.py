"""Features of items, one row an item in the order of `dataset.vocabulary`, those that only the catalogue knows included."""

from collections.abc import Callable

import numpy as np
import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.features.source import Source, days, divided, moments
from seqrec_core.data.features.spread import COUNT, SHARE, Columns
from seqrec_core.data.features.words import words_of_items
from seqrec_core.data.sequences import DAY_US

TREND_DAYS = 28  # the longest window that counts as recent
TREND_PART = 4  # of a short log, the last quarter is recent
HALF = 0.5  # added to each count, so that a ratio exists where one of them is 0
Z95 = 1.959964


def described(source: Source) -> Columns:
    """What the catalogue says."""
    vocabulary = pl.DataFrame({c.ITEM: pl.Series(list(source.dataset.vocabulary.ids), dtype=pl.String)})
    if source.catalog is None:
        return {c.TITLE: vocabulary[c.ITEM]}
    known = [name for name in (c.TITLE, c.CATEGORY, c.TAGS, c.PRICE) if name in source.catalog.frame.columns]
    frame = vocabulary.join(source.catalog.frame.select(c.ITEM, *known), on=c.ITEM, how="left", maintain_order="left")
    columns: Columns = {name: frame[name] for name in known}
    return columns | {c.TITLE: pl.select(pl.coalesce(frame[c.TITLE], frame[c.ITEM])).to_series()}


def activity(source: Source) -> Columns:
    """Popularity: events, their share of all, and the place by it."""
    events = _per_item(source)
    place = pl.Series(events).rank("min", descending=True).cast(pl.Int64)
    return {"events": events, "share": events / max(1, events.sum()), "rank": place}


def people(source: Source) -> Columns:
    """Who uses it, in how many sessions, and how many come back to it."""
    size = source.dataset.vocabulary.size
    items = source.dataset.items.astype(np.int64)
    pairs, times = np.unique(source.users.of_row * np.int64(size) + items, return_counts=True)
    of_pair = pairs % size
    users = np.bincount(of_pair, minlength=size)[1:]
    again = np.bincount(of_pair, times > 1, size)[1:]
    once_a_session = pl.Series(source.session_of_row * np.int64(size) + items).is_first_distinct().to_numpy()
    return {
        "users": users,
        "sessions": _per_item(source, once_a_session),
        "events_a_user": divided(_per_item(source), users),
        "repeat_share": divided(again, users),
    }


def types(source: Source) -> Columns:
    """Counts and shares by event type."""
    events = _per_item(source)
    columns: Columns = {}
    for code, name in enumerate(source.type_names):
        count = _per_item(source, source.dataset.event_types == code).astype(np.int32)
        columns |= {f"{COUNT}{name}": count, f"{SHARE}{name}": divided(count, events)}
    return columns


def times(source: Source) -> Columns:
    """When an item appeared first and last."""
    size = source.dataset.vocabulary.size
    first, last = np.full(size, np.iinfo(np.int64).max), np.full(size, np.iinfo(np.int64).min)
    np.minimum.at(first, source.dataset.items, source.times)
    np.maximum.at(last, source.dataset.items, source.times)
    is_known = _per_item(source) > 0
    first, last = np.where(is_known, first[1:], source.end), np.where(is_known, last[1:], source.end)
    return {
        "first_seen": moments(first, is_known),
        "last_seen": moments(last, is_known),
        "age_days": np.where(is_known, days(source.end - first), np.nan),
        "recency_days": np.where(is_known, days(source.end - last), np.nan),
    }


def trend(source: Source) -> Columns:
    """Whether an item's share of events rises: the recent window against the equally long one before it.

    Both counts get ½ (as do the totals), so that the ratio exists; its interval is that of a log ratio of two Poisson counts.
    """
    window = window_us(source)
    is_recent = source.times > source.end - window
    is_before = ~is_recent & (source.times > source.end - 2 * window)
    recent, before = _per_item(source, is_recent), _per_item(source, is_before)
    n_recent, n_before = recent.sum() + HALF, before.sum() + HALF
    ratio = np.log2((recent + HALF) / n_recent) - np.log2((before + HALF) / n_before)
    half = Z95 * np.sqrt(1 / (recent + HALF) + 1 / (before + HALF) - 1 / n_recent - 1 / n_before) / np.log(2)
    is_known = (recent + before > 0) & bool(before.sum())
    known = {"trend": ratio, "trend_low": ratio - half, "trend_high": ratio + half}
    columns: Columns = {name: np.where(is_known, column, np.nan) for name, column in known.items()}
    return {"trend_recent": recent, "trend_before": before, **columns}


def window_us(source: Source) -> int:
    """Return the length of the recent window in microseconds: four weeks, or a quarter of a log that is shorter than 16."""
    span = source.end - int(source.times.min())
    return max(1, min(TREND_DAYS * DAY_US, span // TREND_PART))


def place(source: Source) -> Columns:
    """Where in a session an item stands: 0 first, 1 last."""
    sessions, items = source.sessions, source.dataset.items[source.session_rows]
    size = source.dataset.vocabulary.size
    at = np.arange(len(items)) - sessions.firsts[sessions.of_row]
    steps = (sessions.sizes - 1)[sessions.of_row]
    long = steps > 0
    total = np.bincount(items[long], at[long] / steps[long], size)[1:]
    events = _per_item(source)
    first = np.bincount(items[sessions.firsts], minlength=size)[1:]
    last = np.bincount(items[sessions.lasts], minlength=size)[1:]
    return {
        "mean_position": divided(total, np.bincount(items[long], minlength=size)[1:]),
        "first_share": divided(first, events),
        "last_share": divided(last, events),
    }


def values(source: Source) -> Columns:
    """Sum and mean of the values of an item's events."""
    known = ~np.isnan(source.values)
    total = np.bincount(source.dataset.items[known], source.values[known], source.dataset.vocabulary.size)[1:]
    return {"value_sum": total, "value_mean": divided(total, _per_item(source, known))}


def text(source: Source) -> Columns:
    """Length and telling words of title, tags and description."""
    return words_of_items(source)


def _per_item(source: Source, is_counted: np.ndarray | None = None) -> np.ndarray:
    """Count events of each item, int64[n_items]; only some of them where a mask is given."""
    items = source.dataset.items if is_counted is None else source.dataset.items[is_counted]
    return np.bincount(items, minlength=source.dataset.vocabulary.size)[1:]


PARTS: dict[str, Callable[[Source], Columns]] = {
    "described": described,
    "activity": activity,
    "people": people,
    "types": types,
    "times": times,
    "trend": trend,
    "place": place,
    "values": values,
    "text": text,
}
