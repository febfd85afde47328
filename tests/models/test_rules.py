"""Sequential rules: the scores are those of a plain count, and the next step is not blurred by the one after it."""

from collections import Counter

import numpy as np
import pytest

from seqrec_core.data.split import split
from seqrec_core.models.config import MarkovConfig, RulesConfig
from seqrec_core.models.markov import Markov
from seqrec_core.models.rules import Rules
from tests.models.planted import dataset_of, history


def counted_plainly(config: RulesConfig, trained: list[list[int]], share: np.ndarray, past: list[int]) -> np.ndarray:
    """The formula of the class, one count at a time."""
    n, s = len(share), config.shrinkage
    near = np.zeros((n, n))
    for items in trained:
        for at, first in enumerate(items):
            for gap in range(1, config.max_gap + 1):
                if at + gap < len(items):
                    near[first, items[at + gap]] += config.gap_decay ** (gap - 1)
    recent = past[-config.recent :]
    weights = [config.decay ** (len(recent) - 1 - at) for at in range(len(recent))]
    out = np.zeros(n) if recent else share.copy()
    for item, weight in zip(recent, weights, strict=True):
        out += weight / sum(weights) * (near[item] + s * share) / (near[item].sum() + s)
    for order in range(1, config.max_length):
        left = past[-order:] if len(past) >= order else None
        after = Counter(items[at] for items in trained for at in range(order, len(items)) if items[at - order : at] == left)
        counts = np.array([after[item] if after[item] >= config.min_count else 0 for item in range(n)], float)
        out = (counts + s * out) / (counts.sum() + s)
    return out


@pytest.mark.parametrize("seed", range(6))
def test_scores_are_those_of_a_plain_count(seed: int):
    rng = np.random.default_rng(seed)
    logs = [rng.integers(0, 5, rng.integers(3, 12)).tolist() for _ in range(25)]
    dataset = dataset_of(logs)
    parts = split(dataset, "leave_one_out")
    config = RulesConfig(min_count=2, max_length=2 + seed % 3, max_gap=1 + seed % 4, recent=3, shrinkage=1.5)
    model = Rules.fit(config, dataset, parts)
    starts = dataset.user_offsets[:-1]
    trained = [dataset.items[low:high].tolist() for low, high in zip(starts, parts.train_end, strict=True)]
    pasts = [[], [1], [2, 3], [1, 4, 2, 2], [5, 1, 3, 2, 4]]
    found = model.score([history(dataset, *(dataset.vocabulary.id(item) for item in past)) for past in pasts])
    expected = [counted_plainly(config, trained, model.share, past) for past in pasts]
    assert np.allclose(found, expected, rtol=1e-5)
    assert np.allclose(found.sum(axis=1), 1, atol=1e-5)


def test_the_next_step_comes_before_the_one_after_it():
    dataset = dataset_of([["a", "b", "c", "d", "e"][at % 2 :] for at in range(40)])
    model = Rules.fit(RulesConfig(), dataset, split(dataset, "leave_one_out"))
    scores = model.score([history(dataset, "a")])[0]
    b, c = dataset.vocabulary.indices(["b", "c"])
    assert scores.argmax() == b
    assert scores[b] > 2 * scores[c] > 0


def test_what_came_once_is_no_rule():
    """One user of many goes from a to z: the longer left side says nothing about it, popularity and nearness do."""
    dataset = dataset_of([["a", "b", "b", "b"]] * 10 + [["a", "z", "b", "b"]])
    parts = split(dataset, "leave_one_out")
    z = dataset.vocabulary.indices(["z"])[0]
    all_count, frequent = (Rules.fit(RulesConfig(min_count=n), dataset, parts).score([history(dataset, "a")])[0] for n in (1, 2))
    assert 0 < frequent[z] < all_count[z]


def test_histories_too_short_for_a_longer_rule_are_answered_by_the_shorter_ones():
    dataset = dataset_of([["a", "b", "c", "a"]] * 5)
    parts = split(dataset, "leave_one_out")
    for model in (Rules.fit(RulesConfig(), dataset, parts), Markov.fit(MarkovConfig(order=3), dataset, parts)):
        assert model.score([history(dataset, "a")])[0].argmax() == dataset.vocabulary.indices(["b"])[0]
