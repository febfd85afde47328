"""Where a pattern occurs: which sequences hold it, and at which of their events. Same rules as the search."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput, NotFound
from seqrec_core.mining.types import SECOND_US, Match, MiningTerms

Items = Sequence[str | tuple[str, ...]]  # a label, or the labels of one step
Rules = MiningTerms | int | None
Ints = NDArray[np.int64]


def supporting(sequences: Sequences, items: Items, rules: Rules = None) -> Ints:
    """Return the sequences that hold a pattern, int64[n], rising.

    Args:
        sequences: what was searched.
        items: the steps of the pattern, first to last: a label each, or a tuple of labels that share a step.
        rules: the terms of the search that found it, or only its `max_gap`; None = any distance.

    Raises:
        BadInput: no label is given; rules of time over a log without times.
        NotFound: a label that does not occur.
    """
    grid = Grid.of(sequences)
    ends = occurrences(sequences, grid, steps_of(sequences, items), rules)[-1]
    return np.unique(grid.rows[ends])


def supporters(sequences: Sequences, items: Items, terms: MiningTerms) -> Ints:
    """Return who supports a pattern, int64[support_count], rising: sequences, or users where the terms count these.

    Args:
        sequences: what was searched.
        items: as for `supporting`; `Pattern.steps` is such.
        terms: of the search.

    Raises:
        BadInput, NotFound: as `supporting`.
    """
    rows = supporting(sequences, items, terms)
    return np.unique(sequences.owner[rows]).astype(np.int64) if terms.by == "user" else rows


def matches(sequences: Sequences, items: Items, rules: Rules = None, limit: int = 20) -> list[Match]:
    """Return one occurrence in each of the first `limit` sequences that hold a pattern.

    The occurrence ends as early as possible and is, for that end, the one with the latest events before it.

    Args:
        sequences: what was searched.
        items: as for `supporting`.
        rules: the same.
        limit: most matches to return.

    Raises:
        BadInput, NotFound: as `supporting`.
    """
    grid, steps = Grid.of(sequences), steps_of(sequences, items)
    found = occurrences(sequences, grid, steps, rules)
    rows, first = np.unique(grid.rows[found[-1]], return_index=True)
    spots = [found[-1][first[:limit]]]
    before = Before.of(sequences, grid, rules)
    for ends in reversed(found[:-1]):
        spots.append(ends[before.latest(ends, spots[-1])])
    events = [_at(sequences, grid, code, at) for step, at in zip(steps, reversed(spots), strict=True) for code in step]
    positions = np.stack(events, axis=1) - sequences.offsets[rows[:limit], None]
    return [Match(int(row), tuple(map(int, line))) for row, line in zip(rows[:limit], positions, strict=True)]


@dataclass(frozen=True)
class Grid:
    """The row and the step of each event, numbered so that a sequence's steps follow each other without holes.

    Args:
        rows: sequence of each event, int64[n_events].
        steps: step ordinal of each event over all sequences, int64[n_events].
    """

    rows: NDArray[np.int64]
    steps: NDArray[np.int64]

    @classmethod
    def of(cls, sequences: Sequences) -> "Grid":
        """Number the steps of all sequences one after the other."""
        rows = np.repeat(np.arange(len(sequences)), np.diff(sequences.offsets))
        if not len(rows):
            return cls(rows, rows)
        new = (np.diff(rows, prepend=-1) != 0) | (np.diff(sequences.steps, prepend=sequences.steps[0] - 1) != 0)
        return cls(rows, np.cumsum(new))


@dataclass(frozen=True)
class Before:
    """How far apart neighbouring steps of a pattern may be, over the events of some sequences.

    Args:
        grid: rows and steps of the events.
        times: of the events in microseconds, int64[n_events], where a rule speaks of time.
        least, most: distance in steps.
        least_time, most_time, span: distance in microseconds; None = any.
    """

    grid: "Grid"
    times: Ints | None
    least: int = 1
    most: int | None = None
    least_time: int | None = None
    most_time: int | None = None
    span: int | None = None

    @classmethod
    def of(cls, sequences: Sequences, grid: "Grid", rules: Rules) -> "Before":
        """Read the rules.

        Raises:
            BadInput: rules of time over a log without times.
        """
        if not isinstance(rules, MiningTerms):
            return cls(grid, None, most=rules)
        if rules.uses_time and sequences.times is None:
            raise BadInput("mining", "no_times")
        in_time = (rules.min_gap_seconds, rules.max_gap_seconds, rules.max_span_seconds)
        limits = [None if seconds is None else round(seconds * SECOND_US) for seconds in in_time]
        return cls(grid, sequences.times if rules.uses_time else None, rules.min_gap, rules.max_gap, *limits)

    def latest(self, ends: Ints, spots: Ints) -> Ints:
        """Return the index of the last of `ends` that is far enough before each spot, −1 where none is in its sequence.

        Of all ends of a prefix, the last is the nearest and has the latest beginning, so that no other one can be followed
        where it cannot.
        """
        grid = self.grid
        at = np.searchsorted(grid.steps[ends], grid.steps[spots] - self.least, side="right") - 1
        if self.least_time and self.times is not None and len(ends):
            known, ranks = np.unique(self.times[ends], return_inverse=True)
            n = len(known) + 1
            latest = np.searchsorted(known, self.times[spots] - self.least_time, side="right") - 1
            in_time = np.searchsorted(grid.rows[ends] * n + ranks, grid.rows[spots] * n + latest, side="right") - 1
            at = np.minimum(at, in_time)
        if len(ends):
            at[grid.rows[ends[at]] != grid.rows[spots]] = -1
        return at

    def is_near(self, ends: Ints, spots: Ints) -> NDArray[np.bool_]:
        """Say of pairs of events whether the second is not too far after the first, bool[n]."""
        near = np.ones(len(spots), np.bool_)
        if self.most is not None:
            near &= self.grid.steps[spots] - self.grid.steps[ends] <= self.most
        if self.most_time is not None and self.times is not None:
            near &= self.times[spots] - self.times[ends] <= self.most_time
        return near


def codes_of(sequences: Sequences, items: Sequence[str]) -> list[int]:
    """Return the codes of labels.

    Raises:
        BadInput: no label is given.
        NotFound: a label that does not occur.
    """
    if not items:
        raise BadInput("mining", "no_pattern")
    index = {label: code for code, label in enumerate(sequences.labels)}
    for label in items:
        if label not in index:
            raise NotFound("mining", "unknown_label", label=label, n=len(index))
    return [index[label] for label in items]


def steps_of(sequences: Sequences, items: Items) -> list[list[int]]:
    """Return the codes of each step of a pattern. Raises as `codes_of`."""
    steps = [(item,) if isinstance(item, str) else tuple(item) for item in items]
    if not all(steps):
        raise BadInput("mining", "no_pattern")
    codes = iter(codes_of(sequences, [label for step in steps for label in step]))
    return [[next(codes) for _ in step] for step in steps]


def occurrences(sequences: Sequences, grid: Grid, steps: Sequence[int | list[int]], rules: Rules) -> list[Ints]:
    """Return, for each prefix of a pattern, all positions where it can end, int64, rising.

    Args:
        sequences: what was searched.
        grid: of these.
        steps: codes of the pattern: one a step, or a list; of several, the position is that of the first.
        rules: as for `supporting`.
    """
    before = Before.of(sequences, grid, rules)
    span, times, found = before.span, before.times, list[Ints]()
    begins = np.empty(0, np.int64)
    for step in steps:
        spots = _holding(sequences, grid, [step] if isinstance(step, int) else step)
        if not found:
            found, begins = [spots], begins if times is None else times[spots]
            continue
        ends = found[-1]
        at = before.latest(ends, spots)
        spots, at = spots[at >= 0], at[at >= 0]
        is_reached = before.is_near(ends[at], spots)
        if times is not None and span is not None:
            is_reached &= times[spots] - begins[at] <= span
            begins = begins[at[is_reached]]
        found.append(spots[is_reached])
    return found


def _holding(sequences: Sequences, grid: Grid, step: list[int]) -> Ints:
    """Return the positions of the first code of a step where that step of the sequence holds all of them."""
    spots = np.flatnonzero(sequences.values == step[0])
    for code in step[1:]:
        others = grid.steps[np.flatnonzero(sequences.values == code)]
        spots = spots[np.isin(grid.steps[spots], others)]
    return spots


def _at(sequences: Sequences, grid: Grid, code: int, spots: Ints) -> Ints:
    """Return the position of a code in the step of each spot, which holds it."""
    places = np.flatnonzero(sequences.values == code)
    return places[np.searchsorted(grid.steps[places], grid.steps[spots], side="left")]
