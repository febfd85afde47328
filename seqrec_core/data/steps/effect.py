"""What each switch of a step would do to a log, shown before anything is done."""

from collections.abc import Iterable
from dataclasses import dataclass

from seqrec_core.data.before import Before
from seqrec_core.data.steps.coded import Coded, coded
from seqrec_core.data.steps.masks import State, done
from seqrec_core.data.steps.types import Step, with_steps


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
        log: of all users, as it was before any step, as codes.
        steps: that are done now, in their order.
    """

    def __init__(self, log: Coded, steps: tuple[Step, ...]) -> None:
        self.steps = steps
        self._states = [State.of(log)]
        for step in steps:
            self._states.append(done(step, self._states[-1]))
        self.now = Counts(*self._states[-1].counts)

    @classmethod
    def of(cls, before: Before, steps: tuple[Step, ...]) -> "Switches":
        """Return the switches of a stored log."""
        return cls(coded(before.parts), steps)

    def turned(self, step: Step) -> StepEffect:
        """Return what it would do to switch a step off that is done, or on with these settings that is not."""
        on = step.name in {one.name for one in self.steps}
        after = with_steps(self.steps, without=[step.name]) if on else with_steps(self.steps, add=[step])
        counts, changed = self.ended(after)
        return StepEffect(step, on, self.now, counts, abs(changed - self._states[-1].changed))

    def ended(self, steps: tuple[Step, ...]) -> tuple[Counts, int]:
        """Return what other steps would leave, and how many events they would change."""
        shared = next((n for n, pair in enumerate(zip(self.steps, steps, strict=False)) if pair[0] != pair[1]), None)
        shared = min(len(self.steps), len(steps)) if shared is None else shared
        state = self._states[shared]
        for one in steps[shared:]:
            state = done(one, state)
        return Counts(*state.counts), state.changed


def effects(log: Coded, steps: tuple[Step, ...], candidates: Iterable[Step]) -> tuple[StepEffect, ...]:
    """Return what it would do to switch each of some steps.

    Args:
        log: of all users, as it was before any step, as codes.
        steps: that are done now, in their order.
        candidates: steps that are done, and others that could be.
    """
    switches = Switches(log, steps)
    return tuple(switches.turned(step) for step in candidates)
