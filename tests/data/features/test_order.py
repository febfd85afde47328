"""Does order matter? Planted orders are found, shuffled logs show none, and nothing is claimed where nothing can be."""

import numpy as np
import pytest

from seqrec_core.data.features.order import MOST_LABELS, order_effect
from seqrec_core.data.sequences import Sequences
from seqrec_core.errors import BadInput


def sequences_of(rows: list[list[int]], steps: list[int] | None = None, n_labels: int = 6) -> Sequences:
    values = np.array([code for row in rows for code in row], np.int32)
    offsets = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    labels = tuple(f"l{code}" for code in range(n_labels))
    numbered = np.arange(len(values), dtype=np.int64) if steps is None else np.array(steps, np.int64)
    return Sequences(values, offsets, labels, None, numbered, np.arange(len(rows), dtype=np.int32), "session", "event")


def shuffled(n: int, seed: int = 0) -> list[list[int]]:
    rng = np.random.default_rng(seed)
    return [rng.integers(0, 6, rng.integers(2, 12)).tolist() for _ in range(n)]


def test_a_fixed_order_matters():
    found = order_effect(sequences_of([[0, 1, 2, 3]] * 200))
    assert found.verdict == "matters"
    assert found.p_value == 0.01
    assert found.low <= found.excess <= found.high
    # of the twelve ordered pairs of four events, shuffling gives each a twelfth; the log has three, each a third
    assert found.change == pytest.approx(0.75, abs=0.01)
    best = found.pairs.filter(found.pairs["difference"] > 0)
    assert {(row["from"], row["to"]) for row in best.to_dicts()} == {("l0", "l1"), ("l1", "l2"), ("l2", "l3")}


def test_no_order_is_no_sign_of_one():
    verdicts = [order_effect(sequences_of(shuffled(400, seed)), seed).verdict for seed in range(20)]
    assert verdicts.count("no_sign") >= 18


def test_the_interval_holds_what_a_larger_log_shows():
    rng = np.random.default_rng(3)

    def rows(n: int) -> list[list[int]]:
        return [[0, 1, 2, 3] if rng.random() < 0.3 else rng.permutation(4).tolist() for _ in range(n)]

    truth = order_effect(sequences_of(rows(40_000)), draws=20).excess
    held = sum((one := order_effect(sequences_of(rows(500)), draws=20)).low <= truth <= one.high for _ in range(20))
    assert held >= 16


def test_the_same_seed_gives_the_same_numbers():
    sequences = sequences_of(shuffled(50))
    assert order_effect(sequences, 4).change == order_effect(sequences, 4).change
    assert order_effect(sequences, 4).change != order_effect(sequences, 5).change


def test_baskets_have_no_order():
    found = order_effect(sequences_of([[0, 1, 2], [2, 1, 0]], steps=[0, 0, 0, 1, 1, 1]))
    assert (found.verdict, found.change, found.n_steps) == ("no_pairs", None, 0)
    assert "Nothing can be said" in found.sentence


def test_few_sequences_have_no_interval_and_no_sequences_nothing():
    found = order_effect(sequences_of([[0, 1, 2]] * 5))
    assert (found.low, found.high) == (None, None)
    assert "95 %" not in found.sentence
    assert order_effect(sequences_of([])).verdict == "no_pairs"
    assert order_effect(sequences_of([[], [1]])).n_sequences == 1


def test_rare_labels_count_as_one():
    rows = [[0, 1, 2, code] for code in range(3, MOST_LABELS + 200)]
    found = order_effect(sequences_of(rows, n_labels=MOST_LABELS + 200), draws=5)
    assert found.n_steps == 3 * len(rows)
    assert ("l2", "Other") in {(row["from"], row["to"]) for row in found.pairs.to_dicts()}


def test_a_large_log_is_sampled_by_whole_sequences(monkeypatch):
    monkeypatch.setattr("seqrec_core.data.features.order.MOST_EVENTS", 400)
    found = order_effect(sequences_of([[0, 1, 2, 3]] * 500))
    assert (found.is_sample, found.n_sequences, found.n_events) == (True, 100, 400)
    assert found.verdict == "matters"


def test_one_shuffle_is_too_few():
    with pytest.raises(BadInput, match="at least 2"):
        order_effect(sequences_of([[0, 1]]), draws=1)
