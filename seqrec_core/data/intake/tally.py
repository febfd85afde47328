"""Tally: what the parts of a log add up to."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.facts import LogFacts
from seqrec_core.data.fingerprint import Fingerprint
from seqrec_core.data.intake.ordering import NOTE_BITS, Ordered
from seqrec_core.data.intake.sources import Sources
from seqrec_core.data.mapping import ColumnMapping
from seqrec_core.data.steps.cleaning import Stage
from seqrec_core.data.steps.types import Effect, Step

TYPES = {c.EVENT: pl.String, "len": pl.UInt32}


@dataclass
class Sum:
    """What one stage of cleaning adds up to over all parts."""

    rows: int = 0
    users: int = 0
    changed: int = 0
    items: set[str] = field(default_factory=set)

    def add(self, stage: Stage) -> None:
        """Take in a part."""
        self.rows += stage.rows
        self.users += stage.users
        self.changed += stage.changed
        self.items.update(stage.items)


@dataclass
class Tally:
    """What the parts of a log add up to; they come in the order of the log.

    Args:
        items: distinct items, sorted.
        types: events by type: `event_type, len`.
        notes: events with each note.
        stages: of cleaning, before the first step and after each.
        sources: counts by source.
    """

    n_events: int = 0
    n_users: int = 0
    n_sessions: int = 0
    items: pl.Series = field(default_factory=lambda: pl.Series(c.ITEM, [], dtype=pl.String))
    types: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=TYPES))
    notes: dict[str, int] = field(default_factory=lambda: dict.fromkeys((*NOTE_BITS, "no_session"), 0))
    first: datetime | None = None
    last: datetime | None = None
    fingerprint: Fingerprint = field(default_factory=Fingerprint)
    stages: list["Sum"] = field(default_factory=list)
    sources: Sources = field(default_factory=Sources)

    def add(self, part: Ordered) -> None:
        """Take in a part."""
        for number, stage in enumerate(part.stages):
            if number == len(self.stages):
                self.stages.append(Sum())
            self.stages[number].add(stage)
        if part.sources is not None:
            self.sources.join(part.sources)
        if not part.frame.height:
            return
        self.n_events += part.frame.height
        self.n_users += part.n_users
        self.n_sessions += part.n_sessions
        self.items = pl.concat([self.items, part.items]).unique().sort()
        self.types = pl.concat([self.types, part.types]).group_by(c.EVENT).agg(pl.col("len").sum())
        for name, n in part.notes.items():
            self.notes[name] += n
        self.first = min((time for time in (self.first, part.first) if time is not None), default=None)
        self.last = max((time for time in (self.last, part.last) if time is not None), default=None)
        self.fingerprint.update(part.frame)

    def effects(self, steps: tuple[Step, ...]) -> tuple[Effect, ...]:
        """Return what each step did."""
        pairs = zip(steps, pairwise(self.stages), strict=True) if self.stages else ()
        return tuple(
            Effect(step.name, old.rows, new.rows, old.users, new.users, len(old.items), len(new.items), new.changed)
            for step, (old, new) in pairs
        )

    def facts(self, session_gap: float | None, mapping: ColumnMapping) -> LogFacts:
        """Return what is known of the log.

        Args:
            session_gap: seconds, where sessions were cut by one.
            mapping: which roles the log has.
        """
        types = self.types.sort(["len", c.EVENT], descending=[True, False])[c.EVENT]
        return LogFacts(
            n_events=self.n_events,
            n_users=self.n_users,
            n_sessions=self.n_sessions,
            n_items=len(self.items),
            event_types=tuple(types),
            first=self.first,
            last=self.last,
            session_gap=session_gap,
            has_items=mapping.item is not None,
            has_event_types=mapping.event is not None,
            has_times=self.first is not None,
            fingerprint=self.fingerprint.hexdigest(),
        )
