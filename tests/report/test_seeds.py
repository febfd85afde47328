"""Runs that differ by seed alone are one model with a spread; any other difference keeps them apart."""

import pytest

from seqrec_core.report.seeds import seed_spread
from seqrec_core.store.runs import RunCard


def card(seed: int, ndcg: float, **more) -> RunCard:
    base = {
        "id": f"{seed:010x}",
        "name": "run",
        "model": "gru",
        "config": {"name": "gru", "width": 64},
        "options": {"seed": seed, "epochs": 5},
        "preset": "quick",
        "dataset": "d",
        "dataset_name": "log",
        "fingerprint": "f",
        "split": "temporal",
        "exclude_seen": True,
        "seed": seed,
        "created": "2026-01-01T00:00:00+00:00",
        "n_items": 5,
        "n_candidates": 4,
        "metrics": {"ndcg@10": {"mean": ndcg, "low": None, "high": None}},
    }
    return RunCard(**{**base, **more})


def test_the_spread_is_that_of_the_seeds():
    found = seed_spread(card(0, 0.2), [card(1, 0.3), card(2, 0.25)], "ndcg@10")
    assert (found.seeds, found.low, found.high) == ((0, 1, 2), 0.2, 0.3)
    assert (found.mean, found.deviation) == (pytest.approx(0.25), pytest.approx(0.05))


@pytest.mark.parametrize("more", [{"config": {"name": "gru", "width": 32}}, {"split": "session"}, {"fingerprint": "g"}])
def test_another_difference_is_no_seed(more):
    assert seed_spread(card(0, 0.2), [card(1, 0.3, **more)], "ndcg@10") is None


def test_one_run_has_no_spread():
    assert seed_spread(card(0, 0.2), [card(0, 0.3)], "ndcg@10") is None
    assert seed_spread(card(0, 0.2), [], "hr@10") is None
