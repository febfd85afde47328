"""How far a fit is, and the learning rate there."""

from dataclasses import dataclass

from seqrec_core.training.options import TrainOptions

WARM_UP = 100  # most steps of rising rate
SLACK = 0.05  # the clock decides only once it is this far ahead of the epochs: a fit inside its budget stays repeatable


@dataclass(frozen=True)
class Schedule:
    """Linear warm-up, then linear decay to zero at the end of the epochs or of the time budget, whichever comes first.

    Where the options say how many steps there are, these alone decide, and neither clock nor epochs do: a fit that ran out
    of time is repeated to the last bit by its recorded rates (`rates`), and by nothing less.

    Args:
        options: epochs, seconds and the highest rate.
        warm_up: steps of rising rate.
    """

    options: TrainOptions
    warm_up: int

    @classmethod
    def of(cls, options: TrainOptions, steps_an_epoch: int) -> "Schedule":
        """Return the schedule of a fit; a tenth of its steps, at most WARM_UP, warm up."""
        steps = total_steps(options) or options.epochs * steps_an_epoch
        return cls(options, max(1, min(WARM_UP, steps // 10)))

    def progress(self, epochs: float, seconds: float, step: int) -> float:
        """Return how much of the fit is done, in [0, 1], after so many epochs (with fraction), seconds and steps."""
        steps = total_steps(self.options)
        if steps is not None:
            return min(1.0, step / steps)
        by_epochs = epochs / self.options.epochs
        by_time = 0.0 if self.options.seconds is None else (seconds / self.options.seconds - SLACK) / (1 - SLACK)
        return min(1.0, max(by_epochs, by_time))

    def rate(self, step: int, done: float) -> float:
        """Return the learning rate of a step (0-based) when `done` of the fit is done."""
        if step < len(self.options.rates):
            return self.options.rates[step]
        return self.options.learning_rate * min(1.0, (step + 1) / self.warm_up) * (1 - done)

    def is_over(self, seconds: float, step: int) -> bool:
        """Whether the time budget, or the number of steps, is spent."""
        steps = total_steps(self.options)
        if steps is not None:
            return step >= steps
        return self.options.seconds is not None and seconds >= self.options.seconds


def total_steps(options: TrainOptions) -> int | None:
    """Return how many steps a fit has, where the options say so."""
    return len(options.rates) or options.steps
