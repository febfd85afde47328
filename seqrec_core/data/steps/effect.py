"""What each switch of a step would do to a log, shown before anything is done."""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from seqrec_core import columns as c
from seqrec_core.data.steps.cleaning import clean
from seqrec_core.data.steps.core import Core, Pairs
from seqrec_core.data.steps.types import KCore, Step, with_steps


@dataclass(frozen=True)
class Counts:
    """How many there are."""

    rows: int
    users: int
    items: int


@dataclass(frozen=True)
class StepEffect:
    """What it would do to switch a step on or off.

    Args:
        step: which, with its settings.
        on: whether it is done now.
        before: of the log as it is; after: with the step switched the other way, all other steps as they are.
        changed: events that have another item or type afterwards (by merging), among those that stay.
    """

    step: Step
    on: bool
    before: Counts
    after: Counts
    changed: int = 0


class Switches:
    """Answers what the switch of each step would do; what is done before a step is done once.

    Args:
        events: of all users, as they were before any step (`Before.whole`).
        steps: that are done now, in their order.
    """

    def __init__(self, events: pl.DataFrame, steps: tuple[Step, ...]) -> None:
        self.steps = steps
        self._stages = [(events, 0)]
        for step in steps:
            self._stages.append(_done(*self._stages[-1], step))
        self.now = _counts(self._stages[-1][0])

    def turned(self, step: Step) -> StepEffect:
        """Return what it would do to switch a step off that is done, or on with these settings that is not."""
        on = step.name in {one.name for one in self.steps}
        after = with_steps(self.steps, without=[step.name]) if on else with_steps(self.steps, add=[step])
        counts, changed = self.ended(after)
        return StepEffect(step, on, self.now, counts, abs(changed - self._stages[-1][1]))

    def ended(self, steps: tuple[Step, ...]) -> tuple[Counts, int]:
        """Return what other steps would leave, and how many events they would change."""
        shared = next((n for n, pair in enumerate(zip(self.steps, steps, strict=False)) if pair[0] != pair[1]), None)
        shared = min(len(self.steps), len(steps)) if shared is None else shared
        events, changed = self._stages[shared]
        for one in steps[shared:]:
            events, changed = _done(events, changed, one)
        return _counts(events), changed


def effects(events: pl.DataFrame, steps: tuple[Step, ...], candidates: Iterable[Step]) -> tuple[StepEffect, ...]:
    """Return what it would do to switch each of some steps.

    Args:
        events: of all users, as they were before any step (`Before.whole`).
        steps: that are done now, in their order.
        candidates: steps that are done, and others that could be.
    """
    switches = Switches(events, steps)
    return tuple(switches.turned(step) for step in candidates)


def _done(events: pl.DataFrame, changed: int, step: Step) -> tuple[pl.DataFrame, int]:
    """Do a step, and add what it changed to what was changed before."""
    cores: dict[int, Core] = {}
    if isinstance(step, KCore):
        pairs = Pairs()
        pairs.add(events)
        cores[0] = pairs.core(step)
    events, stages = clean(events, (step,), cores)
    return events, changed + stages[-1].changed


def _counts(events: pl.DataFrame) -> Counts:
    return Counts(events.height, events[c.USER].n_unique(), events[c.ITEM].n_unique())
