"""Do the steps one after the other on the events of some users, and count before and after each."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.events import NOTES, PLACE
from seqrec_core.data.steps.core import Core
from seqrec_core.data.steps.doing import changed, left_out
from seqrec_core.data.steps.types import ExactDuplicates, Step
from seqrec_core.data.table import MAX_REJECTS

ROW = "\x1frow"


@dataclass(frozen=True)
class Settled:
    """Steps with all that they need to know of the whole log.

    Args:
        steps: in their order.
        cores: what is left of each k-core, by the number of its step.
        begun: the first steps of parts of the log, where they were done to find a core; by the number of the part.
    """

    steps: tuple[Step, ...]
    cores: dict[int, Core] = field(default_factory=dict)
    begun: dict[int, "Begun"] = field(default_factory=dict)


@dataclass(frozen=True)
class Stage:
    """The events of some users at one point of cleaning.

    Args:
        rows, users: how many there are.
        items: which, distinct.
        places: of the first 10,000 rows that the step before left out; changed: rows that it changed.
    """

    rows: int
    users: int
    items: pl.Series
    places: pl.Series
    changed: int = 0


@dataclass(frozen=True)
class Begun:
    """The first steps of some users' events, done already; none of them changes an event.

    Args:
        kept: mask of the events that they leave.
        stages: before the first step and after each.
    """

    kept: pl.Series
    stages: list[Stage]


def clean(
    events: pl.DataFrame, steps: tuple[Step, ...], cores: Mapping[int, Core] | None = None, begun: Begun | None = None
) -> tuple[pl.DataFrame, list[Stage]]:
    """Do the steps in their order.

    Args:
        events: of some users and all of theirs, sorted, as `extract` makes them.
        steps: what to do.
        cores: what is left of each k-core, by the number of its step.
        begun: the first steps of these events, where they are done.

    Returns:
        The events that are left, and the stages: before the first step and after each.
    """
    stages = [stage_of(events)] if begun is None else list(begun.stages)
    whole = events = events if begun is None else events.filter(begun.kept)
    first, slim = len(stages) - 1, False
    for number, step in enumerate(steps[first:], first):
        if not slim and not any(isinstance(one, ExactDuplicates) for one in steps[number:]):
            whole, events, slim = events, _looked_at(events, steps[number:]), True
        mask = left_out(step, events, (cores or {}).get(number))
        if mask is not None and mask.any():
            places = events[PLACE].filter(mask).sort().head(MAX_REJECTS)
            events = events.filter(~mask)
            stages.append(stage_of(events, places))
            continue
        events, n = changed(step, events) if mask is None else (events, 0)
        stages.append(stage_of(events, changed=n) if n else _same(stages[-1]))
    if not slim:
        return events, stages
    left = whole if events.height == whole.height else whole[events[ROW]]
    return left.with_columns(events[c.ITEM], events[c.EVENT]), stages


def begin(events: pl.DataFrame, steps: tuple[Step, ...], cores: Mapping[int, Core]) -> tuple[pl.DataFrame, Begun | None]:
    """Do the first steps; return what is left, and what saves doing these steps again where none of them changes an event."""
    left, stages = clean(events, steps, cores)
    if any(stage.changed for stage in stages):
        return left, None
    kept = events[PLACE].is_in(left[PLACE].implode()) if left.height < events.height else None
    return left, Begun(pl.Series([True]).new_from_index(0, events.height) if kept is None else kept, stages)


def _looked_at(events: pl.DataFrame, steps: tuple[Step, ...]) -> pl.DataFrame:
    """Return the columns that steps look at, and the rows: so that no step has to carry the others along."""
    named = {getattr(step, "column", None) for step in steps}
    wanted = {c.USER, c.ITEM, c.EVENT, c.TIME, c.VALUE, c.SOURCE, PLACE, NOTES, *named}
    return events.select([name for name in events.columns if name in wanted]).with_row_index(ROW)


def stage_of(events: pl.DataFrame, places: pl.Series | None = None, changed: int = 0) -> Stage:
    """Count sorted events of some users."""
    users = events[c.USER]
    n_users = int((users != users.shift(1)).sum()) + 1 if len(users) else 0
    return Stage(events.height, n_users, events[c.ITEM].unique(), _none() if places is None else places, changed)


def _same(stage: Stage) -> Stage:
    return Stage(stage.rows, stage.users, stage.items, _none())


def _none() -> pl.Series:
    return pl.Series(PLACE, [], dtype=pl.Int64)
