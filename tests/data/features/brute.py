"""Features by their definitions, one event after the other, without the code that makes them."""

import math
import statistics
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.catalog import ItemCatalog
from seqrec_core.data.log import EventLog

START = datetime(2026, 8, 31, tzinfo=UTC)  # a Monday
Row = tuple[str, str, int, str, str, float | None]  # user, session, minutes after START, event, item, value
CATEGORIES = {"x": "shoes", "y": "hats", "z": "shoes", "w": None, "never": "hats"}


def log_of(rows: list[Row], **more: pl.Series) -> EventLog:
    names = (c.USER, c.SESSION, c.TIME, c.EVENT, c.ITEM, c.VALUE)
    columns = dict(zip(names, zip(*rows, strict=True), strict=True))
    times = pl.Series([START + timedelta(minutes=minutes) for minutes in columns[c.TIME]], dtype=c.TIME_DTYPE)
    values = pl.Series(columns[c.VALUE], dtype=pl.Float64)
    return EventLog.from_frame(pl.DataFrame({**columns, c.TIME: times, c.VALUE: values, **more}))


def catalog() -> ItemCatalog:
    rows = [{c.ITEM: item, c.TITLE: f"The {item}", c.CATEGORY: category, c.PRICE: 2.5} for item, category in CATEGORIES.items()]
    return ItemCatalog.from_frame(pl.DataFrame(rows, schema_overrides={c.CATEGORY: pl.String}))


def by(rows: list[Row], place: int) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row[2]):
        found[row[place]].append(row)
    return dict(sorted(found.items()))


def entropy(names: list[str]) -> float | None:
    counts = Counter(name for name in names if name)
    total = sum(counts.values())
    return -sum(n / total * math.log2(n / total) for n in counts.values()) if total else None


def user(rows: list[Row], own: list[Row]) -> dict[str, object]:
    end = max(row[2] for row in rows)
    sessions = by(own, 1)
    starts = sorted(session[0][2] for session in sessions.values())
    pauses = [b[2] - a[2] for session in sessions.values() for a, b in pairwise(session)]
    hours = Counter((START + timedelta(minutes=row[2])).hour for row in own)
    dates = [(START + timedelta(minutes=row[2])).date() for row in own]
    values = [row[5] for row in own if row[5] is not None]
    items = {row[4] for row in own}
    return {
        "events": len(own),
        "sessions": len(sessions),
        "items": len(items),
        "repeat_share": 1 - len(items) / len(own),
        "count_buy": sum(row[3] == "buy" for row in own),
        "share_buy": sum(row[3] == "buy" for row in own) / len(own),
        "recency_days": (end - own[-1][2]) / 1440,
        "tenure_days": (own[-1][2] - own[0][2]) / 1440,
        "active_days": len(set(dates)),
        "sessions_a_week": len(sessions) / max(1.0, (end - own[0][2]) / 1440 / 7),
        "mean_gap_days": (starts[-1] - starts[0]) / 1440 / (len(starts) - 1) if len(starts) > 1 else None,
        "mean_pause_seconds": 60 * statistics.mean(pauses) if pauses else None,
        "main_hour": min(hours, key=lambda hour: (-hours[hour], hour)),
        "active_hours": len(hours),
        "weekend_share": sum(date.weekday() >= 5 for date in dates) / len(own),
        "categories": len({CATEGORIES[row[4]] for row in own} - {None}),
        "diversity_bits": entropy([CATEGORIES[row[4]] or "" for row in own]),
        "value_sum": sum(values),
        "value_mean": statistics.mean(values) if values else None,
        "value_buy": sum(row[5] or 0 for row in own if row[3] == "buy"),
    }


def item(rows: list[Row], own: list[Row]) -> dict[str, object]:
    end = max(row[2] for row in rows)
    users, places, firsts, lasts = by(own, 0), [], 0, 0
    for session in by(rows, 1).values():
        for place, row in enumerate(session):
            if row[4] == own[0][4]:
                firsts += place == 0
                lasts += place == len(session) - 1
                if len(session) > 1:
                    places.append(place / (len(session) - 1))
    return {
        "events": len(own),
        "share": len(own) / len(rows),
        "users": len(users),
        "sessions": len(by(own, 1)),
        "events_a_user": len(own) / len(users),
        "repeat_share": sum(len(events) > 1 for events in users.values()) / len(users),
        "count_buy": sum(row[3] == "buy" for row in own),
        "age_days": (end - own[0][2]) / 1440,
        "recency_days": (end - own[-1][2]) / 1440,
        "mean_position": statistics.mean(places) if places else None,
        "first_share": firsts / len(own),
        "last_share": lasts / len(own),
        "value_sum": sum(row[5] or 0 for row in own),
    }


def sequence(rows: list[Row], own: list[Row]) -> dict[str, object]:
    of_user = by([row for row in rows if row[0] == own[0][0]], 1)
    order = sorted(of_user, key=lambda name: of_user[name][0][2])
    number = order.index(own[0][1])
    items, seen, repeats, returns = [row[4] for row in own], set(), 0, 0
    for place, name in enumerate(items):
        is_same = place > 0 and items[place - 1] == name
        repeats += is_same
        returns += name in seen and not is_same
        seen.add(name)
    gaps = [60 * (b[2] - a[2]) for a, b in pairwise(own)]
    return {
        "user_id": own[0][0],
        "number": number + 1,
        "events": len(own),
        "items": len(set(items)),
        "distinct_share": len(set(items)) / len(items),
        "repeats": repeats,
        "returns": returns,
        "count_buy": sum(row[3] == "buy" for row in own),
        "since_previous_days": (own[0][2] - of_user[order[number - 1]][0][2]) / 1440 if number else None,
        "duration_seconds": 60 * (own[-1][2] - own[0][2]),
        "median_gap_seconds": statistics.median(gaps) if gaps else None,
        "max_gap_seconds": max(gaps, default=None),
        "weekday": (START + timedelta(minutes=own[0][2])).isoweekday(),
        "hour": (START + timedelta(minutes=own[0][2])).hour,
        "first_event": own[0][3],
        "last_item": items[-1],
        "categories": len({CATEGORIES[name] for name in items} - {None}),
        "diversity_bits": entropy([CATEGORIES[name] or "" for name in items]),
        "value_sum": sum(row[5] or 0 for row in own),
    }
