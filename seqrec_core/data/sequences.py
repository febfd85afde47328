"""SequenceDataset: the log as arrays. A user's history and a session are slices; no padding is stored."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from seqrec_core import columns as c
from seqrec_core.data.catalog import ItemCatalog
from seqrec_core.data.history import History
from seqrec_core.data.log import EventLog
from seqrec_core.data.vocabulary import Vocabulary
from seqrec_core.errors import BadInput, NotFound

Unit = Literal["session", "user"]
Of = Literal["item", "event", "category"]
NO_CATEGORY = "(no category)"
DAY_US = 86_400_000_000


@dataclass(frozen=True)
class Sequences:
    """Labelled sequences in CSR form, as counting and mining read them.

    Args:
        values: label codes, int32[n_events]; code k stands for `labels[k]`.
        offsets: sequence i is `values[offsets[i]:offsets[i + 1]]`, int64[n + 1].
        labels: what the codes stand for (external item ids, event types or categories).
        times: microseconds UTC, int64[n_events], or None without times.
        steps: step number of each event, int64[n_events]; events of one sequence with the same step form a basket.
        owner: index of the user behind each sequence, int32[n].
        unit, of: what one sequence is, and what is counted in it.
    """

    values: NDArray[np.int32]
    offsets: NDArray[np.int64]
    labels: tuple[str, ...]
    times: NDArray[np.int64] | None
    steps: NDArray[np.int64]
    owner: NDArray[np.int32]
    unit: Unit
    of: Of

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, index: int) -> NDArray[np.int32]:
        return self.values[self.offsets[index] : self.offsets[index + 1]]

    # What every count asks for is made once and kept with the sequences, which never change.

    @cached_property
    def rows(self) -> NDArray[np.int32]:
        """The number of the sequence that each event is in, int32[n_events]."""
        return np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.offsets))

    @cached_property
    def is_last(self) -> NDArray[np.bool_]:
        """Whether an event is the last of its sequence, bool[n_events]."""
        found = np.zeros(len(self.values), np.bool_)
        found[self.offsets[1:][np.diff(self.offsets) > 0] - 1] = True
        return found

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """How often each label occurs, int64[n_labels]."""
        return np.bincount(self.values, minlength=len(self.labels)).astype(np.int64)

    @cached_property
    def days(self) -> NDArray[np.int32] | None:
        """The day of each event since 1970-01-01 (UTC), int32[n_events]; None without times."""
        return None if self.times is None else (self.times // DAY_US).astype(np.int32)

    @cached_property
    def by_label(self) -> tuple[NDArray[np.integer], NDArray[np.int64]]:
        """The events by label, rising within each: (places, integers[n_events]; offsets, int64[n_labels + 1])."""
        # 8 and 16 bits are sorted by counting, ten times as fast.
        small = np.uint8 if len(self.labels) <= 2**8 else np.uint16 if len(self.labels) <= 2**16 else np.int32
        order = np.argsort(self.values.astype(small), kind="stable")
        narrow = order.astype(np.int32) if len(order) < 2**31 else order
        return narrow, np.concatenate([[0], np.cumsum(self.counts)])

    def places(self, code: int) -> NDArray[np.int64]:
        """Return the events that have a label (its code), rising, int64[n]."""
        order, offsets = self.by_label
        return order[offsets[code] : offsets[code + 1]].astype(np.int64)

    def take(self, indices: NDArray[np.integer]) -> "Sequences":
        """Return only these sequences, in the order given (a segment, a period, examples)."""
        indices = np.asarray(indices, dtype=np.int64)
        lengths = np.diff(self.offsets)[indices]
        offsets = np.zeros(len(indices) + 1, np.int64)
        np.cumsum(lengths, out=offsets[1:])
        rows = np.repeat(self.offsets[indices] - offsets[:-1], lengths) + np.arange(offsets[-1])
        times = None if self.times is None else self.times[rows]
        return Sequences(
            self.values[rows], offsets, self.labels, times, self.steps[rows], self.owner[indices], self.unit, self.of
        )

    def only(self, is_kept: NDArray[np.bool_]) -> "Sequences":
        """Return the same sequences with only some of their events, bool[n_events]; a sequence may become empty."""
        kept = np.flatnonzero(is_kept)  # once, for all arrays: three times as fast as a mask for each
        times = None if self.times is None else self.times[kept]
        offsets = np.searchsorted(kept, self.offsets)
        return replace(self, values=self.values[kept], offsets=offsets, times=times, steps=self.steps[kept])


@dataclass(frozen=True)
class SequenceDataset:
    """All events of a log as arrays, sorted by user and then as in the log.

    Args:
        items: item indices 1…V−1, int32[n_events].
        event_types: codes into `event_names`, int16[n_events].
        times: microseconds UTC, int64[n_events]; None without times.
        steps: int64[n_events], rising inside a user; events of one basket (same session and time, or same order) share it.
        user_offsets: user i is the slice `user_offsets[i]:user_offsets[i + 1]`, int64[n_users + 1].
        user_ids: external user ids, sorted.
        session_rows: event rows by session, int64[n_events] (sessions of one user may interleave in time).
        session_offsets: session j is `session_rows[session_offsets[j]:session_offsets[j + 1]]`, int64[n_sessions + 1].
        session_ids: external session ids, by user and then by start.
        session_user: user index of each session, int32[n_sessions].
        event_names: event types, the most frequent first.
        vocabulary: item ids ↔ indices.
        categories: category of each index 0…V−1 (PAD: ""), NO_CATEGORY where none is known; None without categories.
        fingerprint: of the log and catalogue behind it.
        catalog: what is known of the items, for models that read it; None where nothing is.
    """

    items: NDArray[np.int32]
    event_types: NDArray[np.int16]
    times: NDArray[np.int64] | None
    steps: NDArray[np.int64]
    user_offsets: NDArray[np.int64]
    user_ids: tuple[str, ...]
    session_rows: NDArray[np.int64]
    session_offsets: NDArray[np.int64]
    session_ids: tuple[str, ...]
    session_user: NDArray[np.int32]
    event_names: tuple[str, ...]
    vocabulary: Vocabulary
    categories: tuple[str, ...] | None
    fingerprint: str
    catalog: ItemCatalog | None = None

    @classmethod
    def from_log(cls, log: EventLog, catalog: ItemCatalog | None = None, fingerprint: str | None = None) -> "SequenceDataset":
        """Turn a log into arrays. `fingerprint` is the dataset's; by default the log's own."""
        frame = log.frame
        catalog_items = [] if catalog is None else catalog.frame[c.ITEM].to_list()
        vocabulary = Vocabulary.from_ids(frame[c.ITEM].unique().to_list(), catalog_items)
        users, user_codes = _codes(frame[c.USER])
        user_offsets = np.zeros(len(users) + 1, np.int64)
        np.cumsum(np.bincount(user_codes, minlength=len(users)), out=user_offsets[1:])
        events = {name: code for code, name in enumerate(log.event_types)}
        rows, offsets, ids, owner = _sessions(frame[c.SESSION], user_codes)
        return cls(
            items=_item_indices(frame[c.ITEM], vocabulary),
            event_types=frame[c.EVENT].replace_strict(events, return_dtype=pl.Int16).to_numpy(),
            times=frame[c.TIME].to_physical().fill_null(0).to_numpy() if log.has_times else None,
            steps=_steps(frame, user_codes),
            user_offsets=user_offsets,
            user_ids=users,
            session_rows=rows,
            session_offsets=offsets,
            session_ids=ids,
            session_user=owner,
            event_names=log.event_types,
            vocabulary=vocabulary,
            categories=_categories(vocabulary, catalog),
            fingerprint=fingerprint or log.fingerprint,
            catalog=catalog,
        )

    @property
    def n_events(self) -> int:
        """Number of events."""
        return len(self.items)

    @property
    def n_users(self) -> int:
        """Number of users."""
        return len(self.user_ids)

    @property
    def n_sessions(self) -> int:
        """Number of sessions."""
        return len(self.session_ids)

    @cached_property
    def _user_index(self) -> dict[str, int]:
        return {user: index for index, user in enumerate(self.user_ids)}

    def user_index(self, user: str) -> int:
        """Return the index of an external user id.

        Raises:
            NotFound: no such user.
        """
        try:
            return self._user_index[user]
        except KeyError:
            raise NotFound("data", "unknown_user", user=user, n=self.n_users, example=self.user_ids[0]) from None

    def slice(self, start: int, stop: int) -> History:
        """Return the events of rows start…stop−1 as a history."""
        times = None if self.times is None else self.times[start:stop]
        return History(self.items[start:stop], self.event_types[start:stop], times)

    def history(self, user: int) -> History:
        """Return all events of a user (index)."""
        return self.slice(int(self.user_offsets[user]), int(self.user_offsets[user + 1]))

    def sequences(self, unit: Unit = "session", of: Of = "item") -> Sequences:
        """Return the log as labelled sequences, one a session or one a user.

        Raises:
            BadInput: categories are asked for and the catalogue has none.
        """
        values, labels = self._labelled(of)
        if unit == "user":
            owner = np.arange(self.n_users, dtype=np.int32)
            return Sequences(values, self.user_offsets, labels, self.times, self.steps, owner, unit, of)
        rows = self.session_rows
        times = None if self.times is None else self.times[rows]
        return Sequences(values[rows], self.session_offsets, labels, times, self.steps[rows], self.session_user, unit, of)

    def _labelled(self, of: Of) -> tuple[NDArray[np.int32], tuple[str, ...]]:
        if of == "item":
            return self.items - np.int32(1), self.vocabulary.ids
        if of == "event":
            return self.event_types.astype(np.int32), self.event_names
        if self.categories is None:
            raise BadInput("data", "no_categories")
        labels = sorted(set(self.categories[1:]))
        code = {label: index for index, label in enumerate(labels)}
        table = np.array([0, *(code[name] for name in self.categories[1:])], np.int32)
        return table[self.items], tuple(labels)


def _codes(column: pl.Series) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    names = column.unique().sort()
    codes = column.replace_strict(names, pl.Series(range(len(names)), dtype=pl.Int32), return_dtype=pl.Int32)
    return tuple(names), codes.to_numpy()


def _item_indices(column: pl.Series, vocabulary: Vocabulary) -> NDArray[np.int32]:
    ids = pl.Series(list(vocabulary.ids), dtype=pl.String)
    indices = pl.Series(range(1, vocabulary.size), dtype=pl.Int32)
    return column.replace_strict(ids, indices, return_dtype=pl.Int32).to_numpy()


def _sessions(
    column: pl.Series, user_codes: NDArray[np.int32]
) -> tuple[NDArray[np.int64], NDArray[np.int64], tuple[str, ...], NDArray[np.int32]]:
    """Group rows by session, sessions by user and then by their first event: (rows, offsets, ids, owner)."""
    frame = pl.DataFrame({"id": column}).with_row_index("row")
    first = frame.group_by("id").agg(pl.col("row").min().alias("first"), pl.len().alias("n")).sort("first")
    order = first.select("id").with_row_index("session")
    rows = frame.join(order, on="id").sort("session", "row")["row"].cast(pl.Int64).to_numpy()
    offsets = np.zeros(first.height + 1, np.int64)
    np.cumsum(first["n"].to_numpy(), out=offsets[1:])
    return rows, offsets, tuple(first["id"]), user_codes[first["first"].to_numpy()]


def _steps(frame: pl.DataFrame, user_codes: NDArray[np.int32]) -> NDArray[np.int64]:
    """Number the steps: a new one wherever user, session, time or order changes. Coarse times (a day) make no baskets."""
    physical = frame[c.TIME].to_physical()
    change = (frame[c.SESSION] != frame[c.SESSION].shift(1)) | (physical.fill_null(-1) != physical.fill_null(-1).shift(1))
    if c.ORDER in frame.columns:
        change = change | (frame[c.ORDER] != frame[c.ORDER].shift(1)).fill_null(True)
    new = change.fill_null(True).to_numpy() | (np.diff(user_codes, prepend=-1) != 0)
    coarse = c.ORDER not in frame.columns and len(physical.drop_nulls()) and (physical % DAY_US == 0).all()
    return np.arange(len(new), dtype=np.int64) if coarse else np.cumsum(new, dtype=np.int64) - 1


def _categories(vocabulary: Vocabulary, catalog: ItemCatalog | None) -> tuple[str, ...] | None:
    if catalog is None or not catalog.categories:
        return None
    return ("", *(catalog.categories.get(item, NO_CATEGORY) for item in vocabulary.ids))
