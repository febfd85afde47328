"""The suggested support gives a readable number of patterns."""

from collections.abc import Iterator

import numpy as np
import pytest

from seqrec_core.data.sequences import Sequences
from seqrec_core.mining import suggest
from seqrec_core.mining.engine import mine
from seqrec_core.mining.suggest import fitting_min_count, sensible_min_count
from seqrec_core.mining.types import MiningTerms
from tests.mining.brute import made


def random_logs() -> Iterator[Sequences]:
    for seed, (n_labels, n_rows, length) in enumerate([(30, 400, 12), (200, 1500, 8), (6, 300, 25)]):
        random = np.random.default_rng(seed)
        weights = 1 / np.arange(1, n_labels + 1)
        draw = random.choice(n_labels, size=(n_rows, length), p=weights / weights.sum())
        yield made([[[int(code)] for code in row] for row in draw], tuple(f"i{code}" for code in range(n_labels)))


@pytest.mark.parametrize("sequences", random_logs())
def test_it_gives_some_hundred_patterns(sequences: Sequences) -> None:
    n = len(mine(sequences, MiningTerms(sensible_min_count(sequences), max_length=5)))
    assert 200 <= n <= 2_000


def test_on_a_real_log(eshop: Sequences) -> None:
    assert 200 <= len(mine(eshop, MiningTerms(sensible_min_count(eshop), max_length=5))) <= 2_000
    assert 200 <= len(mine(eshop, MiningTerms(sensible_min_count(eshop, max_gap=1), max_length=5, max_gap=1))) <= 2_000


def test_a_small_log_gets_the_least_sensible_count() -> None:
    assert sensible_min_count(made([[[0], [1]], [[0]], [[3]]])) == 2
    assert sensible_min_count(made([])) == 2


def test_a_log_that_jumps_over_the_range_gets_the_side_that_fits() -> None:
    # 18 labels in 5 equal sequences give 12,615 patterns at once; one label is in 7.
    rows = [[[code] for code in range(18)]] * 5 + [[[0]]] * 2
    assert sensible_min_count(made(rows, tuple(map(str, range(18))))) == 6


def test_of_a_large_log_every_kth_sequence_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    sequences = next(random_logs())
    monkeypatch.setattr(suggest, "LOOKED_AT", len(sequences.values) // 2)
    estimate = sensible_min_count(sequences)
    assert estimate % 2 == 0
    assert 100 <= len(mine(sequences, MiningTerms(estimate, max_length=5))) <= 4_000


def test_a_log_of_few_long_sequences_is_looked_at_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggest, "LOOKED_AT", 2)
    assert sensible_min_count(made([[[0], [1], [2]]] * 3)) == 2


def test_what_fits_fits() -> None:
    sequences = next(random_logs())
    terms = MiningTerms(2, max_patterns=500)
    least = fitting_min_count(sequences, terms)
    assert mine(sequences, MiningTerms(least, max_patterns=500)).complete
