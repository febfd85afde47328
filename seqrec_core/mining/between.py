"""How far apart the events of a pattern are, in steps and in time, over one occurrence in each sequence that holds it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.sequences import DAY_US, Sequences
from seqrec_core.mining.matching import Grid
from seqrec_core.mining.types import SECOND_US, Match


@dataclass(frozen=True)
class Gap:
    """What lies between two neighbours of a pattern.

    Args:
        median_steps: distance in steps; 1 = directly after.
        median_seconds, p90_seconds: time between; None where the log knows only days or no time.
    """

    median_steps: float
    median_seconds: float | None
    p90_seconds: float | None


@dataclass(frozen=True)
class Between:
    """What lies between the events of a pattern.

    Args:
        gaps: one for each pair of neighbours.
        seconds: from the first event to the last, one number an occurrence, float64[n]; None as above.
    """

    gaps: tuple[Gap, ...]
    seconds: NDArray[np.float64] | None


def between(sequences: Sequences, found: Sequence[Match]) -> Between:
    """Measure the distances of occurrences.

    Args:
        sequences: what was searched.
        found: occurrences of one pattern, as `matches` returns them.
    """
    if not found:
        return Between((), None)
    starts = sequences.offsets[np.array([match.sequence for match in found])]
    spots = starts[:, None] + np.array([match.positions for match in found], np.int64)
    steps = np.diff(Grid.of(sequences).steps[spots], axis=1)
    times = sequences.times
    if times is None or not (times % DAY_US).any():
        return Between(tuple(Gap(float(np.median(column)), None, None) for column in steps.T), None)
    seconds = np.diff(times[spots], axis=1) / SECOND_US
    gaps = tuple(
        Gap(float(np.median(far)), float(np.median(long)), float(np.quantile(long, 0.9)))
        for far, long in zip(steps.T, seconds.T, strict=True)
    )
    return Between(gaps, (times[spots[:, -1]] - times[spots[:, 0]]) / SECOND_US)
