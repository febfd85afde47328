"""Split: which events a model may learn from, and which it is asked to predict.

Every protocol leaves a prefix of each user's history for training, so that no case is asked before its own history.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.history import History
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.errors import BadInput
from seqrec_core.text import count, say

Protocol = Literal["leave_one_out", "temporal", "session", "none"]
PROTOCOLS: tuple[Protocol, ...] = ("leave_one_out", "temporal", "session", "none")
Part = Literal["valid", "test"]


@dataclass(frozen=True)
class Cases:
    """Questions put to a model: given the events of a user before row `target`, which item comes there.

    Args:
        users: user index of each case, int32[n].
        targets: event row of each case, int64[n]; the history is `user_offsets[user]:target`.
    """

    users: NDArray[np.int32]
    targets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.users)

    def history(self, dataset: SequenceDataset, case: int) -> History:
        """Return what the model sees in one case: all events of the user before the target."""
        return dataset.slice(int(dataset.user_offsets[self.users[case]]), int(self.targets[case]))

    def take(self, index: NDArray[np.integer]) -> "Cases":
        """Return only these cases."""
        return Cases(self.users[index], self.targets[index])


@dataclass(frozen=True)
class Split:
    """Training prefixes and the cases of validation and test.

    Args:
        protocol: how it was made.
        parameters: what the protocol was given, such as the two cut times.
        train_end: events `user_offsets[u]:train_end[u]` may be learnt from, int64[n_users].
        valid, test: the cases; empty under `none`.
        leak: what this protocol lets a model know that it could not know in use; a key of the catalogue.
    """

    protocol: Protocol
    parameters: dict[str, float | int | str]
    train_end: NDArray[np.int64]
    valid: Cases
    test: Cases
    leak: str

    def cases(self, part: Part) -> Cases:
        """Return the cases of one part."""
        return self.test if part == "test" else self.valid

    def n_train(self, dataset: SequenceDataset) -> int:
        """Number of events that may be learnt from."""
        return int((self.train_end - dataset.user_offsets[:-1]).sum())


def split(dataset: SequenceDataset, protocol: str, *, test_share: float = 0.1) -> Split:
    """Split a dataset.

    Args:
        dataset: the log as arrays.
        protocol: `leave_one_out` (last event of each user for test, the one before for validation),
            `temporal` (two cut times; the first event of each user after a cut is its case),
            `session` (the users' sessions that start latest; their last event is the case) or
            `none` (everything is for training).
        test_share: share of events (temporal) or sessions (session) after the last cut; as much again is validation.

    Raises:
        BadInput: an unknown protocol, a log without times under `temporal`, or no case left.
    """
    if protocol == "none":
        return Split("none", {}, dataset.user_offsets[1:].copy(), _no_cases(), _no_cases(), "data.leak.none")
    makers = {"leave_one_out": _leave_one_out, "temporal": _temporal, "session": _by_session}
    if protocol not in makers:
        raise BadInput("data", "unknown_protocol", found=protocol, known=", ".join(PROTOCOLS))
    made = makers[protocol](dataset, test_share)
    if not len(made.test):
        raise BadInput("data", "no_cases", protocol=say(f"evaluation.split.{protocol}"), users=count(dataset.n_users, "user"))
    return made


def _no_cases() -> Cases:
    return Cases(np.zeros(0, np.int32), np.zeros(0, np.int64))


def _leave_one_out(dataset: SequenceDataset, _: float) -> Split:
    start, stop = dataset.user_offsets[:-1], dataset.user_offsets[1:]
    length = stop - start
    asked, both = np.flatnonzero(length >= 2), np.flatnonzero(length >= 3)
    train_end = np.where(length >= 3, stop - 2, np.where(length == 2, stop - 1, stop))
    test = Cases(asked.astype(np.int32), stop[asked] - 1)
    valid = Cases(both.astype(np.int32), stop[both] - 2)
    return Split("leave_one_out", {}, train_end, valid, test, "data.leak.leave_one_out")


def _temporal(dataset: SequenceDataset, test_share: float) -> Split:
    if dataset.times is None:
        raise BadInput("data", "temporal_without_times")
    first, second = np.quantile(dataset.times, [1 - 2 * test_share, 1 - test_share], method="higher").astype(np.int64)
    before_first = _rows_before(dataset, first)
    before_second = _rows_before(dataset, second)
    stop = dataset.user_offsets[1:]
    valid = _first_after(dataset, before_first, before_second)
    test = _first_after(dataset, before_second, stop)
    cuts: dict[str, float | int | str] = {"valid_from_us": int(first), "test_from_us": int(second), "test_share": test_share}
    return Split("temporal", cuts, before_first, valid, test, "data.leak.temporal")


def _rows_before(dataset: SequenceDataset, cut: int) -> NDArray[np.int64]:
    """Row of each user's first event at or after `cut` (times rise inside a user)."""
    assert dataset.times is not None
    before = np.concatenate([[0], np.cumsum(dataset.times < cut)])
    start, stop = dataset.user_offsets[:-1], dataset.user_offsets[1:]
    return start + before[stop] - before[start]


def _first_after(dataset: SequenceDataset, begin: NDArray[np.int64], end: NDArray[np.int64]) -> Cases:
    """The first event in begin…end−1 of each user that has an earlier event and one in there."""
    users = np.flatnonzero((begin < end) & (begin > dataset.user_offsets[:-1]))
    return Cases(users.astype(np.int32), begin[users])


def _by_session(dataset: SequenceDataset, test_share: float) -> Split:
    """Sessions that start latest are asked for their last event; training ends where a held-out session begins."""
    first_row = dataset.session_rows[dataset.session_offsets[:-1]]
    last_row = dataset.session_rows[dataset.session_offsets[1:] - 1]
    begin = first_row if dataset.times is None else dataset.times[first_row]
    rank = np.argsort(np.argsort(begin, kind="stable"), kind="stable") / max(1, len(begin))
    part = np.where(rank >= 1 - test_share, 2, np.where(rank >= 1 - 2 * test_share, 1, 0))
    train_end = dataset.user_offsets[1:].copy()
    held = part > 0
    np.minimum.at(train_end, dataset.session_user[held], first_row[held])
    asked = last_row > first_row
    valid, test = (Cases(dataset.session_user[pick], last_row[pick]) for pick in ((part == 1) & asked, (part == 2) & asked))
    return Split("session", {"test_share": test_share}, train_end, valid, test, "data.leak.session")
