"""Do the steps one after the other on the events of some users, and count before and after each."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.events import PLACE
from seqrec_core.data.steps.core import Core
from seqrec_core.data.steps.doing import changed, left_out
from seqrec_core.data.steps.types import Step
from seqrec_core.data.table import MAX_REJECTS


@dataclass(frozen=True)
class Settled:
    """Steps with all that they need to know of the whole log.

    Args:
        steps: in their order.
        cores: what is left of each k-core, by the number of its step.
    """

    steps: tuple[Step, ...]
    cores: dict[int, Core] = field(default_factory=dict)


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


def clean(
    events: pl.DataFrame, steps: tuple[Step, ...], cores: Mapping[int, Core] | None = None
) -> tuple[pl.DataFrame, list[Stage]]:
    """Do the steps in their order.

    Args:
        events: of some users and all of theirs, sorted, as `extract` makes them.
        steps: what to do.
        cores: what is left of each k-core, by the number of its step.

    Returns:
        The events that are left, and the stages: before the first step and after each.
    """
    stages = [_stage(events)]
    for number, step in enumerate(steps):
        mask = left_out(step, events, (cores or {}).get(number))
        if mask is not None and mask.any():
            places = events[PLACE].filter(mask).sort().head(MAX_REJECTS)
            events = events.filter(~mask)
            stages.append(_stage(events, places))
            continue
        events, n = changed(step, events) if mask is None else (events, 0)
        stages.append(_stage(events, changed=n) if n else _same(stages[-1]))
    return events, stages


def _stage(events: pl.DataFrame, places: pl.Series | None = None, changed: int = 0) -> Stage:
    users = events[c.USER]
    n_users = int((users != users.shift(1)).sum()) + 1 if len(users) else 0
    return Stage(events.height, n_users, events[c.ITEM].unique(), _none() if places is None else places, changed)


def _same(stage: Stage) -> Stage:
    return Stage(stage.rows, stage.users, stage.items, _none())


def _none() -> pl.Series:
    return pl.Series(PLACE, [], dtype=pl.Int64)
