"""What people did from the moment of each question on: the rows of their later events, and the items they came to."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Cases, Part, Split

Rows = NDArray[np.int64]
SECOND_US = 1_000_000


@dataclass(frozen=True)
class Later:
    """Events after each question, the target first.

    Args:
        case: which question, int64[m], rising.
        row: event row of the dataset, int64[m].
        n: number of questions.
    """

    case: Rows
    row: Rows
    n: int

    def only(self, keep: NDArray[np.bool_]) -> "Later":
        """Return only these events."""
        return Later(self.case[keep], self.row[keep], self.n)

    @property
    def offsets(self) -> Rows:
        """Where each question's events begin, int64[n + 1]."""
        offsets = np.zeros(self.n + 1, np.int64)
        np.cumsum(np.bincount(self.case, minlength=self.n), out=offsets[1:])
        return offsets


def held_until(dataset: SequenceDataset, split: Split, part: Part, cases: Cases) -> Rows:
    """Return the row after the last event that a part holds out after each question, int64[n].

    Test reaches to the end of the user's history, validation to the user's next test target.
    """
    stop = dataset.user_offsets[1:][cases.users].copy()
    if part == "valid":
        order = np.sort(split.test.targets)  # rows of one user are neighbours, so the next test row is the user's or beyond
        after = np.searchsorted(order, cases.targets, side="right")
        known = after < len(order)
        stop[known] = np.minimum(stop[known], order[after[known]])
    return stop


def later_events(dataset: SequenceDataset, cases: Cases, until: Rows | None = None, window: float | None = None) -> Later:
    """Return the events from each target on.

    Args:
        dataset: the log as arrays.
        cases: the questions.
        until: from `held_until`; None = to the end of the user's history.
        window: only events at most this many seconds after the target; None = all; ignored where the log has no times.
    """
    stop = dataset.user_offsets[1:][cases.users] if until is None else until
    lengths = stop - cases.targets
    case = np.repeat(np.arange(len(cases)), lengths)
    row = np.arange(int(lengths.sum())) + np.repeat(cases.targets - (np.cumsum(lengths) - lengths), lengths)
    return within(dataset, cases, Later(case, row, len(cases)), window)


def within(dataset: SequenceDataset, cases: Cases, later: Later, window: float | None) -> Later:
    """Keep the events at most `window` seconds after their question's target; all where it is None or there are no times."""
    if window is None or dataset.times is None:
        return later
    passed = dataset.times[later.row] - dataset.times[cases.targets][later.case]
    return later.only(passed <= window * SECOND_US)


def wanted_items(dataset: SequenceDataset, cases: Cases, later: Later, exclude_seen: bool) -> Later:
    """Keep one event for each distinct item of a question that may be recommended: what a list is asked to hold.

    Args:
        dataset: the log as arrays.
        cases: the questions.
        later: their later events.
        exclude_seen: items of the history are no candidates.
    """
    before = previous_rows(dataset)[later.row]
    return later.only(before < 0 if exclude_seen else before < cases.targets[later.case])


def previous_rows(dataset: SequenceDataset) -> Rows:
    """For each event, the row where its user had the same item before, int64[n_events]; −1 for the first time."""
    users = np.repeat(np.arange(dataset.n_users, dtype=np.int64), np.diff(dataset.user_offsets))
    key = users * dataset.vocabulary.size + dataset.items
    order = np.argsort(key, kind="stable")
    same = key[order][1:] == key[order][:-1]
    previous = np.full(dataset.n_events, -1, np.int64)
    previous[order[1:][same]] = order[:-1][same]
    return previous


def tied_in_time(dataset: SequenceDataset, cases: Cases) -> int:
    """Count the targets at the same moment as the event before them: only the order of the file says which came first.

    0 where the log has no times, since its order is then all there is.
    """
    if dataset.times is None:
        return 0
    after = cases.targets > dataset.user_offsets[cases.users]
    rows = cases.targets[after]
    return int((dataset.times[rows] == dataset.times[rows - 1]).sum())
