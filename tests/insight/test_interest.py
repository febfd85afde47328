"""Interest: what a chain explains is dull, what it does not stands out, and copies keep first events and lengths."""

import numpy as np
import pytest

from seqrec_core.errors import BadInput
from seqrec_core.insight.interest import P_CORRECTED, chained, interest
from seqrec_core.mining.engine import mine
from seqrec_core.mining.transitions import count_matrix
from seqrec_core.mining.types import MiningTerms
from tests.mining.brute import LABELS, made

A, B, C, D = (LABELS.index(label) for label in "abcd")
TERMS = MiningTerms(5, "closed", max_gap=1, max_length=3)


def test_a_memory_of_two_steps_stands_out_and_a_chain_does_not():
    # After b, c follows a and d follows c: a chain only knows that half of each follows b.
    rows = [[[A], [B], [C]]] * 100 + [[[C], [B], [D]]] * 100
    log = made(rows)
    found = interest(log, mine(log, TERMS))
    (first,) = [row for row in found.iter_rows(named=True) if row["items"] == ["a", "b", "c"]]
    assert first["expected"] == pytest.approx(50, abs=8)
    assert first["z"] > 5
    same = chained(log, np.random.default_rng(1))
    assert (interest(same, mine(same, TERMS))[P_CORRECTED] > 0.01).all()


def test_a_copy_keeps_first_events_lengths_and_kinds_of_steps():
    rng = np.random.default_rng(0)
    log = made([[[int(code)] for code in rng.choice(4, size)] for size in rng.integers(0, 9, 60)])
    copy = chained(log, rng)
    filled = np.flatnonzero(np.diff(log.offsets) > 0)
    assert (copy.offsets == log.offsets).all()
    assert (copy.values[log.offsets[filled]] == log.values[log.offsets[filled]]).all()
    left = count_matrix(log).sum(axis=1) > 0
    assert not ((count_matrix(copy) > 0) & (count_matrix(log) == 0))[left].any()


def test_nothing_found_is_nothing_to_judge_and_no_copies_are_refused():
    log = made([[[A]], [[B]]])
    assert interest(log, mine(log, TERMS)).height == 0
    with pytest.raises(BadInput, match="1 or more"):
        interest(log, mine(log, TERMS), copies=0)


def test_parts_of_the_log_give_nearly_the_support_that_whole_copies_give():
    rng = np.random.default_rng(3)
    log = made([[[int(code)] for code in rng.choice(4, size, p=[0.5, 0.25, 0.15, 0.1])] for size in rng.integers(2, 9, 3_000)])
    result = mine(log, MiningTerms(100, max_length=3))
    whole, parts = interest(log, result), interest(log, result, most_events=len(log.values) * 4)
    both = whole.join(parts, on="items", suffix="_parts")
    assert both.height == len(result)
    near = np.sqrt(both["expected"].to_numpy()) * 4
    assert (np.abs(both["expected"].to_numpy() - both["expected_parts"].to_numpy()) < near).all()
