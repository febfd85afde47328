"""Windows cover each history once, and batches hold each window once."""

from collections import Counter

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec_core.data.history import History
from seqrec_core.models.inputs import NO_TIME
from seqrec_core.training.windows import Windows, split_rows

SIZES = st.lists(st.integers(0, 40), min_size=1, max_size=8)


def cut(sizes, length, seed):
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    return offsets, Windows.cut(offsets[:-1], offsets[1:], length, None if seed is None else np.random.default_rng(seed))


@settings(max_examples=80, deadline=None)
@given(SIZES, st.integers(2, 9), st.one_of(st.none(), st.integers(0, 99)), st.integers(1, 60))
def test_every_event_is_predicted_once_from_its_own_history(sizes, length, seed, positions):
    offsets, windows = cut(sizes, length, seed)
    log = History(np.arange(1, offsets[-1] + 1, dtype=np.int32), times=np.arange(offsets[-1]))
    owner = np.repeat(np.arange(len(sizes)), sizes)
    predicted = Counter()
    for group in windows.batches(positions, None if seed is None else np.random.default_rng(seed)):
        batch = windows.batch(log, group)
        assert batch.inputs.items.shape[1] == batch.targets.shape[1] - 1 <= length
        is_item = batch.inputs.items > 0
        assert torch.equal(batch.inputs.times[is_item] + 1, batch.inputs.items[is_item])  # event n is at n − 1
        assert (batch.inputs.times[~is_item] == NO_TIME).all()
        assert batch.n == (batch.targets > 0).sum()
        for inputs, targets in zip(batch.inputs.items.numpy(), batch.targets, strict=True):
            for place in np.flatnonzero(targets):
                predicted[targets[place]] += 1
                behind = inputs[:place]
                assert (np.diff([*behind, targets[place]]) == 1).all()  # items are numbered in order: no gap before it
                assert (owner[behind - 1] == owner[targets[place] - 1]).all()
                assert place > 0 or targets[0] - 1 in offsets[:-1]  # the start vector alone predicts only a first event
    assert predicted == Counter({item: 1 for item in log.items})


def test_phase_of_long_histories_changes_with_the_epoch():
    starts = {tuple(cut([40], 9, seed)[1].begin) for seed in range(20)}
    assert len(starts) > 3


def test_batches_hold_about_as_many_positions_as_asked_and_little_padding():
    sizes = np.random.default_rng(0).integers(1, 40, 400)
    _, windows = cut(sizes, 50, 1)
    log = History(np.ones(sizes.sum(), np.int32))
    batches = [windows.batch(log, group) for group in windows.batches(500, np.random.default_rng(1))]
    assert max(batch.targets.size for batch in batches) <= 500
    assert sum(batch.n for batch in batches) / sum(batch.targets.size for batch in batches) > 0.85


def test_parts_hold_all_rows_even_when_there_are_few():
    _, windows = cut([3, 4, 5], 9, None)
    batch = windows.batch(History(np.ones(12, np.int32)), np.arange(3))
    for parts in (1, 2, 5):
        rows = [len(inputs) for inputs, _ in split_rows(batch, parts)]
        assert (sum(rows), len(rows)) == (3, min(parts, 3))
