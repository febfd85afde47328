"""Transitions are counted once, inside sequences only."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
from hypothesis import given, settings

from seqrec_core.mining.transitions import count_matrix, count_transitions
from tests.mining.brute import LABELS, logs_of, made


@settings(max_examples=100, deadline=None)
@given(rows=logs_of(max_step=2))
def test_counts_are_those_of_neighbours(rows: list[list[list[int]]]) -> None:
    expected: Counter[tuple[str, str]] = Counter()
    for row in rows:
        flat = [LABELS[code] for step in row for code in step]
        expected.update(pairwise(flat))
    frame = count_transitions(made(rows))
    assert frame.select("from", "to", "count").rows() == sorted(
        ((a, b, n) for (a, b), n in expected.items()), key=lambda row: (-row[2], row[0], row[1])
    )
    matrix = count_matrix(made(rows))
    assert {(LABELS[i], LABELS[j]): int(n) for (i, j), n in np.ndenumerate(matrix) if n} == expected
    assert frame["median_seconds"].null_count() == frame.height


def test_times_are_seconds_between_the_two_events() -> None:
    sequences = replace(
        made([[[0], [1]], [[0], [1]], [[0], [1], [2]]]),
        times=np.array([0, 10, 0, 20, 0, 60, 61], np.int64) * 1_000_000,
    )
    rows = {(a, b): (n, median, p90) for a, b, n, median, p90 in count_transitions(sequences).iter_rows()}
    assert rows[("b", "a")] == (3, 20.0, 52.0)
    assert rows[("a", "d")] == (1, 1.0, 1.0)
