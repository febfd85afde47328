"""Rows of a log and of a catalogue: made clean, sorted, made a little dirty, written byte for byte the same each time."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from .walk import Person

HOURS = np.array([1, 1, 0, 0, 0, 0, 2, 5, 6, 6, 6, 7, 9, 8, 6, 6, 6, 7, 9, 12, 14, 12, 0, 0], float)


@dataclass(frozen=True)
class Event:
    """One clean row of a log; `value` is empty where the event has none."""

    user_id: str
    session_id: str
    time: datetime
    event_type: str
    item_id: str
    device: str
    channel: str
    country: str
    value: str = ""


@dataclass(frozen=True)
class Item:
    """One row of a catalogue; `extra` are further columns."""

    item_id: str
    title: str
    category: str
    tags: str
    description: str
    extra: tuple[tuple[str, str], ...] = ()


@dataclass
class Visitor:
    """Somebody who comes again and again: id, habits, and what the walk remembers of them."""

    user_id: str
    device: str
    country: str
    person: Person = field(default_factory=Person)


@dataclass
class Desk:
    """Where the rows of one session are written, each some seconds after the one before; `device`, else that of the visitor."""

    events: list[Event]
    rng: np.random.Generator
    time: datetime
    visitor: Visitor
    session_id: str
    channel: str
    mean_seconds: float = 45.0
    device: str = ""

    def add(self, kind: str, item_id: str, value: str = "", seconds: float | None = None) -> None:
        """Write one event and let time pass: `seconds`, or a chance pause of 5 s to 10 min."""
        who = self.visitor
        device = self.device or who.device
        row = Event(who.user_id, self.session_id, self.time, kind, item_id, device, self.channel, who.country, value)
        self.events.append(row)
        pause = 5 + min(600, self.rng.exponential(self.mean_seconds)) if seconds is None else seconds
        self.time += timedelta(seconds=int(pause))


HEADER = ["timestamp" if one.name == "time" else one.name for one in fields(Event)]


def iso(time: datetime) -> str:
    """Write a time as ISO 8601 in UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def cells(event: Event) -> list[str]:
    """Return the cells of an event, in the order of HEADER."""
    return [iso(event.time) if name == "timestamp" else str(getattr(event, name)) for name in HEADER]


def start_of_session(rng: np.random.Generator, day: datetime) -> datetime:
    """Return a moment of this day between 00:00 and 22:00, evenings most often."""
    hour = int(rng.choice(24, p=HOURS / HOURS.sum()))
    return day + timedelta(hours=hour, seconds=int(rng.integers(0, 3600)))


def visit_days(rng: np.random.Generator, days: int, mean_visits: float) -> list[int]:
    """Return the days (0…days−1, rising, distinct) on which one person comes; at least one."""
    day, wanted, found = int(rng.integers(0, round(days * 0.8))), 1 + rng.poisson(mean_visits - 1), []
    while day < days and len(found) < wanted:
        found.append(day)
        day += 1 + int(rng.exponential(5.0))
    return found


def dirty(rng: np.random.Generator, events: Sequence[Event]) -> tuple[list[list[str]], dict[str, dict[str, object]]]:
    """Put a handful of dirty rows between clean ones.

    Returns:
        All rows as cells, and for each kind of dirt its count, its 1-based lines in the file and the cells in question.
        Without these rows the file holds exactly the clean events.
    """
    plan = [("exact_duplicate", None, "")] * 7
    plan += [("missing_user", "user_id", "")] * 4 + [("missing_item", "item_id", "")] * 3
    bad_times = ("2026-13-05T10:12:00Z", "not recorded", "0000-00-00T00:00:00Z", "2026-08-32T08:00:00Z", "n/a", "yesterday")
    plan += [("unparsable_time", "timestamp", text) for text in bad_times]
    at = sorted(rng.choice(np.arange(50, len(events) - 50), size=len(plan), replace=False).tolist())
    order = rng.permutation(len(plan)).tolist()
    after = {position: plan[index] for position, index in zip(at, order, strict=True)}
    rows: list[list[str]] = []
    found: dict[str, dict[str, object]] = {}
    for position, event in enumerate(events):
        rows.append(cells(event))
        if position in after:
            kind, column, text = after[position]
            rows.append([text if name == column else cell for name, cell in zip(HEADER, cells(event), strict=True)])
            entry = found.setdefault(kind, {"rows": 0, "lines": [], "cells": []})
            entry["rows"] += 1
            entry["lines"].append(len(rows) + 1)
            entry["cells"].append(text if column else "")
    return rows, dict(sorted(found.items()))


def in_order(events: Sequence[Event], session: str) -> list[Event]:
    """Sort events by time and number the sessions as they begin; `session` formats the number."""
    found: dict[str, str] = {}
    ordered = sorted(events, key=lambda event: (event.time, event.user_id))
    return [replace(e, session_id=found.setdefault(e.session_id, session.format(len(found) + 1))) for e in ordered]


def write_csv(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write a CSV in UTF-8 with Unix line ends."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def write_items(path: Path, items: Sequence[Item]) -> None:
    """Write the catalogue."""
    extra = [name for name, _ in items[0].extra]
    header = ["item_id", "title", "category", "tags", "description", *extra]
    body = [[i.item_id, i.title, i.category, i.tags, i.description, *(text for _, text in i.extra)] for i in items]
    write_csv(path, header, body)


def utc(year: int, month: int, day: int, hour: int = 0) -> datetime:
    """Return a moment in UTC."""
    return datetime(year, month, day, hour, tzinfo=UTC)
